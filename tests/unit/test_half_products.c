/* Products in half precision: how far results are from the exact ones, and that nothing but a
 * window's own inputs reaches its result. That they compute all shapes is what test_fast_products.c
 * tests. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/half.h"
#include "base/memory.h"
#include "graph_harness.h"
#include "kernels/fast/product/tile.h"
#include "node_harness.h"

static struct random random_state;

/* Rows of inputs times weights that are halves. */
struct sample {
    int rows, depth, channels;
    float *inputs;
    uint16_t *weights;
};

/* -1..1; the same of 1e-6..1 by magnitude; 0..1; a pair of ones now and then, beside which the
 * others of its part, just below half of its last digit, are lost. */
enum kind { UNIFORM, DYNAMIC_RANGE, POSITIVE, LOST, KINDS };

static double draw(enum kind kind, int place)
{
    double real = 2.0 * random_unit(&random_state) - 1.0;
    switch (kind) {
    case DYNAMIC_RANGE:
        return copysign(pow(10.0, -6.0 * fabs(real)), real);
    case POSITIVE:
        return fabs(real);
    case LOST:
        return place % (8 * HALF_PART) < 2 ? 1.0 : 0x1.ff8p-12;
    default:
        return real;
    }
}

static struct sample draw_sample(enum kind kind, int rows, int depth, int channels)
{
    struct sample sample = {rows, depth, channels, NULL, NULL};
    size_t inputs = (size_t)(rows * depth), weights = (size_t)(channels * depth);
    sample.inputs = xcalloc(inputs, sizeof(float));
    sample.weights = xcalloc(weights, sizeof(uint16_t));
    for (size_t i = 0; i < inputs; i++)
        sample.inputs[i] = (float)draw(kind, (int)(i % (size_t)depth));
    for (size_t i = 0; i < weights; i++)
        sample.weights[i] = half_from_float(kind == LOST ? 1.0f : (float)draw(kind, 0));
    return sample;
}

static void release(struct sample *sample)
{
    free(sample->inputs);
    free(sample->weights);
}

/* The kernel of half precision for node 0; NULL: this CPU has none. */
static const struct kernel *kernel_of(struct graph *graph)
{
    return isa_available(ISA_AVX512_FP16) ? harness_kernel(graph, ISA_AVX512_FP16, true) : NULL;
}

static void check_sample(const struct sample *sample)
{
    struct graph *graph = graph_new("test");
    union op_params params = {.dense = {.bias_type = TYPE_F32}};
    int tensors[] = {harness_tensor(graph, TYPE_F32, SHAPE(sample->rows, sample->depth), 0.0f, 0),
                     harness_constant(graph, TYPE_F16, SHAPE(sample->channels, sample->depth), 0.0f,
                                      0, sample->weights),
                     NO_TENSOR};
    int out = harness_tensor(graph, TYPE_F32, SHAPE(1), 0.0f, 0);
    graph_add_node(graph, OP_FULLY_CONNECTED, tensors, 3, &out, 1, &params);
    void *inputs[] = {sample->inputs, NULL, NULL};
    const float *got = harness_run(graph, kernel_of(graph), 1, inputs);
    for (int r = 0; r < sample->rows; r++)
        for (int c = 0; c < sample->channels; c++, got++) {
            double exact = 0.0, size = 0.0;
            for (int k = 0; k < sample->depth; k++) {
                double product = (double)sample->inputs[r * sample->depth + k] *
                                 (double)half_to_float(sample->weights[c * sample->depth + k]);
                exact += product;
                size += fabs(product);
            }
            double error = fabs((double)*got - exact);
            double most = HALF_ERROR * size + HALF_ERROR_LEAST * sample->depth;
            if (!(error <= most))
                fail_msg("%d x %d x %d: error %g, bound %g", sample->rows, sample->depth,
                         sample->channels, error, most);
        }
    graph_free(graph);
}

/* Rows one by one and in tiles, of panels that are whole or not, and of several. */
static void errors_keep_their_bound(void **state)
{
    static const int sizes[][3] = {{1, 300, 150}, {1, 27, 16}, {9, 301, 40}, {16, 28, 12}};
    (void)state;
    if (!isa_available(ISA_AVX512_FP16))
        skip();
    for (enum kind kind = UNIFORM; kind < KINDS; kind++)
        for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            struct sample sample = draw_sample(kind, sizes[i][0], sizes[i][1], sizes[i][2]);
            check_sample(&sample);
            release(&sample);
        }
}

#define SIZE 12
#define AT   5

/* Of 3x3 cells; of few inputs, where cells are spliced, and more. */
static void check_reach(int depth)
{
    struct graph *graph = graph_new("test");
    union op_params params = {.conv = {.padding = PADDING_SAME,
                                       .stride_h = 1,
                                       .stride_w = 1,
                                       .dilation_h = 1,
                                       .dilation_w = 1,
                                       .bias_type = TYPE_F32}};
    struct sample sample = draw_sample(UNIFORM, SIZE * SIZE, depth, 9 * 3);
    int tensors[] = {
        harness_tensor(graph, TYPE_F32, SHAPE(1, SIZE, SIZE, depth), 0.0f, 0),
        harness_constant(graph, TYPE_F16, SHAPE(3, 3, 3, depth), 0.0f, 0, sample.weights),
        NO_TENSOR};
    int out = harness_tensor(graph, TYPE_F32, SHAPE(1), 0.0f, 0);
    graph_add_node(graph, OP_CONV_2D, tensors, 3, &out, 1, &params);
    sample.inputs[(AT * SIZE + AT) * depth] = NAN;
    void *inputs[] = {sample.inputs, NULL, NULL};
    const float *got = harness_run(graph, kernel_of(graph), 1, inputs);
    for (int y = 0; y < SIZE; y++)
        for (int x = 0; x < SIZE; x++)
            for (int c = 0; c < 3; c++, got++)
                assert_int_equal(isnan(*got) != 0, abs(y - AT) <= 1 && abs(x - AT) <= 1);
    graph_free(graph);
    release(&sample);
}

/* An odd number of inputs has a last pair of one, beside which there are those of other windows. */
static void no_number_reaches_beyond_its_windows(void **state)
{
    (void)state;
    if (!isa_available(ISA_AVX512_FP16))
        skip();
    check_reach(1);
    check_reach(3);
    check_reach(4);
    check_reach(9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_keep_their_bound),
        cmocka_unit_test(no_number_reaches_beyond_its_windows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
