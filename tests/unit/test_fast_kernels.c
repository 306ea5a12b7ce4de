/* The fast kernels against the reference, on random shapes, remainders and extremes: integers in
 * every bit, floats within a bound that covers another order of summation. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "graph/infer.h"
#include "hardware/cpu.h"
#include "node_harness.h"

#define CASES 60

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

static struct random random_state;
/* Whether a kernel of the table has been compared. */
static bool *is_compared;

static int between(int low, int high)
{
    return low + (int)random_below(&random_state, (size_t)(high - low + 1));
}

static float random_scale(void)
{
    return (float)(0.001 + 0.05 * random_unit(&random_state));
}

static int add_activation(struct graph *graph, enum type type, struct shape shape, float scale)
{
    int32_t zero = type == TYPE_I8 ? between(-128, 127) : type == TYPE_U8 ? between(0, 255) : 0;
    return harness_tensor(graph, type, shape, type_is_quantized(type) ? scale : 0.0f, zero);
}

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
    int32_t length = shape->dim[shape->rank - 1], block = between(1, length / 4 + 1) * 4;
    while (block > 4 && length % block != 0)
        block -= 4;
    bool fits = takes_blocks && length % block == 0 && between(0, 1);
    size_t count = shape_elements(shape) / (size_t)block;
    float *scales = calloc(count + 1, sizeof(*scales));
    for (size_t i = 0; i < count; i++)
        scales[i] = random_scale();
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
    harness_fill(&random_state, type, elements, count, 1.0, between(0, 3) == 0);
    if (between(0, 1) && type_size(type) == 1)
        make_smaller(type, elements, count);
    int32_t zero = type == TYPE_U8 ? between(0, 1) ? 128 : between(0, 255) : 0;
    int tensor = harness_constant(graph, type, shape, type_is_quantized(type) ? random_scale() : 0,
                                  zero, elements);
    free(elements);
    if (type == TYPE_I8 && between(0, 3) > 0) {
        float *scales = calloc((size_t)shape.dim[axis], sizeof(*scales));
        for (int i = 0; i < shape.dim[axis]; i++)
            scales[i] = between(0, 7) == 0 ? -random_scale() : random_scale();
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
    double most = between(0, 7) == 0 ? large : 5000.0;
    if (between(0, 3) == 0)
        return NO_TENSOR;
    void *elements = calloc((size_t)channels, type_size(type));
    harness_fill(&random_state, type, elements, (size_t)channels, most, false);
    int tensor = harness_constant(graph, type, SHAPE(channels), 0.0f, 0, elements);
    free(elements);
    return tensor;
}

/* Whether the operator adds up products. */
static bool is_product(enum op op)
{
    return op_table[op].quant.weight_input != NO_INPUT || op == OP_BATCH_MATMUL;
}

/* Single precision: another order of summation, of products many terms. Half precision rounds each
 * product and each sum of a few to 2^-11, errors that add up like random ones; inputs are up to 3,
 * weights up to 1. */
static double absolute_bound(const struct graph *graph, const struct kernel *kernel)
{
    if (kernel->isa != ISA_AVX512_FP16)
        return is_product(kernel->op) ? 2e-4 : 2e-6;
    const struct tensor *weights = node_input(graph, &graph->nodes[0], 1);
    double terms = (double)shape_elements(&weights->shape) / weights->shape.dim[0];
    return 0.02 * sqrt(terms);
}

/* What is no finite number, in places of an input that is quantized at run time. */
static void plant_oddities(float *elements, size_t count)
{
    for (int i = between(0, 3); i > 0; i--)
        elements[between(0, (int)count - 1)] = NAN;
    if (between(0, 3) == 0)
        elements[between(0, (int)count - 1)] = between(0, 1) ? INFINITY : -INFINITY;
}

static bool is_hybrid(const struct graph *graph)
{
    const struct node *node = &graph->nodes[0];
    return !harness_widens() && node->n_inputs > 1 && node->inputs[1] != NO_TENSOR &&
           node_input(graph, node, 0)->type == TYPE_F32 &&
           node_input(graph, node, 1)->type == TYPE_I8;
}

static void compare_kernel(struct graph *graph, const struct kernel *kernel, void *const *inputs,
                           const void *expected)
{
    const struct tensor *out = node_output(graph, &graph->nodes[0], 0);
    size_t count = shape_elements(&out->shape);
    const void *got = harness_run(graph, kernel, between(1, 5), inputs);
    if (out->type == TYPE_F32)
        harness_near(got, expected, count, absolute_bound(graph, kernel), 2e-5);
    else
        harness_equal(out->type, got, expected, count);
    for (size_t k = 0; k < kernel_count(); k++)
        is_compared[k] = is_compared[k] || kernel_at(k) == kernel;
}

/* Whether node 0 is a convolution that Winograd's method can compute. */
static bool fits_winograd(const struct graph *graph)
{
    const struct node *node = &graph->nodes[0];
    const struct conv_params *params = &node->params.conv;
    if (node->op != OP_CONV_2D)
        return false;
    const struct tensor *in = node_input(graph, node, 0), *filter = node_input(graph, node, 1);
    const int32_t *sides = filter->shape.dim;
    return in->type == TYPE_F32 && filter->type == TYPE_F32 && sides[1] == 3 && sides[2] == 3 &&
           sides[3] == in->shape.dim[3] && params->stride_h == 1 && params->stride_w == 1 &&
           params->dilation_h == 1 && params->dilation_w == 1;
}

/* Its kernels, where they are not the fastest, too. */
static void compare_winograd(struct graph *graph, void *const *inputs, const void *expected)
{
    for (size_t k = 0; k < kernel_count() && fits_winograd(graph); k++)
        if (isa_available(kernel_at(k)->isa) && strstr(kernel_at(k)->name, "winograd_"))
            compare_kernel(graph, kernel_at(k), inputs, expected);
}

/* Runs node 0 with the reference and with every fast kernel that takes it. inputs are filled
 * here. */
static void compare_rounded(struct graph *graph, int n_activations, enum rounding rounding)
{
    graph->rounding = rounding;
    void *inputs[4] = {NULL};
    const struct kernel *reference = harness_kernel(graph, ISA_REFERENCE, true);
    const struct node *node = &graph->nodes[0];
    assert_non_null(reference);
    for (int i = 0; i < n_activations; i++) {
        const struct tensor *tensor = node_input(graph, node, i);
        size_t count = shape_elements(&tensor->shape);
        if (tensor->data)
            continue;
        inputs[i] = malloc(tensor_bytes(tensor) + 1);
        harness_fill(&random_state, tensor->type, inputs[i], count, 3.0, between(0, 3) == 0);
        if (i == 0 && is_hybrid(graph) && between(0, 3) == 0)
            plant_oddities(inputs[i], count);
    }
    const void *expected = harness_run(graph, reference, 1, inputs);
    for (int isa = ISA_REFERENCE + 1; isa < ISA_COUNT; isa++) {
        const struct kernel *kernel =
            isa_available((enum isa)isa) ? harness_kernel(graph, (enum isa)isa, true) : NULL;
        if (kernel)
            compare_kernel(graph, kernel, inputs, expected);
    }
    compare_winograd(graph, inputs, expected);
    for (int i = 0; i < n_activations; i++)
        free(inputs[i]);
}

static void compare(struct graph *graph, int n_activations)
{
    compare_rounded(graph, n_activations, ROUNDING_TWICE);
    compare_rounded(graph, n_activations, ROUNDING_ONCE);
    graph->rounds_stored = true;
    graph->tensors[graph->nodes[0].outputs[0]].shift = between(0, 1) ? 128 : 0;
    compare_rounded(graph, n_activations, ROUNDING_ONCE);
    harness_widen(false);
}

/* Cells around an image, at most so many on a side, and often none. */
static struct pads random_pads(int high, int wide)
{
    return (struct pads){between(0, 1) * between(0, high), between(0, 1) * between(0, wide),
                         between(0, 1) * between(0, high), between(0, 1) * between(0, wide)};
}

/* A whole number of times `of`, at most `most`, at least once. */
static int multiple(int of, int most)
{
    return of * between(1, most / of > 1 ? most / of : 1);
}

static void conv_case(const struct family *family, bool is_depthwise, int groups)
{
    struct graph *graph = graph_new("test");
    /* A single pixel at every place is computed in a way of its own. */
    bool is_point = between(0, 3) == 0;
    int multiplier = !is_depthwise ? 0 : between(0, 2) > 0 ? 1 : between(2, 4);
    int kh = is_point ? 1 : between(1, 3), kw = is_point ? 1 : between(1, 3);
    union op_params params = {.conv = {
                                  .padding = between(PADDING_SAME, PADDING_EXPLICIT),
                                  .stride_h = is_point ? 1 : between(1, 2),
                                  .stride_w = is_point ? 1 : between(1, 3),
                                  .dilation_h = between(1, 2),
                                  .dilation_w = between(1, 2),
                                  .multiplier = multiplier,
                                  .activation = between(0, 3),
                                  .bias_type = TYPE_F32,
                                  .pads = random_pads(4, 4),
                              }};
    int depth = multiple(groups, between(0, 1) ? 12 : 70);
    int channels = is_depthwise ? depth * multiplier : multiple(groups, between(0, 1) ? 20 : 80);
    struct shape in = SHAPE(between(1, 2), between(5, 12), between(5, 12), depth);
    struct shape filter =
        SHAPE(is_depthwise ? 1 : channels, kh, kw, is_depthwise ? channels : depth / groups);
    int tensors[3];
    tensors[0] = add_activation(graph, family->data, in, random_scale());
    tensors[1] = add_weights(graph, family->weights, filter, is_depthwise ? 3 : 0);
    widen_weights(graph, family, tensors[1], !is_depthwise && groups == 1);
    tensors[2] = add_bias(graph, family->bias, channels);
    int out = add_activation(graph, family->data, SHAPE(1), 4.0f * random_scale());
    graph_add_node(graph, is_depthwise ? OP_DEPTHWISE_CONV_2D : OP_CONV_2D, tensors, 3, &out, 1,
                   &params);
    compare(graph, 1);
    graph_free(graph);
}

/* 3x3 cells, stride 1: from images that are smaller than a tile to several blocks of tiles. */
static void winograd_case(void)
{
    struct graph *graph = graph_new("test");
    union op_params params = {.conv = {
                                  .padding = between(PADDING_SAME, PADDING_EXPLICIT),
                                  .stride_h = 1,
                                  .stride_w = 1,
                                  .dilation_h = 1,
                                  .dilation_w = 1,
                                  .activation = between(0, 3),
                                  .bias_type = TYPE_F32,
                                  .pads = random_pads(4, 4),
                              }};
    int least = params.conv.padding == PADDING_SAME ? 1 : 3;
    int depth = between(1, between(0, 1) ? 20 : 70), channels = between(1, 80);
    struct shape in = SHAPE(between(1, 3), between(least, 20), between(least, 20), depth);
    int tensors[3];
    tensors[0] = add_activation(graph, TYPE_F32, in, 0.0f);
    tensors[1] = add_weights(graph, TYPE_F32, SHAPE(channels, 3, 3, depth), 0);
    tensors[2] = add_bias(graph, TYPE_F32, channels);
    int out = add_activation(graph, TYPE_F32, SHAPE(1), 0.0f);
    graph_add_node(graph, OP_CONV_2D, tensors, 3, &out, 1, &params);
    compare_rounded(graph, 1, ROUNDING_TWICE);
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
                                  .padding = between(PADDING_SAME, PADDING_EXPLICIT),
                                  .stride_h = between(1, 3),
                                  .stride_w = between(1, 3),
                                  .dilation_h = 1,
                                  .dilation_w = 1,
                                  .activation = between(0, 3),
                                  .bias_type = TYPE_F32,
                                  .pads = random_pads(2, 2),
                              }};
    int depth = between(1, 40), channels = between(1, between(0, 1) ? 20 : 80);
    struct shape filter = SHAPE(channels, between(1, 4), between(1, 4), depth);
    int32_t out_shape[] = {between(1, 2), between(5, 12), between(5, 12), channels}, high, wide;
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
        add_activation(graph, family->data, SHAPE(out_shape[0], high, wide, depth), random_scale());
    tensors[3] = add_bias(graph, family->bias, channels);
    int out = add_activation(graph, family->data, SHAPE(1), 4.0f * random_scale());
    graph_add_node(graph, OP_TRANSPOSE_CONV, tensors, 4, &out, 1, &params);
    compare(graph, 3);
    graph_free(graph);
}

static void dense_case(const struct family *family)
{
    struct graph *graph = graph_new("test");
    union op_params params = {.dense = {.activation = between(0, 3),
                                        .asymmetric_inputs = between(0, 1),
                                        .bias_type = TYPE_F32}};
    int depth = between(1, between(0, 1) ? 40 : 1300), channels = between(1, 150);
    int tensors[3];
    tensors[0] = add_activation(graph, family->data,
                                SHAPE(between(0, 1) ? 1 : between(2, 20), depth), random_scale());
    tensors[1] = add_weights(graph, family->weights, SHAPE(channels, depth), 0);
    widen_weights(graph, family, tensors[1], true);
    tensors[2] = add_bias(graph, family->bias, channels);
    int out = add_activation(graph, family->data, SHAPE(1), 4.0f * random_scale());
    graph_add_node(graph, OP_FULLY_CONNECTED, tensors, 3, &out, 1, &params);
    compare(graph, 1);
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
    int tensors[] = {add_activation(graph, type, SHAPE(1, rows, 1, 64), 0.1f),
                     harness_constant(graph, TYPE_I8, SHAPE(32, 1, 1, 64), 0.1f, 0, weights),
                     NO_TENSOR};
    int out = add_activation(graph, type, SHAPE(1), 1.0f);
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
            conv_case(&families[f], false, between(2, 9));
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
    int side = between(1, 3) * 2 - 1, stride = between(1, 2);
    union op_params params = {.conv = {
                                  .padding = between(PADDING_SAME, PADDING_EXPLICIT),
                                  .stride_h = stride,
                                  .stride_w = stride,
                                  .dilation_h = 1,
                                  .dilation_w = 1,
                                  .multiplier = 1,
                                  .activation = between(0, 3),
                                  .bias_type = TYPE_F32,
                                  .pads = random_pads(6, 6),
                              }};
    int least = params.conv.padding == PADDING_SAME ? 1 : side;
    int channels = between(1, between(0, 1) ? 20 : 150);
    struct shape in = SHAPE(between(1, 2), between(least, 12), between(least, 50), channels);
    int tensors[3];
    tensors[0] = add_activation(graph, family->data, in, random_scale());
    tensors[1] = add_weights(graph, family->weights, SHAPE(1, side, side, channels), 3);
    widen_weights(graph, family, tensors[1], false);
    tensors[2] = add_bias(graph, family->bias, channels);
    int out = add_activation(graph, family->data, SHAPE(1), 4.0f * random_scale());
    graph_add_node(graph, OP_DEPTHWISE_CONV_2D, tensors, 3, &out, 1, &params);
    compare(graph, 1);
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

static void pools_agree(void **state)
{
    static const enum type types[] = {TYPE_F32, TYPE_I8, TYPE_U8, TYPE_I16};
    (void)state;
    for (int i = 0; i < 6 * CASES; i++) {
        struct graph *graph = graph_new("test");
        union op_params params = {.pool = {.padding = between(PADDING_SAME, PADDING_EXPLICIT),
                                           .stride_h = between(1, 3),
                                           .stride_w = between(1, 3),
                                           .filter_h = between(1, 4),
                                           .filter_w = between(1, 4),
                                           .activation = between(0, 3)}};
        params.pool.pads = random_pads(params.pool.filter_h - 1, params.pool.filter_w - 1);
        struct shape in = SHAPE(between(1, 2), between(4, 9), between(4, 9), between(1, 300));
        enum type type = types[between(0, 3)];
        int input = add_activation(graph, type, in, random_scale());
        struct tensor like = graph->tensors[input];
        int out = graph_add_tensor(graph, &like);
        graph_add_node(graph, between(0, 1) ? OP_MAX_POOL_2D : OP_AVERAGE_POOL_2D, &input, 1, &out,
                       1, &params);
        compare(graph, 1);
        graph_free(graph);
    }
}

/* A node with one output of the type. */
static void finish(struct graph *graph, enum op op, const int *inputs, int n_inputs, enum type type,
                   const union op_params *params, int n_activations)
{
    int out = add_activation(graph, type, SHAPE(1), 4.0f * random_scale());
    graph_add_node(graph, op, inputs, n_inputs, &out, 1, params);
    compare(graph, n_activations);
    graph_free(graph);
}

/* Shapes that are the same, and those that one operand repeats: along the last dimension or in
 * front of it, down to a single number. */
static void arithmetic_agrees(void **state)
{
    static const enum op ops[] = {OP_ADD,     OP_SUB,     OP_MUL,   OP_DIV,
                                  OP_MAXIMUM, OP_MINIMUM, OP_PRELU, OP_SQUARED_DIFFERENCE};
    (void)state;
    for (int i = 0; i < 8 * CASES; i++) {
        struct graph *graph = graph_new("test");
        enum op op = ops[i % 8];
        union op_params params = {.arithmetic = {.activation = between(0, 3)}};
        struct shape shape = SHAPE(between(1, 3), between(1, 9), between(1, 300)), other = shape;
        int inputs[2], repeated = between(0, 7), swapped = between(0, 1);
        for (int d = 0; d < 3; d++)
            other.dim[d] = repeated >> d & 1 ? 1 : shape.dim[d];
        inputs[swapped] = add_activation(graph, TYPE_F32, shape, 0.0f);
        inputs[!swapped] = add_activation(graph, TYPE_F32, other, 0.0f);
        finish(graph, op, inputs, 2, TYPE_F32, op_has(op, TRAIT_FUSES) ? &params : NULL, 2);
    }
}

/* The same of integers. MAXIMUM and MINIMUM take operands of one scale. */
static void integer_arithmetic_agrees(void **state)
{
    static const enum op ops[] = {OP_ADD, OP_SUB, OP_MUL, OP_MAXIMUM, OP_MINIMUM, OP_PRELU};
    static const enum type types[] = {TYPE_I8, TYPE_U8, TYPE_I16};
    (void)state;
    for (int i = 0; i < 18 * CASES; i++) {
        struct graph *graph = graph_new("test");
        enum op op = ops[i % 6];
        enum type type = types[op == OP_PRELU ? between(0, 1) : i / 6 % 3];
        union op_params params = {.arithmetic = {.activation = between(0, 3)}};
        struct shape shape = SHAPE(between(1, 3), between(1, 9), between(1, 300)), other = shape;
        int inputs[2], repeated = between(0, 7), swapped = op != OP_PRELU && between(0, 1);
        for (int d = 0; d < 3; d++)
            other.dim[d] = repeated >> d & 1 ? 1 : shape.dim[d];
        inputs[swapped] = add_activation(graph, type, shape, random_scale());
        inputs[!swapped] = add_activation(graph, type, other, random_scale());
        float finer = op != OP_ADD && between(0, 3) == 0 ? 0.01f : 1.0f;
        int out = add_activation(graph, type, shape, finer * (0.02f + random_scale()));
        if (op == OP_MAXIMUM || op == OP_MINIMUM) {
            graph->tensors[inputs[1]].quant = graph->tensors[inputs[0]].quant;
            graph->tensors[out].quant = graph->tensors[inputs[0]].quant;
        }
        graph_add_node(graph, op, inputs, 2, &out, 1, op_has(op, TRAIT_FUSES) ? &params : NULL);
        compare(graph, 2);
        graph_free(graph);
    }
}

static void functions_agree(void **state)
{
    static const enum op ops[] = {
        OP_ABS,  OP_ERF,   OP_EXP,  OP_GELU, OP_HARD_SWISH, OP_LOGISTIC,    OP_NEG,
        OP_RELU, OP_RELU6, OP_SILU, OP_TANH, OP_LEAKY_RELU, OP_RELU_N1_TO_1};
    (void)state;
    for (int i = 0; i < 4 * CASES; i++) {
        struct graph *graph = graph_new("test");
        enum op op = ops[i % (int)(sizeof(ops) / sizeof(ops[0]))];
        union op_params params = {.flag = {between(0, 1)}};
        int in = add_activation(graph, TYPE_F32, SHAPE(between(1, 5), between(1, 700)), 0.0f);
        if (op == OP_LEAKY_RELU)
            params.scalar.value = 0.1f;
        finish(graph, op, &in, 1, TYPE_F32, &params, 1);
    }
}

/* The only output scale that some functions have. */
static bool has_fixed_scale(enum op op, enum type type, float *scale, int32_t *zero)
{
    const struct quant_rule *rule = &op_table[op].quant;
    enum scale_rule how = type == TYPE_I16 ? rule->int16 : rule->int8;
    const struct fixed_scale *fixed = type == TYPE_I16 ? &rule->fixed16 : &rule->fixed8;
    if (how != SCALE_FIXED)
        return false;
    *scale = fixed->scale;
    *zero = fixed->zero_point + (type == TYPE_U8 ? 128 : 0);
    return true;
}

/* Adds the output, and compares. */
static void finish_fixed(struct graph *graph, enum op op, int input, enum type type,
                         const union op_params *params)
{
    float scale = 0.02f + random_scale();
    int32_t zero = type == TYPE_I16 ? 0 : between(type == TYPE_U8 ? 0 : -128, 127);
    has_fixed_scale(op, type, &scale, &zero);
    int out = harness_tensor(graph, type, SHAPE(1), scale, zero);
    graph_add_node(graph, op, &input, 1, &out, 1, params);
    compare(graph, 1);
    graph_free(graph);
}

static void integer_functions_agree(void **state)
{
    /* Those in front have kernels for int16, too. */
    static const enum op ops[] = {OP_ABS,   OP_EXP,  OP_LEAKY_RELU, OP_LOGISTIC,    OP_RELU,
                                  OP_RELU6, OP_SQRT, OP_TANH,       OP_RSQRT,       OP_ELU,
                                  OP_GELU,  OP_LOG,  OP_HARD_SWISH, OP_RELU_N1_TO_1};
    static const enum type types[] = {TYPE_I8, TYPE_U8, TYPE_I16};
    (void)state;
    for (int i = 0; i < 10 * CASES; i++) {
        struct graph *graph = graph_new("test");
        enum type type = types[between(0, 2)];
        enum op op = ops[between(0, type == TYPE_I16 ? 8 : 13)];
        union op_params params = {.flag = {between(0, 1)}};
        if (op == OP_LEAKY_RELU)
            params.scalar.value = 0.1f * (float)between(-3, 9);
        float scale =
            type == TYPE_I16 ? random_scale() * (between(0, 1) ? 0.01f : 1.0f) : random_scale();
        /* Of so many a table is made. */
        struct shape shape = type == TYPE_I16 && between(0, 1)
                                 ? SHAPE(4, between(1024, 1500))
                                 : SHAPE(between(1, 5), between(1, 700));
        finish_fixed(graph, op, add_activation(graph, type, shape, scale), type, &params);
    }
}

static void integer_softmax_agrees(void **state)
{
    static const enum type types[] = {TYPE_I8, TYPE_U8, TYPE_I16};
    (void)state;
    for (int i = 0; i < 3 * CASES; i++) {
        struct graph *graph = graph_new("test");
        enum type type = types[i % 3];
        union op_params params = {.scalar = {0.25f * (float)between(1, 8)}};
        float scale = random_scale() * (between(0, 1) ? 0.02f : type == TYPE_I16 ? 0.3f : 10.0f);
        struct shape shape = SHAPE(between(1, 5), between(1, between(0, 1) ? 40 : 1500));
        finish_fixed(graph, OP_SOFTMAX, add_activation(graph, type, shape, scale), type, &params);
    }
}

static void resized_images_agree(void **state)
{
    static const enum type types[] = {TYPE_F32, TYPE_I8, TYPE_U8, TYPE_I16};
    (void)state;
    for (int i = 0; i < 4 * CASES; i++) {
        struct graph *graph = graph_new("test");
        int way = between(0, 2);
        union op_params params = {
            .resize = {.align_corners = way == 1, .half_pixel_centers = way == 2}};
        int32_t size[] = {between(1, 20), between(1, 20)};
        struct shape shape = SHAPE(between(1, 2), between(1, 9), between(1, 9), between(1, 70));
        int inputs[2] = {add_activation(graph, types[i % 4], shape, random_scale()),
                         harness_ints(graph, size, 2)};
        struct tensor like = graph->tensors[inputs[0]];
        int out = graph_add_tensor(graph, &like);
        graph_add_node(graph, OP_RESIZE_BILINEAR, inputs, 2, &out, 1, &params);
        compare(graph, 1);
        graph_free(graph);
    }
}

static void rows_agree(void **state)
{
    (void)state;
    for (int i = 0; i < 2 * CASES; i++) {
        struct graph *graph = graph_new("test");
        union op_params soft = {.scalar = {0.25f * (float)between(0, 8)}};
        union op_params norm = {.norm = {between(1, 2), 1e-3f}};
        int depth = between(1, between(0, 1) ? 40 : 500), count = between(2, 4);
        struct shape shape = SHAPE(between(1, 9), between(1, 3), depth);
        struct shape factors = SHAPE(norm.norm.axis == 1 ? shape.dim[1] * depth : depth);
        int inputs[3] = {add_activation(graph, TYPE_F32, shape, 0.0f), NO_TENSOR, NO_TENSOR};
        if (between(0, 1)) {
            finish(graph, OP_SOFTMAX, inputs, 1, TYPE_F32, &soft, 1);
            continue;
        }
        inputs[1] = add_activation(graph, TYPE_F32, factors, 0.0f);
        if (count == 3)
            inputs[2] = add_activation(graph, TYPE_F32, factors, 0.0f);
        finish(graph, OP_LAYER_NORMALIZATION, inputs, count < 3 ? 2 : 3, TYPE_F32, &norm,
               count == 3 ? 3 : 2);
    }
}

/* All rotations of the last dimensions, of sides that are squares or not, and other permutations,
 * which mostly have no fast kernel. */
static void transpositions_agree(void **state)
{
    (void)state;
    for (int i = 0; i < 4 * CASES; i++) {
        struct graph *graph = graph_new("test");
        int rank = between(2, 4), kept = between(0, rank - 2), by = between(1, rank - kept - 1);
        int32_t order[SHAPE_RANK_MAX];
        size_t shuffled[SHAPE_RANK_MAX];
        bool is_any = between(0, 3) == 0;
        struct shape shape = {.rank = rank};
        enum type type = between(0, 1) ? TYPE_F32 : TYPE_I8;
        random_order(&random_state, shuffled, (size_t)rank);
        for (int d = 0; d < rank; d++) {
            shape.dim[d] = between(0, 3) == 0 ? 1 : between(2, d == rank - 1 ? 70 : 40);
            order[d] = d < kept ? d : kept + (d - kept + by) % (rank - kept);
            order[d] = is_any ? (int32_t)shuffled[d] : order[d];
        }
        int inputs[2] = {harness_tensor(graph, type, shape, type == TYPE_I8 ? 0.5f : 0.0f, 3),
                         harness_ints(graph, order, rank)};
        struct tensor like = graph->tensors[inputs[0]];
        int out = graph_add_tensor(graph, &like);
        graph_add_node(graph, OP_TRANSPOSE, inputs, 2, &out, 1, NULL);
        compare(graph, 1);
        graph_free(graph);
    }
}

/* Matrices that are computed, on either side repeated for several of the other. */
static void batches_of_matrices_agree(void **state)
{
    (void)state;
    for (int i = 0; i < 4 * CASES; i++) {
        struct graph *graph = graph_new("test");
        union op_params params = {.matmul = {.adj_x = between(0, 9) == 0, .adj_y = between(0, 1)}};
        enum type type = (const enum type[]){TYPE_F32, TYPE_I8, TYPE_I16}[i % 3];
        int rows = between(1, between(0, 1) ? 5 : 60), columns = between(1, 90);
        int depth = between(1, between(0, 1) ? 9 : 150), outer = between(1, 3);
        bool adj_x = params.matmul.adj_x, adj_y = params.matmul.adj_y;
        struct shape x =
            SHAPE(between(0, 1) ? outer : 1, 2, adj_x ? depth : rows, adj_x ? rows : depth);
        struct shape y =
            SHAPE(between(0, 1) ? 2 : 1, adj_y ? columns : depth, adj_y ? depth : columns);
        int inputs[2] = {add_activation(graph, type, x, random_scale()),
                         add_activation(graph, type, y, random_scale())};
        finish(graph, OP_BATCH_MATMUL, inputs, 2, type, &params, 2);
    }
}

/* Over the dimensions in front of the channels or between, of as many channels as are added up at a
 * time and more. */
static void reductions_agree(void **state)
{
    static const enum type types[] = {TYPE_F32, TYPE_I8, TYPE_U8, TYPE_I16};
    static const enum op ops[] = {OP_MEAN, OP_SUM, OP_REDUCE_MAX, OP_REDUCE_MIN};
    (void)state;
    for (int i = 0; i < 16 * CASES; i++) {
        struct graph *graph = graph_new("test");
        union op_params params = {.reduce = {.keep_dims = between(0, 1)}};
        struct shape shape = SHAPE(between(1, 3), between(1, 8), between(1, 8), between(1, 600));
        enum type type = types[i % 4];
        int32_t axes[3] = {between(0, 2), between(0, 2), -2};
        int inputs[2] = {add_activation(graph, type, shape, random_scale()),
                         harness_ints(graph, axes, between(1, 3))};
        enum op op = ops[between(0, 3)];
        int out = add_activation(graph, type, SHAPE(1), 4.0f * random_scale());
        if (op == OP_REDUCE_MAX || op == OP_REDUCE_MIN)
            graph->tensors[out].quant = graph->tensors[inputs[0]].quant;
        graph_add_node(graph, op, inputs, 2, &out, 1, &params);
        compare(graph, 1);
        graph_free(graph);
    }
}

/* Between all types with a scale, float32 included. */
static void conversions_agree(void **state)
{
    static const enum type types[] = {TYPE_I8, TYPE_U8, TYPE_I16, TYPE_F32};
    (void)state;
    for (int i = 0; i < 8 * CASES; i++) {
        struct graph *graph = graph_new("test");
        struct shape shape = SHAPE(1, between(1, 40), between(1, 90));
        enum type from = types[i % 4], to = types[from == TYPE_F32 ? between(0, 2) : between(0, 3)];
        int in = add_activation(graph, from, shape, random_scale());
        int out = add_activation(graph, to, shape, random_scale());
        if (between(0, 3) == 0 && to != TYPE_F32 && from != TYPE_F32)
            graph->tensors[out].quant.scale = graph->tensors[in].quant.scale;
        union op_params params = {.flag = {between(0, 1)}};
        graph_add_node(graph, to == TYPE_F32 ? OP_DEQUANTIZE : OP_QUANTIZE, &in, 1, &out, 1,
                       to == TYPE_F32 ? NULL : &params);
        compare(graph, 1);
        graph_free(graph);
    }
}

/* Those that look up what several nodes make are compared by test_merge.c. */
static bool is_compared_elsewhere(const struct kernel *kernel)
{
    return strncmp(kernel->name, "lookup_", strlen("lookup_")) == 0;
}

/* Every fast kernel that this CPU runs was compared above. */
static void all_were_compared(void **state)
{
    (void)state;
    for (size_t k = 0; k < kernel_count(); k++) {
        const struct kernel *kernel = kernel_at(k);
        if (kernel->isa != ISA_REFERENCE && isa_available(kernel->isa) && !is_compared[k] &&
            !is_compared_elsewhere(kernel))
            fail_msg("%s was not compared", kernel->name);
    }
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
        cmocka_unit_test(pools_agree),
        cmocka_unit_test(integer_arithmetic_agrees),
        cmocka_unit_test(integer_functions_agree),
        cmocka_unit_test(integer_softmax_agrees),
        cmocka_unit_test(resized_images_agree),
        cmocka_unit_test(arithmetic_agrees),
        cmocka_unit_test(functions_agree),
        cmocka_unit_test(rows_agree),
        cmocka_unit_test(transpositions_agree),
        cmocka_unit_test(batches_of_matrices_agree),
        cmocka_unit_test(reductions_agree),
        cmocka_unit_test(conversions_agree),
        cmocka_unit_test(all_were_compared),
    };
    random_state.state = 20;
    is_compared = calloc(kernel_count(), sizeof(*is_compared));
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(is_compared);
    return failed;
}
