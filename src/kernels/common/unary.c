#include "kernels/common/unary.h"

enum status unary_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    (void)error;
    struct unary *unary = call->state = arena_alloc(arena, sizeof(*unary));
    const struct tensor *out = call->outputs[0].tensor;
    unary->portions = portions_of(shape_elements(&out->shape), type_size(out->type));
    if (call->node->op == OP_LEAKY_RELU)
        unary->alpha = call->node->params.scalar.value;
    call->items[0] = unary->portions.items;
    return STATUS_OK;
}
