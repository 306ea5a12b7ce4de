#include "rewrite/transposes.h"

#include <stdlib.h>

#include "base/memory.h"
#include "graph/links.h"
#include "rewrite/transposes_internal.h"

static bool read_order(const struct graph *graph, const struct node *node, struct order *order)
{
    const struct tensor *list = node_input(graph, node, 1);
    int rank = node_input(graph, node, 0)->shape.rank;
    if (!list || !list->data || shape_elements(&list->shape) != (size_t)rank)
        return false;
    order->rank = rank;
    for (int i = 0; i < rank; i++)
        order->at[i] = (int8_t)(list->type == TYPE_I64 ? ((const int64_t *)list->data)[i]
                                                       : ((const int32_t *)list->data)[i]);
    return true;
}

/* Weights that a DEQUANTIZE widens are stored in another order. */
static bool permute_stored(struct sinker *sinker, int wide, const struct order *order, int result)
{
    struct graph *graph = sinker->graph;
    const struct node *dequantize = graph_producer(graph, wide);
    if (!dequantize || dequantize->op != OP_DEQUANTIZE ||
        !graph->tensors[dequantize->inputs[0]].data)
        return false;
    int stored = permuted_constant(graph, dequantize->inputs[0], order);
    graph_add_node(graph, OP_DEQUANTIZE, &stored, 1, &result, 1, NULL);
    return true;
}

/* A transposition is remembered, not added. */
static bool take_transpose(struct sinker *sinker, const struct node *node)
{
    struct order order;
    if (node->op != OP_TRANSPOSE || !read_order(sinker->graph, node, &order))
        return false;
    int source = node->inputs[0];
    const struct view *view = sinker_view(sinker, source);
    struct origin origin = node->origin;
    if (view && !view->is_flat) {
        source = view->source;
        origin = origin_join(sinker->graph, &origin, &view->origin);
        order = order_compose(&view->order, &order);
    } else {
        source = sinker_make(sinker, source);
    }
    if (!permute_stored(sinker, source, &order, node->outputs[0]))
        sinker_set_view(sinker, node->outputs[0], source, &order, &origin);
    return true;
}

/* A node that minds: its inputs are made as it knows them. */
static void keep_node(struct sinker *sinker, const struct node *node)
{
    int *inputs = arena_alloc(sinker->graph->arena, (size_t)node->n_inputs * sizeof(*inputs));
    for (int i = 0; i < node->n_inputs; i++)
        inputs[i] = node->inputs[i] == NO_TENSOR ? NO_TENSOR : sinker_make(sinker, node->inputs[i]);
    struct node kept = *node;
    kept.inputs = inputs;
    graph_keep_node(sinker->graph, &kept);
}

static bool has_transposes(const struct graph *graph)
{
    for (int i = 0; i < graph->n_nodes; i++)
        if (graph->nodes[i].op == OP_TRANSPOSE)
            return true;
    return false;
}

void graph_sink_transposes(struct graph *graph)
{
    if (!has_transposes(graph))
        return;
    struct sinker sinker = {.graph = graph, .n_views = graph->n_tensors};
    int count;
    links_keep(graph);
    const struct node *nodes = graph_take_nodes(graph, &count);
    sinker.views = xcalloc((size_t)sinker.n_views, sizeof(*sinker.views));
    for (int i = 0; i < sinker.n_views; i++)
        sinker.views[i].source = NO_TENSOR;
    for (int i = 0; i < count; i++) {
        const struct node *node = &nodes[i];
        graph->origin = node->origin;
        if (!take_transpose(&sinker, node) && !sink_flatten(&sinker, node) &&
            !sink_dense(&sinker, node) && !sink_node(&sinker, node))
            keep_node(&sinker, node);
    }
    sinker_make_outputs(&sinker);
    links_drop(graph);
    free(sinker.views);
}
