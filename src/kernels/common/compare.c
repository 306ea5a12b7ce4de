#include "kernels/common/compare.h"

#include "kernels/common/fixed_point.h"
#include "kernels/common/operands.h"
#include "kernels/common/quantized.h"

/* The reference compares steps of 1/256 of a real number, rounded by a multiplier. */
#define PLACE_STEPS 256

static void init(struct kernel_call *call, struct arena *arena)
{
    struct comparison *comparison = call->state = arena_alloc(arena, sizeof(*comparison));
    const struct tensor *out = call->outputs[0].tensor;
    int second = call->n_inputs > 1 ? 1 : 0;
    broadcast_init(&comparison->broadcast, &call->inputs[0].tensor->shape,
                   &call->inputs[second].tensor->shape, NULL);
    comparison->portions = portions_of(shape_elements(&out->shape), type_size(out->type));
    call->items[0] = comparison->portions.items;
}

static const int32_t *places(const struct tensor *tensor, struct arena *arena)
{
    int32_t *list = arena_alloc(arena, 256 * sizeof(*list));
    struct multiplier by = multiplier_from((double)tensor->quant.scale[0]);
    for (int32_t q = (int32_t)type_lowest(tensor->type); q <= type_highest(tensor->type); q++)
        list[(uint8_t)q] = multiply((q - tensor->quant.zero_point[0]) * PLACE_STEPS, by);
    return list;
}

enum status compare_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    static const char *const names[] = {"left operand", "right operand"};
    const struct tensor *a = call->inputs[0].tensor, *b = call->inputs[1].tensor;
    enum status status = operands_check_type(&call->inputs[0], &call->inputs[1], error);
    if (status != STATUS_OK)
        return status;
    init(call, arena);
    if (!type_is_quantized(a->type) || (a->quant.count == 0 && b->quant.count == 0))
        return STATUS_OK;
    struct comparison *comparison = call->state;
    for (int i = 0; i < 2; i++) {
        status = quantized_check(call->inputs[i].tensor, names[i], error);
        if (status != STATUS_OK)
            return status;
        comparison->places[i] = places(call->inputs[i].tensor, arena);
    }
    return STATUS_OK;
}

enum status compare_prepare_logic(struct kernel_call *call, struct arena *arena,
                                  struct error *error)
{
    init(call, arena);
    return call->n_inputs > 1 ? operands_check_type(&call->inputs[0], &call->inputs[1], error)
                              : STATUS_OK;
}
