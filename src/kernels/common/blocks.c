#include "kernels/common/blocks.h"

#include "kernels/common/operands.h"
#include "kernels/common/pad.h"

enum status blocks_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    const struct tensor *in = call->inputs[0].tensor, *out = call->outputs[0].tensor;
    const struct tensor *image = call->node->op == OP_SPACE_TO_BATCH_ND ? in : out;
    struct blocks *blocks = call->state = arena_alloc(arena, sizeof(*blocks));
    struct node_view view;
    node_view_init(&view, call);
    enum status status = infer_block_plan(&view.graph, &view.node, &blocks->plan, error);
    if (status == STATUS_OK)
        status = operands_check_same(&call->inputs[0], &call->outputs[0], error);
    if (status != STATUS_OK)
        return status;
    int first = blocks->plan.count + 1;
    blocks->images = (size_t)image->shape.dim[0];
    blocks->size = type_size(in->type);
    blocks->unit = blocks->size * shape_span(&in->shape, first, in->shape.rank);
    pad_zero(in, blocks->zero);
    blocks->portions = portions_of(shape_span(&out->shape, 0, first), blocks->unit);
    call->items[0] = blocks->portions.items;
    return STATUS_OK;
}
