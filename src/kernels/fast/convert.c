/* QUANTIZE of float32 and DEQUANTIZE, whole tensors of one scale. */
#include "kernels/common/portions.h"
#include "kernels/common/quantized.h"
#include "kernels/fast/isa.h"
#include "kernels/fast/vector/vector.h"
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

INLINE void store_lanes(enum type type, void *elements, size_t i, vint value)
{
    if (type == TYPE_I16)
        store_shorts((int16_t *)elements + i, value);
    else
        store_bytes((int8_t *)elements + i, value);
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
        store_lanes(out->type, call->outputs[0].data, i, quantize_lanes(in + i, out, half_even));
    if (i < end) {
        float rest[LANES] = {0};
        int16_t made[LANES]; /* of either size */
        memcpy(rest, in + i, (end - i) * sizeof(float));
        store_lanes(out->type, made, 0, quantize_lanes(rest, out, half_even));
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
        store_float(out + i, dequantize_lanes(in->type == TYPE_I16
                                                  ? load_shorts((const int16_t *)elements + i)
                                                  : load_bytes((const int8_t *)elements + i),
                                              in));
    for (; i < end; i++)
        out[i] = (float)(quantized_load(in->type, elements, i) - in->quant.zero_point[0]) *
                 in->quant.scale[0];
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

static const struct kernel rows[] = {
    QUANTIZE("i8", TYPE_I8),   QUANTIZE("u8", TYPE_U8),     QUANTIZE("i16", TYPE_I16),
    DEQUANTIZE("i8", TYPE_I8), DEQUANTIZE("i16", TYPE_I16),
};

FAST_LIST(fast_convert_kernels, rows);
