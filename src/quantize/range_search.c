#include "quantize/range_search.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "quantize/crew.h"
#include "quantize/doing.h"
#include "quantize/judge.h"
#include "quantize/scale.h"
#include "quantize/stages.h"

/* Each costs one pass per candidate. */
#define RUNS 16
/* A tighter range has to leave less than this share of the change: with so few runs less may be
 * luck, and what other samples have beyond it is lost. */
#define WORTH 0.9

struct search {
    const struct graph *graph;
    const struct range_candidates *candidates;
    struct stages *stages;
    size_t runs;
    int *source;     /* per tensor: the one that it is a view of, or itself */
    double *changes; /* per tensor and candidate */
};

/* One node by itself. */
struct alone {
    const struct search *search;
    const struct node *node;
    struct graph *graph; /* reads what the node reads but constants */
    struct crew_graph opened;
    int *tried; /* tensors, and views of them, that it reads and that have candidates */
    int n_tried;
    double *changes;  /* per run, tried tensor and candidate */
    float **expected; /* per thread and output, in its run; NULL: no real numbers */
};

static void find_sources(struct search *search)
{
    const struct graph *graph = search->graph;
    search->source = xcalloc((size_t)graph->n_tensors, sizeof(*search->source));
    for (int t = 0; t < graph->n_tensors; t++)
        search->source[t] = t;
    for (int n = 0; n < graph->n_nodes; n++)
        if (op_has(graph->nodes[n].op, TRAIT_VIEW))
            search->source[graph->nodes[n].outputs[0]] = search->source[graph->nodes[n].inputs[0]];
}

static void alone_close(struct alone *alone)
{
    for (int i = 0; i < alone->opened.count * alone->node->n_outputs; i++)
        free(alone->expected[i]);
    free(alone->expected);
    free(alone->tried);
    free(alone->changes);
    crew_close(&alone->opened);
    graph_free(alone->graph);
}

static bool is_listed(const int *list, int count, int tensor)
{
    for (int i = 0; i < count; i++)
        if (list[i] == tensor)
            return true;
    return false;
}

static struct graph *cut_out(const struct graph *graph, int n)
{
    struct graph *part = graph_share(graph);
    int count, n_inputs = 0;
    struct node *nodes = graph_take_nodes(part, &count);
    int *inputs = xcalloc((size_t)nodes[n].n_inputs + 1, sizeof(*inputs));
    graph_keep_node(part, &nodes[n]);
    for (int i = 0; i < nodes[n].n_inputs; i++) {
        const struct tensor *input = node_input(graph, &nodes[n], i);
        if (input && !input->data && !is_listed(inputs, n_inputs, nodes[n].inputs[i]))
            inputs[n_inputs++] = nodes[n].inputs[i];
    }
    graph_set_inputs(part, inputs, n_inputs);
    graph_set_outputs(part, nodes[n].outputs, nodes[n].n_outputs);
    free(inputs);
    return part;
}

static bool is_tried(const struct search *search, int source)
{
    return search->graph->tensors[source].type == TYPE_F32 &&
           search->candidates->items[(size_t)source * search->candidates->count].seen;
}

static void list_tried(struct alone *alone)
{
    const struct search *search = alone->search;
    alone->tried = xcalloc((size_t)alone->graph->n_inputs + 1, sizeof(*alone->tried));
    for (int i = 0; i < alone->graph->n_inputs; i++) {
        int source = search->source[alone->graph->inputs[i]];
        if (is_tried(search, source) && !is_listed(alone->tried, alone->n_tried, source))
            alone->tried[alone->n_tried++] = source;
    }
    alone->changes = xcalloc(search->runs * (size_t)alone->n_tried * search->candidates->count,
                             sizeof(*alone->changes));
}

static enum status alone_open(const struct search *search, int n, struct alone *alone,
                              struct error *error)
{
    const struct plan_options options = {.threads = 1, .isa = isa_best()};
    const struct graph *graph = search->graph;
    *alone = (struct alone){.search = search, .node = &graph->nodes[n], .graph = cut_out(graph, n)};
    list_tried(alone);
    enum status status = crew_open(alone->graph, &options, &alone->opened, error);
    int outputs = alone->node->n_outputs, count = alone->opened.count * outputs;
    alone->expected = xcalloc((size_t)count, sizeof(*alone->expected));
    for (int i = 0; i < count; i++) {
        const struct tensor *output = node_output(graph, alone->node, i % outputs);
        if (output->type == TYPE_F32)
            alone->expected[i] = xcalloc(shape_elements(&output->shape), sizeof(float));
    }
    return status;
}

/* What integers make of the elements, in their place. Adding 1.5 * 2^23 rounds to a whole
 * number. */
static void round_trip(float *elements, size_t count, struct range range)
{
    const struct scale scale = scale_for_range(TYPE_I8, range.low, range.high);
    const float shifter = 0x1.8p23f, low = (float)(INT8_MIN - scale.zero_point);
    const float high = (float)(INT8_MAX - scale.zero_point);
    for (size_t i = 0; i < count; i++) {
        float steps = elements[i] / scale.scale;
        steps = steps < low ? low : steps;
        steps = steps > high ? high : steps;
        elements[i] = ((steps + shifter) - shifter) * scale.scale;
    }
}

/* Runs the node; where changed is a tensor, with what integers of the range make of it. */
static enum status run(const struct alone *alone, struct session *session, size_t number,
                       int changed, struct range range, struct error *error)
{
    const struct search *search = alone->search;
    for (int i = 0; i < alone->graph->n_inputs; i++) {
        int tensor = alone->graph->inputs[i];
        const struct tensor *info = &search->graph->tensors[tensor];
        void *place = session_input(session, i);
        memcpy(place, stages_elements(search->stages, number, tensor), tensor_bytes(info));
        if (search->source[tensor] == changed && info->type == TYPE_F32)
            round_trip(place, shape_elements(&info->shape), range);
    }
    session_run(session);
    return session_check(session, error);
}

static void keep_expected(const struct alone *alone, const struct session *session,
                          float **expected)
{
    for (int i = 0; i < alone->node->n_outputs; i++)
        if (expected[i])
            memcpy(expected[i], session_output(session, i),
                   tensor_bytes(node_output(alone->graph, alone->node, i)));
}

static double change_of(const struct alone *alone, const struct session *session, float *const *all)
{
    double sum = 0.0;
    for (int o = 0; o < alone->node->n_outputs; o++)
        if (all[o])
            sum += judge_share(all[o], session_output(session, o),
                               shape_elements(&node_output(alone->graph, alone->node, o)->shape));
    return sum;
}

/* What each candidate of each tensor that the node reads does to its outputs in one run. */
static enum status try_run(void *context, struct session *session, int thread, size_t number,
                           struct error *error)
{
    const struct alone *alone = context;
    const struct range_candidates *candidates = alone->search->candidates;
    float **expected = alone->expected + (size_t)thread * (size_t)alone->node->n_outputs;
    size_t count = (size_t)alone->n_tried * candidates->count;
    double *changes = alone->changes + number * count;
    enum status status = run(alone, session, number, NO_TENSOR, (struct range){0}, error);
    keep_expected(alone, session, expected);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        int source = alone->tried[i / candidates->count];
        size_t at = (size_t)source * candidates->count + i % candidates->count;
        status = run(alone, session, number, source, candidates->items[at], error);
        changes[i] = change_of(alone, session, expected);
    }
    return status;
}

/* In the order of the runs, whoever did them. */
static void add_changes(const struct search *search, const struct alone *alone)
{
    size_t candidates = search->candidates->count, count = (size_t)alone->n_tried * candidates;
    for (size_t k = 0; k < search->runs * count; k++) {
        size_t i = k % count;
        search->changes[(size_t)alone->tried[i / candidates] * candidates + i % candidates] +=
            alone->changes[k];
    }
}

static bool reads_tried(const struct search *search, const struct node *node)
{
    for (int i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] != NO_TENSOR && is_tried(search, search->source[node->inputs[i]]))
            return true;
    return false;
}

static enum status try_node(struct search *search, int n, struct error *error)
{
    const struct node *node = &search->graph->nodes[n];
    struct alone alone;
    if (op_has(node->op, TRAIT_VIEW) || !reads_tried(search, node))
        return STATUS_OK;
    enum status status = stages_run(search->stages, n, error);
    if (status != STATUS_OK)
        return status;
    status = alone_open(search, n, &alone, error);
    if (status == STATUS_OK)
        status = crew_run(&alone.opened, try_run, &alone, search->runs, error);
    if (status == STATUS_OK)
        add_changes(search, &alone);
    alone_close(&alone);
    return status;
}

static void choose(const struct search *search, size_t *chosen)
{
    size_t count = search->candidates->count;
    for (int t = 0; t < search->graph->n_tensors; t++) {
        const double *changes = search->changes + (size_t)search->source[t] * count;
        chosen[t] = 0;
        for (size_t i = 1; i < count; i++)
            if (changes[i] < WORTH * changes[chosen[t]])
                chosen[t] = i;
    }
}

enum status range_search(const struct graph *graph, struct model_data *data,
                         const struct range_candidates *candidates, size_t *chosen,
                         struct error *error)
{
    size_t all = model_data_runs(data);
    struct search search = {
        .graph = graph,
        .candidates = candidates,
        .runs = stages_fitting(graph, all < RUNS ? all : RUNS),
        .changes = xcalloc((size_t)graph->n_tensors * candidates->count, sizeof(double)),
    };
    enum status status = stages_new(graph, data, search.runs, &search.stages, error);
    find_sources(&search);
    for (int n = 0; n < graph->n_nodes && status == STATUS_OK; n++) {
        doing_tell(DOING_SEARCH, (size_t)n + 1, (size_t)graph->n_nodes);
        status = try_node(&search, n, error);
    }
    choose(&search, chosen);
    stages_free(search.stages);
    free(search.source);
    free(search.changes);
    return status;
}
