#include "kernels/common/extent.h"

static size_t last_dimension(const struct tensor *tensor)
{
    return tensor->shape.rank > 0 ? (size_t)tensor->shape.dim[tensor->shape.rank - 1] : 1;
}

struct kernel_extent extent_of_portions(const struct kernel_call *call,
                                        const struct portions *portions, size_t items)
{
    size_t length = last_dimension(call->outputs[0].tensor);
    size_t elements = portion_begin(portions, items), whole = elements / length;
    return (struct kernel_extent){whole, whole, whole + (elements % length != 0)};
}

static int64_t bounded(int64_t row, int64_t rows)
{
    return row < 0 ? 0 : row > rows ? rows : row;
}

struct kernel_extent extent_of_windows(const struct kernel_call *call, int32_t before_h,
                                       size_t done)
{
    const struct conv_params *params = &call->node->params.conv;
    const struct shape *in = &call->inputs[0].tensor->shape;
    const struct shape *filter = &call->inputs[1].tensor->shape;
    const struct shape *out = &call->outputs[0].tensor->shape;
    size_t out_w = (size_t)out->dim[2], out_h = (size_t)out->dim[1], in_w = (size_t)in->dim[2];
    int64_t in_h = in->dim[1], covered = (int64_t)(filter->dim[1] - 1) * params->dilation_h + 1;
    struct kernel_extent extent = {.written = done};
    /* The row of the next output pixel, and of the last one that is complete. */
    size_t next = done / out_w, last = done > 0 ? (done - 1) / out_w : 0;
    int64_t top = (int64_t)(next % out_h) * params->stride_h - before_h;
    int64_t bottom = (int64_t)(last % out_h) * params->stride_h - before_h + covered;
    extent.read_from = (next / out_h * (size_t)in_h + (size_t)bounded(top, in_h)) * in_w;
    if (done > 0)
        extent.read_to = (last / out_h * (size_t)in_h + (size_t)bounded(bottom, in_h)) * in_w;
    return extent;
}
