#include "kernels/common/pool.h"

#include "graph/infer.h"
#include "kernels/common/operands.h"

enum status pool_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct pooling *pooling = call->state = arena_alloc(arena, sizeof(*pooling));
    const struct pool_params *params = &call->node->params.pool;
    const struct tensor *in = call->inputs[0].tensor, *out = call->outputs[0].tensor;
    int32_t size;
    enum status status = operands_check_same(&call->inputs[0], &call->outputs[0], error);
    if (status == STATUS_OK)
        status = activation_check(params->activation, error);
    if (status == STATUS_OK && in->type != TYPE_F32)
        status = quantized_check(out, "output", error);
    if (status != STATUS_OK)
        return status;
    struct window rows = pool_dimension(params, 0, in->shape.dim[1]);
    struct window columns = pool_dimension(params, 1, in->shape.dim[2]);
    infer_window(&rows, &size, &pooling->before_h);
    infer_window(&columns, &size, &pooling->before_w);
    activation_range((enum activation)params->activation, &pooling->low, &pooling->high);
    if (in->type != TYPE_F32)
        pooling->range = quantized_range((enum activation)params->activation, out);
    pooling->rounding = call->rounding;
    call->items[0] = shape_span(&out->shape, 0, 3);
    return STATUS_OK;
}

struct pool_window pool_window(const struct kernel_call *call, size_t pixel)
{
    const struct pooling *pooling = call->state;
    const struct pool_params *params = &call->node->params.pool;
    const struct shape *in = &call->inputs[0].tensor->shape;
    const struct shape *out = &call->outputs[0].tensor->shape;
    size_t width = (size_t)out->dim[2], height = (size_t)out->dim[1];
    int64_t top = (int64_t)(pixel / width % height) * params->stride_h - pooling->before_h;
    int64_t left = (int64_t)(pixel % width) * params->stride_w - pooling->before_w;
    int64_t bottom = top + params->filter_h, right = left + params->filter_w;
    return (struct pool_window){
        .n = pixel / width / height,
        .top = top > 0 ? (size_t)top : 0,
        .left = left > 0 ? (size_t)left : 0,
        .bottom = (size_t)(bottom < in->dim[1] ? bottom : in->dim[1]),
        .right = (size_t)(right < in->dim[2] ? right : in->dim[2]),
    };
}
