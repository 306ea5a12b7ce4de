/* SPACE_TO_BATCH_ND deals the pixels of an image out to batches, block by block; BATCH_TO_SPACE_ND
 * puts them together again. */
#include "kernels/common/blocks.h"

#include <string.h>

#include "kernels/lists.h"

/* Where unit i of the batches lies in the image, or -1 for one that surrounds it. */
static ptrdiff_t unit_of_image(const struct blocks *blocks, size_t i)
{
    const struct block_plan *plan = &blocks->plan;
    ptrdiff_t place = 0, step = 1;
    int32_t at[SHAPE_RANK_MAX];
    for (int d = plan->count - 1; d >= 0; d--) {
        at[d] = (int32_t)(i % (size_t)plan->small[d]) * plan->block[d] - plan->before[d];
        i /= (size_t)plan->small[d];
    }
    size_t image = i % blocks->images, block = i / blocks->images;
    for (int d = plan->count - 1; d >= 0; d--) {
        at[d] += (int32_t)(block % (size_t)plan->block[d]);
        block /= (size_t)plan->block[d];
        if (at[d] < 0 || at[d] >= plan->wide[d])
            return -1;
        place += at[d] * step;
        step *= plan->wide[d];
    }
    return place + (ptrdiff_t)image * step;
}

/* The unit of the batches that unit i of the image is. */
static size_t unit_of_batches(const struct blocks *blocks, size_t i)
{
    const struct block_plan *plan = &blocks->plan;
    size_t place = 0, step = 1, block = 0, block_step = 1;
    for (int d = plan->count - 1; d >= 0; d--) {
        size_t at = i % (size_t)plan->wide[d] + (size_t)plan->before[d];
        size_t side = (size_t)plan->block[d];
        i /= (size_t)plan->wide[d];
        place += at / side * step;
        step *= (size_t)plan->small[d];
        block += at % side * block_step;
        block_step *= side;
    }
    return place + (i + block * blocks->images) * step;
}

static void fill(const struct blocks *blocks, char *to)
{
    for (size_t i = 0; i < blocks->unit; i += blocks->size)
        memcpy(to + i, blocks->zero, blocks->size);
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    (void)stage, (void)thread;
    const struct blocks *blocks = call->state;
    const char *in = call->inputs[0].data;
    bool to_batch = call->node->op == OP_SPACE_TO_BATCH_ND;
    size_t end = portion_begin(&blocks->portions, last);
    for (size_t i = portion_begin(&blocks->portions, first); i < end; i++) {
        char *to = (char *)call->outputs[0].data + i * blocks->unit;
        ptrdiff_t from =
            to_batch ? unit_of_image(blocks, i) : (ptrdiff_t)unit_of_batches(blocks, i);
        if (from < 0)
            fill(blocks, to);
        else
            memcpy(to, in + (size_t)from * blocks->unit, blocks->unit);
    }
}

#define ROW(text, op_)                                                                             \
    {                                                                                              \
        .name = text "_any_copy", .op = OP_##op_, .isa = ISA_REFERENCE,                            \
        .types = {TYPE_ANY, TYPE_ANY, TYPE_ANY}, .prepare = blocks_prepare, .run = run             \
    }

static const struct kernel rows[] = {
    ROW("space_to_batch_nd", SPACE_TO_BATCH_ND),
    ROW("batch_to_space_nd", BATCH_TO_SPACE_ND),
};

KERNEL_LIST(reference_blocks_kernels, rows);
