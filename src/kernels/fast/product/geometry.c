#include "graph/infer.h"
#include "kernels/fast/product/state.h"

/* Convolutions of fewer inputs per tap than this see the cells of a filter row as one tap: a
 * loop over so few is mostly overhead. */
#define SPLICE_BELOW 8

static int rounded_up(int count, int group)
{
    return (count + group - 1) / group * group;
}

static void set_dense(const struct kernel_call *call, struct geometry *geometry)
{
    const struct shape *weights = &call->inputs[1].tensor->shape;
    geometry->taps = 1;
    geometry->depth = weights->dim[1];
    geometry->channels = weights->dim[0];
    geometry->rows = shape_elements(&call->inputs[0].tensor->shape) / (size_t)geometry->depth;
    geometry->image_rows = 1;
    geometry->in_h = geometry->in_w = 1;
}

void product_conv_geometry(const struct kernel_call *call, struct geometry *geometry)
{
    const struct conv_params *params = &call->node->params.conv;
    const struct shape *in = &call->inputs[0].tensor->shape;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    const struct shape *out = &call->outputs[0].tensor->shape;
    /* A transposed one is a convolution from its output to its input. */
    const struct shape *image = call->node->op == OP_TRANSPOSE_CONV ? out : in;
    struct window rows = conv_window(params, 0, image->dim[1], filter->dim[1]);
    struct window columns = conv_window(params, 1, image->dim[2], filter->dim[2]);
    infer_window(&rows, &geometry->out_h, &geometry->before_h);
    infer_window(&columns, &geometry->out_w, &geometry->before_w);
    geometry->out_h = out->dim[1];
    geometry->out_w = out->dim[2];
    geometry->in_h = in->dim[1];
    geometry->in_w = in->dim[2];
    geometry->taps = filter->dim[1] * filter->dim[2];
    geometry->depth = in->dim[3];
    geometry->channels = out->dim[3];
    geometry->image_rows = (size_t)geometry->out_h * (size_t)geometry->out_w;
    geometry->rows = (size_t)in->dim[0] * geometry->image_rows;
}

/* Where each tap of the row of one output pixel begins, in elements of its image. */
static void fill_row(const struct kernel_call *call, const struct product *product, int32_t top,
                     int32_t left, int32_t *offset)
{
    const struct geometry *geometry = &product->geometry;
    const struct conv_params *params = &call->node->params.conv;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    for (int32_t ky = 0; ky < filter->dim[1]; ky++)
        for (int32_t kx = 0; kx < filter->dim[2]; kx++) {
            int32_t y = top + ky * params->dilation_h, x = left + kx * params->dilation_w;
            bool inside = y >= 0 && y < geometry->in_h && x >= 0 && x < geometry->in_w;
            *offset++ = inside ? (y * geometry->in_w + x) * product->source.depth : OUTSIDE;
        }
}

/* The position of the input that reaches `at`, an output's minus a cell's, or OUTSIDE. */
static int32_t reaching(int32_t at, int32_t stride, int32_t size)
{
    return at >= 0 && at % stride == 0 && at / stride < size ? at / stride : OUTSIDE;
}

/* The same of a transposed convolution, whose cells reach a pixel from where the stride leads. */
static void fill_transposed_row(const struct kernel_call *call, const struct product *product,
                                int32_t top, int32_t left, int32_t *offset)
{
    const struct geometry *geometry = &product->geometry;
    const struct conv_params *params = &call->node->params.conv;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    for (int32_t ky = 0; ky < filter->dim[1]; ky++)
        for (int32_t kx = 0; kx < filter->dim[2]; kx++) {
            int32_t y = reaching(top - ky, params->stride_h, geometry->in_h);
            int32_t x = reaching(left - kx, params->stride_w, geometry->in_w);
            bool inside = y != OUTSIDE && x != OUTSIDE;
            *offset++ = inside ? (y * geometry->in_w + x) * product->source.depth : OUTSIDE;
        }
}

/* Where the taps of the row of an output pixel begin. */
static void fill_taps(const struct kernel_call *call, const struct product *product, int32_t y,
                      int32_t x, int32_t *offset)
{
    const struct geometry *geometry = &product->geometry;
    const struct conv_params *params = &call->node->params.conv;
    int32_t top = y * params->stride_h - geometry->before_h;
    int32_t left = x * params->stride_w - geometry->before_w;
    if (call->node->op == OP_TRANSPOSE_CONV)
        fill_transposed_row(call, product, y + geometry->before_h, x + geometry->before_w, offset);
    else
        fill_row(call, product, top, left, offset);
}

static enum status set_offsets(const struct kernel_call *call, struct product *product,
                               struct arena *arena, struct error *error)
{
    const struct geometry *geometry = &product->geometry;
    size_t taps = (size_t)product->tiling.taps;
    int32_t *offset = arena_try(arena, geometry->image_rows * taps, sizeof(*offset));
    if (!offset)
        return error_set(error, STATUS_MEMORY, NULL, "not enough memory for %zu pixels of %zu taps",
                         geometry->image_rows, taps);
    product->tiling.offsets = offset;
    for (int32_t y = 0; y < geometry->out_h; y++)
        for (int32_t x = 0; x < geometry->out_w; x++, offset += taps)
            fill_taps(call, product, y, x, offset);
    return STATUS_OK;
}

/* A 1x1 convolution that reads its pixels one after the other, with none around them, needs no
 * offsets. */
static bool is_plain(const struct kernel_call *call)
{
    const struct conv_params *params = &call->node->params.conv;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    const struct shape *in = &call->inputs[0].tensor->shape;
    const struct shape *out = &call->outputs[0].tensor->shape;
    if (call->node->op == OP_FULLY_CONNECTED)
        return true;
    return call->node->op != OP_TRANSPOSE_CONV && filter->dim[1] == 1 && filter->dim[2] == 1 &&
           params->stride_h == 1 && params->stride_w == 1 && out->dim[1] == in->dim[1] &&
           out->dim[2] == in->dim[2];
}

static int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* The image and all cells around it that some window reaches. */
static void set_spliced(const struct kernel_call *call, struct product *product)
{
    const struct geometry *geometry = &product->geometry;
    const struct conv_params *params = &call->node->params.conv;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    int32_t high =
        (geometry->out_h - 1) * params->stride_h + (filter->dim[1] - 1) * params->dilation_h + 1;
    int32_t wide = (geometry->out_w - 1) * params->stride_w + filter->dim[2];
    product->source.h = larger(high, geometry->in_h + geometry->before_h);
    product->source.w = larger(wide, geometry->in_w + geometry->before_w);
    product->source.depth = geometry->depth;
    product->tiling.taps = filter->dim[1];
    product->tiling.inputs = filter->dim[2] * geometry->depth;
    size_t row = (size_t)product->source.w * (size_t)geometry->depth;
    product->tiling.pixel_step = (size_t)params->stride_w * (size_t)geometry->depth;
    product->tiling.row_step = (size_t)params->stride_h * row;
    product->tiling.tap_step = (size_t)params->dilation_h * row;
}

/* A full product sees `depth` inputs per tap, padded to whole groups. */
static void set_tiles(const struct kernel_call *call, struct product *product)
{
    const struct geometry *geometry = &product->geometry;
    product->source.h = geometry->in_h;
    product->source.w = geometry->in_w;
    product->tiling.taps = geometry->taps;
    product->tiling.inputs = geometry->depth;
    product->source.depth = rounded_up(geometry->depth, product->tiling.group);
    product->source.is_spliced =
        !is_plain(call) && geometry->depth < SPLICE_BELOW && call->node->op != OP_TRANSPOSE_CONV &&
        product->source.groups == 1 && call->node->params.conv.dilation_w == 1;
    if (product->source.is_spliced)
        set_spliced(call, product);
    product->tiling.depth = rounded_up(product->tiling.inputs, product->tiling.group);
}

/* A depthwise one sees whole panels of channels. */
static void set_depthwise_tiles(struct product *product)
{
    const struct geometry *geometry = &product->geometry;
    product->source.h = geometry->in_h;
    product->source.w = geometry->in_w;
    product->source.depth = geometry->channels;
    product->source.repeats = geometry->channels / geometry->depth;
    product->tiling.taps = geometry->taps;
    product->tiling.depth = product->tiling.inputs = product->tiling.panels * PANEL_WIDTH;
}

enum status product_geometry(const struct kernel_call *call, struct product *product,
                             struct arena *arena, struct error *error)
{
    if (call->node->op == OP_FULLY_CONNECTED)
        set_dense(call, &product->geometry);
    else
        product_conv_geometry(call, &product->geometry);
    product->tiling.panels = (product->geometry.channels + PANEL_WIDTH - 1) / PANEL_WIDTH;
    if (call->node->op == OP_DEPTHWISE_CONV_2D)
        set_depthwise_tiles(product);
    else
        set_tiles(call, product);
    product->source.image_stride =
        (size_t)product->source.h * (size_t)product->source.w * (size_t)product->source.depth;
    return is_plain(call) || product->source.is_spliced ? STATUS_OK
                                                        : set_offsets(call, product, arena, error);
}
