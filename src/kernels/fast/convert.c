/* QUANTIZE of float32 and of 8 and 16 bits, and DEQUANTIZE, whole tensors of one scale. */
#include "kernels/common/convert.h"
#include "kernels/common/portions.h"
#include "kernels/common/quantized.h"
#include "kernels/fast/isa.h"
#include "kernels/fast/stored.h"
#include "kernels/lists.h"

static enum status prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    bool to_real = call->outputs[0].tensor->type == TYPE_F32;
    const struct operand *quantized = to_real ? &call->inputs[0] : &call->outputs[0];
    struct portions *portions = call->state = arena_alloc(arena, sizeof(*portions));
    *portions = portions_of(shape_elements(&quantized->tensor->shape), sizeof(float));
    call->items[0] = portions->items;
    return quantized_check(quantized->tensor, to_real ? "input" : "output", error);
}

/* --- QUANTIZE of float32 ---------------------------------------------------------------------- */

/* Beyond so many steps from the zero point every result is an end of its type's range. */
#define STEPS_MAX 0x1p17f
/* Of scales within these bounds quotients() are those of a division. */
#define SCALE_LEAST 0x1p-70f
#define SCALE_MOST  0x1p70f

/* What it needs, in registers: a stored byte may alias anything. */
struct quantize_terms {
    enum type type;
    vfloat scale, inverse, most; /* most: real numbers beyond it are no different */
    vint zero;                   /* less 128 of uint8, whose results are turned over */
    vint turned;
};

static struct quantize_terms quantize_terms(const struct kernel_call *call)
{
    const struct tensor *out = call->outputs[0].tensor;
    bool is_unsigned = out->type == TYPE_U8;
    float scale = out->quant.scale[0];
    return (struct quantize_terms){
        .type = out->type,
        .scale = all_float(scale),
        .inverse = all_float(1.0f / scale),
        .most = all_float(STEPS_MAX * scale),
        .zero = all_int(out->quant.zero_point[0] - (is_unsigned ? 128 : 0)),
        .turned = is_unsigned ? (vint)((vchar){0} + INT8_MIN) : all_int(0),
    };
}

/* x / scale, of STEPS_MAX at most. Dividing takes a CPU longer than these products: the second
 * correction finds the quotient that is nearest, as the first has come within an ulp of it.
 * Source: P. Markstein, 1990, Computation of elementary functions on the IBM RISC System/6000
 * processor. */
INLINE vfloat quotients(vfloat x, const struct quantize_terms *terms)
{
#if HAS_FUSED_PRODUCTS
    x = clamp_floats(x, -terms->most, terms->most);
    vfloat steps = x * terms->inverse;
    steps = add_product(steps, add_product(x, -steps, terms->scale), terms->inverse);
    return add_product(steps, add_product(x, -steps, terms->scale), terms->inverse);
#else
    return clamp_floats(x / terms->scale, all_float(-STEPS_MAX), all_float(STEPS_MAX));
#endif
}

/* round(x / scale) + zero point, not clamped; NaN becomes a real 0. */
INLINE vint quantize_lanes(const float *from, const struct quantize_terms *terms,
                           const bool half_even)
{
    vfloat steps = number_or(quotients(load_float(from), terms), all_float(0.0f));
    return (half_even ? round_even(steps) : round_away(steps)) + terms->zero;
}

/* 4 * LANES of them, which saturate as they are stored. */
INLINE void quantize_some(const struct quantize_terms *terms, const bool is_short,
                          const bool half_even, const float *in, char *out)
{
    vint made[4];
#pragma GCC unroll 4
    for (size_t v = 0; v < 4; v++)
        made[v] = quantize_lanes(in + v * LANES, terms, half_even);
    if (is_short) {
        store_short((int16_t *)(void *)out, pack_ordered(made[0], made[1]));
        store_short((int16_t *)(void *)out + 2 * LANES, pack_ordered(made[2], made[3]));
    } else {
        vint bytes = join_saturated(made[0], made[1], made[2], made[3]);
        store_int((int32_t *)(void *)out, bytes ^ terms->turned);
    }
}

/* What is const is a constant where this is inlined. */
INLINE void quantize_all(const struct quantize_terms *terms, const bool is_short,
                         const bool half_even, const float *in, char *out, size_t count)
{
    const size_t size = is_short ? sizeof(int16_t) : 1;
    size_t i = 0;
    for (; i + 4 * LANES <= count; i += 4 * LANES)
        quantize_some(terms, is_short, half_even, in + i, out + i * size);
    if (i < count) {
        float rest[4 * LANES] = {0};
        char made[sizeof(rest) / 2]; /* of either size */
        memcpy(rest, in + i, (count - i) * sizeof(float));
        quantize_some(terms, is_short, half_even, rest, made);
        memcpy(out + i * size, made, (count - i) * size);
    }
}

static void run_quantize(const struct kernel_call *call, int stage, size_t first, size_t last,
                         int thread)
{
    const struct quantize_terms terms = quantize_terms(call);
    size_t begin = portion_begin(call->state, first), end = portion_begin(call->state, last);
    const float *in = (const float *)call->inputs[0].data + begin;
    char *out = (char *)call->outputs[0].data + begin * type_size(terms.type);
    bool half_even = call->rounding == ROUNDING_ONCE;
    (void)stage, (void)thread;
    if (terms.type == TYPE_I16 && half_even)
        quantize_all(&terms, true, true, in, out, end - begin);
    else if (terms.type == TYPE_I16)
        quantize_all(&terms, true, false, in, out, end - begin);
    else if (half_even)
        quantize_all(&terms, false, true, in, out, end - begin);
    else
        quantize_all(&terms, false, false, in, out, end - begin);
}

/* A product of a scale and a whole number of 17 bits: rounded once, as that in double precision
 * is. The type is a constant where this is inlined. */
INLINE void dequantize_all(const struct tensor *in, enum type type, const void *elements,
                           float *out, size_t i, size_t end)
{
    const float scale = in->quant.scale[0];
    const int32_t zero = in->quant.zero_point[0];
    for (; i + LANES <= end; i += LANES)
        store_float(out + i,
                    __builtin_convertvector(load_stored(type, elements, i) - zero, vfloat) *
                        all_float(scale));
    for (; i < end; i++)
        out[i] = (float)(quantized_load(type, elements, i) - zero) * scale;
}

static void run_dequantize(const struct kernel_call *call, int stage, size_t first, size_t last,
                           int thread)
{
    const struct tensor *in = call->inputs[0].tensor;
    const void *elements = call->inputs[0].data;
    float *out = call->outputs[0].data;
    size_t i = portion_begin(call->state, first), end = portion_begin(call->state, last);
    (void)stage, (void)thread;
    if (in->type == TYPE_I16)
        dequantize_all(in, TYPE_I16, elements, out, i, end);
    else if (in->type == TYPE_U8)
        dequantize_all(in, TYPE_U8, elements, out, i, end);
    else
        dequantize_all(in, TYPE_I8, elements, out, i, end);
}

/* What REQUANTIZE needs, in registers as well. */
struct requantize_terms {
    int32_t from_zero, low, high; /* the bounds from the output's zero point */
    vint zero;
    double ratio;
    struct lane_multiplier by;
    bool once;
};

static struct requantize_terms requantize_terms(const struct kernel_call *call)
{
    const struct conversion *conversion = call->state;
    int32_t zero = call->outputs[0].tensor->quant.zero_point[0];
    return (struct requantize_terms){
        .from_zero = call->inputs[0].tensor->quant.zero_point[0],
        .low = (int32_t)type_lowest(conversion->to) - zero,
        .high = (int32_t)type_highest(conversion->to) - zero,
        .zero = all_int(zero),
        .ratio = conversion->ratio,
        .by = all_multiplier(conversion->by),
        .once = call->rounding == ROUNDING_ONCE,
    };
}

/* From one scale to another: stored results of LANES numbers. */
INLINE vint requantize_lanes(const struct requantize_terms *terms, vint q)
{
    vint steps = q - terms->from_zero;
    if (terms->once)
        return scale_lanes_once(steps, terms->ratio, terms->low, terms->high) + terms->zero;
    steps = multiply_lanes(steps, terms->by);
    return clamp_ints(steps, all_int(terms->low), all_int(terms->high)) + terms->zero;
}

static void run_requantize(const struct kernel_call *call, int stage, size_t first, size_t last,
                           int thread)
{
    const struct conversion *conversion = call->state;
    const struct requantize_terms terms = requantize_terms(call);
    const char *in = call->inputs[0].data;
    char *out = call->outputs[0].data;
    size_t i = portion_begin(&conversion->portions, first);
    size_t end = portion_begin(&conversion->portions, last);
    enum type from = conversion->from, to = conversion->to;
    (void)stage, (void)thread;
    for (; i + LANES <= end; i += LANES)
        store_stored(to, out, i, requantize_lanes(&terms, load_stored(from, in, i)));
    if (i < end) {
        char rest[STORED_BYTES] = {0}, made[STORED_BYTES];
        memcpy(rest, in + i * type_size(from), (end - i) * type_size(from));
        store_stored(to, made, 0, requantize_lanes(&terms, load_stored(from, rest, 0)));
        memcpy(out + i * type_size(to), made, (end - i) * type_size(to));
    }
}

static bool has_one_scale(const struct kernel_call *call)
{
    return call->inputs[0].tensor->quant.count <= 1 && call->outputs[0].tensor->quant.count <= 1;
}

/* Other scales are the reference's. */
static bool has_plain_scale(const struct kernel_call *call)
{
    const struct quantization *quant = &call->outputs[0].tensor->quant;
    return quant->count == 1 && quant->scale[0] >= SCALE_LEAST && quant->scale[0] <= SCALE_MOST;
}

#define QUANTIZE(suffix, type)                                                                     \
    {                                                                                              \
        .name = FAST_TEXT("quantize_f32_" suffix), .op = OP_QUANTIZE, .isa = KERNEL_ISA,           \
        .types = {TYPE_F32, TYPE_ANY, type}, .accepts = has_plain_scale, .prepare = prepare,       \
        .run = run_quantize                                                                        \
    }
#define DEQUANTIZE(suffix, type)                                                                   \
    {                                                                                              \
        .name = FAST_TEXT("dequantize_" suffix), .op = OP_DEQUANTIZE, .isa = KERNEL_ISA,           \
        .types = {type, TYPE_ANY, TYPE_F32}, .accepts = has_one_scale, .prepare = prepare,         \
        .run = run_dequantize                                                                      \
    }
#define REQUANTIZE(suffix, from, to)                                                               \
    {                                                                                              \
        .name = FAST_TEXT("quantize_" suffix), .op = OP_QUANTIZE, .isa = KERNEL_ISA,               \
        .types = {from, TYPE_ANY, to}, .accepts = has_one_scale,                                   \
        .prepare = convert_prepare_requantize, .run = run_requantize                               \
    }
#define REQUANTIZE_FROM(suffix, from)                                                              \
    REQUANTIZE(suffix "_i8", from, TYPE_I8), REQUANTIZE(suffix "_u8", from, TYPE_U8),              \
        REQUANTIZE(suffix "_i16", from, TYPE_I16)

static const struct kernel rows[] = {
    QUANTIZE("i8", TYPE_I8),          QUANTIZE("u8", TYPE_U8),
    QUANTIZE("i16", TYPE_I16),        DEQUANTIZE("i8", TYPE_I8),
    DEQUANTIZE("u8", TYPE_U8),        DEQUANTIZE("i16", TYPE_I16),
    REQUANTIZE_FROM("i8", TYPE_I8),   REQUANTIZE_FROM("u8", TYPE_U8),
    REQUANTIZE_FROM("i16", TYPE_I16),
};

FAST_LIST(fast_convert_kernels, rows);
