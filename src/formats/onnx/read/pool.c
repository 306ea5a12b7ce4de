/* MaxPool, AveragePool and their global forms. */
#include <float.h>

#include "formats/onnx/read/import.h"
#include "formats/onnx/read/window.h"

/* Pads the rows and columns of an NHWC image with a number, NO_TENSOR: 0. */
static int pad_image(struct import *import, int x, const struct pads *pads, int value)
{
    const int32_t amounts[8] = {0, 0, pads->top, pads->bottom, pads->left, pads->right, 0, 0};
    const int inputs[] = {x, import_constant(import, TYPE_I32, &SHAPE(4, 2), amounts), value};
    bool is_zero = value == NO_TENSOR;
    return import_emit(import, is_zero ? OP_PAD : OP_PADV2, inputs, is_zero ? 2 : 3, NULL,
                       import_tensor(import, x)->type);
}

/* An average that counts the cells of the padding, too: they become part of the image. */
static int include_padding(struct import *import, int x, struct pool_params *params)
{
    if (import_attribute_int(import, "ceil_mode", 0) != 0)
        import_fail(import, STATUS_UNSUPPORTED,
                    "count_include_pad together with ceil_mode is not supported");
    x = pad_image(import, x, &params->pads, NO_TENSOR);
    params->pads = (struct pads){0};
    return x;
}

/* Cells first, first + stride, ... along dimension d of an NHWC image: those that one cell of a
 * sliding window comes to lie on. */
static int seen_by(struct import *import, int image, int d, int32_t first, int32_t stride,
                   int32_t count)
{
    int32_t begin[4] = {0}, end[4] = {0}, step[4] = {1, 1, 1, 1};
    begin[d] = first;
    end[d] = first + (count - 1) * stride + 1;
    step[d] = stride;
    int32_t others = 15 & ~(1 << d);
    union op_params slice = {.slice = {.begin_mask = others, .end_mask = others}};
    const int inputs[] = {image, import_list(import, begin, 4), import_list(import, end, 4),
                          import_list(import, step, 4)};
    return import_emit(import, OP_STRIDED_SLICE, inputs, 4, &slice,
                       import_tensor(import, image)->type);
}

/* A maximum over a dilated window along a dimension: that of one strided slice per cell of it. */
static int maximum_along(struct import *import, int image, int d, int32_t filter, int32_t stride,
                         int32_t dilation)
{
    int64_t extent = (int64_t)(filter - 1) * dilation + 1;
    int64_t size = import_shape(import, image).dim[d];
    if (!import_ok(import) || extent > size || filter > 1024) {
        import_fail(import, STATUS_UNSUPPORTED,
                    "window of %d cells with dilation %d is not supported", filter, dilation);
        return NO_TENSOR;
    }
    int32_t count = (int32_t)((size - extent) / stride + 1);
    int result = seen_by(import, image, d, 0, stride, count);
    for (int32_t k = 1; k < filter; k++)
        result = import_binary(import, OP_MAXIMUM, result,
                               seen_by(import, image, d, k * dilation, stride, count));
    return result;
}

static int dilated_maximum(struct import *import, int x, const struct pool_params *params,
                           const int32_t dilations[2])
{
    x = pad_image(import, x, &params->pads, import_float(import, -FLT_MAX));
    x = maximum_along(import, x, 1, params->filter_h, params->stride_h, dilations[0]);
    return maximum_along(import, x, 2, params->filter_w, params->stride_w, dilations[1]);
}

/* Elements of types that pools do not have, and integers without a scale, are pooled in float32. */
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
    if (import_shape(import, given).rank == 5) {
        import_output(import, 0, import_pool_volume(import, row->name, given));
        return;
    }
    int x = import_to_image(import, to_real(import, given));
    struct shape image = import_shape(import, x);
    union op_params params = {0};
    int32_t dilations[2] = {1, 1};
    import_pool_window(import, &image, &params.pool, dilations);
    bool is_dilated = dilations[0] != 1 || dilations[1] != 1;
    if (is_dilated && (row->op != OP_MAX_POOL_2D || import_tensor(import, x)->type != TYPE_F32))
        import_fail(import, STATUS_UNSUPPORTED, "dilation is not supported for this pool");
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
        import_fail(import, STATUS_FORMAT, "tensor has rank %d, expected at least 3", rank);
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
