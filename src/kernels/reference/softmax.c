/* SOFTMAX and LOG_SOFTMAX along the last dimension; integers where the graph rounds twice. */
#include "kernels/reference/softmax.h"

#include <math.h>

#include "kernels/common/gemmlowp.h"
#include "kernels/common/quantized.h"
#include "kernels/lists.h"
#include "kernels/reference/greatest.h"

/* exp(beta * (x - max)) / sum: no exponent is positive, so nothing overflows. */
static void real_row(const float *in, float *out, size_t depth, float beta)
{
    float greatest = in[0];
    for (size_t i = 1; i < depth; i++)
        greatest = fmaxf(greatest, in[i]);
    double sum = 0.0;
    for (size_t i = 0; i < depth; i++) {
        out[i] = expf(beta * (in[i] - greatest));
        sum += (double)out[i];
    }
    for (size_t i = 0; i < depth; i++)
        out[i] = (float)((double)out[i] / sum);
}

static void run_real(const struct kernel_call *call, int stage, size_t first, size_t last,
                     int thread)
{
    (void)stage, (void)thread;
    const struct real_softmax *softmax = call->state;
    const float *in = call->inputs[0].data;
    float *out = call->outputs[0].data;
    for (size_t row = first; row < last; row++)
        real_row(in + row * softmax->depth, out + row * softmax->depth, softmax->depth,
                 call->node->params.scalar.value);
}

/* x - max - log(sum(exp(x - max))). */
static void run_log(const struct kernel_call *call, int stage, size_t first, size_t last,
                    int thread)
{
    (void)stage, (void)thread;
    const struct real_softmax *softmax = call->state;
    for (size_t row = first; row < last; row++) {
        const float *in = (const float *)call->inputs[0].data + row * softmax->depth;
        float *out = (float *)call->outputs[0].data + row * softmax->depth, greatest = in[0];
        double sum = 0.0;
        for (size_t i = 1; i < softmax->depth; i++)
            greatest = fmaxf(greatest, in[i]);
        for (size_t i = 0; i < softmax->depth; i++)
            sum += exp((double)in[i] - (double)greatest);
        for (size_t i = 0; i < softmax->depth; i++)
            out[i] = (float)((double)in[i] - (double)greatest - log(sum));
    }
}

/* Differences from the greatest stand in Q5, their exponentials in Q0, and the sum in Q12. */
#define SUM_BITS 12

static void row_8(const struct softmax_8_twice *softmax, const void *in, void *out, size_t first)
{
    enum type type = softmax->type;
    int32_t greatest = greatest_of_row(type, in, first, softmax->depth);
    int32_t low = (int32_t)type_lowest(type), high = (int32_t)type_highest(type);
    uint64_t sum = 0;
    for (size_t i = first; i < first + softmax->depth; i++) {
        int32_t steps = greatest - quantized_load(type, in, i);
        sum += (uint32_t)rounding_divide(softmax->exponential[steps], SUM_BITS);
    }
    /* A sum beyond 2^32 makes every share less than half a step, as the largest one does. */
    int over;
    int32_t reciprocal =
        fixed_reciprocal(sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX, SUM_BITS, &over);
    int right = over + 31 - 8;
    for (size_t i = first; i < first + softmax->depth; i++) {
        int32_t steps = greatest - quantized_load(type, in, i);
        int32_t share = saturating_doubling_high(reciprocal, softmax->exponential[steps]);
        int32_t value = right > 31 ? 0 : rounding_divide(share, right);
        quantized_store(type, out, i, clamp_int(value + low, low, high));
    }
}

static void run_8_twice(const struct kernel_call *call, int stage, size_t first, size_t last,
                        int thread)
{
    (void)stage, (void)thread;
    const struct softmax_8_twice *softmax = call->state;
    for (size_t row = first; row < last; row++)
        row_8(softmax, call->inputs[0].data, call->outputs[0].data, row * softmax->depth);
}

static int32_t exponential_16(const struct softmax_16_twice *softmax, int32_t difference)
{
    /* A shift to the left that would overflow goes beyond the table's end by far. */
    if (softmax->by.shift > 0 && difference < -(INT32_MAX >> softmax->by.shift))
        difference = -(INT32_MAX >> softmax->by.shift);
    int32_t index = multiply(difference, softmax->by) + INT16_MAX;
    return lookup_16(softmax->exponential, clamp_int(index, INT16_MIN, INT16_MAX));
}

static void row_16(const struct softmax_16_twice *softmax, const int16_t *in, int16_t *out)
{
    int32_t greatest = greatest_of_row(TYPE_I16, in, 0, softmax->depth);
    int64_t total = 0;
    for (size_t i = 0; i < softmax->depth; i++)
        total += exponential_16(softmax, in[i] - greatest);
    uint32_t sum = total < INT32_MAX ? (uint32_t)total : INT32_MAX;
    /* The sum's leading 1 is taken off: the rest has 16 bits, moved to int16. */
    int zeros = __builtin_clz(sum), right = 31 - zeros;
    int32_t normal = (int32_t)((((int64_t)sum << (zeros - 1)) + (1 << 13)) >> 14);
    int32_t reciprocal = lookup_16(softmax->reciprocal,
                                   clamp_int(normal - (1 << 16) - (1 << 15), INT16_MIN, INT16_MAX));
    for (size_t i = 0; i < softmax->depth; i++) {
        int64_t share = (int64_t)exponential_16(softmax, in[i] - greatest) * reciprocal;
        int64_t value = (share + (INT64_C(1) << (right - 1))) >> right;
        out[i] = (int16_t)clamp_int((int32_t)value, 0, INT16_MAX);
    }
}

static void run_16_twice(const struct kernel_call *call, int stage, size_t first, size_t last,
                         int thread)
{
    (void)stage, (void)thread;
    const struct softmax_16_twice *softmax = call->state;
    const int16_t *in = call->inputs[0].data;
    int16_t *out = call->outputs[0].data;
    for (size_t row = first; row < last; row++)
        row_16(softmax, in + row * softmax->depth, out + row * softmax->depth);
}

static void run_8(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    (call->rounding == ROUNDING_ONCE ? softmax_run_once : run_8_twice)(call, stage, first, last,
                                                                       thread);
}

static void run_16(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    (call->rounding == ROUNDING_ONCE ? softmax_run_once : run_16_twice)(call, stage, first, last,
                                                                        thread);
}

#define ROW(suffix, type, prepare_, run_)                                                          \
    {                                                                                              \
        .name = "softmax_" suffix "_reference", .op = OP_SOFTMAX, .isa = ISA_REFERENCE,            \
        .types = {type, TYPE_ANY, type}, .prepare = (prepare_), .run = (run_)                      \
    }

static const struct kernel rows[] = {
    ROW("f32", TYPE_F32, softmax_prepare_real, run_real),
    ROW("i8", TYPE_I8, softmax_prepare_8, run_8),
    ROW("u8", TYPE_U8, softmax_prepare_8, run_8),
    ROW("i16", TYPE_I16, softmax_prepare_16, run_16),
    {
        .name = "log_softmax_f32_reference",
        .op = OP_LOG_SOFTMAX,
        .isa = ISA_REFERENCE,
        .types = {TYPE_F32, TYPE_ANY, TYPE_F32},
        .prepare = softmax_prepare_log,
        .run = run_log,
    },
};

KERNEL_LIST(reference_softmax_kernels, rows);
