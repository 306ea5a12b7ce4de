/* Tensors of a graph as values of an .onnx file. */
#include <math.h>
#include <string.h>

#include "formats/onnx/write/export.h"

const int export_same_order[] = {0, 1, 2, 3, 4, 5};
const int export_first_order[] = {0, 3, 1, 2};

const struct tensor *export_tensor(const struct exporter *exporter, int tensor)
{
    return &exporter->graph->tensors[tensor];
}

bool export_is_quantized(const struct exporter *exporter, int tensor)
{
    const struct tensor *own = export_tensor(exporter, tensor);
    return type_is_quantized(own->type) && own->quant.count > 0;
}

enum type export_stored_type(const struct exporter *exporter, int tensor)
{
    enum type type = export_tensor(exporter, tensor)->type;
    return type == TYPE_I8 && export_is_quantized(exporter, tensor) ? exporter->activations : type;
}

bool export_stored_alike(const struct exporter *exporter, int a, int b)
{
    const struct tensor *left = export_tensor(exporter, a), *right = export_tensor(exporter, b);
    bool quantized = export_is_quantized(exporter, a);
    if (quantized != export_is_quantized(exporter, b) ||
        export_stored_type(exporter, a) != export_stored_type(exporter, b))
        return false;
    if (!quantized)
        return true;
    /* int8 that became uint8 beside uint8 */
    int shift = left->type == right->type ? 0
                : left->type == TYPE_I8   ? EXPORT_UNSIGNED_SHIFT
                                          : -EXPORT_UNSIGNED_SHIFT;
    if (left->quant.count != 1 || right->quant.count != 1)
        return shift == 0 && quantization_equal(&left->quant, &right->quant);
    return !(left->quant.scale[0] < right->quant.scale[0]) &&
           !(left->quant.scale[0] > right->quant.scale[0]) &&
           left->quant.zero_point[0] + shift == right->quant.zero_point[0];
}

/* --- scales and zero points */

struct shape export_parameter_shape(const struct quantization *quant)
{
    return quant->count == 1 ? (struct shape){0} : SHAPE(quant->count);
}

int export_scale(struct exporter *exporter, int tensor)
{
    const struct quantization *quant = &export_tensor(exporter, tensor)->quant;
    struct shape shape = export_parameter_shape(quant);
    return onnx_add_constant(&exporter->file, "scale", TYPE_F32, &shape, quant->scale);
}

/* Zero points for elements of the type, which are the tensor's or int8 that became uint8. */
static int zero_point(struct exporter *exporter, int tensor, enum type type)
{
    const struct tensor *own = export_tensor(exporter, tensor);
    struct shape shape = export_parameter_shape(&own->quant);
    int shift = own->type == type ? 0 : EXPORT_UNSIGNED_SHIFT;
    size_t size = type_size(type), count = (size_t)own->quant.count;
    char *elements = arena_alloc(exporter->file.arena, count * size);
    for (size_t i = 0; i < count; i++) {
        int32_t wide = own->quant.zero_point[i] + shift;
        int16_t middle = (int16_t)wide;
        int8_t narrow = (int8_t)wide;
        memcpy(elements + i * size, size == 1 ? (const void *)&narrow : (const void *)&middle,
               size);
    }
    return onnx_add_constant(&exporter->file, "zero_point", type, &shape, elements);
}

int export_zero_point(struct exporter *exporter, int tensor)
{
    return zero_point(exporter, tensor, export_tensor(exporter, tensor)->type);
}

/* Dimension axis of the tensor is dimension i of the value with order[i] == axis. */
static int convert(struct exporter *exporter, const char *op, int tensor, enum type type,
                   const int *order, int value)
{
    const struct quantization *quant = &export_tensor(exporter, tensor)->quant;
    /* Those of int4 are 0: symmetric. */
    bool is_narrow =
        export_tensor(exporter, tensor)->bits == 4 && export_tensor(exporter, tensor)->type == type;
    int scale = export_scale(exporter, tensor), axis = 0;
    value = is_narrow ? EMIT(exporter, op, value, scale)
                      : EMIT(exporter, op, value, scale, zero_point(exporter, tensor, type));
    if (quant->count == 1)
        return value;
    while (order[axis] != quant->axis)
        axis++;
    onnx_set_int(&exporter->file, "axis", axis);
    return value;
}

int export_quantize(struct exporter *exporter, int tensor, enum type type, const int *order,
                    int value)
{
    return convert(exporter, "QuantizeLinear", tensor, type, order, value);
}

int export_dequantize(struct exporter *exporter, int tensor, enum type type, const int *order,
                      int value)
{
    return convert(exporter, "DequantizeLinear", tensor, type, order, value);
}

static const int *order_of(const struct exporter *exporter, int tensor, enum export_layout layout)
{
    bool first =
        layout == LAYOUT_CHANNELS_FIRST && export_tensor(exporter, tensor)->shape.rank == 4;
    return first ? export_first_order : export_same_order;
}

static int quantize_stored(struct exporter *exporter, int tensor, enum export_layout layout,
                           int value)
{
    return export_is_quantized(exporter, tensor)
               ? export_quantize(exporter, tensor, export_stored_type(exporter, tensor),
                                 order_of(exporter, tensor, layout), value)
               : value;
}

int export_dequantize_stored(struct exporter *exporter, int tensor, enum export_layout layout,
                             int value)
{
    return export_is_quantized(exporter, tensor)
               ? export_dequantize(exporter, tensor, export_stored_type(exporter, tensor),
                                   order_of(exporter, tensor, layout), value)
               : value;
}

int export_between(struct exporter *exporter, int tensor, int value)
{
    if (!export_is_quantized(exporter, tensor) || export_tensor(exporter, tensor)->quant.count != 1)
        return value;
    value = quantize_stored(exporter, tensor, LAYOUT_AS_IS, value);
    return export_dequantize_stored(exporter, tensor, LAYOUT_AS_IS, value);
}

/* --- layouts */

int export_axis(enum export_layout layout, int axis)
{
    static const int places[] = {0, 2, 3, 1};
    return layout == LAYOUT_CHANNELS_FIRST && axis < 4 ? places[axis] : axis;
}

/* The tensor, or where it is still to be made of integers, these. */
static const struct export_tensor *existing(const struct exporter *exporter, int tensor)
{
    const struct export_tensor *own = &exporter->tensors[tensor];
    bool is_there = own->forms[LAYOUT_AS_IS] != NO_VALUE ||
                    own->forms[LAYOUT_CHANNELS_FIRST] != NO_VALUE || own->integers == NO_TENSOR;
    return is_there ? own : &exporter->tensors[own->integers];
}

enum export_layout export_layout_of(struct exporter *exporter, const int *tensors, int count)
{
    bool only_first = false, only_as_is = false, both = false;
    for (int i = 0; i < count; i++) {
        if (tensors[i] == NO_TENSOR)
            continue;
        const struct export_tensor *own = existing(exporter, tensors[i]);
        const struct shape *shape = &export_tensor(exporter, tensors[i])->shape;
        bool is_first = own->forms[LAYOUT_CHANNELS_FIRST] != NO_VALUE;
        bool is_as_is = own->forms[LAYOUT_AS_IS] != NO_VALUE;
        if (shape->rank > 4)
            return LAYOUT_AS_IS;
        if (own->source != NO_TENSOR || (shape->rank < 4 && shape_elements(shape) == 1))
            continue;
        if (shape->rank < 4)
            return LAYOUT_AS_IS;
        only_first = only_first || !is_as_is;
        only_as_is = only_as_is || !is_first;
        both = both || (is_first && is_as_is);
    }
    return only_first || (both && !only_as_is) ? LAYOUT_CHANNELS_FIRST : LAYOUT_AS_IS;
}

enum export_layout export_layout_without(struct exporter *exporter, int tensor, const bool *dropped)
{
    bool in_order = export_tensor(exporter, tensor)->shape.rank == 4 &&
                    (dropped[3] || (dropped[1] && dropped[2]));
    return in_order ? export_layout_of(exporter, &tensor, 1) : LAYOUT_AS_IS;
}

enum export_layout export_layout_in_order(struct exporter *exporter, int tensor)
{
    const struct shape *shape = &export_tensor(exporter, tensor)->shape;
    bool in_order = shape->rank == 4 && (shape->dim[3] == 1 || shape_span(shape, 1, 3) == 1);
    return in_order ? export_layout_of(exporter, &tensor, 1) : LAYOUT_AS_IS;
}

int export_stored(struct exporter *exporter, int tensor, enum export_layout layout)
{
    int *forms = exporter->tensors[tensor].forms, integers = exporter->tensors[tensor].integers;
    if (export_tensor(exporter, tensor)->shape.rank != 4)
        layout = LAYOUT_AS_IS;
    if (forms[layout] != NO_VALUE)
        return forms[layout];
    if (integers != NO_TENSOR) {
        int value = export_stored(exporter, integers, layout);
        value = export_dequantize_stored(exporter, integers, layout, value);
        onnx_name_value(&exporter->file, value, export_tensor(exporter, tensor)->name);
        return forms[layout] = value;
    }
    bool to_first = layout == LAYOUT_CHANNELS_FIRST;
    enum export_layout other = to_first ? LAYOUT_AS_IS : LAYOUT_CHANNELS_FIRST;
    const int64_t orders[][4] = {{0, 2, 3, 1}, {0, 3, 1, 2}};
    const char *wish = exporter->file.wish;
    exporter->file.wish = export_tensor(exporter, tensor)->name;
    int value = export_dequantize_stored(exporter, tensor, other, forms[other]);
    value = EMIT(exporter, "Transpose", value);
    onnx_set_ints(&exporter->file, "perm", orders[to_first], 4);
    forms[layout] = quantize_stored(exporter, tensor, layout, value);
    exporter->file.wish = wish;
    return forms[layout];
}

/* --- results */

void export_define(struct exporter *exporter, int tensor, enum export_layout layout, int value)
{
    if (export_tensor(exporter, tensor)->shape.rank != 4)
        layout = LAYOUT_AS_IS;
    value = quantize_stored(exporter, tensor, layout, value);
    onnx_name_value(&exporter->file, value, export_tensor(exporter, tensor)->name);
    exporter->tensors[tensor].forms[layout] = value;
}

struct bounds {
    float low, high;
};

static struct bounds activation_bounds(int32_t activation)
{
    switch (activation) {
    case ACTIVATION_RELU:
        return (struct bounds){0.0f, INFINITY};
    case ACTIVATION_RELU_N1_TO_1:
        return (struct bounds){-1.0f, 1.0f};
    case ACTIVATION_RELU6:
        return (struct bounds){0.0f, 6.0f};
    default:
        return (struct bounds){-INFINITY, INFINITY};
    }
}

/* Whether the activation changes nothing: it has no bounds, or the tensor's integers cannot exceed
 * them. */
static bool is_implied(const struct exporter *exporter, int tensor, struct bounds bounds)
{
    const struct quantization *quant = &export_tensor(exporter, tensor)->quant;
    enum type type = export_tensor(exporter, tensor)->type;
    if (isinf(bounds.low))
        return true;
    if (!export_is_quantized(exporter, tensor) || quant->count != 1)
        return false;
    double scale = (double)quant->scale[0], zero = quant->zero_point[0];
    double low = zero + round((double)bounds.low / scale);
    double high = zero + round((double)bounds.high / scale);
    return low <= (double)type_lowest(type) && high >= (double)type_highest(type);
}

int export_activate(struct exporter *exporter, int tensor, int value, int32_t activation)
{
    struct bounds bounds = activation_bounds(activation);
    if (is_implied(exporter, tensor, bounds))
        return value;
    if (activation == ACTIVATION_RELU)
        return EMIT(exporter, "Relu", value);
    int low = export_float(exporter, bounds.low), high = export_float(exporter, bounds.high);
    return EMIT(exporter, "Clip", value, low, high);
}

void export_finish(struct exporter *exporter, int tensor, enum export_layout layout, int value,
                   int32_t activation)
{
    /* Integer kernels exist for the operator without its activation. Rounding twice to the same
     * steps is the same as once. */
    if (!is_implied(exporter, tensor, activation_bounds(activation)))
        value = export_between(exporter, tensor, value);
    export_define(exporter, tensor, layout, export_activate(exporter, tensor, value, activation));
}
