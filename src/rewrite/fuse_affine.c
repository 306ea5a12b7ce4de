/* Batch norms that still stand apart: MUL, ADD and SUB of a constant per channel. */
#include "graph/node_params.h"
#include "rewrite/fuse_internal.h"

/* Whether the tensor is a float constant with one value per index of the last dimension, or one. */
static bool is_per_channel(const struct tensor *tensor, int32_t channels)
{
    size_t elements = shape_elements(&tensor->shape);
    int rank = tensor->shape.rank;
    return fuse_is_float(tensor) && tensor->data &&
           (elements == 1 ||
            (elements == (size_t)channels && rank > 0 && tensor->shape.dim[rank - 1] == channels));
}

/* The other operand of a MUL, ADD or SUB whose first one `before` computes. SUB only has its
 * constant on the right; the others on either side. */
static const struct tensor *constant_operand(const struct graph *graph, const struct node *node,
                                             int *computed)
{
    for (int i = node->op == OP_SUB ? 1 : 0; i < 2; i++) {
        const struct tensor *operand = node_input(graph, node, i);
        if (operand && operand->data) {
            *computed = node->inputs[1 - i];
            return operand;
        }
    }
    return NULL;
}

bool fuse_affine(struct graph *graph, struct node *node, struct fuse_counts *counts)
{
    int computed = NO_TENSOR;
    if (node->op != OP_MUL && node->op != OP_ADD && node->op != OP_SUB)
        return false;
    const struct tensor *constant = constant_operand(graph, node, &computed);
    struct node *before = constant ? fuse_sole_producer(graph, computed) : NULL;
    if (!before || !fuse_is_foldable_product(graph, before))
        return false;
    int32_t channels = fuse_last_dimension(node_output(graph, before, 0));
    if (!is_per_channel(constant, channels) ||
        !shape_equal(&node_output(graph, before, 0)->shape, &node_output(graph, node, 0)->shape))
        return false;
    struct tensor factors = *constant; /* the tensor list moves when constants are added */
    float *bias = fuse_own_bias(graph, before, channels);
    for (int32_t c = 0; c < channels; c++) {
        float value = fuse_value_at(&factors, c);
        bias[c] =
            node->op == OP_MUL ? bias[c] * value : bias[c] + (node->op == OP_SUB ? -value : value);
    }
    if (node->op == OP_MUL)
        fuse_scale_weights(graph, before, &factors);
    *(node->op == OP_MUL ? &counts->scales : &counts->offsets) += 1;
    *node_fused_activation(before) = node_activation(node);
    fuse_replace_by(graph, node, before);
    return true;
}
