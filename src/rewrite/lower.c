#include "rewrite/lower.h"

#include "rewrite/fuse.h"
#include "rewrite/lower_internal.h"

/* By operator; without a function: it stays. */
static const struct {
    bool (*lower)(struct lowering *lowering, const struct node *node);
    bool for_integers; /* what it becomes has integer forms, and it has none */
} rules[OP_COUNT] = {
    [OP_CONV_2D] = {.lower = lower_conv},
    [OP_DEPTHWISE_CONV_2D] = {.lower = lower_conv},
    [OP_TRANSPOSE_CONV] = {.lower = lower_transpose_conv},
    [OP_MAX_POOL_2D] = {.lower = lower_pool},
    [OP_AVERAGE_POOL_2D] = {.lower = lower_pool},
    [OP_LAYER_NORMALIZATION] = {.lower = lower_layer_norm},
    [OP_RESIZE_NEAREST_NEIGHBOR] = {.lower = lower_resize},
    [OP_SILU] = {.lower = lower_silu, .for_integers = true},
};

static void lower_node(struct lowering *lowering, const struct node *node)
{
    if (!rules[node->op].lower || !rules[node->op].lower(lowering, node))
        graph_keep_node(lowering->graph, node);
}

static void lower_any(struct lowering *lowering, const struct node *node)
{
    struct node inner;
    if (!lower_unsigned(lowering, node, &inner)) {
        lower_node(lowering, node);
        return;
    }
    lowering->has_unsigned = true; /* of what is shifted back some is not read */
    lower_node(lowering, &inner);
    graph_add_node(lowering->graph, OP_QUANTIZE, inner.outputs, 1, node->outputs, 1, NULL);
}

enum status graph_split_for_integers(struct graph *graph, struct error *error)
{
    struct lowering lowering = {.graph = graph, .error = error};
    int count;
    const struct node *nodes = graph_take_nodes(graph, &count);
    for (int i = 0; i < count; i++) {
        int first = graph->n_nodes;
        graph->origin = nodes[i].origin;
        if (rules[nodes[i].op].for_integers && !nodes[i].stays_float)
            lower_node(&lowering, &nodes[i]);
        else
            graph_keep_node(graph, &nodes[i]);
        for (int n = first; n < graph->n_nodes; n++)
            graph->nodes[n].is_wide = nodes[i].is_wide;
    }
    return lowering.status;
}

enum status graph_lower(const struct graph *graph, struct graph **lowered, struct error *error)
{
    struct lowering lowering = {.graph = graph_new(graph->name), .error = error};
    lowering.graph->description = graph->description;
    lowering.graph->rounding = graph->rounding;
    lowering.graph->entries = graph->entries;
    lowering.graph->metadata = graph->metadata;
    lowering.graph->n_metadata = graph->n_metadata;
    lowering.graph->rounds_stored = graph->rounds_stored;
    for (int i = 0; i < graph->n_tensors; i++)
        graph_add_tensor(lowering.graph, &graph->tensors[i]);
    graph_set_inputs(lowering.graph, graph->inputs, graph->n_inputs);
    graph_set_outputs(lowering.graph, graph->outputs, graph->n_outputs);
    graph_set_states(lowering.graph, graph->states, graph->n_states);
    for (int i = 0; i < graph->n_nodes; i++) {
        lowering.graph->origin = graph->nodes[i].origin;
        lower_any(&lowering, &graph->nodes[i]);
    }
    if (lowering.has_unsigned)
        graph_drop_dead(lowering.graph);
    *lowered = lowering.graph;
    if (lowering.status != STATUS_OK) {
        graph_free(lowering.graph);
        *lowered = NULL;
    }
    return lowering.status;
}
