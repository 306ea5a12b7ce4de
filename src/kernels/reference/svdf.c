/* SVDF: each filter multiplies the input with its features, remembers the results of the last
 * steps, the newest at the end, and multiplies those with its times. `rank` filters make a unit of
 * the output, with its bias.
 *
 * Source: R. Alvarez, P. Nakkiran et al., 2015, Compressing Deep Neural Networks using a
 * Rank-Constrained Topology. Integers are rounded as in TFLite's kernel.
 */
#include <string.h>

#include "kernels/common/hybrid.h"
#include "kernels/common/quantized.h"
#include "kernels/common/sequence.h"
#include "kernels/lists.h"

/* Moves what the filters of a sample remember by one step; the last ones are to be written. */
static unsigned char *remember(const struct kernel_call *call, size_t sample, size_t element)
{
    const struct svdf *svdf = call->state;
    size_t row = svdf->memory * element, bytes = svdf->filters * row;
    const unsigned char *before =
        (const unsigned char *)call->inputs[SVDF_STATE].data + sample * bytes;
    unsigned char *after = (unsigned char *)call->outputs[SVDF_NEXT_STATE].data + sample * bytes;
    for (size_t f = 0; f < svdf->filters; f++)
        memcpy(after + f * row, before + f * row + element, row - element);
    return after;
}

static float finish(const struct kernel_call *call, size_t unit, double sum)
{
    float low, high;
    bool has_bias = sequence_has(call, SVDF_BIAS);
    const float *bias = has_bias ? call->inputs[SVDF_BIAS].data : NULL;
    activation_range((enum activation)call->node->params.svdf.activation, &low, &high);
    return clamp_real((float)(sum + (bias ? (double)bias[unit] : 0.0)), low, high);
}

static double weight_at(const struct kernel_call *call, int input, size_t i)
{
    const void *weights = call->inputs[input].data;
    const struct svdf *svdf = call->state;
    if (call->inputs[input].tensor->type == TYPE_F32)
        return (double)((const float *)weights)[i];
    float scale = input == SVDF_TIME ? svdf->time_scale : svdf->feature_scale;
    return (double)((const int8_t *)weights)[i] * (double)scale;
}

/* x: of the sample; or its integers, which count in steps of the scale. */
static double feature_of(const struct kernel_call *call, size_t filter, const float *x,
                         const int8_t *steps, const struct run_scale *scale)
{
    const struct svdf *svdf = call->state;
    double sum = 0.0;
    for (size_t i = 0; i < svdf->depth; i++) {
        double value =
            steps ? (double)(steps[i] - scale->zero_point) * (double)scale->scale : (double)x[i];
        sum += weight_at(call, SVDF_FEATURE, filter * svdf->depth + i) * value;
    }
    return sum;
}

static void run_sample(const struct kernel_call *call, size_t sample, const int8_t *steps,
                       const struct run_scale *scale)
{
    const struct svdf *svdf = call->state;
    const float *x = (const float *)call->inputs[SVDF_X].data + sample * svdf->depth;
    float *memory = (float *)(void *)remember(call, sample, sizeof(float));
    float *out = (float *)call->outputs[SVDF_Y].data + sample * svdf->units;
    for (size_t f = 0; f < svdf->filters; f++)
        memory[(f + 1) * svdf->memory - 1] = (float)feature_of(call, f, x, steps, scale);
    for (size_t unit = 0; unit < svdf->units; unit++) {
        double sum = 0.0;
        size_t first = unit * svdf->rank * svdf->memory, count = svdf->rank * svdf->memory;
        for (size_t i = first; i < first + count; i++)
            sum += weight_at(call, SVDF_TIME, i) * (double)memory[i];
        out[unit] = finish(call, unit, sum);
    }
}

static void run_float(const struct kernel_call *call, int stage, size_t first, size_t last,
                      int thread)
{
    (void)stage, (void)thread;
    for (size_t sample = first; sample < last; sample++)
        run_sample(call, sample, NULL, NULL);
}

/* The input is quantized first, sample by sample. */
static void run_hybrid(const struct kernel_call *call, int stage, size_t first, size_t last,
                       int thread)
{
    const struct svdf *svdf = call->state;
    int8_t *steps = (int8_t *)call->scratch + (size_t)thread * svdf->depth;
    (void)stage;
    for (size_t sample = first; sample < last; sample++) {
        const float *x = (const float *)call->inputs[SVDF_X].data + sample * svdf->depth;
        float low = 0.0f, high = 0.0f;
        for (size_t i = 0; i < svdf->depth; i++) {
            low = fminf(low, x[i]);
            high = fmaxf(high, x[i]);
        }
        struct run_scale scale = call->node->params.svdf.asymmetric_inputs
                                     ? hybrid_asymmetric(low, high)
                                     : hybrid_symmetric(low, high);
        for (size_t i = 0; i < svdf->depth; i++)
            steps[i] = (int8_t)hybrid_quantize(x[i], &scale);
        run_sample(call, sample, steps, &scale);
    }
}

static int16_t integer_feature(const struct kernel_call *call, size_t sample, size_t filter)
{
    const struct svdf *svdf = call->state;
    const int8_t *x = (const int8_t *)call->inputs[SVDF_X].data + sample * svdf->depth;
    const int8_t *weights = (const int8_t *)call->inputs[SVDF_FEATURE].data + filter * svdf->depth;
    int32_t zero = call->inputs[SVDF_X].tensor->quant.zero_point[0];
    uint32_t sum = 0;
    for (size_t i = 0; i < svdf->depth; i++)
        sum += (uint32_t)(weights[i] * (x[i] - zero));
    return (int16_t)clamp_int(multiply((int32_t)sum, svdf->to_state), INT16_MIN, INT16_MAX);
}

static void run_integer(const struct kernel_call *call, int stage, size_t first, size_t last,
                        int thread)
{
    const struct svdf *svdf = call->state;
    const struct tensor *out = call->outputs[SVDF_Y].tensor;
    const int16_t *times = call->inputs[SVDF_TIME].data;
    const int32_t *bias = sequence_has(call, SVDF_BIAS) ? call->inputs[SVDF_BIAS].data : NULL;
    struct clamp_range range =
        quantized_range((enum activation)call->node->params.svdf.activation, out);
    (void)stage, (void)thread;
    for (size_t sample = first; sample < last; sample++) {
        int16_t *memory = (int16_t *)(void *)remember(call, sample, sizeof(int16_t));
        for (size_t f = 0; f < svdf->filters; f++)
            memory[(f + 1) * svdf->memory - 1] = integer_feature(call, sample, f);
        for (size_t unit = 0; unit < svdf->units; unit++) {
            uint32_t sum = bias ? (uint32_t)bias[unit] : 0;
            size_t from = unit * svdf->rank * svdf->memory, count = svdf->rank * svdf->memory;
            for (size_t i = from; i < from + count; i++)
                sum += (uint32_t)(times[i] * memory[i]);
            int32_t value = multiply((int32_t)sum, svdf->to_output) + out->quant.zero_point[0];
            ((int8_t *)call->outputs[SVDF_Y].data)[sample * svdf->units + unit] =
                (int8_t)clamp_int(value, range.low, range.high);
        }
    }
}

static bool has_integer_weights(const struct kernel_call *call)
{
    return call->inputs[SVDF_FEATURE].tensor->type == TYPE_I8;
}

#define ROW(suffix, type, accepts_, prepare_, run_)                                                \
    {                                                                                              \
        .name = "svdf_" suffix "_reference", .op = OP_SVDF, .isa = ISA_REFERENCE,                  \
        .types = {type, TYPE_ANY, type}, .accepts = (accepts_), .prepare = (prepare_),             \
        .run = (run_)                                                                              \
    }

static const struct kernel rows[] = {
    ROW("f32", TYPE_F32, NULL, svdf_prepare_float, run_float),
    ROW("hybrid", TYPE_F32, has_integer_weights, svdf_prepare_hybrid, run_hybrid),
    ROW("i8", TYPE_I8, NULL, svdf_prepare_integer, run_integer),
};

KERNEL_LIST(reference_svdf_kernels, rows);
