/* Pools: all channels of a window's cell at a time. */
#include <string.h>

#include "kernels/common/fixed_point.h"
#include "kernels/common/pool.h"
#include "kernels/fast/isa.h"
#include "kernels/fast/sums.h"
#include "kernels/fast/vector/vector.h"
#include "kernels/lists.h"

/* So many channels are accumulated at a time, in memory that stays in the first cache. */
#define CHUNK 256

/* How a cell joins the accumulators, and how they become outputs. */
struct cell_steps {
    void (*start)(void *sums, size_t count);
    void (*add)(const struct pooling *pooling, void *sums, const void *in, size_t count);
    void (*finish)(const struct pooling *pooling, const void *sums, void *out, size_t count,
                   size_t cells);
    size_t element;
};

static void start_zero(void *sums, size_t count)
{
    memset(sums, 0, count * sizeof(float));
}

static void start_lowest(void *sums, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ((float *)sums)[i] = -INFINITY;
}

static void start_bytes(void *sums, size_t count)
{
    memset(sums, INT8_MIN, count);
}

static void start_unsigned_bytes(void *sums, size_t count)
{
    memset(sums, 0, count);
}

static void start_shorts(void *sums, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ((int16_t *)sums)[i] = INT16_MIN;
}

static void add_floats(const struct pooling *pooling, void *sums, const void *in, size_t count)
{
    (void)pooling;
    float *restrict to = sums;
    const float *restrict from = in;
    for (size_t i = 0; i < count; i++)
        to[i] += from[i];
}

/* The greater of each pair, once per type. */
#define DEFINE_GREATEST(name, type)                                                                \
    static void name(const struct pooling *pooling, void *sums, const void *in, size_t count)      \
    {                                                                                              \
        (void)pooling;                                                                             \
        type *restrict to = sums;                                                                  \
        const type *restrict from = in;                                                            \
        for (size_t i = 0; i < count; i++)                                                         \
            to[i] = from[i] > to[i] ? from[i] : to[i];                                             \
    }

DEFINE_GREATEST(greatest_floats, float)
DEFINE_GREATEST(greatest_bytes, int8_t)
DEFINE_GREATEST(greatest_unsigned_bytes, uint8_t)
DEFINE_GREATEST(greatest_shorts, int16_t)

static void finish_average(const struct pooling *pooling, const void *sums, void *out, size_t count,
                           size_t cells)
{
    const float *restrict from = sums;
    float *restrict to = out;
    for (size_t i = 0; i < count; i++)
        to[i] = clamp_real(from[i] / (float)cells, pooling->low, pooling->high);
}

static void finish_greatest(const struct pooling *pooling, const void *sums, void *out,
                            size_t count, size_t cells)
{
    const float *restrict from = sums;
    float *restrict to = out;
    (void)cells;
    for (size_t i = 0; i < count; i++)
        to[i] = clamp_real(from[i], pooling->low, pooling->high);
}

/* Loops over integers, once per type that stores them. The last two are of averages
 * that are rounded with the zero point. */
#define DEFINE_INTEGERS(name, type)                                                                \
    static void name##_average(const struct pooling *pooling, const void *sums, void *out,         \
                               size_t count, size_t cells)                                         \
    {                                                                                              \
        const int32_t *restrict from = sums;                                                       \
        type *restrict to = out;                                                                   \
        if (pooling->rounding == ROUNDING_ONCE) {                                                  \
            for (size_t i = 0; i < count; i++)                                                     \
                to[i] = (type)round_within((float)from[i] / (float)cells, pooling->range.low,      \
                                           pooling->range.high);                                   \
            return;                                                                                \
        }                                                                                          \
        for (size_t i = 0; i < count; i++)                                                         \
            to[i] = (type)clamp_int(average(from[i], (int32_t)cells), pooling->range.low,          \
                                    pooling->range.high);                                          \
    }                                                                                              \
    static void name##_sum(const struct pooling *pooling, void *sums, const void *in,              \
                           size_t count)                                                           \
    {                                                                                              \
        (void)pooling;                                                                             \
        add_##name(sums, in, count);                                                               \
    }                                                                                              \
    static void name##_real_sum(const struct pooling *pooling, void *sums, const void *in,         \
                                size_t count)                                                      \
    {                                                                                              \
        float *restrict to = sums, scale = pooling->scale_in;                                      \
        const type *restrict from = in;                                                            \
        int32_t zero = pooling->zero_in;                                                           \
        for (size_t i = 0; i < count; i++)                                                         \
            to[i] += scale * (float)(from[i] - zero);                                              \
    }                                                                                              \
    static void name##_real_average(const struct pooling *pooling, const void *sums, void *out,    \
                                    size_t count, size_t cells)                                    \
    {                                                                                              \
        const float *restrict from = sums;                                                         \
        type *restrict to = out;                                                                   \
        for (size_t i = 0; i < count; i++)                                                         \
            to[i] = (type)pool_real_average(pooling, from[i], cells);                              \
    }                                                                                              \
    static void name##_greatest(const struct pooling *pooling, const void *sums, void *out,        \
                                size_t count, size_t cells)                                        \
    {                                                                                              \
        const type *restrict from = sums;                                                          \
        type *restrict to = out;                                                                   \
        (void)cells;                                                                               \
        for (size_t i = 0; i < count; i++)                                                         \
            to[i] = (type)clamp_int(from[i], pooling->range.low, pooling->range.high);             \
    }

/* Rounded to the nearest, halves away from zero. The quotient of whole numbers below 2^24 in
 * single precision, cut off, is the exact one: it misses a whole number by at least 1 / cells,
 * which is more than half a unit in the last place. */
INLINE int32_t average(int32_t sum, int32_t cells)
{
    float rounded = (float)(sum + (sum > 0 ? cells / 2 : -(cells / 2)));
    return (int32_t)(rounded / (float)cells);
}

DEFINE_INTEGERS(bytes, int8_t)
DEFINE_INTEGERS(unsigned_bytes, uint8_t)
DEFINE_INTEGERS(shorts, int16_t)

/* The rows of a type: averages, maxima, averages of real numbers. */
static const struct cell_steps steps_float[] = {
    {start_zero, add_floats, finish_average, sizeof(float)},
    {start_lowest, greatest_floats, finish_greatest, sizeof(float)}};
static const struct cell_steps steps_bytes[] = {
    {start_zero, bytes_sum, bytes_average, sizeof(int8_t)},
    {start_bytes, greatest_bytes, bytes_greatest, sizeof(int8_t)},
    {start_zero, bytes_real_sum, bytes_real_average, sizeof(int8_t)}};
static const struct cell_steps steps_unsigned_bytes[] = {
    {start_zero, unsigned_bytes_sum, unsigned_bytes_average, sizeof(uint8_t)},
    {start_unsigned_bytes, greatest_unsigned_bytes, unsigned_bytes_greatest, sizeof(uint8_t)},
    {start_zero, unsigned_bytes_real_sum, unsigned_bytes_real_average, sizeof(uint8_t)}};
static const struct cell_steps steps_shorts[] = {
    {start_zero, shorts_sum, shorts_average, sizeof(int16_t)},
    {start_shorts, greatest_shorts, shorts_greatest, sizeof(int16_t)},
    {start_zero, shorts_real_sum, shorts_real_average, sizeof(int16_t)}};

static const struct cell_steps *steps_of(const struct kernel_call *call)
{
    const struct pooling *pooling = call->state;
    enum type type = call->outputs[0].tensor->type;
    int kind = pooling->is_real ? 2 : call->node->op == OP_MAX_POOL_2D;
    return type == TYPE_F32   ? &steps_float[kind]
           : type == TYPE_I16 ? &steps_shorts[kind]
           : type == TYPE_U8  ? &steps_unsigned_bytes[kind]
                              : &steps_bytes[kind];
}

static void pool_chunk(const struct kernel_call *call, const struct cell_steps *step,
                       const struct pool_window *window, size_t first, size_t count, char *out)
{
    const struct shape *in = &call->inputs[0].tensor->shape;
    const char *elements = call->inputs[0].data;
    _Alignas(64) float sums[CHUNK];
    step->start(sums, count);
    for (size_t y = window->top; y < window->bottom; y++)
        for (size_t x = window->left; x < window->right; x++)
            step->add(call->state, sums,
                      elements + (nhwc_index(in, window->n, y, x) + first) * step->element, count);
    step->finish(call->state, sums, out, count, pool_window_cells(window));
}

/* The greatest of a window's cells, all of them for as many channels as a vector has, so that sums
 * stay in a register; the last vector ends with the last channel. */
#define DEFINE_WINDOW_GREATEST(name, type, vector, load, store, start, join, end)                  \
    static void name(const struct kernel_call *call, const struct pool_window *window,             \
                     size_t channels, void *to)                                                    \
    {                                                                                              \
        const struct pooling *pooling = call->state;                                               \
        const struct shape *in = &call->inputs[0].tensor->shape;                                   \
        const size_t at_once = sizeof(vector) / sizeof(type);                                      \
        for (size_t c = 0, next; c < channels; c = next) {                                         \
            vector best = start;                                                                   \
            next = c + at_once;                                                                    \
            c = next > channels ? channels - at_once : c;                                          \
            for (size_t y = window->top; y < window->bottom; y++) {                                \
                const type *cell = (const type *)call->inputs[0].data +                            \
                                   nhwc_index(in, window->n, y, window->left) + c;                 \
                for (size_t x = window->left; x < window->right; x++, cell += channels)            \
                    best = join(load(cell), best);                                                 \
            }                                                                                      \
            store((type *)to + c, end(best));                                                      \
        }                                                                                          \
    }

#define LOAD_CHARS(at)     ((vchar)load_int((const int32_t *)(const void *)(at)))
#define STORE_CHARS(at, v) store_int((int32_t *)(void *)(at), (vint)(v))
/* uint8 are compared as what is 128 less. */
#define LOAD_TURNED(at)     (LOAD_CHARS(at) ^ (vchar)all_int((int32_t)0x80808080))
#define STORE_TURNED(at, v) STORE_CHARS(at, (v) ^ (vchar)all_int((int32_t)0x80808080))
#define ALL_CHARS(value)    ((vchar){0} + (int8_t)(value))
/* Between what there was and the upper bound: beginning with the lower one, within both. */
#define JOIN_CHARS(v, best)  clamp_bytes(v, best, ALL_CHARS(pooling->range.high))
#define JOIN_TURNED(v, best) clamp_bytes(v, best, ALL_CHARS(pooling->range.high - 128))
#define JOIN_SHORTS(v, best) clamp_shorts(v, best, all_short(pooling->range.high))
#define WITHIN_FLOATS(v)     clamp_floats(v, all_float(pooling->low), all_float(pooling->high))
#define SAME(v)              (v)

DEFINE_WINDOW_GREATEST(window_floats, float, vfloat, load_float, store_float, all_float(-INFINITY),
                       greater, WITHIN_FLOATS)
DEFINE_WINDOW_GREATEST(window_bytes, int8_t, vchar, LOAD_CHARS, STORE_CHARS,
                       ALL_CHARS(pooling->range.low), JOIN_CHARS, SAME)
DEFINE_WINDOW_GREATEST(window_unsigned_bytes, uint8_t, vchar, LOAD_TURNED, STORE_TURNED,
                       ALL_CHARS(pooling->range.low - 128), JOIN_TURNED, SAME)
DEFINE_WINDOW_GREATEST(window_shorts, int16_t, vshort, load_short, store_short,
                       all_short(pooling->range.low), JOIN_SHORTS, SAME)

static void run_greatest(const struct kernel_call *call, size_t first, size_t last)
{
    const struct tensor *out = call->outputs[0].tensor;
    size_t channels = (size_t)out->shape.dim[3], bytes = channels * type_size(out->type);
    char *to = (char *)call->outputs[0].data + first * bytes;
    for (size_t pixel = first; pixel < last; pixel++, to += bytes) {
        const struct pool_window window = pool_window(call, pixel);
        if (out->type == TYPE_F32)
            window_floats(call, &window, channels, to);
        else if (out->type == TYPE_I16)
            window_shorts(call, &window, channels, to);
        else if (out->type == TYPE_U8)
            window_unsigned_bytes(call, &window, channels, to);
        else
            window_bytes(call, &window, channels, to);
    }
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    const struct tensor *out = call->outputs[0].tensor;
    const struct cell_steps *step = steps_of(call);
    size_t channels = (size_t)out->shape.dim[3];
    (void)stage, (void)thread;
    if (call->node->op == OP_MAX_POOL_2D && channels * step->element >= VECTOR_BYTES) {
        run_greatest(call, first, last);
        return;
    }
    for (size_t pixel = first; pixel < last; pixel++) {
        struct pool_window window = pool_window(call, pixel);
        for (size_t c = 0; c < channels; c += CHUNK)
            pool_chunk(call, step, &window, c, channels - c < CHUNK ? channels - c : CHUNK,
                       (char *)call->outputs[0].data + (pixel * channels + c) * step->element);
    }
}

/* Sums of larger windows would leave the range in which the quotient is exact. */
static bool accepts(const struct kernel_call *call)
{
    const struct pool_params *params = &call->node->params.pool;
    int64_t most = call->outputs[0].tensor->type == TYPE_I16 ? 1 << 8 : 1 << 16;
    return (int64_t)params->filter_h * params->filter_w <= most;
}

#define ROW(text, op_, type)                                                                       \
    {                                                                                              \
        .name = FAST_TEXT(text), .op = OP_##op_, .isa = KERNEL_ISA,                                \
        .types = {type, TYPE_ANY, type}, .accepts = accepts, .prepare = pool_prepare, .run = run   \
    }

static const struct kernel rows[] = {
    ROW("average_pool_2d_f32", AVERAGE_POOL_2D, TYPE_F32),
    ROW("average_pool_2d_i8", AVERAGE_POOL_2D, TYPE_I8),
    ROW("average_pool_2d_u8", AVERAGE_POOL_2D, TYPE_U8),
    ROW("average_pool_2d_i16", AVERAGE_POOL_2D, TYPE_I16),
    ROW("max_pool_2d_f32", MAX_POOL_2D, TYPE_F32),
    ROW("max_pool_2d_i8", MAX_POOL_2D, TYPE_I8),
    ROW("max_pool_2d_u8", MAX_POOL_2D, TYPE_U8),
    ROW("max_pool_2d_i16", MAX_POOL_2D, TYPE_I16),
};

FAST_LIST(fast_pool_kernels, rows);
