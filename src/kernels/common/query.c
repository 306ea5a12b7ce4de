#include "kernels/common/query.h"

#include "kernels/common/operands.h"

enum status query_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    (void)call, (void)arena, (void)error;
    return STATUS_OK;
}

enum status query_prepare_range(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct range_plan *plan = call->state = arena_alloc(arena, sizeof(*plan));
    struct node_view view;
    node_view_init(&view, call);
    return infer_range_plan(&view.graph, &view.node, plan, error);
}
