/* Operands of the nodes of an .onnx file. Constants are written in the order and the type in which
 * the node needs them, so that none is transposed at run time. */
#include <string.h>

#include "formats/onnx/write/export.h"

/* Elements of a constant whose dimension i is dimension order[i] of what it was. */
static void permute(const struct shape *from, const int *order, size_t size, const char *in,
                    char *out)
{
    size_t strides[SHAPE_RANK_MAX], at[SHAPE_RANK_MAX] = {0}, offset = 0;
    size_t count = shape_elements(from);
    for (int i = 0; i < from->rank; i++)
        strides[i] = shape_span(from, order[i] + 1, from->rank) * size;
    for (size_t n = 0; n < count; n++) {
        memcpy(out + n * size, in + offset, size);
        for (int i = from->rank - 1; i >= 0; i--) {
            offset += strides[i];
            if (++at[i] < (size_t)from->dim[order[i]])
                break;
            offset -= strides[i] * at[i];
            at[i] = 0;
        }
    }
}

/* A constant with its dimensions in another order and its elements in the type: their own, or uint8
 * for int8. from is its shape, or one of as many elements. */
static int add_constant(struct exporter *exporter, int source, const struct shape *from,
                        const int *order, enum type type)
{
    const struct tensor *own = export_tensor(exporter, source);
    struct shape shape = {.rank = from->rank};
    bool moved = type != own->type;
    for (int i = 0; i < from->rank; i++) {
        shape.dim[i] = from->dim[order[i]];
        moved = moved || order[i] != i;
    }
    const void *data = own->data;
    if (moved) {
        size_t size = type_size(type), count = shape_elements(from);
        uint8_t *elements = arena_alloc(exporter->file.arena, size * count);
        permute(from, order, size, own->data, (char *)elements);
        for (size_t i = 0; type != own->type && i < count; i++)
            elements[i] ^= EXPORT_UNSIGNED_SHIFT;
        data = elements;
    }
    if (own->bits == 4 && type == own->type)
        return onnx_add_narrow(&exporter->file, own->name, &shape, data);
    return onnx_add_constant(&exporter->file, own->name, type, &shape, data);
}

/* A DequantizeLinear with a scale per block, whose scales are permuted like the elements. */
static int dequantize_blocks(struct exporter *exporter, int source, const struct shape *from,
                             const int *order, int value)
{
    const struct tensor *own = export_tensor(exporter, source);
    const struct quantization *quant = &own->quant;
    struct shape entries = *from, shape = {.rank = from->rank};
    int axis = 0;
    if (!shape_equal(from, &own->shape)) {
        export_refuse(exporter, "scales of blocks of '%s', which has another shape here",
                      own->name);
        return NO_VALUE;
    }
    entries.dim[quant->axis] /= quant->block;
    for (int i = 0; i < entries.rank; i++)
        shape.dim[i] = entries.dim[order[i]];
    while (order[axis] != quant->axis)
        axis++;
    char *scales = arena_alloc(exporter->file.arena, (size_t)quant->count * sizeof(*quant->scale));
    permute(&entries, order, sizeof(*quant->scale), (const void *)quant->scale, scales);
    int scale = onnx_add_constant(&exporter->file, "scale", TYPE_F32, &shape, scales);
    value = EMIT(exporter, "DequantizeLinear", value, scale);
    onnx_set_int(&exporter->file, "axis", axis);
    onnx_set_int(&exporter->file, "block_size", quant->block);
    return value;
}

/* The real numbers of a constant: after a DequantizeLinear or, from float16 and bfloat16, a
 * Cast. */
static int read_constant(struct exporter *exporter, int tensor, const struct shape *from,
                         const int *order, bool is_activation)
{
    int source = exporter->tensors[tensor].source;
    const struct tensor *own = export_tensor(exporter, source);
    enum type type =
        is_activation && source == tensor ? export_stored_type(exporter, source) : own->type;
    int value = add_constant(exporter, source, from, order, type);
    if (source != tensor && (own->type == TYPE_F16 || own->type == TYPE_BF16)) {
        value = EMIT(exporter, "Cast", value);
        onnx_set_int(&exporter->file, "to", onnx_type_code(TYPE_F32));
        return value;
    }
    if (own->quant.block > 0)
        return dequantize_blocks(exporter, source, from, order, value);
    return export_is_quantized(exporter, source)
               ? export_dequantize(exporter, source, type, order, value)
               : value;
}

int export_raw_constant(struct exporter *exporter, int tensor, const int *order, enum type type)
{
    return add_constant(exporter, tensor, &export_tensor(exporter, tensor)->shape, order, type);
}

/* The shape with dimensions of 1 in front, as it broadcasts against an image. */
static struct shape as_image(const struct shape *shape)
{
    struct shape image = SHAPE(1, 1, 1, 1);
    for (int i = 0; i < shape->rank; i++)
        image.dim[4 - shape->rank + i] = shape->dim[i];
    return image;
}

/* --- operands */

int export_read(struct exporter *exporter, int tensor, enum export_layout layout)
{
    const struct shape *shape = &export_tensor(exporter, tensor)->shape;
    if (exporter->tensors[tensor].source == NO_TENSOR)
        return export_dequantize_stored(exporter, tensor, layout,
                                        export_stored(exporter, tensor, layout));
    if (layout == LAYOUT_AS_IS || shape_elements(shape) == 1)
        return read_constant(exporter, tensor, shape, export_same_order, true);
    struct shape image = as_image(shape);
    return read_constant(exporter, tensor, &image, export_first_order, true);
}

int export_read_shaped(struct exporter *exporter, int tensor, const struct shape *shape)
{
    if (exporter->tensors[tensor].source != NO_TENSOR)
        return read_constant(exporter, tensor, shape, export_same_order, true);
    int value = export_read(exporter, tensor, LAYOUT_AS_IS);
    if (shape_equal(shape, &export_tensor(exporter, tensor)->shape))
        return value;
    return EMIT(exporter, "Reshape", value, export_dimensions(exporter, shape));
}

int export_read_weights(struct exporter *exporter, int tensor, const int *order)
{
    const struct shape *shape = &export_tensor(exporter, tensor)->shape;
    int64_t wide[SHAPE_RANK_MAX];
    bool moved = false;
    if (exporter->tensors[tensor].source != NO_TENSOR)
        return read_constant(exporter, tensor, shape, order, false);
    for (int i = 0; i < shape->rank; i++) {
        wide[i] = order[i];
        moved = moved || order[i] != i;
    }
    int value = export_read(exporter, tensor, LAYOUT_AS_IS);
    if (moved) {
        value = EMIT(exporter, "Transpose", value);
        onnx_set_ints(&exporter->file, "perm", wide, shape->rank);
    }
    return value;
}

/* --- biases */

static int64_t bias_element(const struct tensor *bias, size_t i)
{
    int32_t narrow;
    int64_t wide;
    if (bias->type == TYPE_I64) {
        memcpy(&wide, (const char *)bias->data + i * sizeof(wide), sizeof(wide));
        return wide;
    }
    memcpy(&narrow, (const char *)bias->data + i * sizeof(narrow), sizeof(narrow));
    return narrow;
}

/* One step of the accumulator of channel i. */
static double accumulator_step(const struct tensor *data, const struct tensor *weights, size_t i)
{
    const struct quantization *quant = &weights->quant;
    return (double)data->quant.scale[0] * (double)quant->scale[quant->count == 1 ? 0 : i];
}

/* int32 biases, dequantized with the steps of the accumulator: they count those, whatever scales
 * the file that they came from gave them. */
static int integer_bias(struct exporter *exporter, const struct tensor *bias,
                        const struct tensor *data, const struct tensor *weights)
{
    size_t count = shape_elements(&bias->shape), steps = (size_t)weights->quant.count;
    int32_t *numbers = arena_alloc(exporter->file.arena, count * sizeof(*numbers));
    float *scales = arena_alloc(exporter->file.arena, steps * sizeof(*scales));
    struct shape shape = SHAPE((int32_t)count),
                 scale_shape = export_parameter_shape(&weights->quant);
    for (size_t i = 0; i < count; i++)
        numbers[i] = (int32_t)bias_element(bias, i);
    for (size_t i = 0; i < steps; i++)
        scales[i] = (float)accumulator_step(data, weights, i);
    int value = onnx_add_constant(&exporter->file, bias->name, TYPE_I32, &shape, numbers);
    int scale = onnx_add_constant(&exporter->file, "scale", TYPE_F32, &scale_shape, scales);
    value = EMIT(exporter, "DequantizeLinear", value, scale);
    if (steps > 1)
        onnx_set_int(&exporter->file, "axis", 0);
    return value;
}

/* The same as real numbers, for biases that int32 cannot hold. */
static int real_bias(struct exporter *exporter, const struct tensor *bias,
                     const struct tensor *data, const struct tensor *weights)
{
    size_t count = shape_elements(&bias->shape);
    float *numbers = arena_alloc(exporter->file.arena, count * sizeof(*numbers));
    struct shape shape = SHAPE((int32_t)count);
    for (size_t i = 0; i < count; i++)
        numbers[i] = (float)((double)bias_element(bias, i) * accumulator_step(data, weights, i));
    return onnx_add_constant(&exporter->file, bias->name, TYPE_F32, &shape, numbers);
}

int export_read_bias(struct exporter *exporter, int data, int weights, int bias)
{
    const struct graph *graph = exporter->graph;
    const struct tensor *own = node_input(graph, exporter->node, bias);
    if (!own)
        return NO_VALUE;
    struct shape list = SHAPE((int32_t)shape_elements(&own->shape));
    if (!own->data || (own->type != TYPE_I32 && own->type != TYPE_I64))
        return export_read_shaped(exporter, exporter->node->inputs[bias], &list);
    const struct tensor *left = node_input(graph, exporter->node, data);
    const struct tensor *right = node_input(graph, exporter->node, weights);
    bool narrow = true;
    if (left->quant.count != 1 || right->quant.count < 1) {
        export_refuse(exporter, "integer biases ('%s') of a product of real numbers", own->name);
        return NO_VALUE;
    }
    for (size_t i = 0; i < shape_elements(&own->shape); i++)
        narrow = narrow && bias_element(own, i) >= INT32_MIN && bias_element(own, i) <= INT32_MAX;
    return narrow ? integer_bias(exporter, own, left, right)
                  : real_bias(exporter, own, left, right);
}
