#include "kernels/common/binary.h"

#include <math.h>

#include "kernels/common/operands.h"
#include "kernels/common/quantized.h"

enum status binary_init(struct binary *binary, struct kernel_call *call, struct error *error)
{
    const struct tensor *out = call->outputs[0].tensor;
    broadcast_init(&binary->broadcast, &call->inputs[0].tensor->shape,
                   &call->inputs[1].tensor->shape, NULL);
    binary->portions = portions_of(shape_elements(&out->shape), type_size(out->type));
    call->items[0] = binary->portions.items;
    enum status status = operands_check_type(&call->inputs[0], &call->inputs[1], error);
    return status == STATUS_OK ? activation_check((int32_t)binary_activation(call->node), error)
                               : status;
}

enum activation binary_activation(const struct node *node)
{
    bool fuses =
        node->op == OP_ADD || node->op == OP_SUB || node->op == OP_MUL || node->op == OP_DIV;
    return fuses ? (enum activation)node->params.arithmetic.activation : ACTIVATION_NONE;
}

enum status binary_prepare_real(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct real_binary *binary = call->state = arena_alloc(arena, sizeof(*binary));
    enum status status = binary_init(&binary->walk, call, error);
    if (status != STATUS_OK)
        return status;
    activation_range(binary_activation(call->node), &binary->low, &binary->high);
    return STATUS_OK;
}

enum status binary_prepare_integer(struct kernel_call *call, struct arena *arena,
                                   struct error *error)
{
    struct integer_binary *binary = call->state = arena_alloc(arena, sizeof(*binary));
    enum type type = call->outputs[0].tensor->type;
    float low, high;
    enum status status = binary_init(&binary->walk, call, error);
    if (status != STATUS_OK)
        return status;
    activation_range(binary_activation(call->node), &low, &high);
    binary->low = isinf(low) ? type_lowest(type) : (int64_t)low;
    binary->high = isinf(high) ? type_highest(type) : (int64_t)high;
    return STATUS_OK;
}
