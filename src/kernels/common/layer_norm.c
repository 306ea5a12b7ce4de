#include "kernels/common/layer_norm.h"

#include <math.h>

#include "kernels/common/operands.h"

enum status layer_norm_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    const struct shape *shape = &call->inputs[0].tensor->shape;
    int32_t axis = call->node->params.norm.axis;
    float epsilon = call->node->params.norm.epsilon;
    enum status status = STATUS_OK;
    if (!isfinite(epsilon) || epsilon < 0.0f)
        return error_set(error, STATUS_INVALID, NULL, "epsilon is %g, expected a positive number",
                         (double)epsilon);
    for (int i = 1; status == STATUS_OK && i < call->n_inputs; i++)
        if (call->inputs[i].tensor)
            status = operands_check_type(&call->inputs[i], &call->inputs[0], error);
    struct layer_norm *norm = call->state = arena_alloc(arena, sizeof(*norm));
    norm->depth = shape_span(shape, axis, shape->rank);
    size_t rows = norm->depth ? shape_span(shape, 0, axis) : 0;
    norm->rows = portions_of(rows, norm->depth * sizeof(float));
    call->items[0] = norm->rows.items;
    return status;
}
