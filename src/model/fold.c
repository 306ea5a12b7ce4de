#include "model/fold.h"

#include <string.h>

#include "engine/call.h"
#include "graph/axes.h"
#include "graph/infer.h"
#include "graph/summary.h"

static bool is_foldable(const struct graph *graph, const struct node *node)
{
    if (op_has(node->op, TRAIT_STORAGE))
        return false; /* how weights are stored is part of the model */
    for (int i = 0; i < node->n_inputs; i++) {
        const struct tensor *input = node_input(graph, node, i);
        if (input && !input->data)
            return false;
    }
    return true;
}

static enum status fold(struct graph *graph, const struct node *node, struct error *error)
{
    char place[NODE_TEXT_SIZE];
    void **results = arena_alloc(graph->arena, (size_t)node->n_outputs * sizeof(*results));
    if (!allowance_covers(graph, node)) {
        error_set(error, STATUS_UNSUPPORTED, NULL,
                  "computing constants of more than %d times the %llu bytes that are stored, and "
                  "%llu more, is not supported",
                  ALLOWANCE_TIMES, (unsigned long long)graph->allowance.stored,
                  (unsigned long long)ALLOWANCE_BESIDE);
        return error_within(error, "%s: %s", graph->name, node_text(graph, node, place));
    }
    enum status status = call_evaluate(graph, node, graph->arena, results, error);
    for (int i = 0; status == STATUS_OK && i < node->n_outputs; i++)
        graph->tensors[node->outputs[i]].data = results[i];
    return status;
}

/* A graph that was built, not read, stores what it has. */
static void count_stored(struct graph *graph)
{
    if (graph->allowance.stored == 0)
        for (int i = 0; i < graph->n_tensors; i++)
            if (graph->tensors[i].data)
                graph->allowance.stored += tensor_bytes(&graph->tensors[i]);
}

enum status fold_constants(struct graph *graph, struct error *error)
{
    int count;
    count_stored(graph);
    struct node *nodes = graph_take_nodes(graph, &count);
    for (int i = 0; i < count; i++) {
        struct node *node = graph_keep_node(graph, &nodes[i]);
        enum status status = infer_node(graph, node, error);
        if (status == STATUS_OK)
            axes_settle(graph, node);
        if (status == STATUS_OK && (op_has(node->op, TRAIT_OF_SHAPE) || is_foldable(graph, node))) {
            status = fold(graph, node, error);
            graph->n_nodes--;
        }
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}
