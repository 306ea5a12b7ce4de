/* Pools. */
#include <float.h>

#include "formats/onnx_import.h"
#include "formats/onnx_window.h"

/* Pads the rows and columns of an NHWC image with a number. */
static int pad_image(struct import *import, int x, const struct pads *pads, float value)
{
    const int32_t amounts[8] = {0, 0, pads->top, pads->bottom, pads->left, pads->right, 0, 0};
    int list = import_constant(import, TYPE_I32, &SHAPE(4, 2), amounts);
    const int inputs[] = {x, list, import_float(import, value)};
    return import_emit(import, OP_PADV2, inputs, 3, NULL, import_tensor(import, x)->type);
}

/* An average over cells in the padding, too: they are there. */
static int include_padding(struct import *import, int x, struct pool_params *params)
{
    if (import_attribute_int(import, "ceil_mode", 0) != 0)
        import_fail(import, STATUS_UNSUPPORTED, "count_include_pad together with ceil_mode");
    x = pad_image(import, x, &params->pads, 0.0f);
    params->pads = (struct pads){0};
    return x;
}

/* Cells (y, x), (y + stride, x), ... of an NHWC image: what cell (y, x) of a window sees. */
static int seen_by(struct import *import, int image, const struct pool_params *params,
                   const struct shape *out, int32_t y, int32_t x)
{
    const int32_t begin[] = {0, y, x, 0}, step[] = {1, params->stride_h, params->stride_w, 1};
    const int32_t end[] = {0, y + (out->dim[1] - 1) * params->stride_h + 1,
                           x + (out->dim[2] - 1) * params->stride_w + 1, 0};
    union op_params slice = {.slice = {.begin_mask = 9, .end_mask = 9}};
    const int inputs[] = {image, import_list(import, begin, 4), import_list(import, end, 4),
                          import_list(import, step, 4)};
    return import_emit(import, OP_STRIDED_SLICE, inputs, 4, &slice,
                       import_tensor(import, image)->type);
}

/* A maximum over cells that are apart: that of the images that they see. */
static int dilated_maximum(struct import *import, int x, const struct pool_params *params,
                           const int32_t dilations[2])
{
    x = pad_image(import, x, &params->pads, -FLT_MAX);
    struct shape in = import_shape(import, x), out = in;
    int64_t high = (int64_t)(params->filter_h - 1) * dilations[0] + 1;
    int64_t wide = (int64_t)(params->filter_w - 1) * dilations[1] + 1;
    if (!import_ok(import) || high > in.dim[1] || wide > in.dim[2] ||
        (int64_t)params->filter_h * params->filter_w > 1024) {
        import_fail(import, STATUS_UNSUPPORTED, "this pool with dilation");
        return NO_TENSOR;
    }
    out.dim[1] = (int32_t)((in.dim[1] - high) / params->stride_h + 1);
    out.dim[2] = (int32_t)((in.dim[2] - wide) / params->stride_w + 1);
    int result = NO_TENSOR;
    for (int32_t ky = 0; ky < params->filter_h; ky++)
        for (int32_t kx = 0; kx < params->filter_w; kx++) {
            int seen = seen_by(import, x, params, &out, ky * dilations[0], kx * dilations[1]);
            result = result == NO_TENSOR ? seen : import_binary(import, OP_MAXIMUM, result, seen);
        }
    return result;
}

/* Numbers of types that pools do not have, and integers without a scale, are pooled as real ones. */
static int to_real(struct import *import, int x)
{
    const struct tensor *tensor = import_tensor(import, x);
    bool is_plain = type_is_quantized(tensor->type) && tensor->quant.count == 0;
    bool is_real = tensor->type == TYPE_F16 || tensor->type == TYPE_F64;
    return is_plain || is_real ? import_cast(import, x, TYPE_F32) : x;
}

static void pool(struct import *import, const struct onnx_row *row)
{
    int given = import_needed(import, 0);
    enum type type = import_tensor(import, given)->type;
    int x = import_to_image(import, to_real(import, given));
    struct shape image = import_shape(import, x);
    union op_params params = {0};
    int32_t dilations[2] = {1, 1};
    import_pool_window(import, &image, &params.pool, dilations);
    bool is_dilated = dilations[0] != 1 || dilations[1] != 1;
    if (is_dilated && (row->op != OP_MAX_POOL_2D || import_tensor(import, x)->type != TYPE_F32))
        import_fail(import, STATUS_UNSUPPORTED, "this pool with dilation");
    x = import_to_nhwc(import, x);
    if (import_attribute_int(import, "count_include_pad", 0) != 0)
        x = include_padding(import, x, &params.pool);
    x = is_dilated ? dilated_maximum(import, x, &params.pool, dilations)
                   : import_emit(import, row->op, &x, 1, &params, import_tensor(import, x)->type);
    x = import_from_image(import, import_to_nchw(import, x), import_shape(import, given).rank);
    import_output(import, 0, import_cast(import, x, type));
}

/* Over all dimensions behind the channels. */
static void global_pool(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0), rank = import_shape(import, x).rank;
    int32_t axes[SHAPE_RANK_MAX];
    if (rank < 3) {
        import_fail(import, STATUS_FORMAT, "a global pool of a tensor of rank %d", rank);
        return;
    }
    for (int i = 2; i < rank; i++)
        axes[i - 2] = i;
    union op_params params = {.reduce = {.keep_dims = 1}};
    const int inputs[] = {x, import_list(import, axes, rank - 2)};
    import_output(import, 0,
                  import_emit(import, row->op, inputs, 2, &params, import_tensor(import, x)->type));
}

static const struct onnx_row rows[] = {
    {.name = "MaxPool", .convert = pool, .op = OP_MAX_POOL_2D},
    {.name = "AveragePool", .convert = pool, .op = OP_AVERAGE_POOL_2D},
    {.name = "GlobalAveragePool", .convert = global_pool, .op = OP_MEAN},
    {.name = "GlobalMaxPool", .convert = global_pool, .op = OP_REDUCE_MAX},
};

ONNX_ROWS(onnx_pool_rows, rows);
