#include "kernels/common/normalize.h"

#include "kernels/common/fixed_scale.h"
#include "kernels/common/quantized.h"

enum status normalize_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    const struct shape *shape = &call->outputs[0].tensor->shape;
    if (call->node->params.arithmetic.activation != ACTIVATION_NONE)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "fused activation %d",
                         call->node->params.arithmetic.activation);
    struct normalization *norm = call->state = arena_alloc(arena, sizeof(*norm));
    norm->type = call->inputs[0].tensor->type;
    norm->depth = shape->rank ? (size_t)shape->dim[shape->rank - 1] : 1;
    call->items[0] = norm->depth ? shape_elements(shape) / norm->depth : 0;
    return STATUS_OK;
}

enum status normalize_prepare_quantized(struct kernel_call *call, struct arena *arena,
                                        struct error *error)
{
    const struct tensor *in = call->inputs[0].tensor, *out = call->outputs[0].tensor;
    enum status status = quantized_check_ends(in, out, error);
    if (status == STATUS_OK)
        status = check_fixed_scale(call, 0.0, error);
    if (status == STATUS_OK)
        status = normalize_prepare(call, arena, error);
    if (status != STATUS_OK)
        return status;
    struct normalization *norm = call->state;
    norm->zero_in = in->quant.zero_point[0];
    norm->zero_out = out->quant.zero_point[0];
    return STATUS_OK;
}
