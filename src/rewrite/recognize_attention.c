/* Scores of attention: queries times transposed keys. */
#include "rewrite/recognize_internal.h"

/* The order of a TRANSPOSE, which is checked; false when it is computed. */
static bool read_order(const struct graph *graph, const struct node *node,
                       int32_t order[SHAPE_RANK_MAX])
{
    const struct tensor *list = node_input(graph, node, 1);
    int rank = node_output(graph, node, 0)->shape.rank;
    if (!list->data || list->type != TYPE_I32 || shape_elements(&list->shape) != (size_t)rank)
        return false;
    for (int i = 0; i < rank; i++)
        order[i] = ((const int32_t *)list->data)[i];
    return true;
}

/* The TRANSPOSE keeps the rows of its source together: its last two dimensions change places. */
static void swap_last(struct graph *graph, struct node *transpose, int32_t order[SHAPE_RANK_MAX])
{
    struct tensor *out = &graph->tensors[transpose->outputs[0]];
    int rank = out->shape.rank;
    int32_t last = order[rank - 1], dim = out->shape.dim[rank - 1];
    order[rank - 1] = order[rank - 2];
    order[rank - 2] = last;
    out->shape.dim[rank - 1] = out->shape.dim[rank - 2];
    out->shape.dim[rank - 2] = dim;
    int inputs[] = {transpose->inputs[0], graph_add_list(graph, order, rank)};
    become(graph, transpose, OP_TRANSPOSE, inputs, 2, NULL);
}

/* Where the last dimension of the source comes last but one, the product can read rows for columns,
 * and whole rows move instead of single elements, or nothing at all. */
bool recognize_transposed_operand(struct graph *graph, struct node *node)
{
    int32_t order[SHAPE_RANK_MAX];
    struct node *transpose =
        node->op == OP_BATCH_MATMUL ? graph_producer(graph, node->inputs[1]) : NULL;
    if (!transpose || transpose->op != OP_TRANSPOSE || graph_uses(graph, node->inputs[1]) != 1 ||
        !read_order(graph, transpose, order))
        return false;
    int rank = node_output(graph, transpose, 0)->shape.rank;
    if (rank < 2 || order[rank - 2] != rank - 1)
        return false;
    swap_last(graph, transpose, order);
    node->params.matmul.adj_y = !node->params.matmul.adj_y;
    bool is_identity = true;
    for (int d = 0; d < rank; d++)
        is_identity = is_identity && order[d] == d;
    if (is_identity) {
        int inputs[] = {node->inputs[0], transpose->inputs[0]};
        union op_params params = node->params;
        become(graph, node, OP_BATCH_MATMUL, inputs, 2, &params);
    }
    return true;
}
