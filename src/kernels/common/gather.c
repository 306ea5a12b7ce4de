#include "kernels/common/gather.h"

#include "kernels/common/operands.h"

enum status gather_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    const struct shape *in = &call->inputs[0].tensor->shape;
    const struct shape *indices = &call->inputs[1].tensor->shape;
    const struct gather_params *params = &call->node->params.gather;
    int batch = params->batch_dims < 0 ? params->batch_dims + indices->rank : params->batch_dims;
    int axis;
    enum status status = operands_check_same(&call->inputs[0], &call->outputs[0], error);
    if (status != STATUS_OK)
        return status;
    if (!shape_axis(params->axis, in->rank, &axis) || batch < 0 || batch > axis ||
        in->dim[axis] < 1)
        return error_set(error, STATUS_FORMAT, NULL, "axis %d and %d batch dimensions do not fit",
                         params->axis, batch);
    struct gather *gather = call->state = arena_alloc(arena, sizeof(*gather));
    gather->data = 0;
    gather->indices = 1;
    gather->wraps = true;
    gather->outer = shape_span(in, batch, axis);
    gather->size = (size_t)in->dim[axis];
    gather->count = shape_span(indices, batch, indices->rank);
    gather->slice = shape_span(in, axis + 1, in->rank) * type_size(call->inputs[0].tensor->type);
    size_t slices = shape_span(in, 0, axis) * gather->count;
    gather->portions = portions_of(slices, gather->slice);
    call->items[0] = gather->portions.items;
    return STATUS_OK;
}

enum status gather_prepare_rows(struct kernel_call *call, struct arena *arena, struct error *error)
{
    const struct tensor *table = call->inputs[1].tensor;
    struct gather *gather = call->state = arena_alloc(arena, sizeof(*gather));
    *gather = (struct gather){
        .data = 1,
        .outer = 1,
        .size = (size_t)table->shape.dim[0],
        .count = shape_elements(&call->inputs[0].tensor->shape),
        .slice = shape_span(&table->shape, 1, table->shape.rank) * type_size(table->type),
    };
    gather->portions = portions_of(gather->count, gather->slice);
    call->items[0] = gather->portions.items;
    return operands_check_same(&call->inputs[1], &call->outputs[0], error);
}
