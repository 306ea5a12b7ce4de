/* SOFTMAX of float32 rows. Exponentials and shares are off by 5 ulp at most, and by what adding up
 * as many numbers as a lane gets leaves. */
#include "kernels/common/softmax.h"
#include "kernels/fast/functions.h"
#include "kernels/fast/isa.h"
#include "kernels/lists.h"

#define NOTHING (-__builtin_inff())

static float greatest_of(const float *in, size_t depth)
{
    vfloat greatest = all_float(NOTHING);
    size_t i = 0;
    for (; i + LANES <= depth; i += LANES)
        greatest = greater(load_float(in + i), greatest);
    if (i < depth)
        greatest = greater(load_some(in + i, depth - i, NOTHING), greatest);
    return greatest_lane(greatest);
}

/* exp(beta * (x - greatest)) of a row; their sum. */
static float exponentials(const float *in, float *out, size_t depth, float beta, float greatest)
{
    vfloat sum = all_float(0.0f);
    size_t i = 0;
    for (; i + LANES <= depth; i += LANES) {
        vfloat value = exp_lanes(beta * (load_float(in + i) - greatest));
        store_float(out + i, value);
        sum += value;
    }
    if (i < depth) {
        vfloat value = exp_lanes(beta * (load_some(in + i, depth - i, greatest) - greatest));
        vfloat counted = load_some((const float *)&value, depth - i, 0.0f);
        store_some(out + i, depth - i, value);
        sum += counted;
    }
    return sum_lanes(sum);
}

static void divide(float *out, size_t depth, float sum)
{
    float inverse = 1.0f / sum;
    size_t i = 0;
    for (; i + LANES <= depth; i += LANES)
        store_float(out + i, load_float(out + i) * inverse);
    for (; i < depth; i++)
        out[i] *= inverse;
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    const struct real_softmax *softmax = call->state;
    size_t depth = softmax->depth;
    float beta = call->node->params.scalar.value;
    (void)stage, (void)thread;
    for (size_t row = first; row < last; row++) {
        const float *in = (const float *)call->inputs[0].data + row * depth;
        float *out = (float *)call->outputs[0].data + row * depth;
        divide(out, depth, exponentials(in, out, depth, beta, greatest_of(in, depth)));
    }
}

static const struct kernel rows[] = {
    {
        .name = FAST_TEXT("softmax_f32"),
        .op = OP_SOFTMAX,
        .isa = KERNEL_ISA,
        .types = {TYPE_F32, TYPE_ANY, TYPE_F32},
        .prepare = softmax_prepare_real,
        .run = run,
    },
};

FAST_LIST(fast_softmax_kernels, rows);
