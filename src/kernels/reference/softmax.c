#include "kernels/reference/softmax.h"

#include <math.h>

#include "kernels/common/fixed_scale.h"
#include "kernels/common/gemmlowp.h"
#include "kernels/common/lookup.h"
#include "kernels/common/quantized.h"
#include "kernels/lists.h"

enum status softmax_set_rows(struct kernel_call *call, size_t *depth, struct error *error)
{
    const struct shape *shape = &call->outputs[0].tensor->shape;
    float beta = call->node->params.scalar.value;
    if (!isfinite(beta) || beta < 0.0f)
        return error_set(error, STATUS_INVALID, NULL, "beta is %g, expected a positive number",
                         (double)beta);
    *depth = shape->rank ? (size_t)shape->dim[shape->rank - 1] : 1;
    call->items[0] = *depth ? shape_elements(shape) / *depth : 0;
    return STATUS_OK;
}

int32_t softmax_greatest(enum type type, const void *in, size_t first, size_t depth)
{
    int32_t greatest = quantized_load(type, in, first);
    for (size_t i = 1; i < depth; i++) {
        int32_t value = quantized_load(type, in, first + i);
        greatest = value > greatest ? value : greatest;
    }
    return greatest;
}

enum status softmax_prepare_real(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct real_softmax *softmax = call->state = arena_alloc(arena, sizeof(*softmax));
    return softmax_set_rows(call, &softmax->depth, error);
}

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

static enum status check_quantized(const struct kernel_call *call, struct error *error)
{
    enum status status = quantized_check(call->inputs[0].tensor, "input", error);
    if (status == STATUS_OK)
        status = quantized_check(call->outputs[0].tensor, "output", error);
    return status == STATUS_OK ? check_fixed_scale(call, 1e-3, error) : status;
}

/* 8 bits: differences from the greatest in Q5, their exponentials in Q0, and the sum in Q12. */
#define DIFFERENCE_BITS 5
#define SUM_BITS        12

struct softmax_8 {
    size_t depth;
    enum type type;
    int32_t exponential[UINT8_MAX + 1]; /* of minus that many steps */
};

static enum status prepare_8_twice(struct kernel_call *call, struct arena *arena,
                                   struct error *error)
{
    const struct tensor *in = call->inputs[0].tensor;
    struct softmax_8 *softmax = call->state = arena_alloc(arena, sizeof(*softmax));
    enum status status = softmax_set_rows(call, &softmax->depth, error);
    if (status == STATUS_OK)
        status = check_quantized(call, error);
    if (status != STATUS_OK)
        return status;
    softmax->type = in->type;
    double beta = (double)call->node->params.scalar.value, one = 1 << (31 - DIFFERENCE_BITS);
    struct multiplier by =
        multiplier_from(fmin(beta * (double)in->quant.scale[0] * one, INT32_MAX));
    /* Further differences would overflow; their exponentials count as 0. */
    double furthest = floor(ldexp((1 << DIFFERENCE_BITS) - 1, 31 - DIFFERENCE_BITS - by.shift));
    for (int32_t steps = 0; steps <= UINT8_MAX && steps <= furthest; steps++)
        softmax->exponential[steps] = fixed_exp_q5(multiply(-steps, by));
    return STATUS_OK;
}

static void row_8(const struct softmax_8 *softmax, const void *in, void *out, size_t first)
{
    enum type type = softmax->type;
    int32_t greatest = softmax_greatest(type, in, first, softmax->depth);
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
    const struct softmax_8 *softmax = call->state;
    for (size_t row = first; row < last; row++)
        row_8(softmax, call->inputs[0].data, call->outputs[0].data, row * softmax->depth);
}

/* 16 bits: exp over [-10, 0] and 1 / (1 + x) over [0, 1] from tables, in Q0 of 16 bits. */
struct softmax_16 {
    size_t depth;
    struct multiplier by; /* from the input's steps to the table's, 10 / 65535 */
    int16_t exponential[LOOKUP_16_SIZE], reciprocal[LOOKUP_16_SIZE];
};

static double one_over_one_plus(double x)
{
    return 1.0 / (1.0 + x);
}

static enum status prepare_16_twice(struct kernel_call *call, struct arena *arena,
                                    struct error *error)
{
    struct softmax_16 *softmax = call->state = arena_alloc(arena, sizeof(*softmax));
    enum status status = softmax_set_rows(call, &softmax->depth, error);
    if (status == STATUS_OK)
        status = check_quantized(call, error);
    if (status != STATUS_OK)
        return status;
    float step = call->inputs[0].tensor->quant.scale[0] * call->node->params.scalar.value;
    softmax->by = multiplier_from((double)step / (10.0 / 65535.0));
    lookup_fill_16_double(softmax->exponential, 10.0 / 65535.0, INT16_MAX, 2.0 / 65535.0, exp);
    lookup_fill_16_double(softmax->reciprocal, 1.0 / 65535.0, INT16_MIN, 2.0 / 65535.0,
                          one_over_one_plus);
    return STATUS_OK;
}

static int32_t exponential_16(const struct softmax_16 *softmax, int32_t difference)
{
    /* A shift to the left that would overflow goes beyond the table's end by far. */
    if (softmax->by.shift > 0 && difference < -(INT32_MAX >> softmax->by.shift))
        difference = -(INT32_MAX >> softmax->by.shift);
    int32_t index = multiply(difference, softmax->by) + INT16_MAX;
    return lookup_16(softmax->exponential, clamp_int(index, INT16_MIN, INT16_MAX));
}

static void row_16(const struct softmax_16 *softmax, const int16_t *in, int16_t *out)
{
    int32_t greatest = softmax_greatest(TYPE_I16, in, 0, softmax->depth);
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
    const struct softmax_16 *softmax = call->state;
    const int16_t *in = call->inputs[0].data;
    int16_t *out = call->outputs[0].data;
    for (size_t row = first; row < last; row++)
        row_16(softmax, in + row * softmax->depth, out + row * softmax->depth);
}

/* The functions of integer rows, by how the graph rounds. */
#define BY_ROUNDING(suffix)                                                                        \
    static enum status prepare_##suffix(struct kernel_call *call, struct arena *arena,             \
                                        struct error *error)                                       \
    {                                                                                              \
        return (call->rounding == ROUNDING_ONCE ? softmax_prepare_once                             \
                                                : prepare_##suffix##_twice)(call, arena, error);   \
    }                                                                                              \
    static void run_##suffix(const struct kernel_call *call, int stage, size_t first, size_t last, \
                             int thread)                                                           \
    {                                                                                              \
        (call->rounding == ROUNDING_ONCE ? softmax_run_once : run_##suffix##_twice)(               \
            call, stage, first, last, thread);                                                     \
    }

BY_ROUNDING(8)
BY_ROUNDING(16)

#define ROW(suffix, type, prepare_, run_)                                                          \
    {                                                                                              \
        .name = "softmax_" suffix "_reference", .op = OP_SOFTMAX, .isa = ISA_REFERENCE,            \
        .types = {type, TYPE_ANY, type}, .prepare = (prepare_), .run = (run_)                      \
    }

static const struct kernel rows[] = {
    ROW("f32", TYPE_F32, softmax_prepare_real, run_real),
    ROW("i8", TYPE_I8, prepare_8, run_8),
    ROW("u8", TYPE_U8, prepare_8, run_8),
    ROW("i16", TYPE_I16, prepare_16, run_16),
};

KERNEL_LIST(reference_softmax_kernels, rows);
