/* MEAN, SUM, REDUCE_MAX and REDUCE_MIN over dimensions that leave the channels: all channels of a
 * pixel at a time. */
#include <math.h>

#include "kernels/common/real_scale.h"
#include "kernels/common/reduce.h"
#include "kernels/fast/isa.h"
#include "kernels/fast/sums.h"
#include "kernels/lists.h"

/* So many channels are added up at a time, in memory that stays in the first cache. */
#define CHUNK 256

/* The most inputs of an output: that many int16 add up to an int32. */
#define MOST_INPUTS ((size_t)1 << 15)

/* In double precision and in the reference's order: the results are its own. */
INLINE void add_floats(double *restrict sums, const float *restrict in, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sums[i] += (double)in[i];
}

/* The same of four, one after the other, so that sums wait for memory a quarter as often. */
#define PIXELS 4
INLINE void add_pixels(double *restrict sums, const float *const *pixels, size_t count)
{
    const float *restrict a = pixels[0], *restrict b = pixels[1];
    const float *restrict c = pixels[2], *restrict d = pixels[3];
    for (size_t i = 0; i < count; i++)
        sums[i] = sums[i] + (double)a[i] + (double)b[i] + (double)c[i] + (double)d[i];
}

static void reduce_floats(const struct kernel_call *call, size_t output, size_t count)
{
    const struct reduction *reduction = call->state;
    const float *in = (const float *)call->inputs[0].data + axes_offset(&reduction->kept, output);
    float *out = (float *)call->outputs[0].data + output;
    double divisor = call->node->op == OP_MEAN ? (double)reduction->count : 1.0;
    double sums[CHUNK] = {0.0};
    size_t j = 0;
    for (; j + PIXELS <= reduction->count; j += PIXELS) {
        const float *pixels[PIXELS];
        for (size_t k = 0; k < PIXELS; k++)
            pixels[k] = in + axes_offset(&reduction->reduced, j + k);
        add_pixels(sums, pixels, count);
    }
    for (; j < reduction->count; j++)
        add_floats(sums, in + axes_offset(&reduction->reduced, j), count);
    for (size_t i = 0; i < count; i++)
        out[i] = (float)(sums[i] / divisor);
}

/* The stored result of a sum of stored numbers. So few of them fit 32 bits, zero points
 * included. */
static int32_t requantized(const struct reduction *reduction, int32_t sum)
{
    int32_t zero = reduction->zero_out;
    int32_t low = reduction->range.low - zero, high = reduction->range.high - zero;
    int32_t steps = sum - (int32_t)reduction->count * reduction->zero_in;
    if (reduction->rounding == ROUNDING_ONCE)
        return zero + (reduction->type == TYPE_I16
                           ? scale_wide_once(steps, reduction->factor, low, high)
                           : scale_once(steps, (float)reduction->factor, low, high));
    return zero + clamp_int(multiply(steps, reduction->by), low, high);
}

static void reduce_integers(const struct kernel_call *call, size_t output, size_t count)
{
    const struct reduction *reduction = call->state;
    const void *in = call->inputs[0].data;
    size_t first = axes_offset(&reduction->kept, output);
    int32_t sums[CHUNK] = {0};
    for (size_t j = 0; j < reduction->count; j++) {
        size_t at = first + axes_offset(&reduction->reduced, j);
        if (reduction->type == TYPE_I8)
            add_bytes(sums, (const int8_t *)in + at, count);
        else if (reduction->type == TYPE_U8)
            add_unsigned_bytes(sums, (const uint8_t *)in + at, count);
        else
            add_shorts(sums, (const int16_t *)in + at, count);
    }
    for (size_t i = 0; i < count; i++)
        quantized_store(reduction->type, call->outputs[0].data, output + i,
                        requantized(reduction, sums[i]));
}

/* The greatest (least) of some channels, right in the outputs, once per type. NaN is neither. */
#define DEFINE_EXTREME(name, type, least, most)                                                    \
    static void name(const struct kernel_call *call, size_t output, size_t count)                  \
    {                                                                                              \
        const struct reduction *reduction = call->state;                                           \
        const type *in =                                                                           \
            (const type *)call->inputs[0].data + axes_offset(&reduction->kept, output);            \
        type *restrict out = (type *)call->outputs[0].data + output;                               \
        bool is_max = call->node->op == OP_REDUCE_MAX;                                             \
        for (size_t i = 0; i < count; i++)                                                         \
            out[i] = is_max ? (least) : (most);                                                    \
        for (size_t j = 0; j < reduction->count; j++) {                                            \
            const type *restrict from = in + axes_offset(&reduction->reduced, j);                  \
            for (size_t i = 0; is_max && i < count; i++)                                           \
                out[i] = from[i] > out[i] ? from[i] : out[i];                                      \
            for (size_t i = 0; !is_max && i < count; i++)                                          \
                out[i] = from[i] < out[i] ? from[i] : out[i];                                      \
        }                                                                                          \
    }

DEFINE_EXTREME(extreme_floats, float, -INFINITY, INFINITY)
DEFINE_EXTREME(extreme_bytes, int8_t, INT8_MIN, INT8_MAX)
DEFINE_EXTREME(extreme_unsigned_bytes, uint8_t, 0, UINT8_MAX)
DEFINE_EXTREME(extreme_shorts, int16_t, INT16_MIN, INT16_MAX)

typedef void reduce_function(const struct kernel_call *call, size_t output, size_t count);

static reduce_function *function_of(const struct kernel_call *call)
{
    enum type type = ((const struct reduction *)call->state)->type;
    if (call->node->op == OP_MEAN || call->node->op == OP_SUM)
        return type == TYPE_F32 ? reduce_floats : reduce_integers;
    return type == TYPE_F32  ? extreme_floats
           : type == TYPE_I8 ? extreme_bytes
           : type == TYPE_U8 ? extreme_unsigned_bytes
                             : extreme_shorts;
}

/* Neighbouring channels of an item: of fewer, each thread would read a part of every cache line. */
#define BLOCK 32

static size_t channels_of(const struct reduction *reduction)
{
    return reduction->kept.extent[reduction->kept.rank - 1];
}

static size_t blocks_of(const struct reduction *reduction)
{
    return (channels_of(reduction) + BLOCK - 1) / BLOCK;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    const struct reduction *reduction = call->state;
    reduce_function *reduce = function_of(call);
    size_t channels = channels_of(reduction), blocks = blocks_of(reduction);
    (void)stage, (void)thread;
    for (size_t i = first, count; i < last; i += count) {
        size_t block = i % blocks, from = block * BLOCK;
        count = smaller(smaller(blocks - block, last - i), CHUNK / BLOCK);
        reduce(call, i / blocks * channels + from, smaller(count * BLOCK, channels - from));
    }
}

/* What is prepared counts outputs as items. */
#define DEFINE_PREPARE(name, prepare)                                                              \
    static enum status name(struct kernel_call *call, struct arena *arena, struct error *error)    \
    {                                                                                              \
        enum status status = prepare(call, arena, error);                                          \
        if (status == STATUS_OK)                                                                   \
            call->items[0] = call->items[0] / channels_of(call->state) * blocks_of(call->state);   \
        return status;                                                                             \
    }

DEFINE_PREPARE(prepare_real, reduce_prepare)
DEFINE_PREPARE(prepare_extreme, reduce_prepare_extreme)
DEFINE_PREPARE(prepare_quantized, reduce_prepare_quantized)

/* Whether outputs side by side have inputs side by side. */
static bool accepts(const struct kernel_call *call)
{
    struct reduction reduction = {0};
    struct error error;
    if (reduce_split(&reduction, call, &error) != STATUS_OK || reduction.kept.rank == 0)
        return false;
    return reduction.kept.stride[reduction.kept.rank - 1] == 1 && reduction.count > 0 &&
           reduction.count <= MOST_INPUTS;
}

#define EXTREMES(text, op)                                                                         \
    ROW(text "_f32", op, TYPE_F32, prepare_real), ROW(text "_i8", op, TYPE_I8, prepare_extreme),   \
        ROW(text "_u8", op, TYPE_U8, prepare_extreme),                                             \
        ROW(text "_i16", op, TYPE_I16, prepare_extreme)
#define ROW(text, op_, type, prepare_)                                                             \
    {                                                                                              \
        .name = FAST_TEXT(text), .op = OP_##op_, .isa = KERNEL_ISA,                                \
        .types = {type, TYPE_ANY, type}, .accepts = accepts, .prepare = (prepare_), .run = run     \
    }

static const struct kernel rows[] = {
    ROW("mean_f32", MEAN, TYPE_F32, prepare_real),
    ROW("mean_i8", MEAN, TYPE_I8, prepare_quantized),
    ROW("mean_u8", MEAN, TYPE_U8, prepare_quantized),
    ROW("mean_i16", MEAN, TYPE_I16, prepare_quantized),
    ROW("sum_f32", SUM, TYPE_F32, prepare_real),
    ROW("sum_i8", SUM, TYPE_I8, prepare_quantized),
    ROW("sum_u8", SUM, TYPE_U8, prepare_quantized),
    ROW("sum_i16", SUM, TYPE_I16, prepare_quantized),
    EXTREMES("reduce_max", REDUCE_MAX),
    EXTREMES("reduce_min", REDUCE_MIN),
};

FAST_LIST(fast_reduce_kernels, rows);
