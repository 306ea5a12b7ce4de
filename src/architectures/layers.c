/* Layers, each with its nodes, drawn weights and shape. */
#include <math.h>

#include "architectures/builder.h"
#include "architectures/builder_internal.h"

/* The two ends */

/* The inputs of no network here are more. */
#define INPUTS_MAX 8

static int add_input(struct builder *builder, const struct tensor *tensor)
{
    struct graph *graph = builder->graph;
    int inputs[INPUTS_MAX], count = graph->n_inputs;
    for (int i = 0; i < count; i++)
        inputs[i] = graph->inputs[i];
    int in = inputs[count] = graph_add_tensor(graph, tensor);
    graph_set_inputs(graph, inputs, count + 1);
    return in;
}

int layer_input(struct builder *builder, struct shape shape)
{
    struct tensor tensor = {.name = "input", .type = TYPE_F32, .shape = shape};
    return add_input(builder, &tensor);
}

int layer_numbers(struct builder *builder, const char *name, struct shape shape)
{
    struct tensor tensor = {.name = name, .type = TYPE_I64, .shape = shape};
    return add_input(builder, &tensor);
}

int layer_image(struct builder *builder)
{
    int32_t size = (int32_t)builder->options->size;
    return layer_input(builder, SHAPE(1, size, size, 3));
}

void layer_output(struct builder *builder, int logits)
{
    int out = layer_softmax(builder, logits);
    graph_set_outputs(builder->graph, &out, 1);
}

/* Nonlinearities */

static enum activation fused(enum nonlinearity then)
{
    return then == RELU ? ACTIVATION_RELU : then == RELU6 ? ACTIVATION_RELU6 : ACTIVATION_NONE;
}

static int unary(struct builder *builder, enum op op, int in)
{
    return builder_node(builder, op, &in, 1, NULL, ROLE_NONE);
}

int layer_activation(struct builder *builder, int in, enum nonlinearity then)
{
    switch (then) {
    case HARD_SWISH:
        return unary(builder, OP_HARD_SWISH, in);
    case SWISH:
        return layer_multiply(builder, in, unary(builder, OP_LOGISTIC, in));
    case GELU:
        return unary(builder, OP_GELU, in);
    case TANH:
        return unary(builder, OP_TANH, in);
    case SIGMOID:
        return unary(builder, OP_LOGISTIC, in);
    case RELU:
        return unary(builder, OP_RELU, in);
    case RELU6:
        return unary(builder, OP_RELU6, in);
    case LINEAR:
        break;
    }
    return in;
}

/* What an operator did not fuse. */
static int finish(struct builder *builder, int in, enum nonlinearity then)
{
    return fused(then) == ACTIVATION_NONE ? layer_activation(builder, in, then) : in;
}

/* Products */

/* A product with drawn weights, whose variance keeps that of the activations through a ReLU (K.
 * He et al., 2015, Delving Deep into Rectifiers), and no bias yet. */
static int product(struct builder *builder, enum op op, int in, struct shape shape,
                   const struct filters *filters, const union op_params *params, enum role role)
{
    float *weights, *bias;
    int inputs[] = {
        in, builder_floats(builder, shape, "weights", &weights),
        builder_floats(builder, SHAPE(shape.dim[op_table[op].quant.weight_axis]), "bias", &bias)};
    if (builder->status == STATUS_OK)
        builder_draw(&builder->random, filters, weights);
    return builder_node(builder, op, inputs, 3, params, role == ROLE_NONE ? ROLE_LAYER : role);
}

static union op_params conv_params(const struct layer *layer)
{
    union op_params params;
    params_init(&params, op_table[OP_CONV_2D].params);
    params.conv.padding = (int32_t)layer->padding;
    params.conv.stride_h = params.conv.stride_w = layer->stride ? layer->stride : 1;
    params.conv.activation = fused(layer->then);
    return params;
}

int layer_conv(struct builder *builder, int in, struct layer layer)
{
    union op_params params = conv_params(&layer);
    int side = layer.side ? layer.side : 1, depth = depth_of(builder, in);
    struct filters filters = {(size_t)layer.filters, (size_t)(side * side), (size_t)depth,
                              sqrt(2.0 / (side * side * depth))};
    int out = product(builder, OP_CONV_2D, in, SHAPE(layer.filters, side, side, depth), &filters,
                      &params, layer.role);
    return finish(builder, out, layer.then);
}

int layer_depthwise(struct builder *builder, int in, struct layer layer)
{
    union op_params params = conv_params(&layer);
    int side = layer.side, depth = depth_of(builder, in);
    struct filters filters = {1, (size_t)(side * side), (size_t)depth, sqrt(2.0 / (side * side))};
    params.conv.multiplier = 1;
    int out = product(builder, OP_DEPTHWISE_CONV_2D, in, SHAPE(1, side, side, depth), &filters,
                      &params, layer.role);
    return finish(builder, out, layer.then);
}

int layer_dense(struct builder *builder, int in, struct layer layer)
{
    union op_params params;
    int depth = depth_of(builder, in);
    struct filters filters = {(size_t)layer.filters, 1, (size_t)depth, sqrt(2.0 / depth)};
    params_init(&params, op_table[OP_FULLY_CONNECTED].params);
    params.dense.activation = fused(layer.then);
    params.dense.keep_num_dims = builder->graph->tensors[in].shape.rank > 2;
    int out = product(builder, OP_FULLY_CONNECTED, in, SHAPE(layer.filters, depth), &filters,
                      &params, layer.role);
    return finish(builder, out, layer.then);
}

int layer_matmul(struct builder *builder, int x, int y, bool transposed)
{
    union op_params params;
    params_init(&params, op_table[OP_BATCH_MATMUL].params);
    params.matmul.adj_y = transposed;
    return builder_node(builder, OP_BATCH_MATMUL, (int[]){x, y}, 2, &params, ROLE_NONE);
}

/* Arithmetic */

int layer_add(struct builder *builder, int a, int b, enum nonlinearity then)
{
    union op_params params;
    params_init(&params, op_table[OP_ADD].params);
    params.arithmetic.activation = fused(then);
    int out = builder_node(builder, OP_ADD, (int[]){a, b}, 2, &params, ROLE_NONE);
    return finish(builder, out, then);
}

int layer_multiply(struct builder *builder, int a, int b)
{
    return builder_node(builder, OP_MUL, (int[]){a, b}, 2, NULL, ROLE_NONE);
}

static int number(struct builder *builder, const char *what, float number)
{
    float *value;
    int tensor = builder_floats(builder, SHAPE(1), what, &value);
    if (value)
        value[0] = number;
    return tensor;
}

int layer_scale(struct builder *builder, int in, float factor)
{
    return layer_multiply(builder, in, number(builder, "factor", factor));
}

int layer_shift(struct builder *builder, int in, float offset, enum nonlinearity then)
{
    return layer_add(builder, in, number(builder, "offset", offset), then);
}

int layer_softmax(struct builder *builder, int in)
{
    union op_params params;
    params_init(&params, op_table[OP_SOFTMAX].params);
    params.scalar.value = 1.0f;
    return builder_node(builder, OP_SOFTMAX, &in, 1, &params, ROLE_NONE);
}

/* Starts near the identity, as trained ones stay: gains around 1, offsets around 0. */
int layer_normalization(struct builder *builder, int in, float epsilon)
{
    union op_params params;
    float *gain, *offset;
    int depth = depth_of(builder, in);
    params_init(&params, op_table[OP_LAYER_NORMALIZATION].params);
    params.norm.axis = builder->graph->tensors[in].shape.rank - 1;
    params.norm.epsilon = epsilon;
    int inputs[] = {in, builder_floats(builder, SHAPE(depth), "gain", &gain),
                    builder_floats(builder, SHAPE(depth), "offset", &offset)};
    if (builder->status != STATUS_OK)
        return in;
    struct filters spread = {1, 1, (size_t)depth, 0.2};
    builder_draw(&builder->random, &spread, gain);
    builder_draw(&builder->random, &spread, offset);
    for (int i = 0; i < depth; i++)
        gain[i] += 1.0f;
    return builder_node(builder, OP_LAYER_NORMALIZATION, inputs, 3, &params, ROLE_NONE);
}

/* Pools and layout */

int layer_max_pool(struct builder *builder, int in, int side, int stride, enum padding padding)
{
    union op_params params;
    params_init(&params, op_table[OP_MAX_POOL_2D].params);
    params.pool.padding = (int32_t)padding;
    params.pool.stride_h = params.pool.stride_w = stride;
    params.pool.filter_h = params.pool.filter_w = side;
    return builder_node(builder, OP_MAX_POOL_2D, &in, 1, &params, ROLE_NONE);
}

static int mean(struct builder *builder, int in, bool keep_pixel, enum role role)
{
    union op_params params;
    params_init(&params, op_table[OP_MEAN].params);
    params.reduce.keep_dims = keep_pixel;
    int axes = builder_ints(builder, (int32_t[]){1, 2}, 2, "axes");
    return builder_node(builder, OP_MEAN, (int[]){in, axes}, 2, &params, role);
}

int layer_mean(struct builder *builder, int in, bool keep_pixel)
{
    return mean(builder, in, keep_pixel, ROLE_NONE);
}

int layer_mean_logits(struct builder *builder, int in)
{
    return mean(builder, in, false, ROLE_LOGITS);
}

int layer_concat(struct builder *builder, int a, int b)
{
    union op_params params;
    params_init(&params, op_table[OP_CONCATENATION].params);
    params.axis.axis = builder->graph->tensors[a].shape.rank - 1;
    return builder_node(builder, OP_CONCATENATION, (int[]){a, b}, 2, &params, ROLE_NONE);
}

int layer_table(struct builder *builder, int numbers, int rows, int depth)
{
    float *table;
    int inputs[] = {builder_floats(builder, SHAPE(rows, depth), "table", &table), numbers};
    struct filters vectors = {(size_t)rows, 1, (size_t)depth, 1.0};
    if (builder->status == STATUS_OK)
        builder_draw(&builder->random, &vectors, table);
    return builder_node(builder, OP_GATHER, inputs, 2, NULL, ROLE_NONE);
}

int layer_positions(struct builder *builder, int in)
{
    float *positions;
    struct shape shape = builder->graph->tensors[in].shape;
    int inputs[] = {in, builder_floats(builder, shape, "positions", &positions)};
    struct filters vectors = {1, 1, shape_elements(&shape), 1.0};
    if (builder->status == STATUS_OK)
        builder_draw(&builder->random, &vectors, positions);
    return builder_node(builder, OP_ADD, inputs, 2, NULL, ROLE_NONE);
}

int layer_cast(struct builder *builder, int numbers)
{
    return builder_node(builder, OP_CAST, &numbers, 1, NULL, ROLE_NONE);
}

int layer_reshape(struct builder *builder, int in, struct shape shape)
{
    int to = builder_ints(builder, shape.dim, shape.rank, "shape");
    return builder_node(builder, OP_RESHAPE, (int[]){in, to}, 2, NULL, ROLE_NONE);
}

int layer_swap_middle(struct builder *builder, int in)
{
    int order = builder_ints(builder, (int32_t[]){0, 2, 1, 3}, 4, "order");
    return builder_node(builder, OP_TRANSPOSE, (int[]){in, order}, 2, NULL, ROLE_NONE);
}

int layer_first(struct builder *builder, int in)
{
    int depth = depth_of(builder, in);
    int begin = builder_ints(builder, (int32_t[]){0, 0, 0}, 3, "begin");
    int size = builder_ints(builder, (int32_t[]){1, 1, depth}, 3, "size");
    int first = builder_node(builder, OP_SLICE, (int[]){in, begin, size}, 3, NULL, ROLE_NONE);
    return layer_reshape(builder, first, SHAPE(1, depth));
}
