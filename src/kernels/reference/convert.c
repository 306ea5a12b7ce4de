/* CAST, QUANTIZE, DEQUANTIZE and SHAPE. */
#include <math.h>

#include "base/half.h"
#include "graph/element.h"
#include "kernels/common/convert.h"
#include "kernels/common/quantized.h"
#include "kernels/common/real_scale.h"
#include "kernels/lists.h"

/* CAST: the numbers themselves, whatever scale they have. */

static bool is_real(enum type type)
{
    return type == TYPE_F16 || type == TYPE_BF16 || type == TYPE_F32 || type == TYPE_F64;
}

static double real_load(enum type type, const void *elements, size_t i)
{
    if (type == TYPE_F16)
        return (double)half_to_float(((const uint16_t *)elements)[i]);
    if (type == TYPE_BF16)
        return (double)brain_to_float(((const uint16_t *)elements)[i]);
    return type == TYPE_F32 ? (double)((const float *)elements)[i] : ((const double *)elements)[i];
}

/* What becomes a half does so by way of float, as in other runtimes. */
static void real_store(enum type type, void *elements, size_t i, double value)
{
    if (type == TYPE_F16)
        ((uint16_t *)elements)[i] = half_from_float((float)value);
    else if (type == TYPE_BF16)
        ((uint16_t *)elements)[i] = brain_from_float((float)value);
    else if (type == TYPE_F32)
        ((float *)elements)[i] = (float)value;
    else
        ((double *)elements)[i] = value;
}

/* Towards zero, saturating; NaN gives 0. */
static int64_t truncated(double value, enum type type)
{
    int64_t low = type_lowest(type), high = type_highest(type);
    if (isnan(value))
        return 0;
    return value <= (double)low ? low : value >= (double)high ? high : (int64_t)value;
}

static void cast_element(const struct conversion *conversion, const void *in, void *out, size_t i)
{
    enum type from = conversion->from, to = conversion->to;
    if (!is_real(from)) {
        int64_t value = element_load(from, in, i);
        if (to == TYPE_F64)
            real_store(to, out, i, (double)value);
        else if (is_real(to))
            real_store(to, out, i, (double)(float)value);
        else
            element_store(to, out, i, to == TYPE_BOOL ? value != 0 : value);
        return;
    }
    double value = real_load(from, in, i);
    if (is_real(to))
        real_store(to, out, i, value);
    else
        element_store(to, out, i, to == TYPE_BOOL ? value != 0.0 : truncated(value, to));
}

static void run_cast(const struct kernel_call *call, int stage, size_t first, size_t last,
                     int thread)
{
    (void)stage, (void)thread;
    const struct conversion *conversion = call->state;
    size_t end = portion_begin(&conversion->portions, last);
    for (size_t i = portion_begin(&conversion->portions, first); i < end; i++)
        cast_element(conversion, call->inputs[0].data, call->outputs[0].data, i);
}

/* QUANTIZE */

static size_t channel_at(const struct conversion *conversion, const struct quantization *quant,
                         size_t i)
{
    return quant->count == 1 ? 0 : i / conversion->inner % (size_t)quant->count;
}

/* round(x / scale) + zero point, clamped; NaN becomes a real 0. Halves go away from zero, or to the
 * even neighbour where the graph rounds once. */
static void run_quantize(const struct kernel_call *call, int stage, size_t first, size_t last,
                         int thread)
{
    (void)stage, (void)thread;
    const struct conversion *conversion = call->state;
    const struct quantization *quant = &call->outputs[0].tensor->quant;
    const float *in = call->inputs[0].data;
    float low = (float)type_lowest(conversion->to), high = (float)type_highest(conversion->to);
    bool half_even = call->rounding == ROUNDING_ONCE;
    size_t end = portion_begin(&conversion->portions, last);
    for (size_t i = portion_begin(&conversion->portions, first); i < end; i++) {
        size_t channel = channel_at(conversion, quant, i);
        float zero = (float)quant->zero_point[channel];
        float steps = isnan(in[i]) ? 0.0f : in[i] / quant->scale[channel];
        steps = half_even ? rintf(steps) : roundf(steps);
        quantized_store(conversion->to, call->outputs[0].data, i,
                        (int32_t)clamp_real(steps + zero, low, high));
    }
}

static int32_t requantized(const struct conversion *conversion, int64_t steps,
                           enum rounding rounding)
{
    return rounding == ROUNDING_ONCE
               ? scale_wide_once(steps, conversion->ratio, INT32_MIN, INT32_MAX)
               : multiply((int32_t)steps, conversion->by);
}

/* A multiplier of 1 is exact, so that int8 and uint8 of the same scale with zero points 128 apart
 * differ in their highest bit and in nothing else, as they should. */
static void run_requantize(const struct kernel_call *call, int stage, size_t first, size_t last,
                           int thread)
{
    (void)stage, (void)thread;
    const struct conversion *conversion = call->state;
    int64_t low = type_lowest(conversion->to), high = type_highest(conversion->to);
    int64_t zero_in = call->inputs[0].tensor->quant.zero_point[0];
    int64_t zero_out = call->outputs[0].tensor->quant.zero_point[0];
    size_t end = portion_begin(&conversion->portions, last);
    for (size_t i = portion_begin(&conversion->portions, first); i < end; i++) {
        int64_t steps = element_load(conversion->from, call->inputs[0].data, i) - zero_in;
        int64_t value = requantized(conversion, steps, call->rounding) + zero_out;
        element_store(conversion->to, call->outputs[0].data, i,
                      value < low    ? low
                      : value > high ? high
                                     : value);
    }
}

/* DEQUANTIZE */

/* scale * (q - zero point): in double precision where one scale serves the tensor, in single
 * precision per axis or block. */
static void run_dequantize(const struct kernel_call *call, int stage, size_t first, size_t last,
                           int thread)
{
    (void)stage, (void)thread;
    const struct conversion *conversion = call->state;
    const struct quantization *quant = &call->inputs[0].tensor->quant;
    float *out = call->outputs[0].data;
    size_t end = portion_begin(&conversion->portions, last);
    for (size_t i = portion_begin(&conversion->portions, first); i < end; i++) {
        int64_t q = element_load(conversion->from, call->inputs[0].data, i);
        if (quant->count == 1) {
            out[i] = (float)((double)quant->scale[0] * (double)(q - quant->zero_point[0]));
            continue;
        }
        size_t entry = quantization_entry(call->inputs[0].tensor, i);
        out[i] = quant->scale[entry] * (float)(q - quant->zero_point[entry]);
    }
}

static void run_dequantize_half(const struct kernel_call *call, int stage, size_t first,
                                size_t last, int thread)
{
    (void)stage, (void)thread;
    const struct conversion *conversion = call->state;
    const uint16_t *in = call->inputs[0].data;
    float *out = call->outputs[0].data;
    size_t end = portion_begin(&conversion->portions, last);
    for (size_t i = portion_begin(&conversion->portions, first); i < end; i++)
        out[i] = half_to_float(in[i]);
}

static void run_dequantize_brain(const struct kernel_call *call, int stage, size_t first,
                                 size_t last, int thread)
{
    (void)stage, (void)thread;
    const struct conversion *conversion = call->state;
    const uint16_t *in = call->inputs[0].data;
    float *out = call->outputs[0].data;
    size_t end = portion_begin(&conversion->portions, last);
    for (size_t i = portion_begin(&conversion->portions, first); i < end; i++)
        out[i] = brain_to_float(in[i]);
}

/* SHAPE */

static void run_shape(const struct kernel_call *call, int stage, size_t first, size_t last,
                      int thread)
{
    (void)stage, (void)first, (void)last, (void)thread;
    const struct shape *shape = &call->inputs[0].tensor->shape;
    const struct operand *out = &call->outputs[0];
    for (int i = 0; i < shape->rank; i++)
        element_store(out->tensor->type, out->data, (size_t)i, shape->dim[i]);
}

#define ROW(text, op_, from, to, prepare_, run_)                                                   \
    {                                                                                              \
        .name = text "_reference", .op = OP_##op_, .isa = ISA_REFERENCE,                           \
        .types = {from, TYPE_ANY, to}, .prepare = (prepare_), .run = (run_)                        \
    }
#define QUANTIZE(suffix, type)                                                                     \
    ROW("quantize_f32_" suffix, QUANTIZE, TYPE_F32, type, convert_prepare_quantize, run_quantize)
#define REQUANTIZE(suffix, from, to)                                                               \
    ROW("quantize_" suffix, QUANTIZE, from, to, convert_prepare_requantize, run_requantize)
#define REQUANTIZE_FROM(suffix, from)                                                              \
    REQUANTIZE(suffix "_i8", from, TYPE_I8), REQUANTIZE(suffix "_u8", from, TYPE_U8),              \
        REQUANTIZE(suffix "_i16", from, TYPE_I16), REQUANTIZE(suffix "_i32", from, TYPE_I32)
#define DEQUANTIZE(suffix, type)                                                                   \
    ROW("dequantize_" suffix, DEQUANTIZE, type, TYPE_F32, convert_prepare_dequantize,              \
        run_dequantize)

static const struct kernel rows[] = {
    ROW("cast_any", CAST, TYPE_ANY, TYPE_ANY, convert_prepare, run_cast),
    QUANTIZE("i8", TYPE_I8),
    QUANTIZE("u8", TYPE_U8),
    QUANTIZE("i16", TYPE_I16),
    REQUANTIZE_FROM("i8", TYPE_I8),
    REQUANTIZE_FROM("u8", TYPE_U8),
    REQUANTIZE_FROM("i16", TYPE_I16),
    REQUANTIZE_FROM("i32", TYPE_I32),
    DEQUANTIZE("i8", TYPE_I8),
    DEQUANTIZE("u8", TYPE_U8),
    DEQUANTIZE("i16", TYPE_I16),
    DEQUANTIZE("i32", TYPE_I32),
    ROW("dequantize_f16", DEQUANTIZE, TYPE_F16, TYPE_F32, convert_prepare, run_dequantize_half),
    ROW("dequantize_bf16", DEQUANTIZE, TYPE_BF16, TYPE_F32, convert_prepare, run_dequantize_brain),
    ROW("shape_any_i32", SHAPE, TYPE_ANY, TYPE_I32, convert_prepare_shape, run_shape),
    ROW("shape_any_i64", SHAPE, TYPE_ANY, TYPE_I64, convert_prepare_shape, run_shape),
};

KERNEL_LIST(reference_convert_kernels, rows);
