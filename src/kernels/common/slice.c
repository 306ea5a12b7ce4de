#include "kernels/common/slice.h"

#include "graph/infer.h"
#include "kernels/common/moves.h"
#include "kernels/common/operands.h"

typedef enum status resolve_plan(const struct graph *graph, const struct node *node,
                                 struct slice_plan *plan, struct error *error);

static enum status prepare_plan(struct kernel_call *call, struct arena *arena,
                                resolve_plan *resolve, struct error *error)
{
    const struct tensor *in = call->inputs[0].tensor;
    struct node_view view;
    struct slice_plan plan;
    node_view_init(&view, call);
    enum status status = resolve(&view.graph, &view.node, &plan, error);
    if (status == STATUS_OK)
        status = operands_check_same(&call->inputs[0], &call->outputs[0], error);
    if (status == STATUS_OK)
        status = moves_new(call, arena, 1, error);
    if (status != STATUS_OK)
        return status;
    struct move move = {0};
    struct shape box = {.rank = in->shape.rank};
    ptrdiff_t from[SHAPE_RANK_MAX], to[SHAPE_RANK_MAX];
    strided_steps(&in->shape, from);
    for (int i = 0; i < box.rank; i++) {
        box.dim[i] = plan.extent[i];
        move.from_first += plan.begin[i] * from[i] * (ptrdiff_t)type_size(in->type);
        /* A stride that is never taken may be too large to multiply by. */
        from[i] *= plan.extent[i] > 1 ? plan.stride[i] : 0;
    }
    strided_steps(&box, to);
    strided_init(&move.copy, type_size(in->type), &box, from, to);
    moves_add(call, &move);
    return STATUS_OK;
}

enum status slice_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    return prepare_plan(call, arena, infer_slice_plan, error);
}

enum status slice_prepare_strided(struct kernel_call *call, struct arena *arena,
                                  struct error *error)
{
    return prepare_plan(call, arena, infer_strided_slice_plan, error);
}
