/* DEPTH_TO_SPACE and SPACE_TO_DEPTH, which exchange blocks of pixels with channels; BROADCAST_TO,
 * FILL and TILE, which repeat elements; REVERSE_V2. */
#include "kernels/common/rearrange.h"
#include "kernels/lists.h"
#include "kernels/reference/moves.h"
#include "kernels/reference/strided.h"

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
        .name = text "_any_copy", .op = OP_##op_, .isa = ISA_REFERENCE,                            \
        .types = {TYPE_ANY, TYPE_ANY, TYPE_ANY}, .prepare = (prepare_), .run = (run_)              \
    }

static const struct kernel rows[] = {
    ANY("depth_to_space", DEPTH_TO_SPACE, rearrange_prepare_blocks, moves_run),
    ANY("space_to_depth", SPACE_TO_DEPTH, rearrange_prepare_blocks, moves_run),
    ANY("broadcast_to", BROADCAST_TO, rearrange_prepare_broadcast, moves_run),
    ANY("fill", FILL, rearrange_prepare_fill, moves_run),
    ANY("reverse_v2", REVERSE_V2, rearrange_prepare_reverse, moves_run),
    ANY("tile", TILE, rearrange_prepare_tile, run_tile),
};

KERNEL_LIST(reference_rearrange_kernels, rows);
