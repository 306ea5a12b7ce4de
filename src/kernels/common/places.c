#include "kernels/common/places.h"

#include "kernels/common/operands.h"

static struct places *init(struct kernel_call *call, const struct shape *list,
                           const struct shape *whole, struct arena *arena)
{
    struct places *places = call->state = arena_alloc(arena, sizeof(*places));
    places->length = list->dim[list->rank - 1];
    places->count = shape_span(list, 0, list->rank - 1);
    places->slice = shape_span(whole, places->length, whole->rank);
    for (int i = 0; i < places->length; i++)
        places->size[i] = (size_t)whole->dim[i];
    return places;
}

enum status places_prepare_gather(struct kernel_call *call, struct arena *arena,
                                  struct error *error)
{
    const struct tensor *in = call->inputs[0].tensor;
    struct places *places = init(call, &call->inputs[1].tensor->shape, &in->shape, arena);
    places->portions = portions_of(places->count, places->slice * type_size(in->type));
    call->items[0] = places->portions.items;
    return operands_check_same(&call->inputs[0], &call->outputs[0], error);
}

enum status places_prepare_scatter(struct kernel_call *call, struct arena *arena,
                                   struct error *error)
{
    init(call, &call->inputs[0].tensor->shape, &call->outputs[0].tensor->shape, arena);
    return operands_check_same(&call->inputs[1], &call->outputs[0], error);
}

enum status places_prepare_update(struct kernel_call *call, struct arena *arena,
                                  struct error *error)
{
    (void)arena;
    enum status status = operands_check_same(&call->inputs[0], &call->outputs[0], error);
    return status == STATUS_OK ? operands_check_same(&call->inputs[1], &call->outputs[0], error)
                               : status;
}
