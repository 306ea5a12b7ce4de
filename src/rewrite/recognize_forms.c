/* Forms that exporters give to what .tflite files say in one operator. */
#include <string.h>

#include "graph/node_params.h"
#include "rewrite/padding.h"
#include "rewrite/recognize_internal.h"

/* A RESHAPE of weights that a DEQUANTIZE widens: they are stored in that shape. */
bool recognize_stored_shape(struct graph *graph, struct node *node)
{
    const struct node *wide =
        node->op == OP_RESHAPE ? made_by(graph, node->inputs[0], OP_DEQUANTIZE) : NULL;
    const struct tensor *stored = wide ? node_input(graph, wide, 0) : NULL;
    if (!stored || !stored->data || stored->quant.count > 1 || stored->quant.block > 0)
        return false;
    struct tensor copy = *stored;
    copy.shape = node_output(graph, node, 0)->shape;
    int made = graph_add_tensor(graph, &copy);
    become(graph, node, OP_DEQUANTIZE, &made, 1, NULL);
    return true;
}

/* A difference times itself. */
bool recognize_square(struct graph *graph, struct node *node)
{
    bool is_square = node->op == OP_MUL && node->inputs[0] == node->inputs[1] &&
                     node->params.arithmetic.activation == ACTIVATION_NONE;
    const struct node *difference = is_square ? made_by(graph, node->inputs[0], OP_SUB) : NULL;
    if (!difference || graph_uses(graph, node->inputs[0]) != 2)
        return false;
    const int inputs[] = {difference->inputs[0], difference->inputs[1]};
    become(graph, node, OP_SQUARED_DIFFERENCE, inputs, 2, NULL);
    return true;
}

/* Whether the tensor is one number per channel from the file. */
static bool is_stored_vector(const struct graph *graph, int tensor, int32_t channels)
{
    const struct node *wide = made_by(graph, tensor, OP_DEQUANTIZE);
    const struct tensor *vector = &graph->tensors[tensor];
    int rank = vector->shape.rank;
    return vector->type == TYPE_F32 && rank > 0 && vector->shape.dim[rank - 1] == channels &&
           shape_elements(&vector->shape) == (size_t)channels &&
           (vector->data || (wide && node_input(graph, wide, 0)->data));
}

/* The product without a bias to whose result another operand is added, or NULL. */
static const struct node *biased_product(const struct graph *graph, int tensor)
{
    const struct node *product = graph_producer(graph, tensor);
    if (!product || op_table[product->op].quant.bias_input == NO_INPUT ||
        product->n_inputs != op_table[product->op].quant.bias_input ||
        graph_uses(graph, tensor) != 1)
        return NULL;
    return node_activation(product) == ACTIVATION_NONE ? product : NULL;
}

static int as_list(struct graph *graph, int vector, int32_t channels)
{
    struct tensor copy = graph->tensors[vector];
    if (copy.shape.rank == 1 || !copy.data)
        return vector;
    copy.shape = SHAPE(channels);
    return graph_add_tensor(graph, &copy);
}

/* What is added to the channels of a product is its bias. */
bool recognize_bias(struct graph *graph, struct node *node)
{
    const struct tensor *sum = node_output(graph, node, 0);
    int32_t channels = sum->shape.rank > 0 ? sum->shape.dim[sum->shape.rank - 1] : 1;
    for (int i = 0; node->op == OP_ADD && i < 2; i++) {
        const struct node *product = biased_product(graph, node->inputs[i]);
        if (!product || node->params.arithmetic.activation != ACTIVATION_NONE ||
            !shape_equal(&node_output(graph, product, 0)->shape, &sum->shape) ||
            !is_stored_vector(graph, node->inputs[1 - i], channels))
            continue;
        union op_params params = product->params;
        int inputs[4];
        memcpy(inputs, product->inputs, (size_t)product->n_inputs * sizeof(*inputs));
        inputs[product->n_inputs] = as_list(graph, node->inputs[1 - i], channels);
        become(graph, node, product->op, inputs, product->n_inputs + 1, &params);
        return true;
    }
    return false;
}

/* Cells around an image that are those of SAME or VALID. */
bool recognize_padding(struct graph *graph, struct node *node)
{
    int32_t padding = padding_known(graph, node);
    bool is_explicit = node->params.conv.padding == PADDING_EXPLICIT;
    if (padding != PADDING_SAME && padding != PADDING_VALID)
        return false;
    padding_set(node, padding);
    return is_explicit;
}

/* A RESHAPE of what another one made. */
bool recognize_reshapes(struct graph *graph, struct node *node)
{
    const struct node *before =
        node->op == OP_RESHAPE ? made_by(graph, node->inputs[0], OP_RESHAPE) : NULL;
    if (!before)
        return false;
    int inputs[] = {before->inputs[0], node->n_inputs > 1 ? node->inputs[1] : NO_TENSOR};
    union op_params params = node->params;
    become(graph, node, OP_RESHAPE, inputs, node->n_inputs, &params);
    return true;
}

/* A MEAN whose dimensions of 1 a RESHAPE removes. */
bool recognize_flat_mean(struct graph *graph, struct node *node)
{
    struct node *mean = node->op == OP_RESHAPE ? graph_producer(graph, node->inputs[0]) : NULL;
    struct shape kept = {0};
    if (!mean || mean->op != OP_MEAN || !mean->params.reduce.keep_dims)
        return false;
    bool is_reduced[SHAPE_RANK_MAX];
    int rank = node_input(graph, mean, 0)->shape.rank;
    if (!reduced_dimensions(graph, mean, is_reduced))
        return false;
    for (int i = 0; i < rank; i++)
        if (!is_reduced[i])
            kept.dim[kept.rank++] = node_input(graph, mean, 0)->shape.dim[i];
    if (!shape_equal(&kept, &node_output(graph, node, 0)->shape) ||
        !quantization_equal(&node_output(graph, node, 0)->quant,
                            &node_output(graph, mean, 0)->quant))
        return false;
    become(graph, node, OP_MEAN, mean->inputs, mean->n_inputs, NULL);
    return true;
}
