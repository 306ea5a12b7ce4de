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

static void instance_norm(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0), scale = import_needed(import, 1);
    int offset = import_needed(import, 2), rank = import_shape(import, x).rank;
    float epsilon = import_attribute_float(import, "epsilon", 1e-5f);
    int32_t axes[SHAPE_RANK_MAX];
    (void)row;
    if (rank < 3) {
        import_fail(import, STATUS_FORMAT, "tensor has rank %d, expected at least 3", rank);
        return;
    }
    for (int i = 2; i < rank; i++)
        axes[i - 2] = i;
    int list = import_list(import, axes, rank - 2);
    int mean = mean_over(import, x, list);
    int variance = mean_over(import, import_binary(import, OP_SQUARED_DIFFERENCE, x, mean), list);
    x = import_binary(import, OP_SUB, x, mean);
    x = import_binary(import, OP_MUL, x, inverse_deviation(import, variance, epsilon));
    x = import_binary(import, OP_MUL, x, per_channel(import, scale, rank));
    import_output(import, 0, import_binary(import, OP_ADD, x, per_channel(import, offset, rank)));
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

/* Over the last dimension. */
static int last_softmax(struct import *import, int x)
{
    union op_params params = {.scalar = {1.0f}};
    return import_emit(import, OP_SOFTMAX, &x, 1, &params, TYPE_F32);
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
    (void)row;
    if (!import_ok(import))
        return;
    if (axis == shape.rank - 1) {
        import_output(import, 0, last_softmax(import, x));
        return;
    }
    if (flattens) {
        struct shape flat =
            SHAPE(import_i32(import, (int64_t)shape_span(&shape, 0, axis), "a size"),
                  import_i32(import, (int64_t)shape_span(&shape, axis, shape.rank), "a size"));
        x = last_softmax(import, import_reshape(import, x, &flat));
        import_output(import, 0, import_reshape(import, x, &shape));
        return;
    }
    for (int i = 0; i < shape.rank; i++) /* the axis goes last, and back */
        order[i] = i < axis ? i : i < shape.rank - 1 ? i + 1 : axis;
    x = last_softmax(import, import_transpose(import, x, order));
    for (int i = 0; i < shape.rank; i++)
        order[i] = i < axis ? i : i == axis ? shape.rank - 1 : i - 1;
    import_output(import, 0, import_transpose(import, x, order));
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
    x = import_to_nhwc(import, x);
    x = import_emit(import, row->op, &x, 1, &params, TYPE_F32);
    import_output(import, 0, import_to_nchw(import, x));
}

static const struct onnx_row rows[] = {
    {.name = "BatchNormalization", .convert = batch_norm},
    {.name = "InstanceNormalization", .convert = instance_norm},
    {.name = "LayerNormalization", .convert = layer_norm, .op = OP_LAYER_NORMALIZATION},
    {.name = "LpNormalization", .convert = lp_norm, .op = OP_L2_NORMALIZATION},
    {.name = "Softmax", .convert = softmax},
    {.name = "LRN", .convert = response, .op = OP_LOCAL_RESPONSE_NORMALIZATION},
};

ONNX_ROWS(onnx_norm_rows, rows);
