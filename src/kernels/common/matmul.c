#include "kernels/common/matmul.h"

static struct shape leading(const struct shape *shape)
{
    struct shape out = *shape;
    out.rank -= 2;
    return out;
}

enum status matmul_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct matmul *matmul = call->state = arena_alloc(arena, sizeof(*matmul));
    const struct shape *x = &call->inputs[0].tensor->shape, *y = &call->inputs[1].tensor->shape;
    const struct matmul_params *params = &call->node->params.matmul;
    const struct shape *out = &call->outputs[0].tensor->shape;
    struct shape x_batches = leading(x), y_batches = leading(y);
    matmul->rows = (size_t)out->dim[out->rank - 2];
    matmul->columns = (size_t)out->dim[out->rank - 1];
    matmul->depth = (size_t)x->dim[x->rank - (params->adj_x ? 2 : 1)];
    matmul->x_row = params->adj_x ? 1 : matmul->depth;
    matmul->x_step = params->adj_x ? matmul->rows : 1;
    matmul->y_column = params->adj_y ? matmul->depth : 1;
    matmul->y_step = params->adj_y ? 1 : matmul->columns;
    broadcast_init(&matmul->batches, &x_batches, &y_batches, NULL);
    return product_prepare(call, ACTIVATION_NONE, shape_elements(out), matmul->depth, arena, error);
}
