/* Convolutions. Images are transposed to NHWC before them and back after them, filters from
 * [out, in, h, w] to [out, h, w, in]. */
#include <string.h>

#include "formats/onnx/read/import.h"
#include "formats/onnx/read/window.h"

/* The filter with two spatial dimensions: [out, in, l] becomes [out, in, 1, l]. */
static int filter_image(struct import *import, int filter)
{
    struct shape shape = import_shape(import, filter);
    if (shape.rank == 4)
        return filter;
    if (shape.rank == 3)
        return import_reshape(import, filter, &SHAPE(shape.dim[0], shape.dim[1], 1, shape.dim[2]));
    import_fail(import, STATUS_UNSUPPORTED, "filter has rank %d, expected 3 or 4", shape.rank);
    return NO_TENSOR;
}

static bool fits_kernel_shape(struct import *import, const struct shape *filter)
{
    struct import_ints stated = import_attribute_ints(import, "kernel_shape");
    for (int i = 0; i < stated.count && stated.count <= 2; i++)
        if (stated.values[stated.count - 1 - i] != filter->dim[3 - i])
            return false;
    return stated.count <= 2;
}

/* One filter per channel: [channels * multiplier, 1, h, w] to [1, h, w, channels * multiplier]. */
static int depthwise_filter(struct import *import, int filter)
{
    return import_transpose(import, filter, (const int32_t[]){1, 2, 3, 0});
}

/* x and the result are NCHW, the filter is [out, in, h, w]. */
static int convolve(struct import *import, int x, int filter, int bias, enum type type)
{
    struct shape image = import_shape(import, x), window = import_shape(import, filter);
    int64_t group = import_attribute_int(import, "group", 1);
    union op_params params = {.conv = {.padding = PADDING_EXPLICIT, .bias_type = TYPE_F32}};
    if (!import_ok(import) || !fits_kernel_shape(import, &window) ||
        group != (image.dim[1] > 0 && window.dim[1] > 0 ? image.dim[1] / window.dim[1] : 0)) {
        import_fail(import, STATUS_FORMAT,
                    "%d input channels, a filter of %d and %lld groups do not match", image.dim[1],
                    window.dim[1], (long long)group);
        return NO_TENSOR;
    }
    import_conv_window(import, &image, window.dim[2], window.dim[3], &params.conv);
    bool is_depthwise = group > 1 && group == image.dim[1];
    params.conv.multiplier = is_depthwise ? window.dim[0] / image.dim[1] : 0;
    const int inputs[] = {
        import_to_nhwc(import, x),
        is_depthwise ? depthwise_filter(import, filter) : import_to_nhwc(import, filter), bias};
    int result = import_emit(import, is_depthwise ? OP_DEPTHWISE_CONV_2D : OP_CONV_2D, inputs,
                             bias == NO_TENSOR ? 2 : 3, &params, type);
    return import_to_nchw(import, result);
}

int import_conv(struct import *import, int x, int filter, int bias, enum type type)
{
    int rank = import_shape(import, x).rank;
    int result =
        convolve(import, import_to_image(import, x), filter_image(import, filter), bias, type);
    return import_from_image(import, result, rank);
}

static void conv(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0), filter = import_needed(import, 1);
    int bias = import_input(import, 2);
    bool is_volume = import_shape(import, x).rank == 5;
    (void)row;
    import_output(import, 0,
                  is_volume ? import_conv_volume(import, x, filter, bias)
                            : import_conv(import, x, filter, bias, TYPE_F32));
}

/* --- transposed convolution --- */

/* A filter with zeros between its cells has the effect of dilation. */
static int dilated_filter(struct import *import, int filter, int32_t dilation_h, int32_t dilation_w)
{
    struct shape old = import_shape(import, filter), new = old;
    const float *from = import_tensor(import, filter)->data;
    if (!import_ok(import) || (dilation_h == 1 && dilation_w == 1))
        return filter;
    int64_t h = (int64_t)(old.dim[2] - 1) * dilation_h + 1;
    int64_t w = (int64_t)(old.dim[3] - 1) * dilation_w + 1;
    new.dim[2] = import_i32(import, h, "a dilated filter");
    new.dim[3] = import_i32(import, w, "a dilated filter");
    int made;
    if (!from)
        import_fail(import, STATUS_UNSUPPORTED, "dilation needs a constant filter");
    float *to = import_made(import, TYPE_F32, &new, &made);
    if (!to)
        return NO_TENSOR;
    size_t rows = shape_span(&old, 0, 3);
    for (size_t row = 0; row < rows; row++) {
        size_t plane = row / (size_t)old.dim[2], y = row % (size_t)old.dim[2];
        size_t at = (plane * (size_t)h + y * (size_t)dilation_h) * (size_t)w;
        for (size_t x = 0; x < (size_t)old.dim[3]; x++)
            to[at + x * (size_t)dilation_w] = from[row * (size_t)old.dim[3] + x];
    }
    return made;
}

/* Channels first..first+count-1 of an NCHW tensor. */
static int slice_channels(struct import *import, int tensor, int32_t first, int32_t count)
{
    struct shape shape = import_shape(import, tensor);
    int32_t begin[4] = {0, first, 0, 0}, size[4];
    memcpy(size, shape.dim, sizeof(size));
    size[1] = count;
    const int inputs[] = {tensor, import_list(import, begin, 4), import_list(import, size, 4)};
    return import_emit(import, OP_SLICE, inputs, 3, NULL, import_tensor(import, tensor)->type);
}

/* One group; x and the result are NCHW, the filter is [in, out, h, w]. */
static int transposed(struct import *import, int x, int filter, int bias,
                      const struct import_transposed *geometry)
{
    struct shape image = import_shape(import, x), window = import_shape(import, filter);
    union op_params params = {.conv = geometry->params};
    const int32_t shape[] = {image.dim[0], geometry->out_h, geometry->out_w, window.dim[1]};
    const int inputs[] = {import_list(import, shape, 4),
                          import_transpose(import, filter, (const int32_t[]){1, 2, 3, 0}),
                          import_to_nhwc(import, x), bias};
    int result = import_emit(import, OP_TRANSPOSE_CONV, inputs, bias == NO_TENSOR ? 3 : 4, &params,
                             TYPE_F32);
    return import_to_nchw(import, result);
}

static int in_groups(struct import *import, int x, int filter, int32_t group,
                     const struct import_transposed *geometry)
{
    struct shape image = import_shape(import, x), window = import_shape(import, filter);
    int32_t depth = group > 0 ? image.dim[1] / group : 0;
    int parts[IMPORT_INTS_MAX];
    if (group < 1 || group > IMPORT_INTS_MAX || image.dim[1] % group != 0 ||
        window.dim[0] != image.dim[1]) {
        import_fail(import, STATUS_UNSUPPORTED, "%d groups of %d channels are not supported", group,
                    image.dim[1]);
        return NO_TENSOR;
    }
    for (int32_t g = 0; g < group; g++) {
        int32_t begin[4] = {g * depth, 0, 0, 0}, size[4];
        memcpy(size, window.dim, sizeof(size));
        size[0] = depth;
        const int inputs[] = {filter, import_list(import, begin, 4), import_list(import, size, 4)};
        int part = import_emit(import, OP_SLICE, inputs, 3, NULL, TYPE_F32);
        parts[g] = transposed(import, slice_channels(import, x, g * depth, depth), part, NO_TENSOR,
                              geometry);
    }
    union op_params params = {.axis = {.axis = 1}};
    return import_emit(import, OP_CONCATENATION, parts, group, &params, TYPE_F32);
}

static void conv_transpose(struct import *import, const struct onnx_row *row)
{
    int given = import_needed(import, 0), bias = import_input(import, 2);
    int filter = filter_image(import, import_needed(import, 1));
    int x = import_to_image(import, given);
    int64_t group = import_attribute_int(import, "group", 1);
    struct import_transposed geometry;
    struct shape image = import_shape(import, x), window = import_shape(import, filter);
    (void)row;
    if (!import_ok(import) || !import_transposed_window(import, &image, &window, &geometry))
        return;
    filter = dilated_filter(import, filter, geometry.dilation_h, geometry.dilation_w);
    int result;
    if (group == 1) {
        result = transposed(import, x, filter, bias, &geometry);
    } else {
        result = in_groups(import, x, filter, import_i32(import, group, "group"), &geometry);
        int32_t channels = import_shape(import, result).dim[1];
        if (bias != NO_TENSOR)
            result = import_binary(import, OP_ADD, result,
                                   import_reshape(import, bias, &SHAPE(channels, 1, 1)));
    }
    import_output(import, 0, import_from_image(import, result, import_shape(import, given).rank));
}

static const struct onnx_row rows[] = {
    {.name = "Conv", .convert = conv},
    {.name = "ConvTranspose", .convert = conv_transpose},
};

ONNX_ROWS(onnx_conv_rows, rows);
