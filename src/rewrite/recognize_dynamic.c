/* Products with activations that are quantized at run time, as .onnx files spell them: integers
 * less their zero point, times integer weights, times both scales. */
#include "rewrite/recognize_internal.h"

/* The tensor that CASTs and RESHAPEs only carry on. */
static int carried(const struct graph *graph, int tensor)
{
    const struct node *node = graph_producer(graph, tensor);
    while (node && (node->op == OP_CAST || node->op == OP_RESHAPE)) {
        tensor = node->inputs[0];
        node = graph_producer(graph, tensor);
    }
    return tensor;
}

/* The DYNAMIC_QUANTIZE whose integers, less their zero point, the tensor holds, or NULL. */
static const struct node *centered(const struct graph *graph, int tensor)
{
    const struct node *difference = made_by(graph, tensor, OP_SUB);
    const struct node *cast = difference ? made_by(graph, difference->inputs[0], OP_CAST) : NULL;
    const struct node *quantize =
        cast ? made_by(graph, cast->inputs[0], OP_DYNAMIC_QUANTIZE) : NULL;
    return quantize && quantize->outputs[0] == cast->inputs[0] &&
                   carried(graph, difference->inputs[1]) == quantize->outputs[2]
               ? quantize
               : NULL;
}

/* The product of integers that the tensor is, as a real number, or NULL. */
static const struct node *integer_product(const struct graph *graph, int tensor)
{
    const struct node *cast = made_by(graph, tensor, OP_CAST);
    const struct node *product = cast ? graph_producer(graph, cast->inputs[0]) : NULL;
    if (!product || (product->op != OP_BATCH_MATMUL && product->op != OP_CONV_2D &&
                     product->op != OP_DEPTHWISE_CONV_2D))
        return NULL;
    const struct tensor *weights = node_input(graph, product, 1);
    bool is_matrix = product->op != OP_BATCH_MATMUL ||
                     (weights->shape.rank == 2 && !product->params.matmul.adj_x &&
                      !product->params.matmul.adj_y);
    return weights->data && weights->type == TYPE_I32 && product->n_inputs == 2 && is_matrix
               ? product
               : NULL;
}

/* So many products follow each other at most. */
#define DEPTH_MAX 3

/* What a product is made of. */
struct parts {
    const struct node *product, *quantize;
    double scale;                /* of all channels */
    const struct tensor *scales; /* per channel, or NULL */
    int n_scales;                /* how often the scale of the activations is among the factors */
};

static int32_t last_dimension(const struct tensor *tensor)
{
    return tensor->shape.rank > 0 ? tensor->shape.dim[tensor->shape.rank - 1] : 1;
}

/* Takes the tensor, a product of the scale of the activations and of constants, apart. */
static bool take_scales(const struct graph *graph, int tensor, int32_t channels, int depth,
                        struct parts *parts)
{
    const struct tensor *constant = &graph->tensors[tensor];
    const struct node *product = made_by(graph, carried(graph, tensor), OP_MUL);
    float number;
    if (read_scalar(graph, tensor, &number)) {
        parts->scale *= (double)number;
        return true;
    }
    if (carried(graph, tensor) == parts->quantize->outputs[1]) {
        parts->n_scales++;
        return true;
    }
    if (!constant->data && product)
        return depth < DEPTH_MAX &&
               take_scales(graph, product->inputs[0], channels, depth + 1, parts) &&
               take_scales(graph, product->inputs[1], channels, depth + 1, parts);
    bool is_new = !parts->scales && constant->data && constant->type == TYPE_F32 &&
                  shape_elements(&constant->shape) == (size_t)channels;
    parts->scales = is_new ? constant : parts->scales;
    return is_new;
}

/* A product of integers, as a real number, times scales; or that again times scales. */
static bool find_parts(const struct graph *graph, int tensor, int depth, struct parts *parts)
{
    const struct tensor *out = &graph->tensors[tensor];
    const struct node *node = made_by(graph, tensor, OP_MUL);
    for (int i = 0; node && i < 2; i++) {
        int x = node->inputs[i], scales = node->inputs[1 - i];
        *parts = (struct parts){.product = integer_product(graph, x), .scale = 1.0};
        parts->quantize = parts->product ? centered(graph, parts->product->inputs[0]) : NULL;
        bool is_found =
            parts->quantize || (depth < DEPTH_MAX && find_parts(graph, x, depth + 1, parts));
        if (is_found && shape_equal(&graph->tensors[x].shape, &out->shape) &&
            take_scales(graph, scales, last_dimension(out), 0, parts))
            return true;
    }
    return false;
}

/* int32 weights as int8 ones, where they fit, a matrix turned to [outputs, inputs]. */
static int8_t *narrow_weights(struct graph *graph, const struct node *product)
{
    const struct tensor *weights = node_input(graph, product, 1);
    size_t count = shape_elements(&weights->shape);
    bool turns = product->op == OP_BATCH_MATMUL;
    size_t columns = turns ? (size_t)weights->shape.dim[1] : 1, rows = count / columns;
    const int32_t *from = weights->data;
    int8_t *to = arena_alloc(graph->arena, count);
    for (size_t i = 0; i < count; i++) {
        if (from[i] < -127 || from[i] > 127)
            return NULL;
        to[turns ? i % columns * rows + i / columns : i] = (int8_t)from[i];
    }
    return to;
}

static struct quantization scales_of(struct graph *graph, const struct parts *parts, int axis,
                                     int32_t channels)
{
    int count = parts->scales ? channels : 1;
    float *scales = arena_alloc(graph->arena, (size_t)count * sizeof(*scales));
    for (int i = 0; i < count; i++) {
        double factor = parts->scales ? (double)((const float *)parts->scales->data)[i] : 1.0;
        scales[i] = (float)(parts->scale * factor);
        if (!(scales[i] > 0.0f && scales[i] <= 3.4e38f))
            return (struct quantization){0};
    }
    return (struct quantization){
        .count = count,
        .axis = count > 1 ? axis : 0,
        .scale = scales,
        .zero_point = arena_alloc(graph->arena, (size_t)count * sizeof(int32_t)),
    };
}

/* The weights of the operator with which the product becomes one, or NO_TENSOR. */
static int stored_weights(struct graph *graph, const struct parts *parts, enum op op)
{
    struct tensor weights = *node_input(graph, parts->product, 1);
    int axis = op_table[op].quant.weight_axis;
    if (op == OP_FULLY_CONNECTED)
        weights.shape = SHAPE(weights.shape.dim[1], weights.shape.dim[0]);
    weights.type = TYPE_I8;
    weights.data = narrow_weights(graph, parts->product);
    weights.quant = scales_of(graph, parts, axis, weights.shape.dim[axis]);
    return weights.data && weights.quant.count > 0 ? graph_add_tensor(graph, &weights) : NO_TENSOR;
}

bool recognize_dynamic(struct graph *graph, struct node *node)
{
    struct parts parts;
    if (node->op != OP_MUL || node->params.arithmetic.activation != ACTIVATION_NONE ||
        !find_parts(graph, node->outputs[0], 0, &parts) || parts.n_scales != 1)
        return false;
    union op_params params = parts.product->params;
    enum op op = parts.product->op;
    if (op == OP_BATCH_MATMUL) {
        op = OP_FULLY_CONNECTED;
        params = (union op_params){
            .dense = {.keep_num_dims = 1, .asymmetric_inputs = 1, .bias_type = TYPE_F32}};
    }
    const int inputs[] = {parts.quantize->inputs[0], stored_weights(graph, &parts, op)};
    if (inputs[1] == NO_TENSOR)
        return false;
    become(graph, node, op, inputs, 2, &params);
    return true;
}
