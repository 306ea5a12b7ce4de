/* Fast kernels of operators that add up products, in all types of data and weights, against the
 * reference. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fast_cases.h"
#include "graph/infer.h"
#include "hardware/cpu.h"

/* Types of a product. */
struct family {
    enum type data, weights, bias;
    bool widens, is_narrow; /* int8 weights are widened, and perhaps of four bits */
};

#define TYPES(data_, weights_, bias_)                                                              \
    .data = TYPE_##data_, .weights = TYPE_##weights_, .bias = TYPE_##bias_
static const struct family families[] = {
    {TYPES(F32, F32, F32)},
    {TYPES(F32, F16, F32)},
    {TYPES(F32, BF16, F32)},
    {TYPES(F32, I8, F16), .widens = true},
    {TYPES(F32, I8, F32), .widens = true, .is_narrow = true},
    {TYPES(F32, I8, F32)},
    {TYPES(I8, I8, I32)},
    {TYPES(I16, I8, I64)},
    {TYPES(U8, U8, I32)},
    {TYPES(I8, U8, I32)},
};

/* Bytes a quarter as far from the middle: what nearly all weights of networks are. */
static void make_smaller(enum type type, uint8_t *elements, size_t count)
{
    const uint8_t middle = type == TYPE_U8 ? 128 : 0;
    for (size_t i = 0; i < count; i++)
        elements[i] = (uint8_t)((int8_t)(elements[i] - middle) / 4 + middle);
}

/* Four bits, and half of the time scales of blocks, where kernels take them. */
static void make_narrow(struct graph *graph, int tensor, bool takes_blocks)
{
    const struct shape *shape = &graph->tensors[tensor].shape;
    int32_t length = shape->dim[shape->rank - 1], block = fast_between(1, length / 4 + 1) * 4;
    while (block > 4 && length % block != 0)
        block -= 4;
    bool fits = takes_blocks && length % block == 0 && fast_between(0, 1);
    size_t count = shape_elements(shape) / (size_t)block;
    float *scales = calloc(count + 1, sizeof(*scales));
    for (size_t i = 0; i < count; i++)
        scales[i] = fast_scale();
    harness_narrow(graph, tensor, fits ? block : 0, scales);
    free(scales);
}

/* Until the nodes are compared. */
static void widen_weights(struct graph *graph, const struct family *family, int tensor,
                          bool takes_blocks)
{
    harness_widen(family->widens);
    if (family->is_narrow)
        make_narrow(graph, tensor, takes_blocks);
}

static int add_weights(struct graph *graph, enum type type, struct shape shape, int axis)
{
    size_t count = shape_elements(&shape);
    void *elements = calloc(count, type_size(type));
    harness_fill(&fast_random, type, elements, count, 1.0, fast_between(0, 3) == 0);
    if (fast_between(0, 1) && type_size(type) == 1)
        make_smaller(type, elements, count);
    int32_t zero = type == TYPE_U8 ? fast_between(0, 1) ? 128 : fast_between(0, 255) : 0;
    int tensor = harness_constant(graph, type, shape, type_is_quantized(type) ? fast_scale() : 0,
                                  zero, elements);
    free(elements);
    if (type == TYPE_I8 && fast_between(0, 3) > 0) {
        float *scales = calloc((size_t)shape.dim[axis], sizeof(*scales));
        for (int i = 0; i < shape.dim[axis]; i++)
            scales[i] = fast_between(0, 7) == 0 ? -fast_scale() : fast_scale();
        harness_per_axis(graph, tensor, axis, scales);
        free(scales);
    }
    return tensor;
}

/* Some biases are so large that their sums leave short forms of rounding no room: beyond half of
 * what 32 bits hold or, where they have 64, all of it. */
static int add_bias(struct graph *graph, enum type type, int channels)
{
    double large = type == TYPE_I32 ? 1.5e9 : type == TYPE_I64 ? 1e10 : 5000.0;
    double most = fast_between(0, 7) == 0 ? large : 5000.0;
    if (fast_between(0, 3) == 0)
        return NO_TENSOR;
    void *elements = calloc((size_t)channels, type_size(type));
    harness_fill(&fast_random, type, elements, (size_t)channels, most, false);
    int tensor = harness_constant(graph, type, SHAPE(channels), 0.0f, 0, elements);
    free(elements);
    return tensor;
}

/* A whole number of times `of`, at most `most`, at least once. */
static int multiple(int of, int most)
{
    return of * fast_between(1, most / of > 1 ? most / of : 1);
}

static void conv_case(const struct family *family, bool is_depthwise, int groups)
{
    struct graph *graph = graph_new("test");
    /* A single pixel at every place is computed in a way of its own. */
    bool is_point = fast_between(0, 3) == 0;
    int multiplier = !is_depthwise ? 0 : fast_between(0, 2) > 0 ? 1 : fast_between(2, 4);
    int kh = is_point ? 1 : fast_between(1, 3), kw = is_point ? 1 : fast_between(1, 3);
    union op_params params = {.conv = {
                                  .padding = fast_between(PADDING_SAME, PADDING_EXPLICIT),
                                  .stride_h = is_point ? 1 : fast_between(1, 2),
                                  .stride_w = is_point ? 1 : fast_between(1, 3),
                                  .dilation_h = fast_between(1, 2),
                                  .dilation_w = fast_between(1, 2),
                                  .multiplier = multiplier,
                                  .activation = fast_between(0, 3),
                                  .bias_type = TYPE_F32,
                                  .pads = fast_pads(4, 4),
                              }};
    int depth = multiple(groups, fast_between(0, 1) ? 12 : 70);
    int channels =
        is_depthwise ? depth * multiplier : multiple(groups, fast_between(0, 1) ? 20 : 80);
    struct shape in = SHAPE(fast_between(1, 2), fast_between(5, 12), fast_between(5, 12), depth);
    struct shape filter =
        SHAPE(is_depthwise ? 1 : channels, kh, kw, is_depthwise ? channels : depth / groups);
    int tensors[3];
    tensors[0] = fast_activation(graph, family->data, in, fast_scale());
    tensors[1] = add_weights(graph, family->weights, filter, is_depthwise ? 3 : 0);
    widen_weights(graph, family, tensors[1], !is_depthwise && groups == 1);
    tensors[2] = add_bias(graph, family->bias, channels);
    int out = fast_activation(graph, family->data, SHAPE(1), 4.0f * fast_scale());
    graph_add_node(graph, is_depthwise ? OP_DEPTHWISE_CONV_2D : OP_CONV_2D, tensors, 3, &out, 1,
                   &params);
    fast_compare(graph, 1);
    graph_free(graph);
}

/* 3x3 cells, stride 1: from images that are smaller than a tile to several blocks of tiles. */
static void winograd_case(void)
{
    struct graph *graph = graph_new("test");
    union op_params params = {.conv = {
                                  .padding = fast_between(PADDING_SAME, PADDING_EXPLICIT),
                                  .stride_h = 1,
                                  .stride_w = 1,
                                  .dilation_h = 1,
                                  .dilation_w = 1,
                                  .activation = fast_between(0, 3),
                                  .bias_type = TYPE_F32,
                                  .pads = fast_pads(4, 4),
                              }};
    int least = params.conv.padding == PADDING_SAME ? 1 : 3;
    int depth = fast_between(1, fast_between(0, 1) ? 20 : 70), channels = fast_between(1, 80);
    struct shape in =
        SHAPE(fast_between(1, 3), fast_between(least, 20), fast_between(least, 20), depth);
    int tensors[3];
    tensors[0] = fast_activation(graph, TYPE_F32, in, 0.0f);
    tensors[1] = add_weights(graph, TYPE_F32, SHAPE(channels, 3, 3, depth), 0);
    tensors[2] = add_bias(graph, TYPE_F32, channels);
    int out = fast_activation(graph, TYPE_F32, SHAPE(1), 0.0f);
    graph_add_node(graph, OP_CONV_2D, tensors, 3, &out, 1, &params);
    fast_compare_rounded(graph, 1, ROUNDING_TWICE);
    graph_free(graph);
}

static void winograd_convolutions_agree(void **state)
{
    (void)state;
    for (int i = 0; i < 2 * CASES; i++)
        winograd_case();
}

/* The image is as large as what the convolution of its output would be. */
static void transposed_case(const struct family *family)
{
    struct graph *graph = graph_new("test");
    union op_params params = {.conv = {
                                  .padding = fast_between(PADDING_SAME, PADDING_EXPLICIT),
                                  .stride_h = fast_between(1, 3),
                                  .stride_w = fast_between(1, 3),
                                  .dilation_h = 1,
                                  .dilation_w = 1,
                                  .activation = fast_between(0, 3),
                                  .bias_type = TYPE_F32,
                                  .pads = fast_pads(2, 2),
                              }};
    int depth = fast_between(1, 40), channels = fast_between(1, fast_between(0, 1) ? 20 : 80);
    struct shape filter = SHAPE(channels, fast_between(1, 4), fast_between(1, 4), depth);
    int32_t out_shape[] = {fast_between(1, 2), fast_between(5, 12), fast_between(5, 12), channels},
            high, wide;
    int32_t before;
    struct window rows = conv_window(&params.conv, 0, out_shape[1], filter.dim[1]);
    struct window columns = conv_window(&params.conv, 1, out_shape[2], filter.dim[2]);
    int tensors[4];
    assert_true(infer_window(&rows, &high, &before));
    assert_true(infer_window(&columns, &wide, &before));
    tensors[0] = harness_ints(graph, out_shape, 4);
    tensors[1] = add_weights(graph, family->weights, filter, 0);
    widen_weights(graph, family, tensors[1], true);
    tensors[2] =
        fast_activation(graph, family->data, SHAPE(out_shape[0], high, wide, depth), fast_scale());
    tensors[3] = add_bias(graph, family->bias, channels);
    int out = fast_activation(graph, family->data, SHAPE(1), 4.0f * fast_scale());
    graph_add_node(graph, OP_TRANSPOSE_CONV, tensors, 4, &out, 1, &params);
    fast_compare(graph, 3);
    graph_free(graph);
}

static void dense_case(const struct family *family)
{
    struct graph *graph = graph_new("test");
    union op_params params = {.dense = {.activation = fast_between(0, 3),
                                        .asymmetric_inputs = fast_between(0, 1),
                                        .bias_type = TYPE_F32}};
    int depth = fast_between(1, fast_between(0, 1) ? 40 : 1300), channels = fast_between(1, 150);
    int tensors[3];
    tensors[0] =
        fast_activation(graph, family->data,
                        SHAPE(fast_between(0, 1) ? 1 : fast_between(2, 20), depth), fast_scale());
    tensors[1] = add_weights(graph, family->weights, SHAPE(channels, depth), 0);
    widen_weights(graph, family, tensors[1], true);
    tensors[2] = add_bias(graph, family->bias, channels);
    int out = fast_activation(graph, family->data, SHAPE(1), 4.0f * fast_scale());
    graph_add_node(graph, OP_FULLY_CONNECTED, tensors, 3, &out, 1, &params);
    fast_compare(graph, 1);
    graph_free(graph);
}

/* The scratch of a 1x1 convolution whose weights are all the same. */
static size_t scratch_of(enum type type, int weight, enum isa isa, int rows)
{
    struct graph *graph = graph_new("test");
    union op_params params = {.conv = {.padding = PADDING_VALID,
                                       .stride_h = 1,
                                       .stride_w = 1,
                                       .dilation_h = 1,
                                       .dilation_w = 1,
                                       .bias_type = TYPE_I32}};
    int8_t weights[32 * 64];
    memset(weights, weight, sizeof(weights));
    int tensors[] = {fast_activation(graph, type, SHAPE(1, rows, 1, 64), 0.1f),
                     harness_constant(graph, TYPE_I8, SHAPE(32, 1, 1, 64), 0.1f, 0, weights),
                     NO_TENSOR};
    int out = fast_activation(graph, type, SHAPE(1), 1.0f);
    graph_add_node(graph, OP_CONV_2D, tensors, 3, &out, 1, &params);
    size_t bytes = harness_scratch(graph, harness_kernel(graph, isa, true));
    graph_free(graph);
    return bytes;
}

/* Where the CPU adds products of bytes in 16 bits, inputs are bytes if pairs of weights let them,
 * and twice as wide if not, or where weights are read but once. */
static void weights_decide_how_inputs_are_multiplied(void **state)
{
    static const enum type types[] = {TYPE_I8, TYPE_F32};
    (void)state;
    if (!isa_available(ISA_AVX2))
        skip();
    for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++) {
        size_t small = scratch_of(types[t], 64, ISA_AVX2, 90);
        size_t large = scratch_of(types[t], 65, ISA_AVX2, 90);
        assert_int_equal(large - small, 90 * 64);
        assert_int_equal(scratch_of(types[t], 64, ISA_AVX2, 1),
                         scratch_of(types[t], 65, ISA_AVX2, 1));
    }
}

static void convolutions_agree(void **state)
{
    (void)state;
    for (size_t f = 0; f < sizeof(families) / sizeof(families[0]); f++)
        for (int i = 0; i < CASES; i++)
            conv_case(&families[f], false, 1);
}

static void convolutions_in_groups_agree(void **state)
{
    (void)state;
    for (size_t f = 0; f < sizeof(families) / sizeof(families[0]); f++)
        for (int i = 0; i < CASES; i++)
            conv_case(&families[f], false, fast_between(2, 9));
}

static void transposed_convolutions_agree(void **state)
{
    (void)state;
    for (size_t f = 0; f < sizeof(families) / sizeof(families[0]); f++)
        for (int i = 0; i < CASES; i++)
            if (families[f].data != TYPE_F32 || families[f].weights != TYPE_I8 ||
                families[f].widens)
                transposed_case(&families[f]);
}

static void depthwise_convolutions_agree(void **state)
{
    (void)state;
    for (size_t f = 0; f < sizeof(families) / sizeof(families[0]); f++)
        for (int i = 0; i < CASES; i++)
            conv_case(&families[f], true, 1);
}

/* Square filters of one output per channel, which have kernels of their own: images from smaller
 * than the filter to several runs wide, in which threads share rows. */
static void square_depthwise_case(const struct family *family)
{
    struct graph *graph = graph_new("test");
    int side = fast_between(1, 3) * 2 - 1, stride = fast_between(1, 2);
    union op_params params = {.conv = {
                                  .padding = fast_between(PADDING_SAME, PADDING_EXPLICIT),
                                  .stride_h = stride,
                                  .stride_w = stride,
                                  .dilation_h = 1,
                                  .dilation_w = 1,
                                  .multiplier = 1,
                                  .activation = fast_between(0, 3),
                                  .bias_type = TYPE_F32,
                                  .pads = fast_pads(6, 6),
                              }};
    int least = params.conv.padding == PADDING_SAME ? 1 : side;
    int channels = fast_between(1, fast_between(0, 1) ? 20 : 150);
    struct shape in =
        SHAPE(fast_between(1, 2), fast_between(least, 12), fast_between(least, 50), channels);
    int tensors[3];
    tensors[0] = fast_activation(graph, family->data, in, fast_scale());
    tensors[1] = add_weights(graph, family->weights, SHAPE(1, side, side, channels), 3);
    widen_weights(graph, family, tensors[1], false);
    tensors[2] = add_bias(graph, family->bias, channels);
    int out = fast_activation(graph, family->data, SHAPE(1), 4.0f * fast_scale());
    graph_add_node(graph, OP_DEPTHWISE_CONV_2D, tensors, 3, &out, 1, &params);
    fast_compare(graph, 1);
    graph_free(graph);
}

static void square_depthwise_convolutions_agree(void **state)
{
    (void)state;
    for (size_t f = 0; f < sizeof(families) / sizeof(families[0]); f++)
        for (int i = 0; i < CASES; i++)
            square_depthwise_case(&families[f]);
}

static void matrix_products_agree(void **state)
{
    (void)state;
    for (size_t f = 0; f < sizeof(families) / sizeof(families[0]); f++)
        for (int i = 0; i < CASES; i++)
            dense_case(&families[f]);
}

/* Matrices that are computed, on either side repeated for several of the other. */
static void batches_of_matrices_agree(void **state)
{
    (void)state;
    for (int i = 0; i < 4 * CASES; i++) {
        struct graph *graph = graph_new("test");
        union op_params params = {
            .matmul = {.adj_x = fast_between(0, 9) == 0, .adj_y = fast_between(0, 1)}};
        enum type type = (const enum type[]){TYPE_F32, TYPE_I8, TYPE_I16}[i % 3];
        int rows = fast_between(1, fast_between(0, 1) ? 5 : 60), columns = fast_between(1, 90);
        int depth = fast_between(1, fast_between(0, 1) ? 9 : 150), outer = fast_between(1, 3);
        bool adj_x = params.matmul.adj_x, adj_y = params.matmul.adj_y;
        struct shape x =
            SHAPE(fast_between(0, 1) ? outer : 1, 2, adj_x ? depth : rows, adj_x ? rows : depth);
        struct shape y =
            SHAPE(fast_between(0, 1) ? 2 : 1, adj_y ? columns : depth, adj_y ? depth : columns);
        int inputs[2] = {fast_activation(graph, type, x, fast_scale()),
                         fast_activation(graph, type, y, fast_scale())};
        fast_finish(graph, OP_BATCH_MATMUL, inputs, 2, type, &params, 2);
    }
}

/* Over the dimensions in front of the channels or between, of as many channels as are added up at a
 * time and more. */
/* Every one that this CPU runs. */
static void all_were_compared(void **state)
{
    (void)state;
    fast_all_compared(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_decide_how_inputs_are_multiplied),
        cmocka_unit_test(convolutions_agree),
        cmocka_unit_test(winograd_convolutions_agree),
        cmocka_unit_test(convolutions_in_groups_agree),
        cmocka_unit_test(transposed_convolutions_agree),
        cmocka_unit_test(depthwise_convolutions_agree),
        cmocka_unit_test(square_depthwise_convolutions_agree),
        cmocka_unit_test(matrix_products_agree),
        cmocka_unit_test(batches_of_matrices_agree),
        cmocka_unit_test(all_were_compared),
    };
    fast_begin(20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fast_end();
    return failed;
}
