#include "kernels/common/select.h"

#include "kernels/common/operands.h"

/* third NULL: there are but two operands. */
static void init(struct kernel_call *call, const struct shape *third, struct arena *arena)
{
    struct selection *selection = call->state = arena_alloc(arena, sizeof(*selection));
    const struct tensor *out = call->outputs[0].tensor;
    broadcast_init(&selection->broadcast, &call->inputs[0].tensor->shape,
                   &call->inputs[1].tensor->shape, third);
    selection->portions = portions_of(shape_elements(&out->shape), type_size(out->type));
    call->items[0] = selection->portions.items;
}

enum status select_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    const struct tensor *condition = call->inputs[0].tensor;
    if (condition->type != TYPE_BOOL)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "condition '%s' is %s, expected bool",
                         condition->name, type_name(condition->type));
    init(call, &call->inputs[2].tensor->shape, arena);
    enum status status = operands_check_same(&call->inputs[1], &call->outputs[0], error);
    return status == STATUS_OK ? operands_check_same(&call->inputs[2], &call->outputs[0], error)
                               : status;
}

/* Stored numbers are equal where the real ones are when both are quantized alike. */
enum status select_prepare_equal(struct kernel_call *call, struct arena *arena, struct error *error)
{
    init(call, NULL, arena);
    return operands_check_same(&call->inputs[0], &call->inputs[1], error);
}
