/* LAYER_NORMALIZATION of float32 rows, in single precision.
 *
 * The mean of many numbers is off by a few units of its last place. What it is off by is the mean
 * of the differences from it, which is taken off the second time around.
 * Source: T. Chan, G. Golub, R. LeVeque, 1983, Algorithms for Computing the Sample Variance.
 */
#include <math.h>

#include "kernels/common/layer_norm.h"
#include "kernels/fast/isa.h"
#include "kernels/fast/vector/vector.h"
#include "kernels/lists.h"

static float mean_of(const float *in, size_t depth)
{
    vfloat sums[2] = {all_float(0.0f), all_float(0.0f)};
    size_t i = 0;
    for (; i + 2 * LANES <= depth; i += 2 * LANES) {
        sums[0] += load_float(in + i);
        sums[1] += load_float(in + i + LANES);
    }
    float sum = sum_lanes(sums[0] + sums[1]);
    for (; i < depth; i++)
        sum += in[i];
    return sum / (float)depth;
}

/* What the mean is off by, and the variance. */
struct spread {
    float offset, variance;
};

static struct spread spread_of(const float *in, size_t depth, float mean)
{
    vfloat offsets = all_float(0.0f), squares = all_float(0.0f);
    size_t i = 0;
    for (; i + LANES <= depth; i += LANES) {
        vfloat difference = load_float(in + i) - mean;
        offsets += difference;
        squares = add_product(squares, difference, difference);
    }
    float offset = sum_lanes(offsets), square = sum_lanes(squares);
    for (; i < depth; i++) {
        offset += in[i] - mean;
        square += (in[i] - mean) * (in[i] - mean);
    }
    offset /= (float)depth;
    float variance = square / (float)depth - offset * offset;
    return (struct spread){offset, variance < 0.0f ? 0.0f : variance};
}

static void normalize(const struct kernel_call *call, size_t row, size_t depth)
{
    const float *in = (const float *)call->inputs[0].data + row * depth;
    const float *factors = call->inputs[1].data;
    const float *offsets = call->n_inputs > 2 ? call->inputs[2].data : NULL;
    float *out = (float *)call->outputs[0].data + row * depth;
    float mean = mean_of(in, depth);
    struct spread spread = spread_of(in, depth, mean);
    float inverse = 1.0f / sqrtf(spread.variance + call->node->params.norm.epsilon);
    size_t i = 0;
    for (; i + LANES <= depth; i += LANES) {
        vfloat value = (load_float(in + i) - mean - spread.offset) * inverse;
        vfloat offset = offsets ? load_float(offsets + i) : all_float(0.0f);
        store_float(out + i, add_product(offset, value, load_float(factors + i)));
    }
    for (; i < depth; i++) {
        float value = (in[i] - mean - spread.offset) * inverse;
        out[i] = value * factors[i] + (offsets ? offsets[i] : 0.0f);
    }
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    const struct layer_norm *norm = call->state;
    size_t end = portion_begin(&norm->rows, last);
    (void)stage, (void)thread;
    for (size_t row = portion_begin(&norm->rows, first); row < end; row++)
        normalize(call, row, norm->depth);
}

static const struct kernel rows[] = {
    {
        .name = FAST_TEXT("layer_normalization_f32"),
        .op = OP_LAYER_NORMALIZATION,
        .isa = KERNEL_ISA,
        .types = {TYPE_F32, TYPE_ANY, TYPE_F32},
        .prepare = layer_norm_prepare,
        .run = run,
    },
};

FAST_LIST(fast_layer_norm_kernels, rows);
