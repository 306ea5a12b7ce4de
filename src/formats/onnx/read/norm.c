/* Normalizations and softmax. */
#include <string.h>

#include "formats/onnx/read/import.h"

/* A vector of one element per channel, shaped to broadcast over a tensor [N, C, ...] of the
 * rank. */
static int per_channel(struct import *import, int vector, int rank)
{
    struct shape shape = {.rank = rank > 1 ? rank - 1 : 1};
    for (int i = 0; i < shape.rank; i++)
        shape.dim[i] = 1;
    shape.dim[0] = (int32_t)shape_elements(&import_tensor(import, vector)->shape);
    return import_reshape(import, vector, &shape);
}

/* 1 / sqrt(variance + epsilon). */
static int inverse_deviation(struct import *import, int variance, float epsilon)
{
    int sum = import_binary(import, OP_ADD, variance, import_float(import, epsilon));
    return import_unary(import, OP_RSQRT, sum);
}

/* As a factor and an offset per channel: constants, which a later pass folds into the
 * convolution. */
static void batch_norm(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0), scale = import_needed(import, 1);
    int offset = import_needed(import, 2), mean = import_needed(import, 3);
    int variance = import_needed(import, 4), rank = import_shape(import, x).rank;
    float epsilon = import_attribute_float(import, "epsilon", 1e-5f);
    (void)row;
    if (import_attribute_int(import, "training_mode", 0) != 0)
        import_fail(import, STATUS_UNSUPPORTED, "training is not supported");
    int factor = import_binary(import, OP_MUL, inverse_deviation(import, variance, epsilon), scale);
    offset = import_binary(import, OP_SUB, offset, import_binary(import, OP_MUL, mean, factor));
    x = import_binary(import, OP_MUL, x, per_channel(import, factor, rank));
    import_output(import, 0, import_binary(import, OP_ADD, x, per_channel(import, offset, rank)));
}

static int mean_over(struct import *import, int x, int axes)
{
    union op_params params = {.reduce = {.keep_dims = 1}};
    const int inputs[] = {x, axes};
    return import_emit(import, OP_MEAN, inputs, 2, &params, TYPE_F32);
}

/* Less the mean, over the standard deviation; over the dimensions from the first on. */
static int standardized(struct import *import, int x, int first, float epsilon)
{
    int32_t axes[SHAPE_RANK_MAX];
    int rank = import_shape(import, x).rank;
    for (int i = first; i < rank; i++)
        axes[i - first] = i;
    int list = import_list(import, axes, rank - first), mean = mean_over(import, x, list);
    int variance = mean_over(import, import_binary(import, OP_SQUARED_DIFFERENCE, x, mean), list);
    x = import_binary(import, OP_SUB, x, mean);
    return import_binary(import, OP_MUL, x, inverse_deviation(import, variance, epsilon));
}

static void instance_norm(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0), scale = import_needed(import, 1);
    int offset = import_needed(import, 2), rank = import_shape(import, x).rank;
    (void)row;
    if (rank < 3) {
        import_fail(import, STATUS_FORMAT, "tensor has rank %d, expected at least 3", rank);
        return;
    }
    x = standardized(import, x, 2, import_attribute_float(import, "epsilon", 1e-5f));
    x = import_binary(import, OP_MUL, x, per_channel(import, scale, rank));
    import_output(import, 0, import_binary(import, OP_ADD, x, per_channel(import, offset, rank)));
}

/* Channels in groups; factors and offsets are one per group until operator set 20, one per channel
 * since. */
static void group_norm(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0), scale = import_needed(import, 1);
    int offset = import_needed(import, 2);
    struct shape shape = import_shape(import, x);
    int32_t groups =
        import_i32(import, import_attribute_int(import, "num_groups", 0), "num_groups");
    (void)row;
    if (!import_ok(import) || shape.rank < 2 || groups < 1 || shape.dim[1] % groups != 0 ||
        shape_elements(&shape) == 0) {
        import_fail(import, STATUS_FORMAT, "%d channels in %d groups", shape.dim[1], groups);
        return;
    }
    size_t each = shape_span(&shape, 1, shape.rank) / (size_t)groups;
    struct shape in_groups =
        SHAPE(shape.dim[0], groups, import_i32(import, (int64_t)each, "a size"));
    x = standardized(import, import_reshape(import, x, &in_groups), 2,
                     import_attribute_float(import, "epsilon", 1e-5f));
    bool by_group = shape_elements(&import_tensor(import, scale)->shape) == (size_t)groups &&
                    groups != shape.dim[1];
    x = by_group ? x : import_reshape(import, x, &shape);
    int rank = by_group ? 3 : shape.rank;
    x = import_binary(import, OP_MUL, x, per_channel(import, scale, rank));
    x = import_binary(import, OP_ADD, x, per_channel(import, offset, rank));
    import_output(import, 0, import_reshape(import, x, &shape));
}

/* The optional outputs: the mean, and the inverse of the standard deviation. */
static void layer_statistics(struct import *import, int x, const struct norm_params *params)
{
    int32_t axes[SHAPE_RANK_MAX];
    int rank = import_shape(import, x).rank, count = 0;
    for (int i = params->axis; i < rank; i++)
        axes[count++] = i;
    int list = import_list(import, axes, count), mean = mean_over(import, x, list);
    int variance = mean_over(import, import_binary(import, OP_SQUARED_DIFFERENCE, x, mean), list);
    import_output(import, 1, mean);
    import_output(import, 2, inverse_deviation(import, variance, params->epsilon));
}

static void layer_norm(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0), offset = import_input(import, 2);
    int axis =
        import_axis(import, import_attribute_int(import, "axis", -1), import_shape(import, x).rank);
    union op_params params = {
        .norm = {.axis = axis, .epsilon = import_attribute_float(import, "epsilon", 1e-5f)}};
    const int inputs[] = {x, import_needed(import, 1), offset};
    import_output(
        import, 0,
        import_emit(import, row->op, inputs, offset == NO_TENSOR ? 2 : 3, &params, TYPE_F32));
    if (import_has_output(import, 1) || import_has_output(import, 2))
        layer_statistics(import, x, &params.norm);
}

/* Over the last dimension. ONE_HOT: 1 at the first maximum, 0 elsewhere. */
static int over_last(struct import *import, enum op op, int x)
{
    union op_params params = {.scalar = {1.0f}}, place = {.type = {TYPE_I64}},
                    last = {.axis = {-1, 0}};
    struct shape shape = import_shape(import, x);
    if (op != OP_ONE_HOT)
        return import_emit(import, op, &x, 1, op == OP_SOFTMAX ? &params : NULL, TYPE_F32);
    const int32_t axis = -1, depth = shape.rank > 0 ? shape.dim[shape.rank - 1] : 1;
    const struct shape scalar = {0};
    const int searched[] = {x, import_constant(import, TYPE_I32, &scalar, &axis)};
    const int inputs[] = {import_emit(import, OP_ARG_MAX, searched, 2, &place, TYPE_I64),
                          import_constant(import, TYPE_I32, &scalar, &depth),
                          import_float(import, 1.0f), import_float(import, 0.0f)};
    return import_emit(import, op, inputs, 4, &last, TYPE_F32);
}

/* Until operator set 12 over all dimensions from the axis on; since then along the axis alone. */
static void softmax(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    struct shape shape = import_shape(import, x);
    bool flattens = import->opset < 13;
    int axis =
        import_axis(import, import_attribute_int(import, "axis", flattens ? 1 : -1), shape.rank);
    int32_t order[SHAPE_RANK_MAX];
    if (!import_ok(import))
        return;
    if (axis == shape.rank - 1) {
        import_output(import, 0, over_last(import, row->op, x));
        return;
    }
    if (flattens) {
        struct shape flat =
            SHAPE(import_i32(import, (int64_t)shape_span(&shape, 0, axis), "a size"),
                  import_i32(import, (int64_t)shape_span(&shape, axis, shape.rank), "a size"));
        x = over_last(import, row->op, import_reshape(import, x, &flat));
        import_output(import, 0, import_reshape(import, x, &shape));
        return;
    }
    for (int i = 0; i < shape.rank; i++) /* the axis goes last, and back */
        order[i] = i < axis ? i : i < shape.rank - 1 ? i + 1 : axis;
    x = over_last(import, row->op, import_transpose(import, x, order));
    for (int i = 0; i < shape.rank; i++)
        order[i] = i < axis ? i : i == axis ? shape.rank - 1 : i - 1;
    import_output(import, 0, import_transpose(import, x, order));
}

static void cumsum(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    struct import_ints axes = import_ints(import, import_needed(import, 1), "axis");
    union op_params params = {.cumulative = {import_attribute_int(import, "exclusive", 0) != 0,
                                             import_attribute_int(import, "reverse", 0) != 0}};
    const struct shape scalar = {0};
    if (axes.count != 1)
        import_fail(import, STATUS_FORMAT, "'axis' has %d elements, expected 1", axes.count);
    int32_t axis = import_axis(import, axes.values[0], import_shape(import, x).rank);
    enum type type = import_computing_type(import, x);
    const int inputs[] = {import_cast(import, x, type),
                          import_constant(import, TYPE_I32, &scalar, &axis)};
    int sums = import_emit(import, row->op, inputs, 2, &params, type);
    import_output(import, 0, import_cast(import, sums, import_tensor(import, x)->type));
}

/* Our operator normalizes along the last dimension: another axis is swapped with it, and back. */
static void lp_norm(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0), rank = import_shape(import, x).rank;
    int axis = import_axis(import, import_attribute_int(import, "axis", -1), rank);
    union op_params params = {.arithmetic = {.activation = ACTIVATION_NONE}};
    int32_t order[SHAPE_RANK_MAX];
    if (import_attribute_int(import, "p", 2) != 2)
        import_fail(import, STATUS_UNSUPPORTED,
                    "norm is not Euclidean ('p' = 2), others are not supported");
    if (!import_ok(import))
        return;
    for (int i = 0; i < rank; i++)
        order[i] = i;
    order[axis] = rank - 1;
    order[rank - 1] = axis;
    x = import_transpose(import, x, order);
    x = import_emit(import, row->op, &x, 1, &params, TYPE_F32);
    import_output(import, 0, import_transpose(import, x, order));
}

/* [N, C, ...] as an image of one row: where a channel has its pixels counts for nothing. */
static int as_image(struct import *import, int x)
{
    struct shape shape = import_shape(import, x);
    if (!import_ok(import) || shape.rank == 4)
        return x;
    if (shape.rank < 2) {
        import_fail(import, STATUS_FORMAT, "tensor has rank %d, expected at least 2", shape.rank);
        return NO_TENSOR;
    }
    size_t pixels = shape_span(&shape, 2, shape.rank);
    int32_t width = import_i32(import, (int64_t)pixels, "a number of pixels");
    return import_reshape(import, x, &SHAPE(shape.dim[0], shape.dim[1], 1, width));
}

static void response(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    int64_t size = import_attribute_int(import, "size", 0);
    if (size < 1 || size % 2 == 0 || size > 1 << 20) {
        import_fail(import, STATUS_UNSUPPORTED,
                    "window of %lld channels is not supported, expected an odd number",
                    (long long)size);
        return;
    }
    union op_params params = {
        .response = {
            .radius = (int32_t)(size / 2),
            .bias = import_attribute_float(import, "bias", 1.0f),
            .alpha = import_attribute_float(import, "alpha", 1e-4f) / (float)size,
            .beta = import_attribute_float(import, "beta", 0.75f),
        }};
    struct shape shape = import_shape(import, x);
    x = import_to_nhwc(import, as_image(import, x));
    x = import_to_nchw(import, import_emit(import, row->op, &x, 1, &params, TYPE_F32));
    import_output(import, 0, import_reshape(import, x, &shape));
}

static const struct onnx_row rows[] = {
    {.name = "BatchNormalization", .convert = batch_norm},
    {.name = "InstanceNormalization", .convert = instance_norm},
    {.name = "GroupNormalization", .convert = group_norm},
    {.name = "LayerNormalization", .convert = layer_norm, .op = OP_LAYER_NORMALIZATION},
    {.name = "LpNormalization", .convert = lp_norm, .op = OP_L2_NORMALIZATION},
    {.name = "Softmax", .convert = softmax, .op = OP_SOFTMAX},
    {.name = "LogSoftmax", .convert = softmax, .op = OP_LOG_SOFTMAX},
    {.name = "Hardmax", .convert = softmax, .op = OP_ONE_HOT},
    {.name = "CumSum", .convert = cumsum, .op = OP_CUMSUM},
    {.name = "LRN", .convert = response, .op = OP_LOCAL_RESPONSE_NORMALIZATION},
};

ONNX_ROWS(onnx_norm_rows, rows);
