#include "quantize/stages.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "quantize/crew.h"

#define BYTES_MOST ((size_t)512 << 20)

struct stages {
    const struct graph *graph;
    size_t count;
    int end;
    int *last_use;         /* per tensor: the last node that reads it, or -1 */
    unsigned char **bytes; /* per tensor: its elements in all runs, or NULL */
};

/* Per tensor, to be freed. */
static int *find_uses(const struct graph *graph)
{
    int *last_use = xcalloc((size_t)graph->n_tensors, sizeof(*last_use));
    for (int t = 0; t < graph->n_tensors; t++)
        last_use[t] = -1;
    for (int n = 0; n < graph->n_nodes; n++)
        for (int i = 0; i < graph->nodes[n].n_inputs; i++)
            if (node_input(graph, &graph->nodes[n], i))
                last_use[graph->nodes[n].inputs[i]] = n;
    return last_use;
}

/* The most bytes of one run that are kept at a time: those of all tensors that are read later. */
static size_t bytes_of_run(const struct graph *graph)
{
    int *last_use = find_uses(graph);
    size_t now = 1, most = 1;
    for (int i = 0; i < graph->n_inputs; i++)
        now += tensor_bytes(&graph->tensors[graph->inputs[i]]);
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        for (int i = 0; i < node->n_outputs; i++)
            now += tensor_bytes(&graph->tensors[node->outputs[i]]);
        most = now > most ? now : most;
        for (int t = 0; t < graph->n_tensors; t++)
            if (last_use[t] == n && !graph->tensors[t].data)
                now -= tensor_bytes(&graph->tensors[t]);
    }
    free(last_use);
    return most;
}

size_t stages_fitting(const struct graph *graph, size_t runs)
{
    size_t most = BYTES_MOST / bytes_of_run(graph);
    most = most > 0 ? most : 1;
    return runs < most ? runs : most;
}

size_t stages_chosen(size_t i, size_t count, size_t all)
{
    return i * all / count;
}

static enum status keep(struct stages *stages, int tensor, struct error *error)
{
    const struct tensor *info = &stages->graph->tensors[tensor];
    size_t size = tensor_bytes(info);
    if (!stages->bytes[tensor])
        stages->bytes[tensor] = memory_try(stages->count * (size + 1));
    if (stages->bytes[tensor])
        return STATUS_OK;
    return error_set(error, STATUS_MEMORY, stages->graph->name,
                     "not enough memory for %zu times %zu bytes of calibration", stages->count,
                     size);
}

static void *place_of(const struct stages *stages, size_t run, int tensor)
{
    return stages->bytes[tensor] + run * tensor_bytes(&stages->graph->tensors[tensor]);
}

static enum status read_inputs(struct stages *stages, struct model_data *data, struct error *error)
{
    const struct graph *graph = stages->graph;
    void **inputs = xcalloc((size_t)graph->n_inputs, sizeof(*inputs));
    enum status status = STATUS_OK;
    for (int i = 0; i < graph->n_inputs && status == STATUS_OK; i++)
        status = keep(stages, graph->inputs[i], error);
    for (size_t run = 0; run < stages->count && status == STATUS_OK; run++) {
        for (int i = 0; i < graph->n_inputs; i++)
            inputs[i] = place_of(stages, run, graph->inputs[i]);
        status = model_data_read(data, stages_chosen(run, stages->count, model_data_runs(data)),
                                 inputs, error);
    }
    free(inputs);
    return status;
}

enum status stages_new(const struct graph *graph, struct model_data *data, size_t count,
                       struct stages **stages, struct error *error)
{
    struct stages *made = xcalloc(1, sizeof(*made));
    assert(graph->n_states == 0);
    made->graph = graph;
    made->count = count;
    made->last_use = find_uses(graph);
    made->bytes = xcalloc((size_t)graph->n_tensors, sizeof(*made->bytes));
    enum status status = read_inputs(made, data, error);
    if (status != STATUS_OK) {
        stages_free(made);
        made = NULL;
    }
    *stages = made;
    return status;
}

void stages_free(struct stages *stages)
{
    if (!stages)
        return;
    for (int t = 0; t < stages->graph->n_tensors; t++)
        free(stages->bytes[t]);
    free(stages->bytes);
    free(stages->last_use);
    free(stages);
}

/* The nodes from the last end to the next as a graph of their own: it reads what is kept, and puts
 * out what is to be. */
static struct graph *cut(const struct stages *stages, int end)
{
    const struct graph *graph = stages->graph;
    struct graph *part = graph_share(graph);
    int count, n_inputs = 0, n_outputs = 0;
    int *ends = xcalloc((size_t)graph->n_tensors, sizeof(*ends));
    struct node *nodes = graph_take_nodes(part, &count);
    bool *reads = xcalloc((size_t)graph->n_tensors, sizeof(*reads));
    for (int n = stages->end; n < end; n++) {
        graph_keep_node(part, &nodes[n]);
        for (int i = 0; i < nodes[n].n_inputs; i++)
            if (nodes[n].inputs[i] != NO_TENSOR)
                reads[nodes[n].inputs[i]] = true;
    }
    for (int t = 0; t < graph->n_tensors; t++)
        if (reads[t] && stages->bytes[t])
            ends[n_inputs++] = t;
    graph_set_inputs(part, ends, n_inputs);
    for (int n = stages->end; n < end; n++)
        for (int i = 0; i < nodes[n].n_outputs; i++)
            if (stages->last_use[nodes[n].outputs[i]] >= end)
                ends[n_outputs++] = nodes[n].outputs[i];
    graph_set_outputs(part, ends, n_outputs);
    free(ends);
    free(reads);
    return part;
}

struct part {
    const struct stages *stages;
    const struct graph *graph;
};

static enum status run_part(void *context, struct session *session, int thread, size_t run,
                            struct error *error)
{
    const struct part *part = context;
    const struct graph *graph = part->graph;
    (void)thread;
    for (int i = 0; i < graph->n_inputs; i++)
        memcpy(session_input(session, i), place_of(part->stages, run, graph->inputs[i]),
               tensor_bytes(&graph->tensors[graph->inputs[i]]));
    session_run(session);
    for (int i = 0; i < graph->n_outputs; i++)
        memcpy(place_of(part->stages, run, graph->outputs[i]), session_output(session, i),
               tensor_bytes(&graph->tensors[graph->outputs[i]]));
    return session_check(session, error);
}

static enum status run_all(struct stages *stages, const struct graph *graph, struct error *error)
{
    const struct plan_options options = {.threads = 1, .isa = isa_best(), .merges = true};
    struct part part = {stages, graph};
    struct crew_graph opened;
    enum status status = crew_open(graph, &options, &opened, error);
    for (int i = 0; i < graph->n_outputs && status == STATUS_OK; i++)
        status = keep(stages, graph->outputs[i], error);
    if (status == STATUS_OK)
        status = crew_run(&opened, run_part, &part, stages->count, error);
    crew_close(&opened);
    return status;
}

static void drop_unread(struct stages *stages)
{
    for (int t = 0; t < stages->graph->n_tensors; t++)
        if (stages->last_use[t] < stages->end)
            FREE_AND_NULL(stages->bytes[t]);
}

enum status stages_run(struct stages *stages, int end, struct error *error)
{
    if (end <= stages->end)
        return STATUS_OK;
    struct graph *part = cut(stages, end);
    enum status status = part->n_outputs > 0 ? run_all(stages, part, error) : STATUS_OK;
    graph_free(part);
    stages->end = end;
    drop_unread(stages);
    return status;
}

const void *stages_elements(const struct stages *stages, size_t run, int tensor)
{
    assert(stages->bytes[tensor]);
    return place_of(stages, run, tensor);
}
