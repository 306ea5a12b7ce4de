/* QUANTIZE of float32 and of 8 and 16 bits, and DEQUANTIZE, whole tensors of one scale. */
#include "kernels/common/convert.h"
#include "kernels/common/portions.h"
#include "kernels/common/quantized.h"
#include "kernels/fast/isa.h"
#include "kernels/fast/stored.h"
#include "kernels/lists.h"

/* Steps beyond this are beyond every type's range, whatever the zero point. */
#define STEPS_MAX 100000.0f

static enum status prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    bool to_real = call->outputs[0].tensor->type == TYPE_F32;
    const struct operand *quantized = to_real ? &call->inputs[0] : &call->outputs[0];
    struct portions *portions = call->state = arena_alloc(arena, sizeof(*portions));
    *portions = portions_of(shape_elements(&quantized->tensor->shape), sizeof(float));
    call->items[0] = portions->items;
    return quantized_check(quantized->tensor, to_real ? "input" : "output", error);
}

/* round(x / scale) + zero point, clamped; NaN becomes a real 0. */
INLINE vint quantize_lanes(const float *from, const struct tensor *out, bool half_even)
{
    vfloat steps = load_float(from) / out->quant.scale[0];
    vint is_number = steps == steps;
    steps = clamp_floats((vfloat)((vint)steps & is_number), all_float(-STEPS_MAX),
                         all_float(STEPS_MAX));
    vint whole = half_even ? round_even(steps) : round_away(steps);
    return clamp_ints(whole + out->quant.zero_point[0], all_int((int32_t)type_lowest(out->type)),
                      all_int((int32_t)type_highest(out->type)));
}

static void run_quantize(const struct kernel_call *call, int stage, size_t first, size_t last,
                         int thread)
{
    const struct tensor *out = call->outputs[0].tensor;
    const float *in = call->inputs[0].data;
    bool half_even = call->rounding == ROUNDING_ONCE;
    size_t i = portion_begin(call->state, first), end = portion_begin(call->state, last);
    (void)stage, (void)thread;
    for (; i + LANES <= end; i += LANES)
        store_stored(out->type, call->outputs[0].data, i, quantize_lanes(in + i, out, half_even));
    if (i < end) {
        float rest[LANES] = {0};
        int16_t made[LANES]; /* of either size */
        memcpy(rest, in + i, (end - i) * sizeof(float));
        store_stored(out->type, made, 0, quantize_lanes(rest, out, half_even));
        memcpy((char *)call->outputs[0].data + i * type_size(out->type), made,
               (end - i) * type_size(out->type));
    }
}

/* A product of a scale and a whole number of 17 bits: rounded once, as that in double precision
 * is. */
INLINE vfloat dequantize_lanes(vint q, const struct tensor *in)
{
    return __builtin_convertvector(q - in->quant.zero_point[0], vfloat) * in->quant.scale[0];
}

static void run_dequantize(const struct kernel_call *call, int stage, size_t first, size_t last,
                           int thread)
{
    const struct tensor *in = call->inputs[0].tensor;
    const void *elements = call->inputs[0].data;
    float *out = call->outputs[0].data;
    size_t i = portion_begin(call->state, first), end = portion_begin(call->state, last);
    (void)stage, (void)thread;
    for (; i + LANES <= end; i += LANES)
        store_float(out + i, dequantize_lanes(load_stored(in->type, elements, i), in));
    for (; i < end; i++)
        out[i] = (float)(quantized_load(in->type, elements, i) - in->quant.zero_point[0]) *
                 in->quant.scale[0];
}

/* From one scale to another: stored results of LANES numbers. */
INLINE vint requantize_lanes(const struct kernel_call *call, vint q)
{
    const struct conversion *conversion = call->state;
    int32_t zero = call->outputs[0].tensor->quant.zero_point[0];
    int32_t low = (int32_t)type_lowest(conversion->to) - zero;
    int32_t high = (int32_t)type_highest(conversion->to) - zero;
    vint steps = q - call->inputs[0].tensor->quant.zero_point[0];
    if (call->rounding == ROUNDING_ONCE)
        return scale_lanes_once(steps, conversion->ratio, low, high) + zero;
    steps = multiply_lanes(steps, all_multiplier(conversion->by));
    return clamp_ints(steps, all_int(low), all_int(high)) + zero;
}

static void run_requantize(const struct kernel_call *call, int stage, size_t first, size_t last,
                           int thread)
{
    const struct conversion *conversion = call->state;
    const char *in = call->inputs[0].data;
    char *out = call->outputs[0].data;
    size_t i = portion_begin(&conversion->portions, first);
    size_t end = portion_begin(&conversion->portions, last);
    size_t from = type_size(conversion->from), to = type_size(conversion->to);
    (void)stage, (void)thread;
    for (; i + LANES <= end; i += LANES)
        store_stored(conversion->to, out, i,
                     requantize_lanes(call, load_stored(conversion->from, in, i)));
    if (i < end) {
        char rest[STORED_BYTES] = {0}, made[STORED_BYTES];
        memcpy(rest, in + i * from, (end - i) * from);
        store_stored(conversion->to, made, 0,
                     requantize_lanes(call, load_stored(conversion->from, rest, 0)));
        memcpy(out + i * to, made, (end - i) * to);
    }
}

static bool has_one_scale(const struct kernel_call *call)
{
    return call->inputs[0].tensor->quant.count <= 1 && call->outputs[0].tensor->quant.count <= 1;
}

#define QUANTIZE(suffix, type)                                                                     \
    {                                                                                              \
        .name = FAST_TEXT("quantize_f32_" suffix), .op = OP_QUANTIZE, .isa = KERNEL_ISA,           \
        .types = {TYPE_F32, TYPE_ANY, type}, .accepts = has_one_scale, .prepare = prepare,         \
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
