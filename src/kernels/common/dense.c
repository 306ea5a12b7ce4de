#include "kernels/common/dense.h"

enum status dense_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct dense *dense = call->state = arena_alloc(arena, sizeof(*dense));
    const struct shape *weights = &call->inputs[1].tensor->shape;
    dense->channels = (size_t)weights->dim[0];
    dense->depth = (size_t)weights->dim[1];
    size_t rows = shape_elements(&call->inputs[0].tensor->shape) / dense->depth;
    return product_prepare(call, call->node->params.dense.activation, rows * dense->channels,
                           dense->depth, arena, error);
}
