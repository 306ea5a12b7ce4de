#include "kernels/common/response.h"

enum status response_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    const struct shape *shape = &call->outputs[0].tensor->shape;
    int32_t radius = call->node->params.response.radius;
    if (radius < 0)
        return error_set(error, STATUS_FORMAT, NULL, "the radius is %d", radius);
    struct response *response = call->state = arena_alloc(arena, sizeof(*response));
    response->radius = (size_t)radius;
    response->channels = shape->rank ? (size_t)shape->dim[shape->rank - 1] : 1;
    size_t rows = response->channels ? shape_elements(shape) / response->channels : 0;
    response->rows = portions_of(rows, response->channels * sizeof(float));
    call->items[0] = response->rows.items;
    return STATUS_OK;
}
