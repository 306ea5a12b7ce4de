#include "worker/network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "graph/node_facts.h"
#include "graph/summary.h"
#include "quantize/counterpart.h"
#include "results/json_text.h"
#include "worker/messages.h"

/* Operators beyond these, or beyond about so many bytes, are counted and not told: nobody reads
 * them one by one, and each candidate's are in the journal. */
#define OPERATORS_MOST 4096
#define BYTES_MOST     (1u << 20)
/* Likewise inputs, outputs and variables, of each kind. */
#define ENDS_MOST 64
/* Bytes of a text that are told. */
#define TEXT_MOST 200
/* What an operator takes beside its texts, about; likewise a tensor. */
#define OPERATOR_BYTES 120
#define TENSOR_BYTES   90

struct telling {
    const struct graph *graph;
    struct range *seen; /* per tensor of the graph; NULL: there was no calibration */
    int *place;         /* likewise one more than its place among those that are told; 0: none */
    json_t *tensors;
    size_t bytes; /* of what is told so far, about */
};

/* Names are the file's, and may be of any length. */
static json_t *say_cut(const char *text)
{
    size_t length = strlen(text);
    if (length <= TEXT_MOST)
        return json_said(text);
    char *cut = xstrdup(text);
    memcpy(cut + TEXT_MOST, "...", sizeof("..."));
    json_t *said = json_said(cut);
    free(cut);
    return said;
}

/* What calibration saw, by the tensors of the graph. To be freed; NULL: nothing. */
static struct range *find_seen(const struct candidate *candidate)
{
    const struct range *real = candidate->quantizer ? quantizer_seen(candidate->quantizer) : NULL;
    const struct graph *made = candidate->graph;
    if (!real)
        return NULL;
    struct counterparts parts = counterparts_find(quantizer_graph(candidate->quantizer), made);
    struct range *seen = xcalloc((size_t)made->n_tensors, sizeof(*seen));
    for (int i = 0; i < made->n_tensors; i++)
        if (parts.real_of[i] != NO_TENSOR)
            seen[i] = real[parts.real_of[i]];
    counterparts_release(&parts);
    return seen;
}

/* One scale with its zero point, several by their ends. */
static void tell_scales(const struct quantization *quant, json_t *object)
{
    float low = INFINITY, high = -INFINITY;
    for (int i = 0; i < quant->count; i++) {
        low = fminf(low, quant->scale[i]);
        high = fmaxf(high, quant->scale[i]);
    }
    if (quant->count == 1) {
        json_object_set_new(object, "scale", json_real((double)low));
        json_object_set_new(object, "zero_point", json_integer(quant->zero_point[0]));
    } else if (quant->count > 1) {
        json_object_set_new(object, "scales", json_integer(quant->count));
        json_object_set_new(object, "scale", json_pack("[f, f]", (double)low, (double)high));
        json_object_set_new(object, "axis", json_integer(quant->axis));
    }
    if (quant->block > 0)
        json_object_set_new(object, "block", json_integer(quant->block));
}

static json_t *pack_tensor(const struct telling *telling, int number)
{
    const struct tensor *tensor = &telling->graph->tensors[number];
    const struct range *seen = telling->seen ? &telling->seen[number] : NULL;
    char shape[SHAPE_TEXT_SIZE];
    json_t *object = json_pack("{s:o, s:s, s:s}", "name", say_cut(tensor->name), "type",
                               type_name(tensor->type), "shape", shape_text(&tensor->shape, shape));
    if (tensor->data)
        json_object_set_new(object, "bytes", json_integer((json_int_t)tensor_bytes(tensor)));
    if (tensor->bits > 0)
        json_object_set_new(object, "bits", json_integer(tensor->bits));
    tell_scales(&tensor->quant, object);
    if (seen && seen->seen && !tensor->data)
        json_object_set_new(object, "seen",
                            json_pack("[f, f]", (double)seen->low, (double)seen->high));
    return object;
}

/* Its place among those that are told, where it is put unless it is there. */
static json_t *refer(struct telling *telling, int number)
{
    if (number == NO_TENSOR)
        return json_integer(-1);
    if (telling->place[number] == 0) {
        json_array_append_new(telling->tensors, pack_tensor(telling, number));
        telling->place[number] = (int)json_array_size(telling->tensors);
        telling->bytes += TENSOR_BYTES + strnlen(telling->graph->tensors[number].name, TEXT_MOST);
    }
    return json_integer(telling->place[number] - 1);
}

static json_t *refer_all(struct telling *telling, const int *numbers, int count)
{
    json_t *list = json_array();
    for (int i = 0; i < count; i++)
        json_array_append_new(list, refer(telling, numbers[i]));
    return list;
}

/* Where there are any. */
static void set_count(json_t *object, const char *key, double count)
{
    if (count > 0.0)
        json_object_set_new(object, key, message_number(count));
}

/* What says nothing is left out. */
static void set_text(json_t *object, const char *key, struct text *text)
{
    if (text->length > 0)
        json_object_set_new(object, key, say_cut(text->bytes));
    text_release(text);
}

/* The weights of products, whose place among the inputs goes with the operator. */
static void set_weights(struct telling *telling, const struct node *node, json_t *object)
{
    int at = op_table[node->op].quant.weight_input;
    if (at != NO_INPUT && at < node->n_inputs && node->inputs[at] != NO_TENSOR)
        json_object_set_new(object, "weights", refer(telling, node->inputs[at]));
}

static json_t *pack_operator(struct telling *telling, const struct node *node)
{
    const struct graph *graph = telling->graph;
    struct text window = {0}, params = {0}, activation = {0};
    json_t *object = json_pack("{s:s, s:o, s:o}", "op", op_name(node->op), "inputs",
                               refer_all(telling, node->inputs, node->n_inputs), "outputs",
                               refer_all(telling, node->outputs, node->n_outputs));
    set_count(object, "macs", node_macs(graph, node));
    set_count(object, "parameters", node_parameters(graph, node));
    set_weights(telling, node, object);
    node_print_window(graph, node, &window);
    node_print_params(node, &params);
    node_print_activation(node, &activation);
    telling->bytes += OPERATOR_BYTES + params.length;
    set_text(object, "window", &window);
    set_text(object, "activation", &activation);
    set_text(object, "params", &params);
    return object;
}

/* One that would take too much by its tensors is not begun. */
static bool has_room(const struct telling *telling, const struct node *node)
{
    size_t most = (size_t)(node->n_inputs + node->n_outputs) * (TENSOR_BYTES + TEXT_MOST);
    return telling->bytes + most <= BYTES_MOST;
}

static json_t *list_operators(struct telling *telling)
{
    const struct graph *graph = telling->graph;
    json_t *list = json_array();
    for (int n = 0; n < graph->n_nodes && n < OPERATORS_MOST; n++) {
        if (!has_room(telling, &graph->nodes[n]))
            break;
        json_array_append_new(list, pack_operator(telling, &graph->nodes[n]));
    }
    return list;
}

static json_t *list_states(struct telling *telling)
{
    const struct graph *graph = telling->graph;
    json_t *list = json_array();
    for (int i = 0; i < graph->n_states && i < ENDS_MOST; i++)
        json_array_append_new(list, refer(telling, graph->states[i].tensor));
    return list;
}

static int at_most(int count, int most)
{
    return count < most ? count : most;
}

/* {type: bytes} of all constants that nodes read, each once. */
static json_t *sum_constants(const struct graph *graph)
{
    double bytes[TYPE_COUNT] = {0.0};
    bool *counted = xcalloc((size_t)graph->n_tensors, sizeof(*counted));
    json_t *sums = json_object();
    for (int n = 0; n < graph->n_nodes; n++)
        for (int i = 0; i < graph->nodes[n].n_inputs; i++) {
            const struct tensor *tensor = node_input(graph, &graph->nodes[n], i);
            if (!tensor || !tensor->data || counted[tensor - graph->tensors])
                continue;
            counted[tensor - graph->tensors] = true;
            bytes[tensor->type] += (double)tensor_bytes(tensor);
        }
    for (enum type type = 0; type < TYPE_COUNT; type++)
        if (bytes[type] > 0.0)
            json_object_set_new(sums, type_name(type), json_integer((json_int_t)bytes[type]));
    free(counted);
    return sums;
}

/* Ends first: they are told however large the graph is. */
static void tell_graph(struct telling *telling, json_t *event)
{
    const struct graph *graph = telling->graph;
    const int inputs = at_most(graph->n_inputs, ENDS_MOST);
    const int outputs = at_most(graph->n_outputs, ENDS_MOST);
    json_object_set_new(event, "inputs", refer_all(telling, graph->inputs, inputs));
    json_object_set_new(event, "outputs", refer_all(telling, graph->outputs, outputs));
    json_object_set_new(event, "variables", list_states(telling));
    json_object_set_new(event, "ends",
                        json_pack("[i, i, i]", graph->n_inputs, graph->n_outputs, graph->n_states));
    json_object_set_new(event, "operators", list_operators(telling));
    json_object_set_new(event, "tensors", telling->tensors);
}

/* Whether activations that are told as int8 are uint8 in the file: those that it was read with, or
 * that its format has. */
static bool has_unsigned(const struct candidate *candidate)
{
    const struct quantizer *quantizer = candidate->quantizer;
    enum type written = quantizer ? quantizer_options(quantizer)->activations : TYPE_U8;
    bool is_made = !candidate->is_kept && candidate->format->pairs_scales && written == TYPE_U8;
    for (int i = 0; i < candidate->graph->n_tensors; i++) {
        const struct tensor *tensor = &candidate->graph->tensors[i];
        bool is_activation = tensor->type == TYPE_I8 && tensor->quant.count == 1 && !tensor->data;
        if (candidate->is_kept ? tensor->shift != 0 : is_made && is_activation)
            return true;
    }
    return false;
}

/* How the file spells what is told otherwise. */
static void print_spelling(const struct candidate *candidate, struct text *out)
{
    const struct graph *graph = candidate->graph;
    if (candidate->origins.count != graph->n_nodes)
        text_printf(out, "%d operators in the place of these %d", candidate->origins.count,
                    graph->n_nodes);
    if (candidate->format->pairs_scales)
        text_printf(out, "%simages are NCHW", out->length > 0 ? "; " : "");
    if (has_unsigned(candidate))
        text_printf(out, "%sactivations shown as int8 are uint8, their zero points 128 higher",
                    out->length > 0 ? "; " : "");
}

json_t *network_event(const struct candidate *candidate)
{
    const struct graph *graph = candidate->graph;
    struct telling telling = {.graph = graph,
                              .seen = find_seen(candidate),
                              .place = xcalloc((size_t)graph->n_tensors, sizeof(int)),
                              .tensors = json_array()};
    struct text version = {0}, spelling = {0};
    json_t *event =
        json_pack("{s:s, s:s, s:o, s:s, s:i, s:o, s:o, s:o}", "event", "network", "format",
                  candidate->format->name, "description", say_cut(graph->description), "arithmetic",
                  graph_arithmetic(graph), "count", graph->n_nodes, "parameters",
                  message_number(graph_parameters(graph)), "macs",
                  message_number(graph_macs(graph)), "constants", sum_constants(graph));
    candidate->format->print_version(candidate->bytes, candidate->size, &version);
    set_text(event, "version", &version);
    print_spelling(candidate, &spelling);
    set_text(event, "spelling", &spelling);
    tell_graph(&telling, event);
    free(telling.seen);
    free(telling.place);
    return event;
}
