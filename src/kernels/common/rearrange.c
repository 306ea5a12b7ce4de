#include "kernels/common/rearrange.h"

#include "graph/infer.h"
#include "kernels/common/moves.h"
#include "kernels/common/operands.h"

/* Checks the quantization and makes the call's only move: the box, walked in such steps. */
static enum status add_move(struct kernel_call *call, struct arena *arena, struct move *move,
                            const struct shape *box, const ptrdiff_t *from, const ptrdiff_t *to,
                            struct error *error)
{
    const struct operand *in = &call->inputs[move->input];
    enum status status = operands_check_same(in, &call->outputs[0], error);
    if (status == STATUS_OK)
        status = moves_new(call, arena, 1, error);
    if (status != STATUS_OK)
        return status;
    strided_init(&move->copy, type_size(in->tensor->type), box, from, to);
    moves_add(call, move);
    return STATUS_OK;
}

/* An element in two forms: wide[n, y * block + i, x * block + j, c] is
 * deep[n, y, x, (i * block + j) * channels + c]. The box has the dimensions n, y, i, x, j, c. */
enum status rearrange_prepare_blocks(struct kernel_call *call, struct arena *arena,
                                     struct error *error)
{
    bool widens = call->node->op == OP_DEPTH_TO_SPACE;
    const struct shape *in = &call->inputs[0].tensor->shape;
    const struct shape *out = &call->outputs[0].tensor->shape;
    const struct shape *deep = widens ? in : out, *wide = widens ? out : in;
    int32_t block = call->node->params.block.size;
    ptrdiff_t channels = wide->dim[3], wide_row = wide->dim[2] * channels;
    ptrdiff_t pixel = deep->dim[3], deep_row = deep->dim[2] * pixel;
    struct shape box = SHAPE(deep->dim[0], deep->dim[1], block, deep->dim[2], block, wide->dim[3]);
    const ptrdiff_t deep_steps[SHAPE_RANK_MAX] = {
        deep->dim[1] * deep_row, deep_row, block * channels, pixel, channels, 1};
    const ptrdiff_t wide_steps[SHAPE_RANK_MAX] = {
        wide->dim[1] * wide_row, block * wide_row, wide_row, block * channels, channels, 1};
    return add_move(call, arena, &(struct move){0}, &box, widens ? deep_steps : wide_steps,
                    widens ? wide_steps : deep_steps, error);
}

/* Dimensions of 1, and those that the input lacks, are not stepped along. */
enum status rearrange_prepare_broadcast(struct kernel_call *call, struct arena *arena,
                                        struct error *error)
{
    const struct shape *in = &call->inputs[0].tensor->shape;
    const struct shape *out = &call->outputs[0].tensor->shape;
    ptrdiff_t own[SHAPE_RANK_MAX], from[SHAPE_RANK_MAX] = {0}, to[SHAPE_RANK_MAX];
    strided_steps(in, own);
    strided_steps(out, to);
    for (int i = 0; i < in->rank; i++)
        if (in->dim[i] != 1)
            from[out->rank - in->rank + i] = own[i];
    return add_move(call, arena, &(struct move){0}, out, from, to, error);
}

enum status rearrange_prepare_fill(struct kernel_call *call, struct arena *arena,
                                   struct error *error)
{
    const struct shape *out = &call->outputs[0].tensor->shape;
    const ptrdiff_t from[SHAPE_RANK_MAX] = {0};
    ptrdiff_t to[SHAPE_RANK_MAX];
    strided_steps(out, to);
    return add_move(call, arena, &(struct move){.input = 1}, out, from, to, error);
}

enum status rearrange_prepare_reverse(struct kernel_call *call, struct arena *arena,
                                      struct error *error)
{
    const struct tensor *in = call->inputs[0].tensor;
    ptrdiff_t from[SHAPE_RANK_MAX], to[SHAPE_RANK_MAX], size = (ptrdiff_t)type_size(in->type);
    int32_t axes[SHAPE_RANK_MAX];
    int count, axis;
    struct node_view view;
    struct move move = {0};
    node_view_init(&view, call);
    enum status status =
        infer_constant(&view.graph, &view.node, 1, axes, SHAPE_RANK_MAX, &count, error);
    if (status != STATUS_OK)
        return status;
    strided_steps(&in->shape, from);
    strided_steps(&in->shape, to);
    for (int i = 0; i < count; i++) {
        if (!shape_axis(axes[i], in->shape.rank, &axis))
            return error_set(error, STATUS_FORMAT, NULL, "axis %d of a tensor of rank %d", axes[i],
                             in->shape.rank);
        if (from[axis] < 0 || in->shape.dim[axis] < 1) /* twice is once */
            continue;
        move.from_first += (in->shape.dim[axis] - 1) * from[axis] * size;
        from[axis] = -from[axis];
    }
    return add_move(call, arena, &move, &in->shape, from, to, error);
}

enum status rearrange_prepare_tile(struct kernel_call *call, struct arena *arena,
                                   struct error *error)
{
    const struct tensor *in = call->inputs[0].tensor, *out = call->outputs[0].tensor;
    struct tile *tile = call->state = arena_alloc(arena, sizeof(*tile));
    int inner = in->shape.rank - 1;
    while (inner > 0 && in->shape.dim[inner] == out->shape.dim[inner])
        inner--;
    for (int i = 0; i < inner; i++) {
        tile->in[i] = (size_t)in->shape.dim[i];
        tile->out[i] = (size_t)out->shape.dim[i];
    }
    tile->rank = inner < 0 ? 0 : inner;
    tile->row = type_size(in->type) * shape_span(&in->shape, tile->rank, in->shape.rank);
    tile->times = 1;
    if (inner >= 0 && in->shape.dim[inner] > 0)
        tile->times = (size_t)(out->shape.dim[inner] / in->shape.dim[inner]);
    size_t rows = shape_elements(&out->shape) > 0 ? shape_span(&out->shape, 0, tile->rank) : 0;
    tile->rows = portions_of(rows, tile->row * tile->times);
    call->items[0] = tile->rows.items;
    return operands_check_same(&call->inputs[0], &call->outputs[0], error);
}
