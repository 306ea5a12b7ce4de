#include "quantize/range_search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "graph/comparable.h"
#include "graph/summary.h"
#include "quantize/crew.h"
#include "quantize/doing.h"
#include "quantize/judge.h"
#include "quantize/scale.h"
#include "quantize/stages.h"

/* Each costs one pass per candidate: as many as so many multiplications allow, but not fewer than
 * the least. */
#define RUNS_COST  2e10
#define RUNS_LEAST 12
#define RUNS_MOST  64
/* A tighter range has to leave less than this share of the change: with so few runs less may be
 * luck, and what other samples have beyond it is lost. */
#define WORTH 0.9
/* The same of what is put out, whose greatest values may be all that matters; and what the layers
 * before change it by in any case, which makes up for a finer step. */
#define WORTH_OF_OUTPUTS 0.5
#define REST_OF_OUTPUTS  1e-3

struct search {
    const struct graph *graph;
    const struct range_candidates *candidates;
    struct stages *stages;
    size_t runs;
    int *source;     /* per tensor: the one that it is a view of, or itself */
    bool *is_output; /* likewise: of the graph (graph/comparable.h) */
    double *changes; /* per tensor and candidate: a sum of shares */
};

/* One node by itself. */
struct alone {
    const struct search *search;
    const struct node *node;
    struct graph *graph; /* reads what the node reads but constants */
    struct crew_graph opened;
    /* Tensors with candidates: first those that it reads, or views of them, and then those of the
     * graph's outputs that it makes. */
    int *tried;
    int n_tried, n_read;
    double *changes;  /* per run, tried tensor and candidate */
    float **expected; /* per thread and output, in its run; NULL: no real numbers */
};

/* What a softmax makes outputs of is one, too: it hides what becomes of the lesser ones. */
static void find_outputs(const struct search *search)
{
    const struct graph *graph = search->graph;
    int *outputs = xcalloc(COMPARABLE_MAX(graph) + 1, sizeof(*outputs));
    int count = graph_comparable(graph, outputs);
    for (int i = 0; i < count; i++)
        search->is_output[search->source[outputs[i]]] = true;
    free(outputs);
    for (int n = graph->n_nodes - 1; n >= 0; n--) {
        const struct node *node = &graph->nodes[n];
        if ((node->op == OP_SOFTMAX || node->op == OP_LOG_SOFTMAX) &&
            search->is_output[search->source[node->outputs[0]]])
            search->is_output[search->source[node->inputs[0]]] = true;
    }
}

static void find_sources(struct search *search)
{
    const struct graph *graph = search->graph;
    search->source = xcalloc((size_t)graph->n_tensors, sizeof(*search->source));
    for (int t = 0; t < graph->n_tensors; t++)
        search->source[t] = t;
    for (int n = 0; n < graph->n_nodes; n++)
        if (op_has(graph->nodes[n].op, TRAIT_VIEW))
            search->source[graph->nodes[n].outputs[0]] = search->source[graph->nodes[n].inputs[0]];
    search->is_output = xcalloc((size_t)graph->n_tensors, sizeof(*search->is_output));
    find_outputs(search);
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

/* What is put out is judged by itself, whatever reads it. */
static bool is_tried_by_readers(const struct search *search, int source)
{
    return is_tried(search, source) && !search->is_output[source];
}

static void list_tried(struct alone *alone)
{
    const struct search *search = alone->search;
    alone->tried = xcalloc((size_t)(alone->graph->n_inputs + alone->node->n_outputs) + 1,
                           sizeof(*alone->tried));
    for (int i = 0; i < alone->graph->n_inputs; i++) {
        int source = search->source[alone->graph->inputs[i]];
        if (is_tried_by_readers(search, source) && !is_listed(alone->tried, alone->n_tried, source))
            alone->tried[alone->n_tried++] = source;
    }
    alone->n_read = alone->n_tried;
    for (int o = 0; o < alone->node->n_outputs; o++)
        if (search->is_output[alone->node->outputs[o]] && is_tried(search, alone->node->outputs[o]))
            alone->tried[alone->n_tried++] = alone->node->outputs[o];
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

/* What integers of the range make of what the node puts out itself. */
static double change_of_output(const struct alone *alone, float *const *expected, int tensor,
                               struct range range)
{
    int o = 0;
    while (alone->node->outputs[o] != tensor)
        o++;
    size_t count = shape_elements(&alone->search->graph->tensors[tensor].shape);
    float *found = xcalloc(count + 1, sizeof(*found));
    memcpy(found, expected[o], count * sizeof(*found));
    round_trip(found, count, range);
    double change = judge_share(expected[o], found, count);
    free(found);
    return change;
}

/* The first candidate of the tensor that is the same range as the i-th. */
static size_t first_alike(const struct range *items, size_t i)
{
    size_t first = 0;
    while (memcmp(&items[first].low, &items[i].low, sizeof(float)) != 0 ||
           memcmp(&items[first].high, &items[i].high, sizeof(float)) != 0)
        first++;
    return first;
}

/* What each candidate of each tried tensor does to what the node puts out, in one run. */
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
        size_t which = i / candidates->count, k = i % candidates->count;
        int tensor = alone->tried[which];
        const struct range *items = candidates->items + (size_t)tensor * candidates->count;
        size_t alike = first_alike(items, k);
        struct range range = items[k];
        if (alike < k) {
            changes[i] = changes[i - k + alike];
        } else if (which >= (size_t)alone->n_read) {
            changes[i] = change_of_output(alone, expected, tensor, range);
        } else {
            status = run(alone, session, number, tensor, range, error);
            changes[i] = change_of(alone, session, expected);
        }
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

static bool is_to_be_tried(const struct search *search, const struct node *node)
{
    bool is = false;
    for (int i = 0; i < node->n_inputs; i++)
        is |= node->inputs[i] != NO_TENSOR &&
              is_tried_by_readers(search, search->source[node->inputs[i]]);
    for (int i = 0; i < node->n_outputs; i++)
        is |= search->is_output[node->outputs[i]] && is_tried(search, node->outputs[i]);
    return is && !op_has(node->op, TRAIT_VIEW);
}

static enum status try_node(struct search *search, int n, struct error *error)
{
    const struct node *node = &search->graph->nodes[n];
    struct alone alone;
    if (!is_to_be_tried(search, node))
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
        bool is_output = search->is_output[search->source[t]];
        double worth = is_output ? WORTH_OF_OUTPUTS : WORTH;
        double rest = is_output ? (double)search->runs * REST_OF_OUTPUTS : 0.0;
        chosen[t] = 0;
        for (size_t i = 1; i < count; i++)
            if (changes[i] + rest < worth * (changes[chosen[t]] + rest))
                chosen[t] = i;
    }
}

enum status range_search(const struct graph *graph, struct model_data *data,
                         const struct range_candidates *candidates, size_t *chosen,
                         struct error *error)
{
    double most = fmax(RUNS_COST / (graph_macs(graph) + 1.0), RUNS_LEAST);
    size_t all = model_data_runs(data), asked = (size_t)fmin(most, RUNS_MOST);
    struct search search = {
        .graph = graph,
        .candidates = candidates,
        .runs = stages_fitting(graph, all < asked ? all : asked),
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
    free(search.is_output);
    free(search.changes);
    return status;
}
