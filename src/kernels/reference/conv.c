/* CONV_2D and DEPTHWISE_CONV_2D: out[n, y, x, c] is the sum over the filter's cells of
 * in[n, y * stride + ky * dilation - before, ..., :] times filter[c, ky, kx, :] (or, depthwise, of
 * in[..., c / multiplier] times filter[0, ky, kx, c]). */
#include "kernels/common/conv.h"
#include "kernels/reference/product.h"

/* An output element. */
struct place {
    size_t n;
    int32_t y, x, c;
};

/* A cell of a window, and the input pixel that it covers; false: in the padding. */
static bool cell(const struct kernel_call *call, const struct place *out, int32_t ky, int32_t kx,
                 size_t *pixel)
{
    const struct conv *conv = call->state;
    const struct conv_params *params = &call->node->params.conv;
    const struct shape *in = &call->inputs[0].tensor->shape;
    int32_t y = out->y * params->stride_h - conv->before_h + ky * params->dilation_h;
    int32_t x = out->x * params->stride_w - conv->before_w + kx * params->dilation_w;
    if (y < 0 || y >= in->dim[1] || x < 0 || x >= in->dim[2])
        return false;
    *pixel = nhwc_index(in, out->n, (size_t)y, (size_t)x);
    return true;
}

/* The products of one cell: a group's channels times a filter's, or one channel's times its own. */
static struct product_run cell_run(const struct kernel_call *call, size_t pixel, int32_t ky,
                                   int32_t kx, int32_t c)
{
    const struct conv *conv = call->state;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    size_t group = (size_t)(c / conv->channels_per_group);
    if (call->node->op == OP_DEPTHWISE_CONV_2D)
        return (struct product_run){.a = pixel + group,
                                    .b = nhwc_index(filter, 0, (size_t)ky, (size_t)kx) + (size_t)c,
                                    .length = 1};
    size_t depth = (size_t)filter->dim[3];
    return (struct product_run){pixel + group * depth, 1,
                                nhwc_index(filter, (size_t)c, (size_t)ky, (size_t)kx), 1, depth};
}

static union product_sum sum_at(const struct kernel_call *call, product_add *add,
                                const struct place *out)
{
    const struct shape *filter = &call->inputs[1].tensor->shape;
    union product_sum sum = {0};
    size_t pixel;
    for (int32_t ky = 0; ky < filter->dim[1]; ky++)
        for (int32_t kx = 0; kx < filter->dim[2]; kx++)
            if (cell(call, out, ky, kx, &pixel)) {
                struct product_run run = cell_run(call, pixel, ky, kx, out->c);
                add(call, &run, &sum);
            }
    return sum;
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    const struct shape *out = &call->outputs[0].tensor->shape;
    const struct product_loops loops = product_loops(call);
    size_t width = (size_t)out->dim[2], image = width * (size_t)out->dim[1];
    (void)thread;
    if (product_quantize(call, stage, first, last))
        return;
    for (size_t pixel = first; pixel < last; pixel++) {
        struct place at = {.n = pixel / image,
                           .y = (int32_t)(pixel % image / width),
                           .x = (int32_t)(pixel % width)};
        for (at.c = 0; at.c < out->dim[3]; at.c++)
            loops.store(call, sum_at(call, loops.add, &at),
                        pixel * (size_t)out->dim[3] + (size_t)at.c, at.c, at.n);
    }
}

static const struct kernel rows[] = {
    PRODUCT_ROWS("conv_2d", CONV_2D, conv_prepare, run),
    PRODUCT_HYBRID_ROW("conv_2d", CONV_2D, conv_prepare, run),
    PRODUCT_ROW("conv_2d_i32_reference", CONV_2D, TYPE_I32, TYPE_I32, conv_prepare, run),
    PRODUCT_ROWS("depthwise_conv_2d", DEPTHWISE_CONV_2D, conv_prepare, run),
    PRODUCT_HYBRID_ROW("depthwise_conv_2d", DEPTHWISE_CONV_2D, conv_prepare, run),
    PRODUCT_ROW("depthwise_conv_2d_i32_reference", DEPTHWISE_CONV_2D, TYPE_I32, TYPE_I32,
                conv_prepare, run),
};

KERNEL_LIST(reference_conv_kernels, rows);
