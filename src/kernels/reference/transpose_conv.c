/* TRANSPOSE_CONV: the input pixel (iy, ix) adds its products with filter[c, ky, kx, :] to the
 * output pixel (iy * stride + ky - before, ix * stride + kx - before); seen from the output, each
 * pixel gathers from those inputs that reach it. */
#include "kernels/common/conv.h"
#include "kernels/reference/product.h"

/* The input position that reaches an output position through cell k; -1: none does. */
static int32_t source(int32_t out, int32_t before, int32_t k, int32_t stride, int32_t in_size)
{
    int32_t at = out + before - k;
    return at >= 0 && at % stride == 0 && at / stride < in_size ? at / stride : -1;
}

static union product_sum sum_at(const struct kernel_call *call, product_add *add, size_t n,
                                int32_t y, int32_t x, int32_t c)
{
    const struct conv *conv = call->state;
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
            add(call, &run, &sum);
        }
    return sum;
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    const struct shape *out = &call->outputs[0].tensor->shape;
    size_t width = (size_t)out->dim[2], image = width * (size_t)out->dim[1];
    const struct product_loops loops = product_loops(call);
    (void)stage, (void)thread;
    for (size_t pixel = first; pixel < last; pixel++) {
        size_t n = pixel / image, y = pixel % image / width, x = pixel % width;
        for (int32_t c = 0; c < out->dim[3]; c++)
            loops.store(call, sum_at(call, loops.add, n, (int32_t)y, (int32_t)x, c),
                        pixel * (size_t)out->dim[3] + (size_t)c, c, n);
    }
}

static const struct kernel rows[] = {
    PRODUCT_ROWS("transpose_conv", TRANSPOSE_CONV, transpose_conv_prepare, run),
};

KERNEL_LIST(reference_transpose_conv_kernels, rows);
