#include "kernels/common/dynamic_quantize.h"

#include "kernels/common/portions.h"

enum status dynamic_quantize_prepare(struct kernel_call *call, struct arena *arena,
                                     struct error *error)
{
    const struct tensor *scale = call->outputs[1].tensor, *zero = call->outputs[2].tensor;
    if (scale->type != TYPE_F32 || zero->type != TYPE_U8)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "a scale of type %s and a zero point of type %s", type_name(scale->type),
                         type_name(zero->type));
    struct portions *elements = call->state = arena_alloc(arena, sizeof(*elements));
    *elements = portions_of(shape_elements(&call->inputs[0].tensor->shape), sizeof(float));
    call->n_stages = 2;
    call->items[0] = 1;
    call->items[1] = elements->items;
    return STATUS_OK;
}
