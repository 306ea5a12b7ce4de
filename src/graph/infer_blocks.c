/* Shape rules of operators that fill, turn around, or deal pixels out to batches. */
#include "graph/infer.h"

static void set_shape(struct graph *graph, const struct node *node, const struct shape *shape)
{
    graph->tensors[node->outputs[0]].shape = *shape;
}

enum status infer_fill(struct graph *graph, const struct node *node, struct error *error)
{
    struct shape out = {0};
    enum status status = infer_constant(graph, node, 0, out.dim, SHAPE_RANK_MAX, &out.rank, error);
    if (status != STATUS_OK)
        return status;
    if (!shape_is_valid(&out) || shape_elements(&node_input(graph, node, 1)->shape) != 1)
        return error_set(error, STATUS_FORMAT, NULL, "no shape, or more than one value");
    set_shape(graph, node, &out);
    return STATUS_OK;
}

enum status infer_reverse(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *in = &node_input(graph, node, 0)->shape;
    int32_t axes[SHAPE_RANK_MAX];
    int count, axis;
    enum status status = infer_constant(graph, node, 1, axes, SHAPE_RANK_MAX, &count, error);
    for (int i = 0; status == STATUS_OK && i < count; i++)
        if (!shape_axis(axes[i], in->rank, &axis))
            status = error_set(error, STATUS_FORMAT, NULL, "axis %d of a tensor of rank %d",
                               axes[i], in->rank);
    if (status == STATUS_OK)
        set_shape(graph, node, in);
    return status;
}

/* Dimension i of the plan, and of the output; false where blocks do not fit it. */
static bool plan_dimension(struct block_plan *plan, int i, int32_t size, const int32_t *ends,
                           bool to_batch)
{
    int64_t block = plan->block[i];
    if (block < 1 || ends[0] < 0 || ends[1] < 0)
        return false;
    int64_t wide = to_batch ? (int64_t)size + ends[0] + ends[1] : size * block;
    int64_t left = to_batch ? wide / block : wide - ends[0] - ends[1];
    if (wide > INT32_MAX || wide % block != 0 || left < 0)
        return false;
    plan->before[i] = ends[0];
    plan->wide[i] = to_batch ? size : (int32_t)left;
    plan->small[i] = to_batch ? (int32_t)left : size;
    plan->out.dim[i + 1] = (int32_t)left;
    return true;
}

enum status infer_block_plan(const struct graph *graph, const struct node *node,
                             struct block_plan *plan, struct error *error)
{
    const struct shape *in = &node_input(graph, node, 0)->shape;
    bool to_batch = node->op == OP_SPACE_TO_BATCH_ND, fits;
    int32_t ends[2 * SHAPE_RANK_MAX];
    int64_t blocks = 1;
    int n_ends;
    *plan = (struct block_plan){.out = *in};
    enum status status =
        infer_constant(graph, node, 1, plan->block, SHAPE_RANK_MAX, &plan->count, error);
    if (status == STATUS_OK)
        status = infer_constant(graph, node, 2, ends, 2 * SHAPE_RANK_MAX, &n_ends, error);
    if (status != STATUS_OK)
        return status;
    fits = n_ends == 2 * plan->count && in->rank > plan->count;
    for (int i = 0; fits && i < plan->count; i++) {
        fits = plan_dimension(plan, i, in->dim[i + 1], &ends[2 * i], to_batch) &&
               (blocks *= plan->block[i]) <= INT32_MAX;
    }
    int64_t batches = !fits ? 0 : to_batch ? in->dim[0] * blocks : in->dim[0] / blocks;
    if (!fits || batches > INT32_MAX || (!to_batch && in->dim[0] % blocks != 0))
        return error_set(error, STATUS_FORMAT, NULL, "the blocks do not fit the input");
    plan->out.dim[0] = (int32_t)batches;
    return STATUS_OK;
}

enum status infer_blocks(struct graph *graph, const struct node *node, struct error *error)
{
    struct block_plan plan;
    enum status status = infer_block_plan(graph, node, &plan, error);
    if (status == STATUS_OK)
        set_shape(graph, node, &plan.out);
    return status;
}
