/* Layer normalization as exporters spell it: a difference from the mean, divided by the deviation,
 * times factors, plus offsets. */
#include "rewrite/recognize_internal.h"

/* The first of the dimensions that a MEAN goes over when those are the last ones and stay; else
 * -1. */
static int last_axes(const struct graph *graph, const struct node *mean)
{
    int rank = node_input(graph, mean, 0)->shape.rank, first = rank;
    bool is_reduced[SHAPE_RANK_MAX];
    if (!mean->params.reduce.keep_dims || !reduced_dimensions(graph, mean, is_reduced))
        return -1;
    while (first > 0 && is_reduced[first - 1])
        first--;
    for (int i = 0; i < first; i++)
        if (is_reduced[i])
            return -1;
    return first < rank ? first : -1;
}

/* What is known of a normalization while it is followed upwards. */
struct norm {
    int x, difference, axis; /* difference: x less its mean, over the dimensions from axis on */
    float epsilon;
};

static bool find_difference(const struct graph *graph, int tensor, struct norm *norm)
{
    const struct node *difference = made_by(graph, tensor, OP_SUB);
    const struct node *mean = difference ? made_by(graph, difference->inputs[1], OP_MEAN) : NULL;
    if (!mean || mean->inputs[0] != difference->inputs[0])
        return false;
    norm->x = difference->inputs[0];
    norm->difference = tensor;
    norm->axis = last_axes(graph, mean);
    return norm->axis >= 0;
}

/* The mean of the squares of the difference, or of squared differences from the same mean. */
static bool is_variance(const struct graph *graph, int tensor, const struct norm *norm)
{
    const struct node *mean = made_by(graph, tensor, OP_MEAN);
    if (!mean || last_axes(graph, mean) != norm->axis)
        return false;
    const struct node *square = graph_producer(graph, mean->inputs[0]);
    const struct node *difference = made_by(graph, norm->difference, OP_SUB);
    if (!square)
        return false;
    if (square->op == OP_POW)
        return square->inputs[0] == norm->difference && is_scalar(graph, square->inputs[1], 2.0);
    if (square->op == OP_SQUARED_DIFFERENCE)
        return square->inputs[0] == norm->x && square->inputs[1] == difference->inputs[1];
    return square->op == OP_MUL && square->inputs[0] == norm->difference &&
           square->inputs[1] == norm->difference;
}

/* variance + epsilon, below a SQRT or RSQRT. */
static bool find_epsilon(const struct graph *graph, int tensor, enum op root, struct norm *norm)
{
    const struct node *node = made_by(graph, tensor, root);
    const struct node *sum = node ? made_by(graph, node->inputs[0], OP_ADD) : NULL;
    for (int i = 0; sum && i < 2; i++)
        if (read_scalar(graph, sum->inputs[i], &norm->epsilon) &&
            is_variance(graph, sum->inputs[1 - i], norm))
            return true;
    return false;
}

/* (x - mean) / sqrt(variance + epsilon), or times the RSQRT, without factors. */
static bool find_normalized(const struct graph *graph, int tensor, struct norm *norm)
{
    const struct node *quotient = made_by(graph, tensor, OP_DIV);
    if (quotient)
        return find_difference(graph, quotient->inputs[0], norm) &&
               find_epsilon(graph, quotient->inputs[1], OP_SQRT, norm);
    const struct node *product = made_by(graph, tensor, OP_MUL);
    for (int i = 0; product && i < 2; i++)
        if (find_difference(graph, product->inputs[i], norm) &&
            find_epsilon(graph, product->inputs[1 - i], OP_RSQRT, norm))
            return true;
    return false;
}

/* Whether the tensor has one element per normalized one, for LAYER_NORMALIZATION, and is no
 * computed part of the normalization itself. */
static bool is_affine(const struct graph *graph, int tensor, const struct shape *shape, int axis)
{
    const struct tensor *factors = &graph->tensors[tensor];
    int normalized = shape->rank - axis, extra = factors->shape.rank - normalized;
    if (factors->type != TYPE_F32 || extra < 0)
        return false;
    for (int i = 0; i < factors->shape.rank; i++)
        if (factors->shape.dim[i] != (i < extra ? 1 : shape->dim[axis + i - extra]))
            return false;
    return true;
}

/* The product with the factors. */
static bool recognize_factors(struct graph *graph, struct node *node)
{
    for (int i = 0; node->op == OP_MUL && i < 2; i++) {
        struct norm norm;
        int factors = node->inputs[1 - i];
        if (!find_normalized(graph, node->inputs[i], &norm) ||
            !is_affine(graph, factors, &graph->tensors[norm.x].shape, norm.axis) ||
            node->params.arithmetic.activation != ACTIVATION_NONE)
            continue;
        const int inputs[] = {norm.x, factors};
        union op_params params = {.norm = {norm.axis, norm.epsilon}};
        become(graph, node, OP_LAYER_NORMALIZATION, inputs, 2, &params);
        return true;
    }
    return false;
}

/* The offsets behind a normalization that was recognized before, and that nobody else reads. */
static bool recognize_offsets(struct graph *graph, struct node *node)
{
    for (int i = 0; node->op == OP_ADD && i < 2; i++) {
        const struct node *before = made_by(graph, node->inputs[i], OP_LAYER_NORMALIZATION);
        int offsets = node->inputs[1 - i];
        if (!before || before->n_inputs != 2 || graph_uses(graph, node->inputs[i]) != 1 ||
            !is_affine(graph, offsets, &node_output(graph, before, 0)->shape,
                       before->params.norm.axis) ||
            node->params.arithmetic.activation != ACTIVATION_NONE)
            continue;
        const int inputs[] = {before->inputs[0], before->inputs[1], offsets};
        union op_params params = before->params;
        become(graph, node, OP_LAYER_NORMALIZATION, inputs, 3, &params);
        return true;
    }
    return false;
}

bool recognize_layer_norm(struct graph *graph, struct node *node)
{
    return recognize_factors(graph, node) || recognize_offsets(graph, node);
}
