/* SLICE and STRIDED_SLICE: a box of the input, perhaps with gaps or backwards. */
#include "graph/infer.h"
#include "kernels/common/operands.h"
#include "kernels/lists.h"
#include "kernels/reference/moves.h"

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

static enum status prepare_slice(struct kernel_call *call, struct arena *arena, struct error *error)
{
    return prepare_plan(call, arena, infer_slice_plan, error);
}

static enum status prepare_strided_slice(struct kernel_call *call, struct arena *arena,
                                         struct error *error)
{
    return prepare_plan(call, arena, infer_strided_slice_plan, error);
}

#define ANY(text, op_, prepare_)                                                                   \
    {                                                                                              \
        .name = text "_any_reference", .op = OP_##op_, .isa = ISA_REFERENCE,                       \
        .types = {TYPE_ANY, TYPE_ANY, TYPE_ANY}, .prepare = (prepare_), .run = moves_run           \
    }

static const struct kernel rows[] = {
    ANY("slice", SLICE, prepare_slice),
    ANY("strided_slice", STRIDED_SLICE, prepare_strided_slice),
};

KERNEL_LIST(reference_slice_kernels, rows);
