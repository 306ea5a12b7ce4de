#include "kernels/common/select.h"

#include "kernels/common/operands.h"

/* A condition of SELECT that is a list belongs to the first dimension. */
static struct shape condition_shape(const struct kernel_call *call)
{
    struct shape shape = call->inputs[0].tensor->shape;
    int rank = call->inputs[1].tensor->shape.rank;
    for (; call->node->op == OP_SELECT && shape.rank > 0 && shape.rank < rank; shape.rank++)
        shape.dim[shape.rank] = 1;
    return shape;
}

enum status select_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    const struct tensor *condition = call->inputs[0].tensor, *out = call->outputs[0].tensor;
    if (condition->type != TYPE_BOOL)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "condition '%s' is %s, expected bool",
                         condition->name, type_name(condition->type));
    struct selection *selection = call->state = arena_alloc(arena, sizeof(*selection));
    struct shape shape = condition_shape(call);
    broadcast_init(&selection->broadcast, &shape, &call->inputs[1].tensor->shape,
                   &call->inputs[2].tensor->shape);
    selection->portions = portions_of(shape_elements(&out->shape), type_size(out->type));
    call->items[0] = selection->portions.items;
    enum status status = operands_check_same(&call->inputs[1], &call->outputs[0], error);
    return status == STATUS_OK ? operands_check_same(&call->inputs[2], &call->outputs[0], error)
                               : status;
}
