/* SOFTMAX of int8, uint8 and int16 rows. The exponentials of a row come from a table into the
 * scratch, one number after the other; what becomes of them is computed by lanes. */
#include "kernels/common/gemmlowp.h"
#include "kernels/common/quantized.h"
#include "kernels/common/softmax.h"
#include "kernels/fast/isa.h"
#include "kernels/fast/stored.h"
#include "kernels/lists.h"

/* Fraction bits and others: see reference/softmax.c. */
#define SUM_BITS 12

/* Rows that are added up side by side, as each sum of real numbers has to wait for itself. */
#define ROWS_AT_ONCE 4

static size_t row_bytes(size_t depth)
{
    return (depth * sizeof(int32_t) + 63) / 64 * 64;
}

static enum status with_scratch(struct kernel_call *call, enum status status, size_t depth)
{
    call->scratch_bytes = (size_t)call->n_threads * ROWS_AT_ONCE * row_bytes(depth);
    return status;
}

/* Every state begins with the depth. */
static size_t depth_of(const struct kernel_call *call)
{
    return *(const size_t *)call->state;
}

static enum status prepare_8(struct kernel_call *call, struct arena *arena, struct error *error)
{
    enum status status = softmax_prepare_8(call, arena, error);
    return with_scratch(call, status, depth_of(call));
}

static enum status prepare_16(struct kernel_call *call, struct arena *arena, struct error *error)
{
    enum status status = softmax_prepare_16(call, arena, error);
    return with_scratch(call, status, depth_of(call));
}

/* The greatest of a row; type is a constant where this is inlined. */
INLINE int32_t greatest_of(enum type type, const void *in, size_t depth)
{
    int32_t greatest = quantized_load(type, in, 0);
    for (size_t i = 1; i < depth; i++) {
        int32_t value = quantized_load(type, in, i);
        greatest = value > greatest ? value : greatest;
    }
    return greatest;
}

/* LANES exponentials from the i-th on, of which `live` are there. */
INLINE vint load_exponentials(const int32_t *from, size_t i, size_t live)
{
    int32_t rest[LANES] = {0};
    if (live >= LANES)
        return load_int(from + i);
    memcpy(rest, from + i, live * sizeof(*rest));
    return load_int(rest);
}

INLINE void store_shares(enum type type, void *out, size_t i, vint value, size_t live)
{
    char made[STORED_BYTES];
    if (live >= LANES) {
        store_stored(type, out, i, value);
        return;
    }
    store_stored(type, made, 0, value);
    memcpy((char *)out + i * type_size(type), made, live * type_size(type));
}

INLINE void row_8(const struct softmax_8_twice *softmax, const void *in, void *out,
                  int32_t *exponentials, enum type type)
{
    int32_t greatest = greatest_of(type, in, softmax->depth);
    vint low = all_int((int32_t)type_lowest(type)), high = all_int((int32_t)type_highest(type));
    uint64_t sum = 0;
    for (size_t i = 0; i < softmax->depth; i++) {
        uint32_t value = (uint32_t)softmax->exponential[greatest - quantized_load(type, in, i)];
        exponentials[i] = (int32_t)value;
        sum += (value + (1u << (SUM_BITS - 1))) >> SUM_BITS;
    }
    int over;
    int32_t reciprocal =
        fixed_reciprocal(sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX, SUM_BITS, &over);
    int right = over + 31 - 8;
    if (right > 31) { /* less than half a step each */
        right = 31;
        reciprocal = 0;
    }
    for (size_t i = 0; i < softmax->depth; i += LANES) {
        size_t live = softmax->depth - i;
        vint share = doubling_high(load_exponentials(exponentials, i, live), all_int(reciprocal));
        share = rounding_shift(share, all_int(right));
        store_shares(type, out, i, clamp_ints(share + low, low, high), live);
    }
}

static int32_t exponential_at(const struct softmax_16_twice *softmax, int32_t index)
{
    return lookup_16(softmax->exponential, index);
}

/* The exponentials of a row, and their sum. */
static int64_t exponentials_16(const struct softmax_16_twice *softmax, const int16_t *in,
                               int32_t *exponentials)
{
    int32_t greatest = greatest_of(TYPE_I16, in, softmax->depth);
    /* A shift to the left that would overflow goes beyond the table's end by far. */
    int32_t furthest = softmax->by.shift > 0 ? -(INT32_MAX >> softmax->by.shift) : -UINT16_MAX;
    struct lane_multiplier by = all_multiplier(softmax->by);
    int64_t total = 0;
    for (size_t i = 0; i < softmax->depth; i += LANES) {
        size_t live = softmax->depth - i < LANES ? softmax->depth - i : LANES;
        int16_t row[LANES] = {0};
        int32_t indices[LANES];
        memcpy(row, in + i, live * sizeof(*row));
        vint difference = clamp_ints(load_shorts(row) - greatest, all_int(furthest), all_int(0));
        store_int(indices, clamp_ints(multiply_lanes(difference, by) + INT16_MAX,
                                      all_int(INT16_MIN), all_int(INT16_MAX)));
        for (size_t k = 0; k < live; k++) {
            exponentials[i + k] = exponential_at(softmax, indices[k]);
            total += exponentials[i + k];
        }
    }
    return total;
}

static void row_16(const struct softmax_16_twice *softmax, const int16_t *in, int16_t *out,
                   int32_t *exponentials)
{
    int64_t total = exponentials_16(softmax, in, exponentials);
    uint32_t sum = total < INT32_MAX ? (uint32_t)total : INT32_MAX;
    int zeros = __builtin_clz(sum), right = 31 - zeros;
    int32_t normal = (int32_t)((((int64_t)sum << (zeros - 1)) + (1 << 13)) >> 14);
    int32_t reciprocal = lookup_16(softmax->reciprocal,
                                   clamp_int(normal - (1 << 16) - (1 << 15), INT16_MIN, INT16_MAX));
    for (size_t i = 0; i < softmax->depth; i += LANES) {
        size_t live = softmax->depth - i;
        vint share = load_exponentials(exponentials, i, live) * reciprocal;
        share = (share + (1 << (right - 1))) >> right;
        store_shares(TYPE_I16, out, i, clamp_ints(share, all_int(0), all_int(INT16_MAX)), live);
    }
}

/* WIDE_LANES shares. */
INLINE vlong_ints shares_once(const struct softmax_once *softmax, const float *from, double factor)
{
    vlong_floats values;
    memcpy(&values, from, sizeof(values));
    vdouble steps = __builtin_convertvector(values, vdouble) * factor;
    return round_even_ints(clamp_doubles(steps, softmax->low, softmax->high));
}

/* LANES shares of exponentials; those behind a row's are whatever the scratch holds. */
INLINE vint all_shares_once(const struct softmax_once *softmax, const float *from, double factor)
{
    return join_ints(shares_once(softmax, from, factor),
                     shares_once(softmax, from + WIDE_LANES, factor)) +
           softmax->zero;
}

/* Shares of a row, given its exponentials and their sum. */
INLINE void share_once(const struct softmax_once *softmax, void *out, const float *exponentials,
                       double sum, enum type type)
{
    double factor = 1.0 / (sum * softmax->scale_out);
    for (size_t i = 0; i < softmax->depth; i += LANES) {
        vint shares = all_shares_once(softmax, exponentials + i, factor);
        store_shares(type, out, i, shares, softmax->depth - i);
    }
}

/* Neighbouring rows. Each sum is added up in the reference's order. count is a constant where this
 * is inlined. */
INLINE void rows_once(const struct softmax_once *softmax, const char *in, char *out,
                      unsigned char *scratch, enum type type, const int count)
{
    size_t depth = softmax->depth, bytes = depth * type_size(type);
    float *exponentials[ROWS_AT_ONCE];
    int32_t greatest[ROWS_AT_ONCE];
    double sum[ROWS_AT_ONCE];
    for (int r = 0; r < count; r++) {
        exponentials[r] = (float *)(void *)(scratch + (size_t)r * row_bytes(depth));
        greatest[r] = greatest_of(type, in + (size_t)r * bytes, depth);
        sum[r] = 0.0;
    }
    for (size_t i = 0; i < depth; i++)
#pragma GCC unroll 4
        for (int r = 0; r < count; r++) {
            int32_t below = greatest[r] - quantized_load(type, in + (size_t)r * bytes, i);
            float value = softmax->exponential[below];
            exponentials[r][i] = value;
            sum[r] += (double)value;
        }
    for (int r = 0; r < count; r++)
        share_once(softmax, out + (size_t)r * bytes, exponentials[r], sum[r], type);
}

INLINE void row_twice(const struct kernel_call *call, const char *in, char *out,
                      unsigned char *scratch, enum type type)
{
    int32_t *exponentials = (int32_t *)(void *)scratch;
    if (type == TYPE_I16)
        row_16(call->state, (const int16_t *)(const void *)in, (int16_t *)(void *)out,
               exponentials);
    else
        row_8(call->state, in, out, exponentials, type);
}

INLINE void run(const struct kernel_call *call, size_t first, size_t last, int thread,
                enum type type)
{
    size_t depth = depth_of(call), bytes = depth * type_size(type);
    unsigned char *scratch = call->scratch + (size_t)thread * ROWS_AT_ONCE * row_bytes(depth);
    const char *in = (const char *)call->inputs[0].data + first * bytes;
    char *out = (char *)call->outputs[0].data + first * bytes;
    size_t count = 1;
    for (size_t row = first; row < last; row += count, in += count * bytes, out += count * bytes) {
        count = call->rounding == ROUNDING_ONCE && last - row >= ROWS_AT_ONCE ? ROWS_AT_ONCE : 1;
        if (call->rounding != ROUNDING_ONCE)
            row_twice(call, in, out, scratch, type);
        else if (count == ROWS_AT_ONCE)
            rows_once(call->state, in, out, scratch, type, ROWS_AT_ONCE);
        else
            rows_once(call->state, in, out, scratch, type, 1);
    }
}

#define DEFINE_RUN(name, type)                                                                     \
    static void name(const struct kernel_call *call, int stage, size_t first, size_t last,         \
                     int thread)                                                                   \
    {                                                                                              \
        (void)stage;                                                                               \
        run(call, first, last, thread, type);                                                      \
    }

DEFINE_RUN(run_i8, TYPE_I8)
DEFINE_RUN(run_u8, TYPE_U8)
DEFINE_RUN(run_i16, TYPE_I16)

#define ROW(suffix, type, prepare_, run_)                                                          \
    {                                                                                              \
        .name = FAST_TEXT("softmax_" suffix), .op = OP_SOFTMAX, .isa = KERNEL_ISA,                 \
        .types = {type, TYPE_ANY, type}, .prepare = (prepare_), .run = (run_)                      \
    }

static const struct kernel rows[] = {
    ROW("i8", TYPE_I8, prepare_8, run_i8),
    ROW("u8", TYPE_U8, prepare_8, run_u8),
    ROW("i16", TYPE_I16, prepare_16, run_i16),
};

FAST_LIST(fast_softmax_integer_kernels, rows);
