#include "kernels/common/lines.h"

#include "graph/infer.h"
#include "kernels/common/operands.h"

static enum status init(struct kernel_call *call, const struct shape *shape, int32_t number,
                        struct arena *arena, struct error *error)
{
    struct lines *lines = call->state = arena_alloc(arena, sizeof(*lines));
    int axis;
    if (!shape_axis(number, shape->rank, &axis))
        return error_set(error, STATUS_FORMAT, NULL, "axis %d of a tensor of rank %d", number,
                         shape->rank);
    lines->length = (size_t)shape->dim[axis];
    lines->inner = shape_span(shape, axis + 1, shape->rank);
    call->items[0] = shape_span(shape, 0, axis);
    return STATUS_OK;
}

enum status lines_prepare_top_k(struct kernel_call *call, struct arena *arena, struct error *error)
{
    const struct tensor *places = call->outputs[1].tensor;
    if (places->type != TYPE_I32)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "places are %s, expected int32",
                         type_name(places->type));
    enum status status = operands_check_same(&call->inputs[0], &call->outputs[0], error);
    return status == STATUS_OK ? init(call, &call->inputs[0].tensor->shape, -1, arena, error)
                               : status;
}

enum status lines_prepare_cumsum(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct node_view view;
    int32_t axis = 0;
    int count;
    node_view_init(&view, call);
    enum status status = infer_constant(&view.graph, &view.node, 1, &axis, 1, &count, error);
    return status == STATUS_OK ? init(call, &call->inputs[0].tensor->shape, axis, arena, error)
                               : status;
}

enum status lines_prepare_one_hot(struct kernel_call *call, struct arena *arena,
                                  struct error *error)
{
    enum status status = operands_check_same(&call->inputs[2], &call->outputs[0], error);
    if (status == STATUS_OK)
        status = operands_check_same(&call->inputs[3], &call->outputs[0], error);
    return status == STATUS_OK ? init(call, &call->outputs[0].tensor->shape,
                                      call->node->params.axis.axis, arena, error)
                               : status;
}
