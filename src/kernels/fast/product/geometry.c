/* Rows, taps and offsets of a product, from the shapes of its node. */
#include "graph/infer.h"
#include "kernels/fast/product/product.h"

/* Convolutions of fewer inputs per tap than this see the cells of a filter row as one tap: a loop over
 * so few is mostly overhead. */
#define SPLICE_BELOW 8

static int rounded_up(int count, int group)
{
    return (count + group - 1) / group * group;
}

static void set_dense(const struct kernel_call *call, struct product *product)
{
    const struct shape *weights = &call->inputs[1].tensor->shape;
    product->taps = 1;
    product->depth = weights->dim[1];
    product->channels = weights->dim[0];
    product->rows = shape_elements(&call->inputs[0].tensor->shape) / (size_t)product->depth;
    product->image_rows = 1;
    product->in_h = product->in_w = 1;
}

static void set_conv(const struct kernel_call *call, struct product *product)
{
    const struct conv_params *params = &call->node->params.conv;
    const struct shape *in = &call->inputs[0].tensor->shape;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    struct window rows = conv_window(params, 0, in->dim[1], filter->dim[1]);
    struct window columns = conv_window(params, 1, in->dim[2], filter->dim[2]);
    infer_window(&rows, &product->out_h, &product->before_h);
    infer_window(&columns, &product->out_w, &product->before_w);
    product->in_h = in->dim[1];
    product->in_w = in->dim[2];
    product->taps = filter->dim[1] * filter->dim[2];
    product->depth = in->dim[3];
    product->channels = call->outputs[0].tensor->shape.dim[3];
    product->image_rows = (size_t)product->out_h * (size_t)product->out_w;
    product->rows = (size_t)in->dim[0] * product->image_rows;
}

/* Where each tap of the row of one output pixel begins, in elements of its image. */
static void fill_row(const struct kernel_call *call, const struct product *product, int32_t top,
                     int32_t left, int32_t *offset)
{
    const struct conv_params *params = &call->node->params.conv;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    for (int32_t ky = 0; ky < filter->dim[1]; ky++)
        for (int32_t kx = 0; kx < filter->dim[2]; kx++) {
            int32_t y = top + ky * params->dilation_h, x = left + kx * params->dilation_w;
            bool inside = y >= 0 && y < product->in_h && x >= 0 && x < product->in_w;
            *offset++ = inside ? (y * product->in_w + x) * product->source_depth : OUTSIDE;
        }
}

/* The same for a row of the filter at a time, in an image that has its padding around it. */
static void fill_spliced_row(const struct kernel_call *call, const struct product *product,
                             int32_t top, int32_t left, int32_t *offset)
{
    int32_t step = call->node->params.conv.dilation_h;
    for (int tap = 0; tap < product->tile_taps; tap++)
        *offset++ = ((top + product->before_h + tap * step) * product->source_w + left +
                     product->before_w) *
                    product->source_depth;
}

static enum status set_offsets(const struct kernel_call *call, struct product *product,
                               struct arena *arena, struct error *error)
{
    const struct conv_params *params = &call->node->params.conv;
    size_t taps = (size_t)product->tile_taps;
    int32_t *offset = arena_try(arena, product->image_rows * taps, sizeof(*offset));
    if (!offset)
        return error_set(error, STATUS_MEMORY, NULL, "not enough memory for %zu pixels of %zu taps",
                         product->image_rows, taps);
    product->offsets = offset;
    for (int32_t y = 0; y < product->out_h; y++)
        for (int32_t x = 0; x < product->out_w; x++, offset += taps)
            (product->is_spliced ? fill_spliced_row : fill_row)(
                call, product, y * params->stride_h - product->before_h,
                x * params->stride_w - product->before_w, offset);
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
    return filter->dim[1] == 1 && filter->dim[2] == 1 && params->stride_h == 1 &&
           params->stride_w == 1 && out->dim[1] == in->dim[1] && out->dim[2] == in->dim[2];
}

/* The image and all cells around it that some window reaches. */
static void set_spliced(const struct kernel_call *call, struct product *product)
{
    const struct conv_params *params = &call->node->params.conv;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    int32_t high =
        (product->out_h - 1) * params->stride_h + (filter->dim[1] - 1) * params->dilation_h + 1;
    int32_t wide = (product->out_w - 1) * params->stride_w + filter->dim[2];
    product->source_h =
        high > product->in_h + product->before_h ? high : product->in_h + product->before_h;
    product->source_w =
        wide > product->in_w + product->before_w ? wide : product->in_w + product->before_w;
    product->source_depth = product->depth;
    product->tile_taps = filter->dim[1];
    product->tile_inputs = filter->dim[2] * product->depth;
}

/* A full product sees `depth` inputs per tap, padded to whole groups. */
static void set_tiles(const struct kernel_call *call, struct product *product)
{
    product->source_h = product->in_h;
    product->source_w = product->in_w;
    product->tile_taps = product->taps;
    product->tile_inputs = product->depth;
    product->source_depth = rounded_up(product->depth, product->group);
    product->is_spliced =
        !is_plain(call) && product->depth < SPLICE_BELOW && call->node->params.conv.dilation_w == 1;
    if (product->is_spliced)
        set_spliced(call, product);
    product->tile_depth = rounded_up(product->tile_inputs, product->group);
}

/* A depthwise one sees whole panels of channels. */
static void set_depthwise_tiles(struct product *product)
{
    product->source_h = product->in_h;
    product->source_w = product->in_w;
    product->source_depth = product->depth;
    product->tile_taps = product->taps;
    product->tile_depth = product->tile_inputs = product->panels * PANEL_WIDTH;
}

enum status product_geometry(const struct kernel_call *call, struct product *product,
                             struct arena *arena, struct error *error)
{
    if (call->node->op == OP_FULLY_CONNECTED)
        set_dense(call, product);
    else
        set_conv(call, product);
    product->panels = (product->channels + PANEL_WIDTH - 1) / PANEL_WIDTH;
    if (call->node->op == OP_DEPTHWISE_CONV_2D)
        set_depthwise_tiles(product);
    else
        set_tiles(call, product);
    product->image_stride =
        (size_t)product->source_h * (size_t)product->source_w * (size_t)product->source_depth;
    return is_plain(call) ? STATUS_OK : set_offsets(call, product, arena, error);
}
