/* DEPTH_TO_SPACE and SPACE_TO_DEPTH, which exchange blocks of pixels with channels; BROADCAST_TO
 * and TILE, which repeat elements. */
#include "kernels/common/operands.h"
#include "kernels/lists.h"
#include "kernels/reference/moves.h"

/* Checks the quantization and makes the call's only move: the box, walked in such steps. */
static enum status add_move(struct kernel_call *call, struct arena *arena, const struct shape *box,
                            const ptrdiff_t *from, const ptrdiff_t *to, struct error *error)
{
    enum status status = operands_check_same(&call->inputs[0], &call->outputs[0], error);
    if (status == STATUS_OK)
        status = moves_new(call, arena, 1, error);
    if (status != STATUS_OK)
        return status;
    struct move move = {0};
    strided_init(&move.copy, type_size(call->inputs[0].tensor->type), box, from, to);
    moves_add(call, &move);
    return STATUS_OK;
}

/* An element in two forms: wide[n, y * block + i, x * block + j, c] is
 * deep[n, y, x, (i * block + j) * channels + c]. The box has the dimensions n, y, i, x, j, c. */
static enum status prepare_blocks(struct kernel_call *call, struct arena *arena,
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
    return add_move(call, arena, &box, widens ? deep_steps : wide_steps,
                    widens ? wide_steps : deep_steps, error);
}

/* Dimensions of 1, and those that the input lacks, are not stepped along. */
static enum status prepare_broadcast(struct kernel_call *call, struct arena *arena,
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
    return add_move(call, arena, out, from, to, error);
}

/* TILE: the dimensions up to the innermost one that is repeated; all that lies within is part of a
 * row, which follows itself a number of times. */
struct tile {
    int rank; /* of the dimensions before the row's */
    size_t in[SHAPE_RANK_MAX], out[SHAPE_RANK_MAX];
    size_t row, times; /* bytes of the input's row, and how often it stands in one of the output */
    struct portions rows; /* of the output */
};

static enum status prepare_tile(struct kernel_call *call, struct arena *arena, struct error *error)
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

/* The number of the input's row that a row of the output repeats. */
static size_t source_row(const struct tile *tile, size_t row)
{
    size_t source = 0, step = 1;
    for (int i = tile->rank - 1; i >= 0; i--) {
        source += row % tile->out[i] % tile->in[i] * step;
        step *= tile->in[i];
        row /= tile->out[i];
    }
    return source;
}

static void run_tile(const struct kernel_call *call, int stage, size_t first, size_t last,
                     int thread)
{
    (void)stage, (void)thread;
    const struct tile *tile = call->state;
    size_t end = portion_begin(&tile->rows, last);
    for (size_t row = portion_begin(&tile->rows, first); row < end; row++) {
        const char *from = (const char *)call->inputs[0].data + source_row(tile, row) * tile->row;
        char *to = (char *)call->outputs[0].data + row * tile->row * tile->times;
        strided_row(to, (ptrdiff_t)tile->row, from, 0, tile->row, tile->times);
    }
}

#define ANY(text, op_, prepare_, run_)                                                             \
    {                                                                                              \
        .name = text "_any_reference", .op = OP_##op_, .isa = ISA_REFERENCE,                       \
        .types = {TYPE_ANY, TYPE_ANY, TYPE_ANY}, .prepare = (prepare_), .run = (run_)              \
    }

static const struct kernel rows[] = {
    ANY("depth_to_space", DEPTH_TO_SPACE, prepare_blocks, moves_run),
    ANY("space_to_depth", SPACE_TO_DEPTH, prepare_blocks, moves_run),
    ANY("broadcast_to", BROADCAST_TO, prepare_broadcast, moves_run),
    ANY("tile", TILE, prepare_tile, run_tile),
};

KERNEL_LIST(reference_rearrange_kernels, rows);
