/* The scale of attention scores, a number, moved into the weights of the queries. */
#include <math.h>

#include "rewrite/fuse_internal.h"

/* So many nodes stand between a scale and the product above it at most. */
#define NODES_BETWEEN 8

/* The factor of a MUL, or DIV, by a constant number, and the other operand. */
static bool read_factor(const struct graph *graph, const struct node *node, float *factor,
                        int *computed)
{
    for (int i = node->op == OP_DIV ? 1 : 0; i < 2; i++) {
        const struct tensor *number = node_input(graph, node, i);
        if (!number->data || number->type != TYPE_F32 || shape_elements(&number->shape) != 1)
            continue;
        *factor = *(const float *)number->data;
        *factor = node->op == OP_DIV ? 1.0f / *factor : *factor;
        *computed = node->inputs[1 - i];
        return isfinite(*factor) && fabsf(*factor) > 0.0f;
    }
    return false;
}

/* The product with constant weights above the tensor, through nodes that nobody else reads. */
static struct node *product_above(struct graph *graph, int tensor, int most)
{
    struct node *node = fuse_sole_producer(graph, tensor);
    if (!node || !op_has(node->op, TRAIT_PASSES_FACTOR) || most == 0)
        return node && fuse_is_foldable_product(graph, node) ? node : NULL;
    struct node *found = NULL;
    uint32_t inputs = op_table[node->op].quant.data_inputs;
    for (int i = 0; !found && i < node->n_inputs; i++)
        if (inputs >> i & 1u)
            found = product_above(graph, node->inputs[i], most - 1);
    return found;
}

static void multiply_product(struct graph *graph, struct node *product, float factor)
{
    struct tensor number = {.type = TYPE_F32};
    number.data = arena_copy(graph->arena, &factor, sizeof(factor));
    fuse_scale_weights(graph, product, &number);
    if (!node_input(graph, product, op_table[product->op].quant.bias_input))
        return;
    int32_t channels = fuse_last_dimension(node_output(graph, product, 0));
    float *bias = fuse_own_bias(graph, product, channels);
    for (int32_t c = 0; c < channels; c++)
        bias[c] *= factor;
}

bool fuse_scale_above(struct graph *graph, struct node *node, struct fuse_counts *counts)
{
    float factor;
    int computed;
    if ((node->op != OP_MUL && node->op != OP_DIV) ||
        node->params.arithmetic.activation != ACTIVATION_NONE ||
        !read_factor(graph, node, &factor, &computed))
        return false;
    struct node *before = fuse_sole_producer(graph, computed);
    struct node *product = before && op_has(before->op, TRAIT_PASSES_FACTOR)
                               ? product_above(graph, computed, NODES_BETWEEN)
                               : NULL;
    if (!product ||
        !shape_equal(&node_output(graph, before, 0)->shape, &node_output(graph, node, 0)->shape))
        return false;
    multiply_product(graph, product, factor);
    counts->scales++;
    fuse_replace_by(graph, node, before);
    return true;
}
