#include "network_harness.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "graph/infer.h"
#include "graph_harness.h"
#include "node_harness.h"

static int between(struct random *random, int low, int high)
{
    return low + (int)random_below(random, (size_t)(high - low + 1));
}

struct graph *network_new(struct shape input)
{
    struct graph *graph = graph_new("network");
    int tensor = harness_tensor(graph, TYPE_F32, input, 0.0f, 0);
    graph_set_inputs(graph, &tensor, 1);
    return graph;
}

int network_constant(struct graph *graph, struct random *random, struct shape shape, double low,
                     double high)
{
    size_t count = shape_elements(&shape);
    float *values = calloc(count, sizeof(*values));
    for (size_t i = 0; i < count; i++)
        values[i] = (float)(low + (high - low) * random_unit(random));
    int tensor = harness_constant(graph, TYPE_F32, shape, 0.0f, 0, values);
    free(values);
    return tensor;
}

/* A node with one float output. */
static int add(struct graph *graph, enum op op, const int *inputs, int count,
               const union op_params *params)
{
    return harness_node(graph, op, inputs, count, params, TYPE_F32, 0.0f, 0);
}

static struct shape shape_of(const struct graph *graph, int tensor)
{
    return graph->tensors[tensor].shape;
}

static union op_params defaults(enum op op)
{
    union op_params params;
    params_init(&params, op_table[op].params);
    return params;
}

/* One image to one image, the slope of LEAKY_RELU and beta of SOFTMAX apart without constants. */
static int add_unary(struct graph *graph, struct random *random, enum op op, int image)
{
    union op_params params = defaults(op);
    (void)random;
    if (op == OP_SOFTMAX || op == OP_LEAKY_RELU)
        params.scalar.value = op == OP_SOFTMAX ? 1.0f : 0.2f;
    return add(graph, op, &image, 1, &params);
}

/* LOG, SQRT, RSQRT: of what is at least 0.5. */
static int add_positive(struct graph *graph, struct random *random, enum op op, int image)
{
    int size = add(graph, OP_ABS, &image, 1, NULL);
    int half = network_constant(graph, random, SHAPE(1), 0.5, 0.5);
    int sum = add(graph, OP_ADD, (int[]){size, half}, 2, NULL);
    return add(graph, op, &sum, 1, NULL);
}

static int add_exp(struct graph *graph, struct random *random, enum op op, int image)
{
    int bounded = add(graph, OP_TANH, &image, 1, NULL);
    (void)random;
    return add(graph, op, &bounded, 1, NULL);
}

static union op_params window(struct random *random, enum op op)
{
    union op_params params = defaults(op);
    params.conv.padding = between(random, PADDING_SAME, PADDING_VALID);
    params.conv.stride_h = params.conv.stride_w = between(random, 1, 2);
    params.conv.activation = between(random, ACTIVATION_NONE, ACTIVATION_RELU6);
    if (op == OP_DEPTHWISE_CONV_2D)
        params.conv.multiplier = 1;
    return params;
}

/* Weights whose products with values of size 1 sum to about that size, and a bias now and then. */
static int add_product(struct graph *graph, struct random *random, enum op op, const int *inputs,
                       int data, struct shape filter, int channels, const union op_params *params)
{
    int list[4] = {inputs[0], inputs[0], inputs[data], NO_TENSOR};
    double fan = (double)shape_elements(&filter) / channels, spread = sqrt(3.0 / fan);
    list[data] = inputs[data];
    list[1] = network_constant(graph, random, filter, -spread, spread);
    bool biased = between(random, 0, 2) > 0;
    if (biased)
        list[data == 2 ? 3 : 2] = network_constant(graph, random, SHAPE(channels), -0.5, 0.5);
    return add(graph, op, list, (data == 2 ? 3 : 2) + biased, params);
}

static int add_conv(struct graph *graph, struct random *random, enum op op, int image)
{
    union op_params params = window(random, op);
    int depth = shape_of(graph, image).dim[3], side = between(random, 1, 3);
    int channels = op == OP_CONV_2D ? 2 * between(random, 2, 8) : depth;
    struct shape filter =
        op == OP_CONV_2D ? SHAPE(channels, side, side, depth) : SHAPE(1, side, side, channels);
    return add_product(graph, random, op, &image, 0, filter, channels, &params);
}

static int add_transpose_conv(struct graph *graph, struct random *random, enum op op, int image)
{
    union op_params params = defaults(op);
    struct shape in = shape_of(graph, image);
    int channels = 2 * between(random, 1, 4);
    int32_t size[] = {1, 2 * in.dim[1], 2 * in.dim[2], channels};
    params.conv.padding = PADDING_SAME;
    params.conv.stride_h = params.conv.stride_w = 2;
    int inputs[3] = {harness_ints(graph, size, 4), NO_TENSOR, image};
    return add_product(graph, random, op, inputs, 2, SHAPE(channels, 3, 3, in.dim[3]), channels,
                       &params);
}

static int add_dense(struct graph *graph, struct random *random, enum op op, int image)
{
    union op_params params = defaults(op);
    int depth = shape_of(graph, image).dim[3], channels = 2 * between(random, 2, 8);
    params.dense.keep_num_dims = 1;
    return add_product(graph, random, op, &image, 0, SHAPE(channels, depth), channels, &params);
}

/* By a constant matrix, or rows of pixels by each other. */
static int add_matmul(struct graph *graph, struct random *random, enum op op, int image)
{
    union op_params params = defaults(op);
    int depth = shape_of(graph, image).dim[3];
    params.matmul.adj_y = between(random, 0, 1);
    int other = image;
    if (!params.matmul.adj_y)
        other = network_constant(graph, random, SHAPE(depth, 6), -0.5, 0.5);
    return add(graph, op, (int[]){image, other}, 2, &params);
}

/* With another image of the same shape, or with a constant per channel, on either side. */
static int add_binary(struct graph *graph, struct random *random, enum op op, int image)
{
    struct shape shape = shape_of(graph, image);
    bool is_divisor = op == OP_DIV || op == OP_FLOOR_DIV || op == OP_FLOOR_MOD;
    bool constant = between(random, 0, 1) || is_divisor || op == OP_PRELU;
    double low = is_divisor ? 0.5 : -0.5;
    int other = constant ? network_constant(graph, random, SHAPE(shape.dim[3]), low, 2.0)
                         : add(graph, OP_ABS, &image, 1, NULL);
    bool swapped = !is_divisor && op != OP_PRELU && between(random, 0, 1);
    return add(graph, op, swapped ? (int[]){other, image} : (int[]){image, other}, 2, NULL);
}

/* Functions that jump, of which little is added to the image: what one step of a scale, or the last
 * digit of a float, does to them tells nothing of a network. */
static int add_steps(struct graph *graph, struct random *random, enum op op, int image)
{
    int inputs[2] = {image, network_constant(graph, random, SHAPE(1), 0.00390625, 0.00390625)};
    inputs[0] = op_table[op].max_inputs == 1 ? add(graph, op, &image, 1, NULL)
                                             : add_binary(graph, random, op, image);
    int little = add(graph, OP_MUL, inputs, 2, NULL);
    return add(graph, OP_ADD, (int[]){image, little}, 2, NULL);
}

static int add_pool(struct graph *graph, struct random *random, enum op op, int image)
{
    union op_params params = defaults(op);
    params.pool.padding = between(random, PADDING_SAME, PADDING_VALID);
    params.pool.stride_h = params.pool.stride_w = between(random, 1, 2);
    params.pool.filter_h = params.pool.filter_w = 2;
    return add(graph, op, &image, 1, &params);
}

static int add_reduction(struct graph *graph, struct random *random, enum op op, int image)
{
    union op_params params = defaults(op);
    const int32_t axes[] = {1, 2};
    (void)random;
    params.reduce.keep_dims = 1;
    return add(graph, op, (int[]){image, harness_ints(graph, axes, 2)}, 2, &params);
}

static int add_padding(struct graph *graph, struct random *random, enum op op, int image)
{
    const int32_t pads[] = {0, 0, 1, 0, 0, 1, 0, 0};
    int inputs[3] = {image, harness_ints(graph, pads, 8), NO_TENSOR};
    graph->tensors[inputs[1]].shape = SHAPE(4, 2);
    if (op == OP_PADV2)
        inputs[2] = network_constant(graph, random, SHAPE(1), 0.5, 0.5);
    return add(graph, op, inputs, op == OP_PADV2 ? 3 : 2, NULL);
}

static int add_transpose(struct graph *graph, struct random *random, enum op op, int image)
{
    const int32_t order[] = {0, 2, 1, 3};
    (void)random;
    return add(graph, op, (int[]){image, harness_ints(graph, order, 4)}, 2, NULL);
}

static int add_resize(struct graph *graph, struct random *random, enum op op, int image)
{
    union op_params params = defaults(op);
    const int32_t size[] = {between(random, 4, 9), between(random, 4, 9)};
    params.resize.half_pixel_centers = between(random, 0, 1);
    return add(graph, op, (int[]){image, harness_ints(graph, size, 2)}, 2, &params);
}

/* RESHAPE to one row of pixels, or a dimension more that a second node takes away. */
static int add_reshape(struct graph *graph, struct random *random, enum op op, int image)
{
    struct shape in = shape_of(graph, image);
    const int32_t row[] = {1, in.dim[1] * in.dim[2] / 4, 4, in.dim[3]}, zero = 0;
    union op_params params = defaults(OP_SQUEEZE);
    (void)random;
    if (op == OP_RESHAPE && in.dim[1] * in.dim[2] % 4 == 0)
        return add(graph, op, (int[]){image, harness_ints(graph, row, 4)}, 2, NULL);
    if (op == OP_RESHAPE)
        return add(graph, op, (int[]){image, harness_ints(graph, in.dim, 4)}, 2, NULL);
    int more = add(graph, OP_EXPAND_DIMS, (int[]){image, harness_ints(graph, &zero, 1)}, 2, NULL);
    params.vector.present = params.vector.count = 1;
    return add(graph, OP_SQUEEZE, &more, 1, &params);
}

static int add_slice(struct graph *graph, struct random *random, enum op op, int image)
{
    struct shape in = shape_of(graph, image);
    const int32_t begin[] = {0, 0, 1, 0}, strides[] = {1, 1, 1, 1};
    const int32_t size[] = {1, in.dim[1], in.dim[2] - 1, in.dim[3]};
    const int32_t end[] = {1, in.dim[1], in.dim[2], in.dim[3]};
    int inputs[4] = {image, harness_ints(graph, begin, 4), NO_TENSOR, NO_TENSOR};
    (void)random;
    inputs[2] = harness_ints(graph, op == OP_SLICE ? size : end, 4);
    inputs[3] = harness_ints(graph, strides, 4);
    return add(graph, op, inputs, op == OP_SLICE ? 3 : 4, NULL);
}

static int add_gather(struct graph *graph, struct random *random, enum op op, int image)
{
    union op_params params = defaults(op);
    int32_t indices[6];
    for (int i = 0; i < 6; i++)
        indices[i] = between(random, 0, shape_of(graph, image).dim[3] - 1);
    params.gather.axis = 3;
    return add(graph, op, (int[]){image, harness_ints(graph, indices, 6)}, 2, &params);
}

/* A node of several outputs; outputs receives them. */
static void add_split(struct graph *graph, enum op op, const int *inputs, int n_inputs,
                      int *outputs, int n_outputs, const union op_params *params)
{
    struct error error;
    for (int i = 0; i < n_outputs; i++)
        outputs[i] = harness_tensor(graph, TYPE_F32, SHAPE(1), 0.0f, 0);
    const struct node *node =
        graph_add_node(graph, op, inputs, n_inputs, outputs, n_outputs, params);
    if (infer_node(graph, node, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
}

/* The channels in two parts, which are put together in the other order. */
static int add_parts(struct graph *graph, struct random *random, enum op op, int image)
{
    int depth = shape_of(graph, image).dim[3], outputs[2];
    const int32_t axis = 3, sizes[] = {1, depth - 1};
    union op_params params = defaults(op), join = defaults(OP_CONCATENATION);
    int at = harness_ints(graph, &axis, 1);
    (void)random;
    params.count.count = 2;
    if (op == OP_SPLIT)
        add_split(graph, op, (int[]){at, image}, 2, outputs, 2, &params);
    else
        add_split(graph, op, (int[]){image, harness_ints(graph, sizes, 2), at}, 3, outputs, 2,
                  &params);
    join.axis.axis = 3;
    return add(graph, OP_CONCATENATION, (int[]){outputs[1], outputs[0]}, 2, &join);
}

static int add_joint(struct graph *graph, struct random *random, enum op op, int image)
{
    union op_params params = defaults(op);
    struct shape in = shape_of(graph, image);
    int inputs[3] = {image, add(graph, OP_RELU, &image, 1, NULL), NO_TENSOR};
    inputs[2] = network_constant(graph, random, SHAPE(1, in.dim[1], in.dim[2], 2), -1.0, 2.0);
    params.axis.axis = 3;
    return add(graph, op, inputs, 3, &params);
}

/* UNPACK into rows, and PACK them again in reverse. */
static int add_rows(struct graph *graph, struct random *random, enum op op, int image)
{
    int rows = shape_of(graph, image).dim[1], outputs[32], inputs[32];
    union op_params params = defaults(op);
    (void)random;
    assert_in_range(rows, 1, 32);
    params.pack.axis = 1;
    params.pack.count = rows;
    add_split(graph, OP_UNPACK, &image, 1, outputs, rows, &params);
    for (int i = 0; i < rows; i++)
        inputs[i] = outputs[rows - 1 - i];
    return add(graph, OP_PACK, inputs, rows, &params);
}

/* Pixels to channels and back again, of an image whose sides are even. */
static int add_blocks(struct graph *graph, struct random *random, enum op op, int image)
{
    union op_params params = defaults(op);
    const int32_t size[] = {2 * between(random, 2, 4), 2 * between(random, 2, 4)};
    params.block.size = 2;
    int even = add(graph, OP_RESIZE_NEAREST_NEIGHBOR, (int[]){image, harness_ints(graph, size, 2)},
                   2, NULL);
    int deep = add(graph, OP_SPACE_TO_DEPTH, &even, 1, &params);
    return add(graph, OP_DEPTH_TO_SPACE, &deep, 1, &params);
}

/* TILE of the columns; BROADCAST_TO of the means of the channels. */
static int add_repetition(struct graph *graph, struct random *random, enum op op, int image)
{
    const int32_t times[] = {1, 1, 2, 1};
    const int32_t size[] = {1, between(random, 4, 9), 4, shape_of(graph, image).dim[3]};
    if (op == OP_TILE)
        return add(graph, op, (int[]){image, harness_ints(graph, times, 4)}, 2, NULL);
    int means = add_reduction(graph, random, OP_MEAN, image);
    return add(graph, op, (int[]){means, harness_ints(graph, size, 4)}, 2, NULL);
}

/* Some pixels of the image, and a constant for the others. */
static int add_selection(struct graph *graph, struct random *random, enum op op, int image)
{
    struct shape in = shape_of(graph, image);
    struct shape pixels = SHAPE(1, in.dim[1], in.dim[2], 1);
    uint8_t chosen[1024];
    size_t count = shape_elements(&pixels);
    assert_in_range(count, 1, sizeof(chosen));
    for (size_t i = 0; i < count; i++)
        chosen[i] = (uint8_t)between(random, 0, 1);
    int inputs[3] = {harness_constant(graph, TYPE_BOOL, pixels, 0.0f, 0, chosen), image, NO_TENSOR};
    inputs[2] = network_constant(graph, random, SHAPE(in.dim[3]), -1.0, 1.0);
    return add(graph, op, inputs, 3, NULL);
}

static int add_truth(struct graph *graph, enum op op, const int *inputs, int count)
{
    return harness_node(graph, op, inputs, count, NULL, TYPE_BOOL, 0.0f, 0);
}

/* Where the image compares so to one number per channel, or to both of two, it stays. */
static int add_comparison(struct graph *graph, struct random *random, enum op op, int image)
{
    struct shape channels = SHAPE(shape_of(graph, image).dim[3]);
    bool is_logic = op == OP_LOGICAL_AND || op == OP_LOGICAL_OR || op == OP_LOGICAL_NOT;
    int numbers = network_constant(graph, random, channels, -0.5, 0.5);
    int truth = add_truth(graph, is_logic ? OP_GREATER : op, (int[]){image, numbers}, 2), inputs[3];
    numbers = network_constant(graph, random, channels, 0.5, 1.5);
    inputs[0] = truth;
    inputs[1] = add_truth(graph, OP_LESS_EQUAL, (int[]){image, numbers}, 2);
    if (is_logic)
        truth = add_truth(graph, op, inputs, op == OP_LOGICAL_NOT ? 1 : 2);
    inputs[0] = truth;
    inputs[1] = image;
    inputs[2] = network_constant(graph, random, SHAPE(1), 0.25, 0.25);
    return add(graph, OP_SELECT_V2, inputs, 3, NULL);
}

/* The image, or its sizes. */
static int add_row_selection(struct graph *graph, struct random *random, enum op op, int image)
{
    const uint8_t chosen = (uint8_t)between(random, 0, 1);
    int inputs[3] = {harness_constant(graph, TYPE_BOOL, SHAPE(1), 0.0f, 0, &chosen), image,
                     add(graph, OP_ABS, &image, 1, NULL)};
    return add(graph, op, inputs, 3, NULL);
}

/* Rows of the image by their numbers: of a table, of places, or of places that they are put at. */
static int add_rows_of_places(struct graph *graph, struct random *random, enum op op, int image)
{
    struct shape in = shape_of(graph, image);
    int32_t rows[32], places[64];
    const int32_t table[] = {in.dim[1], in.dim[2] * in.dim[3]};
    const int32_t slices[] = {in.dim[1], in.dim[2], in.dim[3]};
    (void)random;
    assert_in_range(in.dim[1], 1, 32);
    for (int i = 0; i < in.dim[1]; i++) {
        rows[i] = places[2 * i + 1] = in.dim[1] - 1 - i;
        places[2 * i] = 0;
    }
    if (op == OP_GATHER_ND) {
        int list = harness_constant(graph, TYPE_I32, SHAPE(1, in.dim[1], 2), 0.0f, 0, places);
        return add(graph, op, (int[]){image, list}, 2, NULL);
    }
    bool is_table = op == OP_EMBEDDING_LOOKUP;
    int flat[] = {image, harness_ints(graph, is_table ? table : slices, is_table ? 2 : 3)};
    int inputs[3] = {harness_ints(graph, rows, in.dim[1]), NO_TENSOR,
                     harness_ints(graph, slices, 3)};
    inputs[1] = add(graph, OP_RESHAPE, flat, 2, NULL);
    if (op == OP_SCATTER_ND)
        inputs[0] = harness_constant(graph, TYPE_I32, SHAPE(in.dim[1], 1), 0.0f, 0, rows);
    int made = add(graph, op, inputs, is_table ? 2 : 3, NULL);
    return add(graph, OP_RESHAPE, (int[]){made, harness_ints(graph, in.dim, 4)}, 2, NULL);
}

static int add_update(struct graph *graph, struct random *random, enum op op, int image)
{
    const int32_t begin[] = {0, 1, 1, 0};
    struct shape part = SHAPE(1, 2, 2, shape_of(graph, image).dim[3]);
    int inputs[3] = {image, network_constant(graph, random, part, -1.0, 1.0),
                     harness_ints(graph, begin, 4)};
    return add(graph, op, inputs, 3, NULL);
}

static int add_reverse(struct graph *graph, struct random *random, enum op op, int image)
{
    const int32_t axes[] = {1, -2};
    (void)random;
    return add(graph, op, (int[]){image, harness_ints(graph, axes, 2)}, 2, NULL);
}

/* Pixels dealt out to batches, and back. */
static int add_batches(struct graph *graph, struct random *random, enum op op, int image)
{
    struct shape in = shape_of(graph, image);
    const int32_t block[] = {2, 2}, ends[] = {1, in.dim[1] % 2 ? 0 : 1, 0, in.dim[2] % 2};
    int sides = harness_ints(graph, block, 2);
    int borders = harness_constant(graph, TYPE_I32, SHAPE(2, 2), 0.0f, 0, ends);
    int inputs[3] = {image, sides, borders};
    (void)random, (void)op;
    inputs[0] = add(graph, OP_SPACE_TO_BATCH_ND, inputs, 3, NULL);
    return add(graph, OP_BATCH_TO_SPACE_ND, inputs, 3, NULL);
}

/* The greatest of all numbers, added to each channel. */
static int add_fill(struct graph *graph, struct random *random, enum op op, int image)
{
    union op_params params = defaults(OP_REDUCE_MAX);
    const int32_t axes[] = {0, 1, 2, 3}, size[] = {1, shape_of(graph, image).dim[3]};
    int most = add(graph, OP_REDUCE_MAX, (int[]){image, harness_ints(graph, axes, 4)}, 2, &params);
    int filled = add(graph, op, (int[]){harness_ints(graph, size, 2), most}, 2, NULL);
    (void)random;
    return add(graph, OP_ADD, (int[]){image, filled}, 2, NULL);
}

/* Sums, and products of what is near 1, of small numbers along the rows. */
static int add_along_rows(struct graph *graph, struct random *random, enum op op, int image)
{
    union op_params params = defaults(op);
    const int32_t axis = 2;
    int bounded[] = {add(graph, OP_TANH, &image, 1, NULL), NO_TENSOR};
    bounded[1] = network_constant(graph, random, SHAPE(1), 0.125, 0.125);
    bounded[0] = add(graph, OP_MUL, bounded, 2, NULL);
    bounded[1] = network_constant(graph, random, SHAPE(1), 1.0, 1.0);
    if (op == OP_REDUCE_PROD)
        params.reduce.keep_dims = 1;
    int near_one = op == OP_REDUCE_PROD ? add(graph, OP_ADD, bounded, 2, NULL) : bounded[0];
    return add(graph, op, (int[]){near_one, harness_ints(graph, &axis, 1)}, 2, &params);
}

/* The greatest channels of each pixel: two of them; or a little of what is 1 at the greatest. */
static int add_greatest(struct graph *graph, struct random *random, enum op op, int image)
{
    union op_params params = defaults(op);
    const int32_t number = 2, axis = -1, depth = shape_of(graph, image).dim[3];
    int outputs[2] = {harness_tensor(graph, TYPE_F32, SHAPE(1), 0.0f, 0),
                      harness_tensor(graph, TYPE_I32, SHAPE(1), 0.0f, 0)};
    if (op == OP_TOPK_V2) {
        struct error error;
        const int inputs[] = {
            image, harness_constant(graph, TYPE_I32, (struct shape){0}, 0.0f, 0, &number)};
        const struct node *node = graph_add_node(graph, op, inputs, 2, outputs, 2, &params);
        if (infer_node(graph, node, &error) != STATUS_OK)
            fail_msg("%s: %s", error.where, error.text);
        return outputs[0];
    }
    const union op_params place = {.type = {TYPE_I32}};
    const int searched[] = {image, harness_ints(graph, &axis, 1)};
    int inputs[4] = {harness_node(graph, OP_ARG_MAX, searched, 2, &place, TYPE_I32, 0.0f, 0),
                     harness_ints(graph, &depth, 1), NO_TENSOR, NO_TENSOR};
    inputs[2] = network_constant(graph, random, SHAPE(1), 0.00390625, 0.00390625);
    inputs[3] = network_constant(graph, random, SHAPE(1), 0.0, 0.0);
    params.axis.axis = -1;
    int made = add(graph, op, inputs, 4, &params);
    return add(graph, OP_ADD, (int[]){image, made}, 2, NULL);
}

static int add_response(struct graph *graph, struct random *random, enum op op, int image)
{
    const union op_params params = {.response = {between(random, 1, 3), 1.0f, 0.1f, 0.75f}};
    return add(graph, op, &image, 1, &params);
}

static int add_layer_norm(struct graph *graph, struct random *random, enum op op, int image)
{
    const union op_params params = {.norm = {3, 1e-5f}};
    struct shape channels = SHAPE(shape_of(graph, image).dim[3]);
    int inputs[3] = {image, network_constant(graph, random, channels, 0.5, 1.5), NO_TENSOR};
    inputs[2] = network_constant(graph, random, channels, -0.5, 0.5);
    return add(graph, op, inputs, 3, &params);
}

/* The pixels as one sequence. */
static int add_recurrent(struct graph *graph, struct random *random, enum op op, int image)
{
    struct error error;
    struct shape in = shape_of(graph, image);
    int gates = infer_gates(op), hidden = 4, outputs[3];
    const int32_t row[] = {in.dim[1] * in.dim[2], 1, in.dim[3]};
    const int32_t back[] = {1, in.dim[1], in.dim[2], hidden};
    int inputs[3] = {
        add(graph, OP_RESHAPE, (int[]){image, harness_ints(graph, row, 3)}, 2, NULL),
        network_constant(graph, random, SHAPE(1, gates * hidden, in.dim[3]), -0.5, 0.5),
        network_constant(graph, random, SHAPE(1, gates * hidden, hidden), -0.5, 0.5)};
    for (int i = 0; i < 3; i++)
        outputs[i] = harness_tensor(graph, TYPE_F32, SHAPE(1), 0.0f, 0);
    const struct node *node =
        graph_add_node(graph, op, inputs, 3, outputs, op == OP_LSTM ? 3 : 2, NULL);
    if (infer_node(graph, node, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    return add(graph, OP_RESHAPE, (int[]){outputs[0], harness_ints(graph, back, 4)}, 2, NULL);
}

const struct layer layers[] = {
    {OP_CONV_2D, add_conv},
    {OP_DEPTHWISE_CONV_2D, add_conv},
    {OP_TRANSPOSE_CONV, add_transpose_conv},
    {OP_FULLY_CONNECTED, add_dense},
    {OP_BATCH_MATMUL, add_matmul},
    {OP_ADD, add_binary},
    {OP_SUB, add_binary},
    {OP_MUL, add_binary},
    {OP_DIV, add_binary},
    {OP_MAXIMUM, add_binary},
    {OP_MINIMUM, add_binary},
    {OP_SQUARED_DIFFERENCE, add_binary},
    {OP_PRELU, add_binary},
    {OP_AVERAGE_POOL_2D, add_pool},
    {OP_MAX_POOL_2D, add_pool},
    {OP_MEAN, add_reduction},
    {OP_SUM, add_reduction},
    {OP_REDUCE_MAX, add_reduction},
    {OP_RELU, add_unary},
    {OP_RELU6, add_unary},
    {OP_RELU_N1_TO_1, add_unary},
    {OP_LEAKY_RELU, add_unary},
    {OP_ELU, add_unary},
    {OP_HARD_SWISH, add_unary},
    {OP_GELU, add_unary},
    {OP_LOGISTIC, add_unary},
    {OP_TANH, add_unary},
    {OP_SOFTMAX, add_unary},
    {OP_L2_NORMALIZATION, add_unary},
    {OP_ABS, add_unary},
    {OP_NEG, add_unary},
    {OP_FLOOR, add_steps},
    {OP_CEIL, add_steps},
    {OP_ROUND, add_steps},
    {OP_SIGN, add_steps},
    {OP_SQUARE, add_exp},
    {OP_SIN, add_unary},
    {OP_COS, add_unary},
    {OP_FLOOR_DIV, add_steps},
    {OP_FLOOR_MOD, add_steps},
    {OP_EXP, add_exp},
    {OP_LOG, add_positive},
    {OP_SQRT, add_positive},
    {OP_RSQRT, add_positive},
    {OP_RESHAPE, add_reshape},
    {OP_EXPAND_DIMS, add_reshape},
    {OP_SQUEEZE, add_reshape},
    {OP_TRANSPOSE, add_transpose},
    {OP_PAD, add_padding},
    {OP_PADV2, add_padding},
    {OP_MIRROR_PAD, add_padding},
    {OP_CONCATENATION, add_joint},
    {OP_PACK, add_rows},
    {OP_UNPACK, add_rows},
    {OP_SPLIT, add_parts},
    {OP_SPLIT_V, add_parts},
    {OP_SLICE, add_slice},
    {OP_STRIDED_SLICE, add_slice},
    {OP_GATHER, add_gather},
    {OP_RESIZE_BILINEAR, add_resize},
    {OP_RESIZE_NEAREST_NEIGHBOR, add_resize},
    {OP_DEPTH_TO_SPACE, add_blocks},
    {OP_SPACE_TO_DEPTH, add_blocks},
    {OP_TILE, add_repetition},
    {OP_BROADCAST_TO, add_repetition},
    {OP_SELECT_V2, add_selection},
    {OP_GATHER_ND, add_rows_of_places},
    {OP_EMBEDDING_LOOKUP, add_rows_of_places},
    {OP_SCATTER_ND, add_rows_of_places},
    {OP_DYNAMIC_UPDATE_SLICE, add_update},
    {OP_REVERSE_V2, add_reverse},
    {OP_SPACE_TO_BATCH_ND, add_batches},
    {OP_BATCH_TO_SPACE_ND, add_batches},
    {OP_FILL, add_fill},
    {OP_CUMSUM, add_along_rows},
    {OP_REDUCE_PROD, add_along_rows},
    {OP_TOPK_V2, add_greatest},
    {OP_ONE_HOT, add_greatest},
    {OP_LOG_SOFTMAX, add_unary},
    {OP_SELECT, add_row_selection},
    {OP_EQUAL, add_comparison},
    {OP_NOT_EQUAL, add_comparison},
    {OP_LESS, add_comparison},
    {OP_LESS_EQUAL, add_comparison},
    {OP_GREATER, add_comparison},
    {OP_GREATER_EQUAL, add_comparison},
    {OP_LOGICAL_AND, add_comparison},
    {OP_LOGICAL_OR, add_comparison},
    {OP_LOGICAL_NOT, add_comparison},
    {OP_REDUCE_MIN, add_reduction},
    {OP_LOCAL_RESPONSE_NORMALIZATION, add_response},
};
const size_t layer_count = sizeof(layers) / sizeof(layers[0]);

const struct layer foreign_layers[] = {
    {OP_ERF, add_unary},      {OP_SILU, add_unary},    {OP_LAYER_NORMALIZATION, add_layer_norm},
    {OP_LSTM, add_recurrent}, {OP_GRU, add_recurrent}, {OP_SIMPLE_RNN, add_recurrent},
};
const size_t foreign_layer_count = sizeof(foreign_layers) / sizeof(foreign_layers[0]);

int network_layer(struct graph *graph, struct random *random, enum op op, int image)
{
    for (size_t i = 0; i < layer_count; i++)
        if (layers[i].op == op)
            return layers[i].add(graph, random, op, image);
    for (size_t i = 0; i < foreign_layer_count; i++)
        if (foreign_layers[i].op == op)
            return foreign_layers[i].add(graph, random, op, image);
    fail_msg("no layer of %s", op_name(op));
    return NO_TENSOR;
}

void network_quantize(struct graph *graph, const char *mode)
{
    network_quantize_range(graph, mode, NO_TENSOR, (struct range){0});
}

void network_quantize_range(struct graph *graph, const char *text, int tensor, struct range range)
{
    const struct mode *mode;
    struct mode_options options;
    struct error error = {0};
    struct ranges ranges = {.items = calloc((size_t)graph->n_tensors, sizeof(struct range)),
                            .count = graph->n_tensors};
    for (int i = 0; i < ranges.count; i++)
        if (!graph->tensors[i].data)
            ranges.items[i] = i == tensor
                                  ? range
                                  : (struct range){-1.0f - (float)i, 1.0f + 2.0f * (float)i, true};
    if (mode_parse(text, graph->arena, &mode, &options, &error) != STATUS_OK ||
        mode->apply(graph, &options, &ranges, &error) != STATUS_OK)
        fail_msg("%s: %s", text, error.text);
    free(ranges.items);
}

void network_check_ops(const struct graph *graph, const char *expected)
{
    struct text text = {0};
    for (int n = 0; n < graph->n_nodes; n++)
        text_printf(&text, n ? " %s" : "%s", op_name(graph->nodes[n].op));
    assert_string_equal(text.bytes, expected);
    text_release(&text);
}

const struct node *network_node(const struct graph *graph, enum op op)
{
    for (int n = 0; n < graph->n_nodes; n++)
        if (graph->nodes[n].op == op)
            return &graph->nodes[n];
    fail_msg("no %s", op_name(op));
    return NULL;
}
