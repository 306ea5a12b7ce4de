#include "runtimes/ort_places.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "formats/onnx/messages.h"
#include "formats/onnx/names.h"
#include "runtimes/ort_products.h"

/* Stands around the number of a node in its name. */
#define MARK '@'
/* Behind the name of a convolution on blocks of channels, which is that of what it puts out. */
#define BLOCKED "_nchwc"

/* Nobody does its work, as far as is known. */
#define NO_STEP SIZE_MAX
#define NO_NODE (-1)

/* The nodes that make what a node of the file reads; NO_NODE: none does. */
struct makers {
    const int *nodes;
    int count;
};

struct ort_places {
    struct arena *arena;
    const char **ops; /* of the nodes of the file */
    struct makers *makers;
    int n_nodes;
    struct onnx_names made; /* numbers of nodes by what they put out */
};

/* --- the copy --------------------------------------------------------------------------------- */

static void note_outputs(struct ort_places *places, const Onnx__Graph *graph)
{
    for (int n = 0; n < places->n_nodes; n++)
        for (size_t i = 0; i < graph->node[n]->n_output; i++)
            if (graph->node[n]->output[i][0] != '\0')
                onnx_names_set(&places->made,
                               arena_strdup(places->arena, graph->node[n]->output[i]), n);
}

static void note_nodes(struct ort_places *places, const Onnx__Graph *graph)
{
    for (int n = 0; n < places->n_nodes; n++) {
        const Onnx__Node *node = graph->node[n];
        int *makers = arena_alloc(places->arena, (node->n_input + 1) * sizeof(*makers));
        for (size_t i = 0; i < node->n_input; i++)
            makers[i] = onnx_names_own(&places->made, node->input[i], NO_NODE);
        char *op = arena_strdup(places->arena, node->op_type ? node->op_type : "");
        text_make_printable(op);
        places->ops[n] = op;
        places->makers[n] = (struct makers){.nodes = makers, .count = (int)node->n_input};
    }
}

/* The names are ours until the file is packed; the messages do not free them. */
static enum status pack_marked(const struct ort_places *places, Onnx__Model *model,
                               unsigned char **marked, size_t *size, struct error *error)
{
    Onnx__Graph *graph = model->graph;
    char **before = xcalloc((size_t)places->n_nodes + 1, sizeof(*before));
    for (int n = 0; n < places->n_nodes; n++) {
        before[n] = graph->node[n]->name;
        graph->node[n]->name = arena_printf(places->arena, "%c%d%c", MARK, n, MARK);
    }
    *size = onnx__model__get_packed_size(model);
    *marked = memory_try(*size);
    if (*marked)
        onnx__model__pack(model, *marked);
    for (int n = 0; n < places->n_nodes; n++)
        graph->node[n]->name = before[n];
    free(before);
    return *marked
               ? STATUS_OK
               : error_set(error, STATUS_MEMORY, NULL, "not enough memory for %zu bytes", *size);
}

enum status ort_places_mark(const unsigned char *bytes, size_t size, struct ort_places **places,
                            unsigned char **marked, size_t *marked_size, struct error *error)
{
    Onnx__Model *model;
    enum status status = onnx_unpack(bytes, size, &model, error);
    if (status != STATUS_OK)
        return status;
    struct ort_places *made = xcalloc(1, sizeof(*made));
    made->arena = arena_new();
    if (!model->graph || model->graph->n_node > INT32_MAX / 2)
        status = error_set(error, STATUS_FORMAT, NULL, "the model has no graph");
    if (status == STATUS_OK) {
        made->n_nodes = (int)model->graph->n_node;
        size_t count = (size_t)made->n_nodes + 1;
        made->ops = arena_alloc(made->arena, count * sizeof(*made->ops));
        made->makers = arena_alloc(made->arena, count * sizeof(*made->makers));
        note_outputs(made, model->graph);
        note_nodes(made, model->graph);
        status = pack_marked(made, model, marked, marked_size, error);
    }
    onnx_messages_free(model);
    if (status == STATUS_OK)
        *places = made;
    else
        ort_places_free(made);
    return status;
}

void ort_places_free(struct ort_places *places)
{
    if (!places)
        return;
    onnx_names_release(&places->made);
    arena_free(places->arena);
    free(places);
}

int ort_places_count(const struct ort_places *places)
{
    return places->n_nodes;
}

/* --- whose work a step does ------------------------------------------------------------------- */

/* For each node of the file the step that does its work, or NO_STEP. */
struct owners {
    const struct ort_places *places;
    size_t *of;
};

static void own(const struct owners *owners, long node, size_t step)
{
    if (node >= 0 && node < owners->places->n_nodes && owners->of[node] == NO_STEP)
        owners->of[node] = step;
}

/* "@17@_token_3", "fused @17@": all numbers between marks. */
static void own_marked(const struct owners *owners, const char *name, size_t step)
{
    const char *at = name;
    while ((at = strchr(at, MARK)) != NULL) {
        char *end = NULL;
        long node = isdigit((unsigned char)at[1]) ? strtol(at + 1, &end, 10) : NO_NODE;
        if (end && *end == MARK)
            own(owners, node, step);
        at = end && *end == MARK ? end + 1 : at + 1;
    }
}

static void own_blocked(const struct owners *owners, const char *name, size_t step)
{
    size_t length = strlen(name), tail = strlen(BLOCKED);
    if (length <= tail || strcmp(name + length - tail, BLOCKED) != 0)
        return;
    char *output = xasprintf("%.*s", (int)(length - tail), name);
    own(owners, onnx_names_own(&owners->places->made, output, NO_NODE), step);
    free(output);
}

/* Operators that products and others take on in what they put out: where such a node runs nowhere,
 * and a step makes all that it reads, that step has done its work. */
static bool is_follower(const char *op)
{
    static const char *const ops[] = {"Relu",        "Clip",    "LeakyRelu", "Sigmoid",
                                      "HardSigmoid", "Tanh",    "Add",       "BatchNormalization",
                                      "HardSwish",   "Softplus"};
    for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
        if (strcmp(op, ops[i]) == 0)
            return true;
    return false;
}

/* The last of the steps that make what it reads; NO_STEP: not all is made by steps. */
static size_t followed_by(const struct owners *owners, const struct makers *makers)
{
    size_t last = NO_STEP;
    for (int i = 0; i < makers->count; i++) {
        size_t step = makers->nodes[i] == NO_NODE ? NO_STEP : owners->of[makers->nodes[i]];
        if (makers->nodes[i] != NO_NODE && step == NO_STEP)
            return NO_STEP;
        if (step != NO_STEP && (last == NO_STEP || step > last))
            last = step;
    }
    return last;
}

/* The product that a follower follows, through others of them, whose work no step does yet;
 * NO_NODE: there is none, or it could be one of two. */
static int followed_product(const struct owners *owners, int node)
{
    const struct ort_places *places = owners->places;
    for (int passed = 0; passed < places->n_nodes; passed++) {
        int next = NO_NODE;
        for (int i = 0; i < places->makers[node].count; i++) {
            int maker = places->makers[node].nodes[i];
            if (maker == NO_NODE || owners->of[maker] != NO_STEP)
                continue;
            if (next != NO_NODE && next != maker)
                return NO_NODE;
            next = maker;
        }
        if (next == NO_NODE || ort_is_product(places->ops[next]))
            return next;
        if (!is_follower(places->ops[next]))
            return NO_NODE;
        node = next;
    }
    return NO_NODE;
}

/* A step that is named after what its last follower puts out does the work of a product, too. */
static void own_followed(const struct owners *owners)
{
    const struct ort_places *places = owners->places;
    for (int n = 0; n < places->n_nodes; n++) {
        size_t step = owners->of[n];
        if (step != NO_STEP && is_follower(places->ops[n]))
            own(owners, followed_product(owners, n), step);
    }
}

/* Nodes of a file are in an order in which they could run. */
static void own_followers(const struct owners *owners)
{
    const struct ort_places *places = owners->places;
    for (int n = 0; n < places->n_nodes; n++)
        if (owners->of[n] == NO_STEP && is_follower(places->ops[n]))
            owners->of[n] = followed_by(owners, &places->makers[n]);
}

/* --- what it multiplies ----------------------------------------------------------------------- */

/* Products of a step are all known, or nothing is. */
static void add_up(const struct ort_places *places, const struct product_work *works,
                   struct ort_place *place)
{
    bool is_known = false, is_unknown = false;
    double macs = 0.0, constant_bytes = 0.0;
    for (int i = 0; i < place->n_nodes; i++) {
        const struct product_work *work = &works[place->nodes[i]];
        is_known = is_known || work->is_known;
        is_unknown =
            is_unknown || (ort_is_product(places->ops[place->nodes[i]]) && !work->is_known);
        macs += work->macs;
        constant_bytes += work->constant_bytes;
    }
    bool is_told = is_known && !is_unknown;
    place->macs = is_told ? macs : -1.0;
    place->constant_bytes = is_told ? constant_bytes : -1.0;
}

/* --- answers ---------------------------------------------------------------------------------- */

static void list_nodes(const struct owners *owners, size_t count, struct arena *arena,
                       struct ort_place *list)
{
    const struct ort_places *places = owners->places;
    for (int n = 0; n < places->n_nodes; n++)
        if (owners->of[n] != NO_STEP)
            list[owners->of[n]].n_nodes++;
    int **nodes = xcalloc(count + 1, sizeof(*nodes));
    for (size_t i = 0; i < count; i++) {
        list[i].nodes = nodes[i] =
            arena_alloc(arena, ((size_t)list[i].n_nodes + 1) * sizeof(*nodes[i]));
        list[i].n_nodes = 0;
    }
    for (int n = 0; n < places->n_nodes; n++)
        if (owners->of[n] != NO_STEP)
            nodes[owners->of[n]][list[owners->of[n]].n_nodes++] = n;
    free(nodes);
}

/* "Add, Relu": of more than one node those that follow another. */
static const char *list_merged(const struct ort_places *places, const struct ort_place *place,
                               struct arena *arena)
{
    struct text text = {0};
    bool follows = false; /* the first is what the step is called after, where all could follow */
    for (int i = 0; i < place->n_nodes; i++)
        follows = follows || !is_follower(places->ops[place->nodes[i]]);
    for (int i = 0; i < place->n_nodes; i++) {
        const char *op = places->ops[place->nodes[i]];
        if (follows && is_follower(op))
            text_printf(&text, "%s%s", text.length > 0 ? ", " : "", op);
        follows = true;
    }
    const char *kept = arena_strdup(arena, text.bytes ? text.bytes : "");
    text_release(&text);
    return kept;
}

const struct ort_place *ort_places_find(const struct ort_places *places, const char *const *names,
                                        size_t count, const struct graph *graph,
                                        struct arena *arena)
{
    struct owners owners = {places, xcalloc((size_t)places->n_nodes + 1, sizeof(*owners.of))};
    struct product_work *works = ort_products_measure(places->ops, places->n_nodes, graph);
    struct ort_place *list = arena_alloc(arena, (count + 1) * sizeof(*list));
    for (int n = 0; n < places->n_nodes; n++)
        owners.of[n] = NO_STEP;
    for (size_t i = 0; i < count; i++) {
        own_marked(&owners, names[i], i);
        own_blocked(&owners, names[i], i);
    }
    own_followed(&owners);
    own_followers(&owners);
    list_nodes(&owners, count, arena, list);
    for (size_t i = 0; i < count; i++) {
        list[i].merged = list_merged(places, &list[i], arena);
        add_up(places, works, &list[i]);
    }
    free(works);
    free(owners.of);
    return list;
}
