/* LAYER_NORMALIZATION spelled out. */
#include "rewrite/lower_internal.h"

static int binary(struct lowering *lowering, enum op op, int a, int b, int like)
{
    const int inputs[] = {a, b};
    return lower_add(lowering, op, inputs, 2, NULL, like, false);
}

static int mean(struct lowering *lowering, int x, int axes, int like)
{
    const union op_params params = {.reduce = {.keep_dims = 1}};
    const int inputs[] = {x, axes};
    return lower_add(lowering, OP_MEAN, inputs, 2, &params, like, false);
}

/* ((x - mean) * rsqrt(variance + epsilon)) * factors + offsets, which recognize.h finds again. */
bool lower_layer_norm(struct lowering *lowering, const struct node *node)
{
    int x = node->inputs[0], out = node->outputs[0];
    int rank = lowering->graph->tensors[x].shape.rank, count = 0;
    int32_t axes[SHAPE_RANK_MAX];
    for (int i = node->params.norm.axis; i < rank; i++)
        axes[count++] = i;
    int list = graph_add_list(lowering->graph, axes, count);
    int middle = mean(lowering, x, list, out);
    int squares = binary(lowering, OP_SQUARED_DIFFERENCE, x, middle, out);
    int epsilon = lower_reals(lowering, &node->params.norm.epsilon, (struct shape){0});
    int sum = binary(lowering, OP_ADD, mean(lowering, squares, list, out), epsilon, out);
    int root = lower_add(lowering, OP_RSQRT, &sum, 1, NULL, out, false);
    int difference = binary(lowering, OP_SUB, x, middle, out);
    const int product[] = {binary(lowering, OP_MUL, difference, root, out), node->inputs[1]};
    bool has_offsets = node_input(lowering->graph, node, 2) != NULL;
    int result = lower_add(lowering, OP_MUL, product, 2, NULL, out, !has_offsets);
    const int offset[] = {result, has_offsets ? node->inputs[2] : NO_TENSOR};
    if (has_offsets)
        lower_add(lowering, OP_ADD, offset, 2, NULL, out, true);
    return true;
}
