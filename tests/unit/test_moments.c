/* Weights that are rounded by second moments of their inputs: errors of products shrink. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "graph_harness.h"
#include "network_harness.h"
#include "node_harness.h"
#include "quantize/compensate.h"
#include "quantize/descent.h"
#include "quantize/moments.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SAMPLES      24

/* Rounding alone */

/* Inputs that have much in common, as neighbours in images do. */
static void draw_inputs(struct random *random, float *values, size_t count)
{
    double level = 0.0;
    for (size_t i = 0; i < count; i++) {
        level = 0.8 * level + random_unit(random) - 0.4;
        values[i] = (float)level;
    }
}

static double squared_error(const float *weights, const int8_t *rounded, double scale,
                            const float *inputs, size_t count, size_t step)
{
    double error = 0.0;
    for (size_t i = 0; i < count; i++)
        error += (double)inputs[i] * ((double)weights[i * step] - scale * rounded[i * step]);
    return error * error;
}

static void errors_make_up_for_each_other(void **state)
{
    enum { INPUTS = 40, VECTORS = 300, STEP = 3 };
    struct random random = {7};
    float *vectors = xcalloc(VECTORS * INPUTS, sizeof(*vectors));
    float *sums = xcalloc(INPUTS * INPUTS, sizeof(*sums));
    double nearest = 0.0, fitted = 0.0;
    (void)state;
    for (size_t v = 0; v < VECTORS; v++) {
        float *vector = vectors + v * INPUTS;
        draw_inputs(&random, vector, INPUTS);
        for (size_t i = 0; i < INPUTS; i++)
            for (size_t k = i; k < INPUTS; k++)
                sums[i * INPUTS + k] += vector[i] * vector[k];
    }
    struct compensation *compensation = compensation_new(sums, INPUTS);
    assert_non_null(compensation);
    for (int row = 0; row < 20; row++) {
        const float scale = 0.25f;
        float weights[INPUTS * STEP];
        int8_t out[INPUTS * STEP], plain[INPUTS * STEP];
        memset(out, 99, sizeof(out));
        for (size_t i = 0; i < INPUTS * STEP; i++) {
            weights[i] = i / STEP % 4 == 3 ? 0.0f : (float)(2.0 * random_unit(&random) - 1.0);
            plain[i] = (int8_t)roundf(weights[i] / scale);
        }
        const struct steps steps = {&scale, 0, SIZE_MAX, 127.0};
        compensation_round(compensation, weights, out, STEP, &steps);
        for (size_t i = 0; i < INPUTS * STEP; i++)
            assert_true(i % STEP == 0 ? abs(out[i] - plain[i]) <= 4 : out[i] == 99);
        for (size_t i = 3; i < INPUTS; i += 4)
            assert_int_equal(out[i * STEP], 0); /* as if the network was pruned */
        for (size_t v = 0; v < VECTORS; v++) {
            const float *vector = vectors + v * INPUTS;
            nearest += squared_error(weights, plain, (double)scale, vector, INPUTS, STEP);
            fitted += squared_error(weights, out, (double)scale, vector, INPUTS, STEP);
        }
    }
    if (!(fitted < 0.35 * nearest))
        fail_msg("%g of %g are left", fitted, nearest);
    compensation_free(compensation);
    free(vectors);
    free(sums);
}

/* What a row of weights lacks, by the damped moments. */
static double row_error(const float *sums, size_t count, const float *weights, const int8_t *out,
                        double scale)
{
    double error = 0.0, damping = compensation_damping(sums, count);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++) {
            double moment = (double)sums[i < k ? i * count + k : k * count + i];
            error += ((double)weights[i] - scale * out[i]) * ((double)weights[k] - scale * out[k]) *
                     (moment + (i == k ? damping : 0.0));
        }
    return error;
}

/* Of all that changes one number by one step, nothing makes the error less; in sum it is less than
 * without, and in no row more. */
static void descent_ends_where_no_step_helps(void **state)
{
    enum { INPUTS = 24, ROWS = 20 };
    const float scale = 0.25f;
    struct random random = {11};
    float sums[INPUTS * INPUTS] = {0.0f}, vector[INPUTS];
    double before = 0.0, after = 0.0;
    (void)state;
    for (int v = 0; v < 200; v++) {
        draw_inputs(&random, vector, INPUTS);
        for (size_t i = 0; i < INPUTS * INPUTS; i++)
            sums[i] += i % INPUTS >= i / INPUTS ? vector[i / INPUTS] * vector[i % INPUTS] : 0.0f;
    }
    struct compensation *compensation = compensation_new(sums, INPUTS);
    struct descent *descent = descent_new(sums, INPUTS);
    for (int row = 0; row < ROWS; row++) {
        float weights[INPUTS];
        int8_t out[INPUTS];
        for (size_t i = 0; i < INPUTS; i++)
            weights[i] = i % 4 == 3 ? 0.0f : (float)(4.0 * random_unit(&random) - 2.0);
        const struct steps steps = {&scale, 0, SIZE_MAX, 5.0};
        compensation_round(compensation, weights, out, 1, &steps);
        double fitted = row_error(sums, INPUTS, weights, out, (double)scale);
        descent_improve(descent, weights, out, 1, &steps);
        double least = row_error(sums, INPUTS, weights, out, (double)scale);
        assert_true(least <= fitted);
        before += fitted;
        after += least;
        for (size_t i = 0; i < INPUTS; i++) {
            assert_true(abs(out[i]) <= 5 && (i % 4 != 3 || out[i] == 0));
            for (int step = -1; step <= 1; step += 2) {
                if (i % 4 == 3 || abs(out[i] + step) > 5)
                    continue;
                out[i] = (int8_t)(out[i] + step);
                assert_true(row_error(sums, INPUTS, weights, out, (double)scale) >=
                            least * (1.0 - 1e-6));
                out[i] = (int8_t)(out[i] - step);
            }
        }
    }
    if (!(after < 0.95 * before))
        fail_msg("%g of %g are left", after, before);
    compensation_free(compensation);
    descent_free(descent);
}

/* Inputs that have nothing in common leave nothing to make up for. */
static void unrelated_inputs_are_rounded_to_the_nearest(void **state)
{
    enum { INPUTS = 9 };
    static const float weights[INPUTS] = {0.1f,   -0.1f, 0.26f, -0.9f, 40.0f,
                                          -40.0f, 0.0f,  0.5f,  1.3f};
    static const int8_t expected[INPUTS] = {0, 0, 1, -4, 127, -127, 0, 2, 5};
    float sums[INPUTS * INPUTS] = {0.0f};
    int8_t out[INPUTS];
    (void)state;
    assert_null(compensation_new(sums, INPUTS));
    for (size_t i = 0; i < INPUTS; i++)
        sums[i * INPUTS + i] = (float)i; /* the first was always 0 */
    struct compensation *compensation = compensation_new(sums, INPUTS);
    assert_non_null(compensation);
    const float scale = 0.25f;
    const struct steps steps = {&scale, 0, SIZE_MAX, 127.0};
    compensation_round(compensation, weights, out, 1, &steps);
    assert_memory_equal(out, expected, sizeof(out));
    compensation_free(compensation);
}

/* Whole products */

struct product {
    const char *name;
    enum op op;
    struct shape in, filter;
    struct conv_params conv;
};

#define WINDOW(kind, h, w, down, along)                                                            \
    .conv = {.padding = PADDING_##kind,                                                            \
             .stride_h = (h),                                                                      \
             .stride_w = (w),                                                                      \
             .dilation_h = (down),                                                                 \
             .dilation_w = (along),                                                                \
             .multiplier = 1}
static const struct product products[] = {
    {"dense", OP_FULLY_CONNECTED, SHAPE(1, 30), SHAPE(8, 30), WINDOW(VALID, 1, 1, 1, 1)},
    {"dense over rows", OP_FULLY_CONNECTED, SHAPE(1, 4, 30), SHAPE(8, 30),
     WINDOW(VALID, 1, 1, 1, 1)},
    {"pointwise", OP_CONV_2D, SHAPE(1, 5, 6, 16), SHAPE(8, 1, 1, 16), WINDOW(VALID, 1, 1, 1, 1)},
    {"same padding", OP_CONV_2D, SHAPE(1, 9, 8, 4), SHAPE(6, 3, 3, 4), WINDOW(SAME, 2, 1, 1, 1)},
    {"dilated", OP_CONV_2D, SHAPE(2, 9, 8, 3), SHAPE(6, 3, 2, 3), WINDOW(VALID, 1, 2, 2, 3)},
    {"groups", OP_CONV_2D, SHAPE(1, 7, 7, 8), SHAPE(6, 3, 3, 4), WINDOW(SAME, 1, 1, 1, 1)},
    {"explicit padding", OP_CONV_2D, SHAPE(1, 6, 6, 4), SHAPE(5, 3, 3, 4),
     .conv = {.padding = PADDING_EXPLICIT,
              .stride_h = 1,
              .stride_w = 1,
              .dilation_h = 1,
              .dilation_w = 1,
              .pads = {2, 0, 1, 1}}},
    {"depthwise", OP_DEPTHWISE_CONV_2D, SHAPE(1, 9, 9, 6), SHAPE(1, 3, 3, 6),
     WINDOW(SAME, 2, 2, 1, 1)},
    {"multiplier", OP_DEPTHWISE_CONV_2D, SHAPE(1, 9, 9, 6), SHAPE(1, 5, 3, 12),
     .conv = {.padding = PADDING_SAME,
              .stride_h = 1,
              .stride_w = 1,
              .dilation_h = 1,
              .dilation_w = 1,
              .multiplier = 2}},
    /* more than a block of inputs */
    {"wide", OP_CONV_2D, SHAPE(1, 8, 8, 80), SHAPE(4, 3, 3, 80), WINDOW(SAME, 1, 1, 1, 1)},
};

/* A graph of the product with these weights: its input is tensor 0, its weights are tensor 1. */
static struct graph *product_graph(const struct product *product, const float *weights)
{
    struct graph *graph = network_new(product->in);
    union op_params params;
    params_init(&params, op_table[product->op].params);
    if (product->op != OP_FULLY_CONNECTED)
        params.conv = product->conv;
    else
        params.dense.keep_num_dims = 1;
    int inputs[] = {0, harness_constant(graph, TYPE_F32, product->filter, 0.0f, 0, weights)};
    int out = harness_node(graph, product->op, inputs, 2, &params, TYPE_F32, 0.0f, 0);
    graph_set_outputs(graph, &out, 1);
    return graph;
}

/* What integers of these scales make of the outputs: the sum of squared differences. */
static double output_error(const struct product *product, const float *weights,
                           const struct quantization *quant, const int8_t *integers,
                           const float *samples)
{
    struct graph *exact = product_graph(product, weights);
    size_t count = shape_elements(&product->filter), elements = shape_elements(&product->in);
    size_t inner = shape_span(&product->filter, quant->axis + 1, product->filter.rank);
    float *widened = xcalloc(count, sizeof(*widened));
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        widened[i] = quant->scale[i / inner % (size_t)quant->count] * integers[i];
    struct graph *rounded = product_graph(product, widened);
    size_t outputs = shape_elements(&node_output(exact, &exact->nodes[0], 0)->shape);
    for (int i = 0; i < SAMPLES; i++) {
        const void *input = samples + (size_t)i * elements;
        void *a, *b;
        harness_graph_run(exact, ISA_REFERENCE, 1, &input, &a);
        harness_graph_run(rounded, ISA_REFERENCE, 1, &input, &b);
        for (size_t k = 0; k < outputs; k++) {
            double difference = (double)((float *)a)[k] - (double)((float *)b)[k];
            sum += difference * difference;
        }
    }
    free(widened);
    graph_free(exact);
    graph_free(rounded);
    return sum;
}

/* Scales of a few steps per channel, and the nearest integers. */
static void round_to_nearest(const struct product *product, const float *weights, float *scales,
                             struct quantization *quant, int8_t *integers)
{
    quant->axis = product->op == OP_DEPTHWISE_CONV_2D ? 3 : 0;
    quant->count = product->filter.dim[quant->axis];
    quant->scale = scales;
    for (int c = 0; c < quant->count; c++)
        scales[c] = 0.2f + 0.01f * (float)c;
    size_t inner = shape_span(&product->filter, quant->axis + 1, product->filter.rank);
    for (size_t i = 0; i < shape_elements(&product->filter); i++)
        integers[i] = (int8_t)roundf(weights[i] / scales[i / inner % (size_t)quant->count]);
}

static void check_product(const struct product *product, struct random *random)
{
    size_t count = shape_elements(&product->filter), elements = shape_elements(&product->in);
    float *weights = xcalloc(count, sizeof(*weights));
    float *samples = xcalloc(SAMPLES * elements, sizeof(*samples));
    int8_t *nearest = xcalloc(count, 1), *fitted = xcalloc(count, 1);
    float scales[16];
    struct quantization quant = {0};
    for (size_t i = 0; i < count; i++)
        weights[i] = (float)(2.0 * random_unit(random) - 1.0);
    for (size_t i = 0; i < SAMPLES; i++)
        draw_inputs(random, samples + i * elements, elements);
    round_to_nearest(product, weights, scales, &quant, nearest);
    memcpy(fitted, nearest, count);

    struct graph *graph = product_graph(product, weights);
    struct moments *moments = moments_new(graph, &(struct moments_use){.rounds = true});
    moments_round(moments, 1, &quant, 127, fitted); /* nothing was seen */
    assert_memory_equal(fitted, nearest, count);
    for (size_t i = 0; i < SAMPLES; i++)
        moments_see(moments, 0, samples + i * elements);
    moments_round(moments, 1, &quant, 127, fitted);
    double before = output_error(product, weights, &quant, nearest, samples);
    double after = output_error(product, weights, &quant, fitted, samples);
    if (!(after < 0.75 * before))
        fail_msg("%s: an error of %g becomes %g", product->name, before, after);
    moments_free(moments);
    graph_free(graph);
    free(weights), free(samples), free(nearest), free(fitted);
}

static void outputs_come_nearer(void **state)
{
    struct random random = {11};
    (void)state;
    for (size_t i = 0; i < COUNT(products); i++)
        check_product(&products[i], &random);
}

/* Scales */

/* A product with weights and samples, and what is made of them. */
struct subject {
    const struct product *product;
    struct graph *graph;
    struct moments *moments;
    float *weights, *samples;
    int8_t *integers;
    float scales[16];
    struct quantization quant;
};

static struct subject subject_of(const struct product *product, const struct moments_use *use,
                                 struct random *random)
{
    size_t count = shape_elements(&product->filter), elements = shape_elements(&product->in);
    struct subject subject = {.product = product,
                              .weights = xcalloc(count, sizeof(float)),
                              .samples = xcalloc(SAMPLES * elements, sizeof(float)),
                              .integers = xcalloc(count, 1)};
    for (size_t i = 0; i < count; i++)
        subject.weights[i] = (float)(2.0 * random_unit(random) - 1.0);
    for (size_t i = 0; i < SAMPLES; i++)
        draw_inputs(random, subject.samples + i * elements, elements);
    subject.graph = product_graph(product, subject.weights);
    subject.moments = moments_new(subject.graph, use);
    for (size_t i = 0; i < SAMPLES; i++)
        moments_see(subject.moments, 0, subject.samples + i * elements);
    return subject;
}

static void subject_release(struct subject *subject)
{
    moments_free(subject->moments);
    graph_free(subject->graph);
    free(subject->weights), free(subject->samples), free(subject->integers);
}

/* Rounds to the nearest of -most..most, in a share of the scales. */
static double error_with(struct subject *subject, const float *scales, float share, int most)
{
    float own[16];
    struct quantization quant = subject->quant;
    size_t inner =
        shape_span(&subject->product->filter, quant.axis + 1, subject->product->filter.rank);
    for (int c = 0; c < quant.count; c++)
        own[c] = scales[c] * share;
    quant.scale = own;
    for (size_t i = 0; i < shape_elements(&subject->product->filter); i++) {
        float whole = roundf(subject->weights[i] / own[i / inner % (size_t)quant.count]);
        subject->integers[i] = (int8_t)fminf(fmaxf(whole, (float)-most), (float)most);
    }
    return output_error(subject->product, subject->weights, &quant, subject->integers,
                        subject->samples);
}

/* No scale that is the same share of the whole range for all channels is better than those that are
 * chosen for each; where there is but one scale, its own share is among them. Inputs beyond a block
 * are not looked at together. */
static void check_scales(const struct product *product, bool is_one, struct random *random)
{
    enum { MOST = 7 };
    struct subject subject = subject_of(product, &(struct moments_use){.scales = true}, random);
    float whole[16], chosen[16];
    subject.quant.axis = product->op == OP_DEPTHWISE_CONV_2D ? 3 : 0;
    subject.quant.count = is_one ? 1 : product->filter.dim[subject.quant.axis];
    for (int c = 0; c < subject.quant.count; c++)
        whole[c] = chosen[c] = 1.0f / MOST;
    subject.quant.scale = whole;
    moments_scale(subject.moments, 1, &subject.quant, MOST, chosen);
    double own = error_with(&subject, chosen, 1.0f, MOST), least = INFINITY;
    for (int percent = 52; percent <= 100; percent += 2)
        least = fmin(least, error_with(&subject, whole, (float)percent / 100.0f, MOST));
    bool is_cut = product->filter.dim[3] == 80;
    if (!(own <= least * (is_cut ? 1.05 : 1.02)))
        fail_msg("%s: an error of %g, and %g with other scales", product->name, own, least);
    for (int c = 0; c < subject.quant.count; c++)
        assert_true(chosen[c] >= 0.5f * whole[c] && chosen[c] <= whole[c]);
    subject_release(&subject);
}

static void scales_are_those_of_least_error(void **state)
{
    struct random random = {13};
    (void)state;
    for (size_t i = 0; i < COUNT(products); i++)
        for (int is_one = 0; is_one < 2; is_one++)
            check_scales(&products[i], is_one, &random);
}

/* Variance of each channel's output over all samples and places, by running the network. */
static void measure_variances(const struct subject *subject, struct graph *graph, double *variances)
{
    const struct shape *shape = &node_output(graph, &graph->nodes[0], 0)->shape;
    size_t elements = shape_elements(&subject->product->in), outputs = shape_elements(shape);
    size_t channels = (size_t)shape->dim[shape->rank - 1];
    double sums[16] = {0.0}, squares[16] = {0.0}, count = 0.0;
    for (size_t i = 0; i < SAMPLES; i++) {
        const void *input = subject->samples + i * elements;
        void *out;
        harness_graph_run(graph, ISA_REFERENCE, 1, &input, &out);
        for (size_t k = 0; k < outputs; k++) {
            double value = (double)((float *)out)[k];
            sums[k % channels] += value;
            squares[k % channels] += value * value;
        }
        count += (double)outputs / (double)channels;
    }
    for (size_t c = 0; c < channels; c++)
        variances[c] = squares[c] / count - sums[c] / count * (sums[c] / count);
}

/* The rounded weights in other scales, as a network. */
static struct graph *rounded_graph(const struct subject *subject, const float *scales)
{
    size_t inner = shape_span(&subject->product->filter, subject->quant.axis + 1,
                              subject->product->filter.rank);
    size_t count = shape_elements(&subject->product->filter);
    float *widened = xcalloc(count, sizeof(*widened));
    for (size_t i = 0; i < count; i++)
        widened[i] = scales[i / inner % (size_t)subject->quant.count] * subject->integers[i];
    struct graph *graph = product_graph(subject->product, widened);
    free(widened);
    return graph;
}

static void outputs_keep_their_variance(void **state)
{
    struct random random = {17};
    const struct moments_use use = {.is_central = true, .rescales = true};
    (void)state;
    for (size_t i = 0; i < COUNT(products); i++) {
        struct subject subject = subject_of(&products[i], &use, &random);
        double expected[16], before[16], after[16];
        float scales[16];
        bool is_cut = products[i].filter.dim[3] == 80; /* into blocks, and so is the variance */
        round_to_nearest(&products[i], subject.weights, subject.scales, &subject.quant,
                         subject.integers);
        memcpy(scales, subject.scales, sizeof(scales));
        moments_rescale(subject.moments, 1, &subject.quant, subject.integers, scales);
        struct graph *rounded = rounded_graph(&subject, subject.scales);
        struct graph *rescaled = rounded_graph(&subject, scales);
        measure_variances(&subject, subject.graph, expected);
        measure_variances(&subject, rounded, before);
        measure_variances(&subject, rescaled, after);
        for (int c = 0; c < subject.quant.count; c++) {
            assert_true(fabs(before[c] / expected[c] - 1.0) > 1e-4);
            if (!(fabs(after[c] / expected[c] - 1.0) < (is_cut ? 0.02 : 1e-3)))
                fail_msg("%s: variance %g becomes %g, rescaled %g", products[i].name, expected[c],
                         before[c], after[c]);
        }
        graph_free(rounded);
        graph_free(rescaled);
        subject_release(&subject);
    }
}

/* Two products with the same weights: what the second one reads counts, too. Of the first, which
 * reads zeros, nothing could be told. */
static void products_that_share_weights_share_moments(void **state)
{
    enum { INPUTS = 24, CHANNELS = 4 };
    struct random random = {5};
    struct graph *graph = network_new(SHAPE(1, INPUTS));
    float weights[CHANNELS * INPUTS], sample[INPUTS], scale = 0.3f;
    const float zeros[INPUTS] = {0.0f};
    int8_t fitted[CHANNELS * INPUTS], nearest[CHANNELS * INPUTS];
    const struct quantization quant = {.count = 1, .scale = &scale};
    (void)state;
    for (size_t i = 0; i < CHANNELS * INPUTS; i++) {
        weights[i] = (float)(2.0 * random_unit(&random) - 1.0);
        fitted[i] = nearest[i] = (int8_t)roundf(weights[i] / scale);
    }
    int constant = harness_constant(graph, TYPE_F32, SHAPE(CHANNELS, INPUTS), 0.0f, 0, weights);
    int other = harness_node(graph, OP_ABS, (int[]){0}, 1, NULL, TYPE_F32, 0.0f, 0);
    int outs[] = {
        harness_node(graph, OP_FULLY_CONNECTED, (int[]){0, constant}, 2, NULL, TYPE_F32, 0.0f, 0),
        harness_node(graph, OP_FULLY_CONNECTED, (int[]){other, constant}, 2, NULL, TYPE_F32, 0.0f,
                     0)};
    graph_set_outputs(graph, outs, 2);
    struct moments *moments = moments_new(graph, &(struct moments_use){.rounds = true});
    for (int i = 0; i < SAMPLES; i++) {
        draw_inputs(&random, sample, INPUTS);
        moments_see(moments, 0, zeros);
        moments_see(moments, other, sample);
    }
    moments_round(moments, constant, &quant, 127, fitted);
    assert_memory_not_equal(fitted, nearest, sizeof(fitted));
    moments_free(moments);
    graph_free(graph);
}

/* Inputs that a view shows are those of its own input. */
static void views_show_what_was_seen(void **state)
{
    enum { INPUTS = 24, CHANNELS = 4 };
    struct random random = {3};
    struct graph *graph = network_new(SHAPE(1, 4, 6));
    float weights[CHANNELS * INPUTS], sample[INPUTS], scale = 0.3f;
    int8_t fitted[CHANNELS * INPUTS], nearest[CHANNELS * INPUTS];
    const int32_t flat[] = {1, INPUTS};
    const struct quantization quant = {.count = 1, .scale = &scale};
    (void)state;
    for (size_t i = 0; i < CHANNELS * INPUTS; i++) {
        weights[i] = (float)(2.0 * random_unit(&random) - 1.0);
        fitted[i] = nearest[i] = (int8_t)roundf(weights[i] / scale);
    }
    int vector = harness_node(graph, OP_RESHAPE, (int[]){0, harness_ints(graph, flat, 2)}, 2, NULL,
                              TYPE_F32, 0.0f, 0);
    int constant = harness_constant(graph, TYPE_F32, SHAPE(CHANNELS, INPUTS), 0.0f, 0, weights);
    int out = harness_node(graph, OP_FULLY_CONNECTED, (int[]){vector, constant}, 2, NULL, TYPE_F32,
                           0.0f, 0);
    graph_set_outputs(graph, &out, 1);
    struct moments *moments = moments_new(graph, &(struct moments_use){.rounds = true});
    for (int i = 0; i < SAMPLES; i++) {
        draw_inputs(&random, sample, INPUTS);
        moments_see(moments, 0, sample);
    }
    moments_round(moments, constant, &quant, 127, fitted);
    assert_memory_not_equal(fitted, nearest, sizeof(fitted));
    moments_free(moments);
    graph_free(graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_make_up_for_each_other),
        cmocka_unit_test(descent_ends_where_no_step_helps),
        cmocka_unit_test(unrelated_inputs_are_rounded_to_the_nearest),
        cmocka_unit_test(outputs_come_nearer),
        cmocka_unit_test(scales_are_those_of_least_error),
        cmocka_unit_test(outputs_keep_their_variance),
        cmocka_unit_test(products_that_share_weights_share_moments),
        cmocka_unit_test(views_show_what_was_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
