/* Quantized tensors. The scales and zero points of QuantizeLinear and DequantizeLinear become the
 * quantization of our tensors; integer operators (QOperator format) become float ones between
 * DEQUANTIZE and QUANTIZE, as those pairs stand in files of the QDQ format. A later pass turns both
 * into integer operators of ours where the results are the same. */
#include <math.h>
#include <string.h>

#include "formats/onnx/codes.h"
#include "formats/onnx/read/import.h"
#include "formats/onnx/read/window.h"
#include "graph/links.h"

/* Scale and zero point (the integer that stands for 0) of an operand: constants, one of each for
 * the tensor, or per axis: one per index of a dimension, which for weights is that of the
 * channels. */
struct linear {
    int scale, zero_point; /* tensors; the zero point may be NO_TENSOR */
    int64_t axis;
};

static double zero_at(const struct tensor *tensor, size_t i)
{
    switch (tensor->type) {
    case TYPE_I8:
        return ((const int8_t *)tensor->data)[i];
    case TYPE_U8:
        return ((const uint8_t *)tensor->data)[i];
    case TYPE_I16:
        return ((const int16_t *)tensor->data)[i];
    case TYPE_I32:
        return ((const int32_t *)tensor->data)[i];
    default:
        return NAN;
    }
}

static bool are_constants(struct import *import, const struct linear *linear)
{
    const struct tensor *scale = import_tensor(import, linear->scale);
    bool known = scale->data && scale->type == TYPE_F32;
    if (linear->zero_point != NO_TENSOR)
        known = known && import_is_constant(import, linear->zero_point);
    if (import_ok(import) && !known)
        import_fail(import, STATUS_UNSUPPORTED,
                    "scale and zero point must be constants, the scale in float32");
    return import_ok(import);
}

/* The quantization of a tensor of the shape. */
static struct quantization read_linear(struct import *import, const struct linear *linear,
                                       const struct shape *shape)
{
    struct quantization quant = {0};
    if (!are_constants(import, linear))
        return quant;
    const struct tensor *scale = import_tensor(import, linear->scale);
    const struct tensor *zero = import_tensor(import, linear->zero_point);
    bool has_zero = linear->zero_point != NO_TENSOR;
    size_t count = shape_elements(&scale->shape);
    if (count > 1)
        quant.axis = import_axis(import, linear->axis, shape->rank);
    if (import_ok(import) && (count < 1 || scale->shape.rank > 1 ||
                              (count > 1 && count != (size_t)shape->dim[quant.axis]) ||
                              (has_zero && shape_elements(&zero->shape) != count)))
        import_fail(import, STATUS_UNSUPPORTED,
                    "%zu scales fit neither the tensor (1) nor an axis of it (one per index)",
                    count);
    if (!import_ok(import))
        return quant;
    float *scales = arena_alloc(import->graph->arena, count * sizeof(*scales));
    int32_t *zeros = arena_alloc(import->graph->arena, count * sizeof(*zeros));
    for (size_t i = 0; i < count; i++) {
        double at = has_zero ? zero_at(zero, i) : 0.0;
        scales[i] = ((const float *)scale->data)[i];
        zeros[i] = isnan(at) ? 0 : (int32_t)at;
        if (isnan(at))
            import_fail(import, STATUS_FORMAT, "zero points of type %s are not supported",
                        type_name(zero->type));
        if (!(fabsf(scales[i]) > 0.0f) || isinf(scales[i])) /* weights alone may flip */
            import_fail(import, STATUS_FORMAT, "scale %zu is %g, expected a positive number", i,
                        (double)scales[i]);
    }
    quant.count = (int)count;
    quant.scale = scales;
    quant.zero_point = zeros;
    return quant;
}

static bool has_no_zero_points(const struct quantization *quant)
{
    for (int i = 0; i < quant->count; i++)
        if (quant->zero_point[i] != 0)
            return false;
    return true;
}

/* Whether integers of the type can be quantized real numbers here. */
static bool check_type(struct import *import, enum type type, const struct quantization *quant)
{
    bool fits = type == TYPE_I8 || type == TYPE_U8 || type == TYPE_I32 ||
                (type == TYPE_I16 && has_no_zero_points(quant));
    if (import_ok(import) && !fits)
        import_fail(import, STATUS_UNSUPPORTED, "quantized numbers of type %s%s are not supported",
                    type_name(type), type == TYPE_I16 ? " with a zero point" : "");
    return import_ok(import);
}

/* The tensor with the quantization: itself where it had none or the same, else another with its
 * elements. Nodes may read one constant with different scales. */
static int with_quantization(struct import *import, int number, const struct quantization *quant)
{
    struct tensor *tensor = &import->graph->tensors[number];
    if (!check_type(import, tensor->type, quant))
        return NO_TENSOR;
    if (tensor->quant.count == 0 && !tensor->data) {
        tensor->quant = *quant;
        return number;
    }
    if (quantization_equal(&tensor->quant, quant))
        return number;
    struct tensor copy = *tensor;
    copy.quant = *quant;
    if (tensor->data)
        return graph_add_tensor(import->graph, &copy);
    struct shape shape = tensor->shape;
    const int inputs[] = {number, import_list(import, shape.dim, shape.rank)};
    int made = graph_add_tensor(import->graph, &copy);
    graph_add_node(import->graph, OP_RESHAPE, inputs, 2, &made, 1, NULL);
    return made;
}

static int dequantize(struct import *import, int x, const struct linear *linear)
{
    struct shape shape = import_shape(import, x);
    struct quantization quant = read_linear(import, linear, &shape);
    if (!import_ok(import))
        return NO_TENSOR;
    x = with_quantization(import, x, &quant);
    return import_emit(import, OP_DEQUANTIZE, &x, 1, NULL, TYPE_F32);
}

/* Computes a QUANTIZE of a constant: weights that the file stores as real numbers. */
static void fold_quantize(struct import *import, int x, int result)
{
    struct graph *graph = import->graph;
    void *elements;
    if (!import_ok(import) || !import_is_constant(import, x) || !import->reading ||
        !import->reading->evaluate)
        return;
    import->status = import->reading->evaluate(graph, &graph->nodes[graph->n_nodes - 1],
                                               graph->arena, &elements, import->error);
    if (import_ok(import))
        graph->tensors[result].data = elements;
    links_pop_node(graph);
}

/* Whether integers that are made, not stored, can have the type; their zero point has it. */
static bool check_made(struct import *import, const struct linear *linear, enum type type)
{
    if (type == TYPE_COUNT || import_is_narrow(import, linear->zero_point))
        import_fail(import, STATUS_UNSUPPORTED,
                    "numbers of less than a byte are supported as constants alone");
    return import_ok(import);
}

static int quantize(struct import *import, int x, const struct linear *linear, enum type type)
{
    struct shape shape = import_shape(import, x);
    struct quantization quant = read_linear(import, linear, &shape);
    if (!check_made(import, linear, type) || !check_type(import, type, &quant))
        return NO_TENSOR;
    struct tensor tensor = {.name = "", .type = type, .shape = shape, .quant = quant};
    int result = graph_add_tensor(import->graph, &tensor);
    graph_add_node(import->graph, OP_QUANTIZE, &x, 1, &result, 1, NULL);
    fold_quantize(import, x, result);
    return result;
}

/* The type of the quantized elements, which is that of the zero point; uint8 without one. */
static enum type stated_type(const struct import *import, int zero_point)
{
    return zero_point == NO_TENSOR ? TYPE_U8 : import_tensor(import, zero_point)->type;
}

static struct linear linear_at(struct import *import, int scale, int zero_point, int64_t axis)
{
    return (struct linear){import_needed(import, scale), import_input(import, zero_point), axis};
}

/* Blocks of a constant along an axis, whose elements lie `inner` apart. */
struct blocks {
    struct tensor from, scale, zero; /* zero without data: all are 0 */
    size_t inner, row, size, count;  /* elements of a row and of a block; blocks of a row */
};

static bool holds_integers(const struct tensor *tensor)
{
    return tensor->type == TYPE_I8 || tensor->type == TYPE_U8 || tensor->type == TYPE_I16 ||
           tensor->type == TYPE_I32;
}

static struct blocks read_blocks(struct import *import, int x, const struct linear *linear,
                                 int64_t size)
{
    struct blocks blocks = {.from = *import_tensor(import, x)};
    struct shape wanted = blocks.from.shape;
    int axis = import_axis(import, linear->axis, wanted.rank);
    if (!import_ok(import) || !are_constants(import, linear))
        return blocks;
    blocks.scale = *import_tensor(import, linear->scale);
    blocks.zero = *import_tensor(import, linear->zero_point);
    if (!blocks.from.data || !holds_integers(&blocks.from) ||
        (blocks.zero.data && !holds_integers(&blocks.zero)))
        import_fail(import, STATUS_UNSUPPORTED,
                    "scales of blocks are supported for constant integers alone");
    else if (size > 0 && size <= INT32_MAX)
        blocks.count = ((size_t)wanted.dim[axis] + (size_t)size - 1) / (size_t)size;
    blocks.inner = shape_span(&wanted, axis + 1, wanted.rank);
    blocks.row = (size_t)wanted.dim[axis];
    blocks.size = (size_t)size;
    wanted.dim[axis] = (int32_t)blocks.count;
    if (blocks.count < 1 || !shape_equal(&blocks.scale.shape, &wanted) ||
        (blocks.zero.data && !shape_equal(&blocks.zero.shape, &wanted)))
        import_fail(import, STATUS_FORMAT, "scales of blocks of %lld do not fit the tensor",
                    (long long)size);
    return blocks;
}

/* Whether kernels can widen them as they are stored: int4, in whole blocks, without zero points. */
static bool stay_stored(const struct import *import, int x, const struct blocks *blocks)
{
    bool fits = import_is_narrow(import, x) && blocks->from.type == TYPE_I8 &&
                blocks->row % blocks->size == 0 && blocks->from.quant.count == 0;
    for (size_t i = 0; fits && i < shape_elements(&blocks->scale.shape); i++) {
        float scale = ((const float *)blocks->scale.data)[i];
        fits = isfinite(scale) && fabsf(scale) > 0.0f &&
               (!blocks->zero.data || !(fabs(zero_at(&blocks->zero, i)) > 0.0));
    }
    return fits;
}

static int widen_blocks(struct import *import, const struct blocks *blocks, int axis)
{
    struct tensor stored = blocks->from;
    size_t count = shape_elements(&blocks->scale.shape);
    stored.bits = 4;
    stored.quant = (struct quantization){
        .count = (int)count,
        .axis = axis,
        .block = (int32_t)blocks->size,
        .scale = blocks->scale.data,
        .zero_point = arena_alloc(import->graph->arena, count * sizeof(int32_t)),
    };
    int made = graph_add_tensor(import->graph, &stored);
    return import_emit(import, OP_DEQUANTIZE, &made, 1, NULL, TYPE_F32);
}

/* Integers with a scale, and perhaps a zero point, per block: a constant of real numbers. */
static int dequantize_blocks(struct import *import, int x, const struct linear *linear,
                             int64_t size)
{
    struct shape shape = import_shape(import, x);
    struct blocks blocks = read_blocks(import, x, linear, size);
    size_t count = shape_elements(&shape);
    int made;
    if (import_ok(import) && stay_stored(import, x, &blocks))
        return widen_blocks(import, &blocks, import_axis(import, linear->axis, shape.rank));
    float *elements = import_made(import, TYPE_F32, &shape, &made);
    for (size_t i = 0; elements && i < count; i++) {
        size_t block = i / (blocks.inner * blocks.row) * blocks.count +
                       i / blocks.inner % blocks.row / blocks.size;
        size_t at = block * blocks.inner + i % blocks.inner;
        double offset = blocks.zero.data ? zero_at(&blocks.zero, at) : 0.0;
        elements[i] =
            (float)(zero_at(&blocks.from, i) - offset) * ((const float *)blocks.scale.data)[at];
    }
    return made;
}

/* Whether one scale for the tensor is computed at run time, as DynamicQuantizeLinear does where it
 * is spelled out. The integers then are plain numbers, and real arithmetic surrounds them. */
static bool is_computed(const struct import *import, const struct linear *linear)
{
    const struct tensor *scale = import_tensor(import, linear->scale);
    return import_ok(import) && !scale->data && scale->type == TYPE_F32 &&
           shape_elements(&scale->shape) == 1;
}

static int real_zero(struct import *import, const struct linear *linear)
{
    return linear->zero_point == NO_TENSOR ? import_float(import, 0.0f)
                                           : import_cast(import, linear->zero_point, TYPE_F32);
}

static int quantize_computed(struct import *import, int x, const struct linear *linear,
                             enum type type)
{
    if (!check_made(import, linear, type) || !check_type(import, type, &(struct quantization){0}))
        return NO_TENSOR;
    float low = (float)type_lowest(type), high = (float)type_highest(type);
    x = import_unary(import, OP_ROUND, import_binary(import, OP_DIV, x, linear->scale));
    x = import_binary(import, OP_ADD, x, real_zero(import, linear));
    x = import_binary(import, OP_MAXIMUM, x, import_float(import, low));
    x = import_binary(import, OP_MINIMUM, x, import_float(import, high));
    return import_cast(import, x, type);
}

static int dequantize_computed(struct import *import, int x, const struct linear *linear)
{
    x = import_binary(import, OP_SUB, import_cast(import, x, TYPE_F32), real_zero(import, linear));
    return import_binary(import, OP_MUL, x, linear->scale);
}

static void convert_quantize(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    int64_t code = import_attribute_int(import, "output_dtype", 0);
    struct linear linear = linear_at(import, 1, 2, import_attribute_int(import, "axis", 1));
    (void)row;
    enum type type = linear.zero_point == NO_TENSOR && code != 0
                         ? onnx_type((int32_t)code)
                         : stated_type(import, linear.zero_point);
    if (import_attribute_int(import, "block_size", 0) != 0)
        import_fail(import, STATUS_UNSUPPORTED, "scales of blocks are not supported");
    if (import_tensor(import, x)->type == TYPE_I32) /* sums of products: real numbers, too */
        x = import_cast(import, x, TYPE_F32);
    import_output(import, 0,
                  is_computed(import, &linear) ? quantize_computed(import, x, &linear, type)
                                               : quantize(import, x, &linear, type));
}

static void convert_dequantize(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    struct linear linear = linear_at(import, 1, 2, import_attribute_int(import, "axis", 1));
    (void)row;
    int64_t block = import_attribute_int(import, "block_size", 0);
    import_output(import, 0,
                  block != 0                     ? dequantize_blocks(import, x, &linear, block)
                  : is_computed(import, &linear) ? dequantize_computed(import, x, &linear)
                                                 : dequantize(import, x, &linear));
}

static void dynamic_quantize(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0), outputs[3];
    const enum type types[] = {TYPE_U8, TYPE_F32, TYPE_U8};
    const struct import_node node = {row->op, &x, 1, NULL, types, 3};
    import_emit_node(import, &node, outputs);
    for (int i = 0; i < 3; i++)
        import_output(import, i, outputs[i]);
}

/* A bias of a quantized product: int32 in steps of the product of the two scales. */
static int dequantize_bias(struct import *import, int bias, int x_scale, int w_scale)
{
    if (bias == NO_TENSOR)
        return NO_TENSOR;
    int scale = import_binary(import, OP_MUL, w_scale, x_scale);
    if (import_shape(import, scale).rank == 0)
        scale = import_reshape(import, scale, &SHAPE(1));
    struct linear linear = {scale, NO_TENSOR, 0};
    return dequantize(import, bias, &linear);
}

static void qlinear_conv(struct import *import, const struct onnx_row *row)
{
    struct linear of_x = linear_at(import, 1, 2, 1), of_w = linear_at(import, 4, 5, 0);
    struct linear of_y = linear_at(import, 6, 7, 1);
    int x = dequantize(import, import_needed(import, 0), &of_x);
    int filter = dequantize(import, import_needed(import, 3), &of_w);
    int bias = dequantize_bias(import, import_input(import, 8), of_x.scale, of_w.scale);
    (void)row;
    int y = import_conv(import, x, filter, bias, TYPE_F32);
    import_output(import, 0, quantize(import, y, &of_y, stated_type(import, of_y.zero_point)));
}

static int batch_matmul(struct import *import, int a, int b, enum type type)
{
    union op_params params = {.matmul = {0}};
    const int inputs[] = {a, b};
    return import_emit(import, OP_BATCH_MATMUL, inputs, 2, &params, type);
}

static void qlinear_matmul(struct import *import, const struct onnx_row *row)
{
    int64_t last = import_shape(import, import_needed(import, 3)).rank - 1;
    struct linear of_a = linear_at(import, 1, 2, 0), of_b = linear_at(import, 4, 5, last);
    struct linear of_y = linear_at(import, 6, 7, 0);
    int a = dequantize(import, import_needed(import, 0), &of_a);
    int b = dequantize(import, import_needed(import, 3), &of_b);
    (void)row;
    int y = import_matmul(import, a, b);
    import_output(import, 0, quantize(import, y, &of_y, stated_type(import, of_y.zero_point)));
}

/* --- ONNX Runtime's own operators on integers --- */

/* Operand i of such a node: its integers, scale and zero point. */
static int real_operand(struct import *import, int i)
{
    struct linear linear = linear_at(import, i + 1, i + 2, 0);
    return dequantize(import, import_needed(import, i), &linear);
}

/* The result as integers, whose scale and zero point are inputs i and i + 1. Without a zero point
 * they are of the type of the node's first integers. */
static void define_integers(struct import *import, int result, int i, int first)
{
    struct linear linear = linear_at(import, i, i + 1, 0);
    enum type type = linear.zero_point == NO_TENSOR
                         ? import_tensor(import, import_needed(import, first))->type
                         : stated_type(import, linear.zero_point);
    if (import_ok(import))
        import_output(import, 0, quantize(import, result, &linear, type));
}

/* "QLinearAdd" is an Add, and so on: operands between DEQUANTIZE and QUANTIZE. */
static const char *standard_name(const struct onnx_row *row)
{
    return row->name + strlen("QLinear");
}

static void qlinear_binary(struct import *import, const struct onnx_row *row)
{
    const int inputs[] = {real_operand(import, 0), real_operand(import, 3)};
    define_integers(import, import_standard(import, standard_name(row), inputs, 2), 6, 0);
}

static void qlinear_unary(struct import *import, const struct onnx_row *row)
{
    int x = real_operand(import, 0);
    bool is_last = import_attribute_int(import, "channels_last", 0) != 0;
    int64_t own = import->opset, stated = import_attribute_int(import, "opset", own);
    if (is_last && import_shape(import, x).rank != 4)
        import_fail(import, STATUS_UNSUPPORTED, "channels_last of tensors of other ranks than 4");
    x = is_last ? import_to_nchw(import, x) : x;
    import->opset = stated; /* that of the operator which Softmax has taken the place of */
    int result = import_standard(import, standard_name(row), &x, 1);
    import->opset = own;
    define_integers(import, is_last ? import_to_nhwc(import, result) : result, 3, 0);
}

static void qlinear_concat(struct import *import, const struct onnx_row *row)
{
    size_t given = import->node->n_input; /* the last zero point may be an absent one */
    int count = (int)(given / 3), parts[IMPORT_INTS_MAX];
    if (given < 5 || given % 3 != 2 || given > 2 + 3 * IMPORT_INTS_MAX) {
        import_fail(import, STATUS_UNSUPPORTED,
                    "%zu inputs, expected a scale, a zero point and three of each of 1 to %d parts",
                    given, IMPORT_INTS_MAX);
        return;
    }
    for (int i = 0; i < count; i++)
        parts[i] = real_operand(import, 2 + 3 * i);
    define_integers(import, import_standard(import, standard_name(row), parts, count), 0, 2);
}

/* Gemm, whose bias is int32. Without a scale of the output, that is real. */
static void qgemm(struct import *import, const struct onnx_row *row)
{
    bool swaps = import_attribute_int(import, "transB", 0) != 0;
    struct linear of_a = linear_at(import, 1, 2, 0), of_b = linear_at(import, 4, 5, swaps ? 0 : 1);
    float alpha = import_attribute_float(import, "alpha", 1.0f);
    int step = import_scaled(import, of_a.scale, (double)alpha);
    const int inputs[] = {dequantize(import, import_needed(import, 0), &of_a),
                          dequantize(import, import_needed(import, 3), &of_b),
                          dequantize_bias(import, import_input(import, 6), step, of_b.scale)};
    (void)row;
    int result = import_standard(import, "Gemm", inputs, 3);
    if (import_input(import, 7) == NO_TENSOR)
        import_output(import, 0, result);
    else
        define_integers(import, result, 7, 0);
}

/* --- products whose results are integers without a scale --- */

/* Plain integers minus their zero point; several zero points are one per index of the axis. */
static int less_zero_point(struct import *import, int x, int zero_point, int axis)
{
    x = import_cast(import, x, TYPE_I32);
    if (zero_point == NO_TENSOR)
        return x;
    struct shape shape = import_shape(import, x), spread = {.rank = shape.rank};
    size_t count = shape_elements(&import_tensor(import, zero_point)->shape);
    for (int i = 0; i < spread.rank; i++)
        spread.dim[i] = 1;
    if (count > 1 && axis < spread.rank)
        spread.dim[axis] = (int32_t)count;
    zero_point = import_cast(import, zero_point, TYPE_I32);
    return import_binary(import, OP_SUB, x, import_reshape(import, zero_point, &spread));
}

static void matmul_integer(struct import *import, const struct onnx_row *row)
{
    int a = import_needed(import, 0), b = import_needed(import, 1);
    int rank_a = import_shape(import, a).rank, rank_b = import_shape(import, b).rank;
    (void)row;
    if (rank_a < 2 || rank_b < 2) {
        import_fail(import, STATUS_UNSUPPORTED, "operands must be matrices");
        return;
    }
    a = less_zero_point(import, a, import_input(import, 2), rank_a - 2);
    b = less_zero_point(import, b, import_input(import, 3), rank_b - 1);
    import_output(import, 0, batch_matmul(import, a, b, TYPE_I32));
}

static void conv_integer(struct import *import, const struct onnx_row *row)
{
    int x = less_zero_point(import, import_needed(import, 0), import_input(import, 2), 0);
    int filter = less_zero_point(import, import_needed(import, 1), import_input(import, 3), 0);
    (void)row;
    import_output(import, 0, import_conv(import, x, filter, NO_TENSOR, TYPE_I32));
}

#define MICROSOFT(text, function)                                                                  \
    {                                                                                              \
        .name = (text), .domain = "com.microsoft", .convert = (function)                           \
    }

static const struct onnx_row rows[] = {
    {.name = "QuantizeLinear", .convert = convert_quantize},
    {.name = "QuantizeLinear", .domain = "com.microsoft", .convert = convert_quantize},
    {.name = "DequantizeLinear", .convert = convert_dequantize},
    {.name = "DequantizeLinear", .domain = "com.microsoft", .convert = convert_dequantize},
    {.name = "DynamicQuantizeLinear", .convert = dynamic_quantize, .op = OP_DYNAMIC_QUANTIZE},
    {.name = "QLinearConv", .convert = qlinear_conv},
    {.name = "QLinearMatMul", .convert = qlinear_matmul},
    MICROSOFT("QLinearAdd", qlinear_binary),
    MICROSOFT("QLinearMul", qlinear_binary),
    MICROSOFT("QLinearAveragePool", qlinear_unary),
    MICROSOFT("QLinearGlobalAveragePool", qlinear_unary),
    MICROSOFT("QLinearSoftmax", qlinear_unary),
    MICROSOFT("QLinearSigmoid", qlinear_unary),
    MICROSOFT("QLinearLeakyRelu", qlinear_unary),
    MICROSOFT("QLinearConcat", qlinear_concat),
    MICROSOFT("QGemm", qgemm),
    {.name = "MatMulInteger", .convert = matmul_integer},
    {.name = "ConvInteger", .convert = conv_integer},
};

ONNX_ROWS(onnx_quant_rows, rows);
