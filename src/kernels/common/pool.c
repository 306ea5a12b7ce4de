#include "kernels/common/pool.h"

#include "graph/infer.h"
#include "kernels/common/operands.h"

/* Averages of real numbers may go from one scale to another. */
static enum status check_scales(const struct kernel_call *call, bool is_real, struct error *error)
{
    const struct operand *in = &call->inputs[0], *out = &call->outputs[0];
    if (!is_real)
        return operands_check_same(in, out, error);
    enum status status = operands_check_type(in, out, error);
    return status == STATUS_OK ? quantized_check(in->tensor, "input", error) : status;
}

static void set_scales(struct pooling *pooling, const struct tensor *in, const struct tensor *out)
{
    pooling->scale_in = in->quant.scale[0];
    pooling->zero_in = in->quant.zero_point[0];
    pooling->scale_out = out->quant.scale[0];
    pooling->shift = out->shift;
    pooling->zero_out = (float)(out->quant.zero_point[0] + out->shift);
}

enum status pool_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct pooling *pooling = call->state = arena_alloc(arena, sizeof(*pooling));
    const struct pool_params *params = &call->node->params.pool;
    const struct tensor *in = call->inputs[0].tensor, *out = call->outputs[0].tensor;
    int32_t size;
    pooling->rounding = call->rounding;
    pooling->is_real =
        call->rounds_stored && in->type != TYPE_F32 && call->node->op == OP_AVERAGE_POOL_2D;
    enum status status = check_scales(call, pooling->is_real, error);
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
    if (pooling->is_real)
        set_scales(pooling, in, out);
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
