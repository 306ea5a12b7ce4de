#include "kernels/common/convert.h"

#include "kernels/common/quantized.h"

enum status convert_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    (void)error;
    const struct tensor *in = call->inputs[0].tensor, *out = call->outputs[0].tensor;
    struct conversion *conversion = call->state = arena_alloc(arena, sizeof(*conversion));
    conversion->portions = portions_of(shape_elements(&out->shape), type_size(out->type));
    conversion->from = in->type;
    conversion->to = out->type;
    call->items[0] = conversion->portions.items;
    return STATUS_OK;
}

/* int32 may have a scale here, too. */
static enum status check_scale(const struct tensor *tensor, const char *what, struct error *error)
{
    if (tensor->type != TYPE_I32)
        return quantized_check(tensor, what, error);
    if (tensor->quant.count == 1)
        return STATUS_OK;
    return error_set(error, STATUS_UNSUPPORTED, NULL, "%s '%s' has %d scales, expected 1", what,
                     tensor->name, tensor->quant.count);
}

/* One scale, or one per index of an axis. */
static enum status prepare_scaled(struct kernel_call *call, const struct tensor *tensor,
                                  const char *what, struct arena *arena, struct error *error)
{
    enum status status = tensor->quant.count > 1 ? STATUS_OK : check_scale(tensor, what, error);
    if (status == STATUS_OK)
        status = convert_prepare(call, arena, error);
    if (status != STATUS_OK)
        return status;
    struct conversion *conversion = call->state;
    conversion->inner = tensor->quant.count > 1
                            ? shape_span(&tensor->shape, tensor->quant.axis + 1, tensor->shape.rank)
                            : shape_elements(&tensor->shape);
    return STATUS_OK;
}

enum status convert_prepare_quantize(struct kernel_call *call, struct arena *arena,
                                     struct error *error)
{
    return prepare_scaled(call, call->outputs[0].tensor, "output", arena, error);
}

enum status convert_prepare_requantize(struct kernel_call *call, struct arena *arena,
                                       struct error *error)
{
    const struct tensor *in = call->inputs[0].tensor, *out = call->outputs[0].tensor;
    enum status status = check_scale(in, "input", error);
    if (status == STATUS_OK)
        status = check_scale(out, "output", error);
    if (status == STATUS_OK)
        status = convert_prepare(call, arena, error);
    if (status != STATUS_OK)
        return status;
    struct conversion *conversion = call->state;
    conversion->ratio = (double)in->quant.scale[0] / (double)out->quant.scale[0];
    conversion->by = multiplier_from(conversion->ratio);
    return STATUS_OK;
}

enum status convert_prepare_dequantize(struct kernel_call *call, struct arena *arena,
                                       struct error *error)
{
    return prepare_scaled(call, call->inputs[0].tensor, "input", arena, error);
}

enum status convert_prepare_shape(struct kernel_call *call, struct arena *arena,
                                  struct error *error)
{
    (void)arena, (void)error;
    call->items[0] = 1;
    return STATUS_OK;
}
