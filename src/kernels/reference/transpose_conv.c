/* TRANSPOSE_CONV: the input pixel (iy, ix) adds its products with filter[c, ky, kx, :] to the output
 * pixel (iy * stride + ky - before, ix * stride + kx - before); seen from the output, each pixel
 * gathers from those inputs that reach it. */
#include "graph/infer.h"
#include "kernels/reference/product.h"

struct transpose_conv {
    struct product_terms terms;
    int32_t before_h, before_w;
};

/* The input position that reaches an output position through cell k; -1: none does. */
static int32_t source(int32_t out, int32_t before, int32_t k, int32_t stride, int32_t in_size)
{
    int32_t at = out + before - k;
    return at >= 0 && at % stride == 0 && at / stride < in_size ? at / stride : -1;
}

static union product_sum sum_at(const struct kernel_call *call, size_t n, int32_t y, int32_t x,
                                int32_t c)
{
    const struct transpose_conv *conv = call->state;
    const struct conv_params *params = &call->node->params.conv;
    const struct shape *in = &call->inputs[2].tensor->shape;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    union product_sum sum = {0};
    for (int32_t ky = 0; ky < filter->dim[1]; ky++)
        for (int32_t kx = 0; kx < filter->dim[2]; kx++) {
            int32_t iy = source(y, conv->before_h, ky, params->stride_h, in->dim[1]);
            int32_t ix = source(x, conv->before_w, kx, params->stride_w, in->dim[2]);
            if (iy < 0 || ix < 0)
                continue;
            struct product_run run = {nhwc_index(in, n, (size_t)iy, (size_t)ix), 1,
                                      nhwc_index(filter, (size_t)c, (size_t)ky, (size_t)kx), 1,
                                      (size_t)in->dim[3]};
            product_add(call, &run, &sum);
        }
    return sum;
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    const struct shape *out = &call->outputs[0].tensor->shape;
    size_t width = (size_t)out->dim[2], image = width * (size_t)out->dim[1];
    (void)stage, (void)thread;
    for (size_t pixel = first; pixel < last; pixel++) {
        size_t n = pixel / image, y = pixel % image / width, x = pixel % width;
        for (int32_t c = 0; c < out->dim[3]; c++)
            product_store(call, sum_at(call, n, (int32_t)y, (int32_t)x, c),
                          pixel * (size_t)out->dim[3] + (size_t)c, c, n);
    }
}

static enum status prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct transpose_conv *conv = call->state = arena_alloc(arena, sizeof(*conv));
    const struct conv_params *params = &call->node->params.conv;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    const struct shape *out = &call->outputs[0].tensor->shape;
    int32_t size;
    struct window rows = conv_window(params, 0, out->dim[1], filter->dim[1]);
    struct window columns = conv_window(params, 1, out->dim[2], filter->dim[2]);
    infer_window(&rows, &size, &conv->before_h);
    infer_window(&columns, &size, &conv->before_w);
    return product_prepare(call, params->activation, shape_span(out, 0, 3), 0, arena, error);
}

static const struct kernel rows[] = {
    PRODUCT_ROWS("transpose_conv", TRANSPOSE_CONV, prepare, run),
};

KERNEL_LIST(reference_transpose_conv_kernels, rows);
