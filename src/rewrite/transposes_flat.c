/* Transposed images that are flattened before a FULLY_CONNECTED node. */
#include <string.h>

#include "rewrite/transposes_internal.h"

bool sink_flatten(struct sinker *sinker, const struct node *node)
{
    const struct view *view = sinker_view(sinker, node->inputs[0]);
    const struct shape *out = &node_output(sinker->graph, node, 0)->shape;
    if (node->op != OP_RESHAPE || !view || view->is_flat || out->rank != 2 ||
        view->order.rank != 4 || view->order.at[0] != 0 ||
        out->dim[0] != node_input(sinker->graph, node, 0)->shape.dim[0])
        return false;
    sinker->views[node->outputs[0]] =
        (struct view){.source = view->source,
                      .order = view->order,
                      .origin = origin_join(sinker->graph, &node->origin, &view->origin),
                      .is_flat = true};
    return true;
}

/* Weights [outputs, elements of the flat image] with their columns in the order of the source. */
static int permuted_columns(struct sinker *sinker, int weights, const struct view *view)
{
    struct graph *graph = sinker->graph;
    struct shape image = order_apply(&view->order, &graph->tensors[view->source].shape);
    struct order inverse = order_inverse(&view->order);
    struct tensor as_image = graph->tensors[weights];
    struct shape flat = as_image.shape;
    as_image.shape = image;
    as_image.shape.dim[0] = flat.dim[0];
    int made = permuted_constant(graph, graph_add_tensor(graph, &as_image), &inverse);
    graph->tensors[made].shape = flat;
    return made;
}

/* Weights as a constant, or as one that a DEQUANTIZE widens; NO_TENSOR for anything else. */
static int dense_weights(struct sinker *sinker, int weights, const struct view *view)
{
    struct graph *graph = sinker->graph;
    if (graph->tensors[weights].data)
        return graph->tensors[weights].quant.count <= 1 || graph->tensors[weights].quant.axis == 0
                   ? permuted_columns(sinker, weights, view)
                   : NO_TENSOR;
    const struct node *before = graph_producer(graph, weights);
    if (!before || before->op != OP_DEQUANTIZE || !graph->tensors[before->inputs[0]].data ||
        (graph->tensors[before->inputs[0]].quant.count > 1 &&
         graph->tensors[before->inputs[0]].quant.axis != 0) ||
        graph->tensors[before->inputs[0]].quant.block > 0)
        return NO_TENSOR;
    int stored = permuted_columns(sinker, before->inputs[0], view);
    struct tensor wide = graph->tensors[weights];
    int made = graph_add_tensor(graph, &wide);
    graph_add_node(graph, OP_DEQUANTIZE, &stored, 1, &made, 1, &before->params);
    return made;
}

/* A function of each element of a flat image is one of the image. */
static bool sink_flat_unary(struct sinker *sinker, const struct node *node)
{
    const struct view *view = sinker_view(sinker, node->inputs[0]);
    bool fits =
        node->n_inputs == 1 && node->n_outputs == 1 && view && view->is_flat &&
        (op_has(node->op, TRAIT_STORAGE) || op_table[node->op].activation != ACTIVATION_NONE) &&
        node_output(sinker->graph, node, 0)->quant.count <= 1 &&
        node_input(sinker->graph, node, 0)->quant.count <= 1;
    if (!fits)
        return false;
    struct tensor like = *node_output(sinker->graph, node, 0);
    like.shape = sinker->graph->tensors[view->source].shape;
    struct view flat = *view;
    int source = flat.source;
    flat.source = graph_add_tensor(sinker->graph, &like);
    flat.is_made = false;
    graph_add_node(sinker->graph, node->op, &source, 1, &flat.source, 1, &node->params);
    sinker->views[node->outputs[0]] = flat;
    return true;
}

bool sink_dense(struct sinker *sinker, const struct node *node)
{
    struct graph *graph = sinker->graph;
    if (sink_flat_unary(sinker, node))
        return true;
    const struct view *view = sinker_view(sinker, node->inputs[0]);
    const struct tensor *weights = node_input(graph, node, 1);
    if (node->op != OP_FULLY_CONNECTED || !view || !view->is_flat || !weights ||
        weights->shape.rank != 2 ||
        weights->shape.dim[1] != node_input(graph, node, 0)->shape.dim[1])
        return false;
    struct view flat = *view;
    int permuted = dense_weights(sinker, node->inputs[1], &flat);
    if (permuted == NO_TENSOR)
        return false;
    struct tensor image = graph->tensors[node->inputs[0]];
    int32_t list[SHAPE_RANK_MAX];
    memcpy(list, image.shape.dim, sizeof(list));
    const int inputs[] = {flat.source, graph_add_list(graph, list, image.shape.rank)};
    int reshaped = graph_add_tensor(graph, &image);
    graph_add_node(graph, OP_RESHAPE, inputs, 2, &reshaped, 1, NULL);
    struct node kept = *node;
    kept.inputs = arena_copy(graph->arena, node->inputs, (size_t)node->n_inputs * sizeof(int));
    kept.inputs[0] = reshaped;
    kept.inputs[1] = permuted;
    for (int i = 2; i < kept.n_inputs; i++)
        if (kept.inputs[i] != NO_TENSOR)
            kept.inputs[i] = sinker_make(sinker, kept.inputs[i]);
    graph_keep_node(graph, &kept);
    return true;
}
