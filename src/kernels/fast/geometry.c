/* Rows, taps and offsets of a product, from the shapes of its node. */
#include "graph/infer.h"
#include "kernels/fast/product.h"

/* Rows of fewer inputs per tap than this are gathered: a loop over so few is mostly overhead. */
#define GATHER_BELOW 8

/* Where the windows of a convolution lie. */
struct windows {
    int32_t out_h, out_w, before_h, before_w;
};

static int even(int count)
{
    return count + count % 2;
}

static void set_dense(const struct kernel_call *call, struct product *product)
{
    const struct shape *weights = &call->inputs[1].tensor->shape;
    product->taps = 1;
    product->depth = weights->dim[1];
    product->channels = weights->dim[0];
    product->rows = shape_elements(&call->inputs[0].tensor->shape) / (size_t)product->depth;
    product->image_rows = 1;
}

static void set_conv(const struct kernel_call *call, struct product *product,
                     struct windows *windows)
{
    const struct conv_params *params = &call->node->params.conv;
    const struct shape *in = &call->inputs[0].tensor->shape;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    infer_window(in->dim[1], filter->dim[1], params->stride_h, params->dilation_h, params->padding,
                 &windows->out_h, &windows->before_h);
    infer_window(in->dim[2], filter->dim[2], params->stride_w, params->dilation_w, params->padding,
                 &windows->out_w, &windows->before_w);
    product->taps = filter->dim[1] * filter->dim[2];
    product->depth = in->dim[3];
    product->channels = call->outputs[0].tensor->shape.dim[3];
    product->image_rows = (size_t)windows->out_h * (size_t)windows->out_w;
    product->rows = (size_t)in->dim[0] * product->image_rows;
}

/* Where each tap of the row of one output pixel begins, in elements of its image. */
static void fill_row(const struct kernel_call *call, const struct product *product, int32_t top,
                     int32_t left, int32_t *offset)
{
    const struct conv_params *params = &call->node->params.conv;
    const struct shape *in = &call->inputs[0].tensor->shape;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    for (int32_t ky = 0; ky < filter->dim[1]; ky++)
        for (int32_t kx = 0; kx < filter->dim[2]; kx++) {
            int32_t y = top + ky * params->dilation_h, x = left + kx * params->dilation_w;
            bool inside = y >= 0 && y < in->dim[1] && x >= 0 && x < in->dim[2];
            *offset++ = inside ? (y * in->dim[2] + x) * product->source_depth : OUTSIDE;
        }
}

static enum status set_offsets(const struct kernel_call *call, const struct windows *windows,
                               struct product *product, struct arena *arena, struct error *error)
{
    const struct conv_params *params = &call->node->params.conv;
    size_t taps = (size_t)product->taps;
    int32_t *offset = arena_try(arena, product->image_rows * taps, sizeof(*offset));
    if (!offset)
        return error_set(error, STATUS_MEMORY, NULL, "not enough memory for %zu pixels of %zu taps",
                         product->image_rows, taps);
    product->offsets = offset;
    for (int32_t y = 0; y < windows->out_h; y++)
        for (int32_t x = 0; x < windows->out_w; x++, offset += taps)
            fill_row(call, product, y * params->stride_h - windows->before_h,
                     x * params->stride_w - windows->before_w, offset);
    return STATUS_OK;
}

/* A 1x1 convolution that reads its pixels one after the other needs no offsets. */
static bool is_plain(const struct kernel_call *call)
{
    const struct conv_params *params = &call->node->params.conv;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    return call->node->op == OP_FULLY_CONNECTED || (filter->dim[1] == 1 && filter->dim[2] == 1 &&
                                                    params->stride_h == 1 && params->stride_w == 1);
}

/* A full product sees `depth` inputs per tap, or all taps as one where they are gathered. */
static void set_tiles(struct product *product, bool is_integer)
{
    int depth = is_integer ? even(product->depth) : product->depth;
    int gathered = product->taps * product->depth;
    product->is_gathered = product->taps > 1 && product->depth < GATHER_BELOW;
    product->source_depth = product->is_gathered ? product->depth : depth;
    product->tile_taps = product->is_gathered ? 1 : product->taps;
    product->tile_depth = !product->is_gathered ? depth : is_integer ? even(gathered) : gathered;
}

/* A depthwise one sees whole panels of channels. */
static void set_depthwise_tiles(struct product *product)
{
    product->source_depth = product->depth;
    product->tile_taps = product->taps;
    product->tile_depth = product->panels * PANEL_WIDTH;
}

enum status product_geometry(const struct kernel_call *call, struct product *product,
                             struct arena *arena, struct error *error)
{
    struct windows windows = {0};
    bool conv = call->node->op != OP_FULLY_CONNECTED;
    const struct shape *in = &call->inputs[0].tensor->shape;
    if (conv)
        set_conv(call, product, &windows);
    else
        set_dense(call, product);
    product->panels = (product->channels + PANEL_WIDTH - 1) / PANEL_WIDTH;
    if (call->node->op == OP_DEPTHWISE_CONV_2D)
        set_depthwise_tiles(product);
    else
        set_tiles(product, product->element_bytes == sizeof(int16_t));
    product->image_stride = (conv ? shape_span(in, 1, 3) : 1) * (size_t)product->source_depth;
    product->zeros = arena_try(arena, (size_t)product->tile_depth, product->element_bytes);
    if (!product->zeros)
        return error_set(error, STATUS_MEMORY, NULL, "not enough memory for %d channels",
                         product->tile_depth);
    return is_plain(call) ? STATUS_OK : set_offsets(call, &windows, product, arena, error);
}
