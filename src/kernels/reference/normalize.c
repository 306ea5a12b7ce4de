/* L2_NORMALIZATION: every row over its length. */
#include "kernels/common/normalize.h"

#include <math.h>

#include "kernels/common/gemmlowp.h"
#include "kernels/common/quantized.h"
#include "kernels/lists.h"

/* x / max(|x|, 1e-6): a row of zeros stays one. */
static void run_real(const struct kernel_call *call, int stage, size_t first, size_t last,
                     int thread)
{
    (void)stage, (void)thread;
    const struct normalization *norm = call->state;
    for (size_t row = first; row < last; row++) {
        const float *in = (const float *)call->inputs[0].data + row * norm->depth;
        float *out = (float *)call->outputs[0].data + row * norm->depth;
        double sum = 0.0;
        for (size_t i = 0; i < norm->depth; i++)
            sum += (double)in[i] * (double)in[i];
        float length = fmaxf((float)sqrt(sum), 1e-6f);
        for (size_t i = 0; i < norm->depth; i++)
            out[i] = in[i] / length;
    }
}

/* The stored number from its zero point times 1 / length, in steps of 2^-7. uint8 takes the seven
 * bits before the rounding of the product, int8 after it: so the reference has it. */
static int32_t normalized(enum type type, int32_t value, struct multiplier inverse)
{
    if (type == TYPE_U8)
        return multiply(value * 128, inverse);
    return multiply(value, (struct multiplier){inverse.mantissa, inverse.shift + 7});
}

static void run_quantized(const struct kernel_call *call, int stage, size_t first, size_t last,
                          int thread)
{
    (void)stage, (void)thread;
    const struct normalization *norm = call->state;
    const void *in = call->inputs[0].data;
    int32_t low = (int32_t)type_lowest(norm->type), high = (int32_t)type_highest(norm->type);
    for (size_t row = first; row < last; row++) {
        size_t begin = row * norm->depth, end = begin + norm->depth;
        int64_t sum = 0;
        for (size_t i = begin; i < end; i++) {
            int32_t value = quantized_load(norm->type, in, i) - norm->zero_in;
            sum += value * value;
        }
        struct multiplier inverse = fixed_inverse_sqrt(sum < INT32_MAX ? (int32_t)sum : INT32_MAX);
        for (size_t i = begin; i < end; i++) {
            int32_t value = quantized_load(norm->type, in, i) - norm->zero_in;
            int32_t result = normalized(norm->type, value, inverse) + norm->zero_out;
            quantized_store(norm->type, call->outputs[0].data, i, clamp_int(result, low, high));
        }
    }
}

#define ROW(suffix, type, prepare_, run_)                                                          \
    {                                                                                              \
        .name = "l2_normalization_" suffix "_reference", .op = OP_L2_NORMALIZATION,                \
        .isa = ISA_REFERENCE, .types = {type, TYPE_ANY, type}, .prepare = (prepare_),              \
        .run = (run_)                                                                              \
    }

static const struct kernel rows[] = {
    ROW("f32", TYPE_F32, normalize_prepare, run_real),
    ROW("i8", TYPE_I8, normalize_prepare_quantized, run_quantized),
    ROW("u8", TYPE_U8, normalize_prepare_quantized, run_quantized),
};

KERNEL_LIST(reference_normalize_kernels, rows);
