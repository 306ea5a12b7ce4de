/* CONV_2D and DEPTHWISE_CONV_2D: out[n, y, x, c] is the sum over the filter's cells of
 * in[n, y * stride + ky * dilation - before, ..., :] times filter[c, ky, kx, :] (or, depthwise, of
 * in[..., c / multiplier] times filter[0, ky, kx, c]). */
#include "graph/infer.h"
#include "kernels/reference/product.h"

struct conv {
    struct product_terms terms;
    int32_t before_h, before_w;
    int32_t channels_per_group; /* of the output; depthwise: the multiplier */
};

/* A window's cell in the input; false: in the padding. */
static bool cell(const struct kernel_call *call, int32_t y, int32_t x, int32_t ky, int32_t kx,
                 int32_t *in_y, int32_t *in_x)
{
    const struct conv *conv = call->state;
    const struct conv_params *params = &call->node->params.conv;
    const struct shape *in = &call->inputs[0].tensor->shape;
    *in_y = y * params->stride_h - conv->before_h + ky * params->dilation_h;
    *in_x = x * params->stride_w - conv->before_w + kx * params->dilation_w;
    return *in_y >= 0 && *in_y < in->dim[1] && *in_x >= 0 && *in_x < in->dim[2];
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

static union product_sum sum_at(const struct kernel_call *call, size_t n, int32_t y, int32_t x,
                                int32_t c)
{
    const struct shape *in = &call->inputs[0].tensor->shape;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    union product_sum sum = {0};
    int32_t in_y, in_x;
    for (int32_t ky = 0; ky < filter->dim[1]; ky++)
        for (int32_t kx = 0; kx < filter->dim[2]; kx++)
            if (cell(call, y, x, ky, kx, &in_y, &in_x)) {
                struct product_run run =
                    cell_run(call, nhwc_index(in, n, (size_t)in_y, (size_t)in_x), ky, kx, c);
                product_add(call, &run, &sum);
            }
    return sum;
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    const struct shape *out = &call->outputs[0].tensor->shape;
    size_t width = (size_t)out->dim[2], image = width * (size_t)out->dim[1];
    (void)thread;
    if (product_quantize(call, stage, first, last))
        return;
    for (size_t pixel = first; pixel < last; pixel++) {
        size_t n = pixel / image, y = pixel % image / width, x = pixel % width;
        for (int32_t c = 0; c < out->dim[3]; c++)
            product_store(call, sum_at(call, n, (int32_t)y, (int32_t)x, c),
                          pixel * (size_t)out->dim[3] + (size_t)c, c, n);
    }
}

static enum status prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct conv *conv = call->state = arena_alloc(arena, sizeof(*conv));
    const struct conv_params *params = &call->node->params.conv;
    const struct shape *in = &call->inputs[0].tensor->shape;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    const struct shape *out = &call->outputs[0].tensor->shape;
    int32_t size;
    struct window rows = conv_window(params, 0, in->dim[1], filter->dim[1]);
    struct window columns = conv_window(params, 1, in->dim[2], filter->dim[2]);
    infer_window(&rows, &size, &conv->before_h);
    infer_window(&columns, &size, &conv->before_w);
    int32_t groups = in->dim[3] / (call->node->op == OP_CONV_2D ? filter->dim[3] : 1);
    conv->channels_per_group = out->dim[3] / groups;
    return product_prepare(call, params->activation, shape_span(out, 0, 3), shape_span(in, 1, 4),
                           arena, error);
}

static const struct kernel rows[] = {
    PRODUCT_ROWS("conv_2d", CONV_2D, prepare, run),
    PRODUCT_HYBRID_ROW("conv_2d", CONV_2D, prepare, run),
    PRODUCT_ROW("conv_2d_i32_reference", CONV_2D, TYPE_I32, TYPE_I32, prepare, run),
    PRODUCT_ROWS("depthwise_conv_2d", DEPTHWISE_CONV_2D, prepare, run),
    PRODUCT_HYBRID_ROW("depthwise_conv_2d", DEPTHWISE_CONV_2D, prepare, run),
    PRODUCT_ROW("depthwise_conv_2d_i32_reference", DEPTHWISE_CONV_2D, TYPE_I32, TYPE_I32, prepare,
                run),
};

KERNEL_LIST(reference_conv_kernels, rows);
