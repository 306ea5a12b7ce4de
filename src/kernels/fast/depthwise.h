/* Depthwise convolutions of square filters of 3 or 5 cells a side, one output per input channel: a
 * few outputs that lie side by side are summed at once, so that each input that was read serves
 * all of them that it belongs to, and results are made of the sums of a panel while they are in
 * registers or the nearest cache. The product's way (product/tile_depthwise.c) takes all other
 * filters. */
#ifndef KERNELS_FAST_DEPTHWISE_H
#define KERNELS_FAST_DEPTHWISE_H

#include "kernels/fast/product/product.h"

/* The most outputs that are summed at once, and cells of a filter's side. */
#define RUN_LENGTH 4
#define SIDE_MAX   5
#define STRIDE_MAX 2

/* Neighbouring outputs of a row whose windows reach columns outside the image, and the inputs that
 * they are made of: pointers [column][row of the filter] to the first channel, or to what stands
 * for 0. */
#define RUN_CELLS (((RUN_LENGTH - 1) * STRIDE_MAX + SIDE_MAX) * SIDE_MAX)
struct depthwise_run {
    int count, first; /* first: counted from that of the block */
    const void *cells[RUN_CELLS];
};

/* Neighbouring outputs of a row: weights are read once for all of them. Those from `inside` on and
 * before `behind` read columns of the image alone, and look up no pointers; the others, at its left
 * and right end, are those of the runs. */
#define BLOCK_LENGTH 16
#define RUNS_MAX     (BLOCK_LENGTH / RUN_LENGTH + 1)
struct depthwise_block {
    size_t pixel; /* of the first output, counted over all images */
    int length, inside, behind;
    /* Of output `inside`: the first cell of each row of the filter, and bytes to the next cell: 0
     * in rows outside, whose cell stands for 0. */
    const char *row[SIDE_MAX];
    ptrdiff_t step[SIDE_MAX];
    int count;
    struct depthwise_run run[RUNS_MAX];
};

/* What a few outputs at once are made of: cells, or rows as a block has them. */
struct depthwise_source {
    const void *const *cells;
    const char *row[SIDE_MAX];
    ptrdiff_t step[SIDE_MAX];
};

/* The first channel of the cell in a column and row of the filter; is_inside: *at is that, and goes
 * on to the next column: the compiler is kept from holding the distances of all cells, for which
 * there are too few registers. side and is_inside are constants where this is inlined. */
INLINE const void *cell_of(const struct depthwise_source *source, const char **at, int column,
                           int y, const int side, const bool is_inside)
{
    const char *cell = *at;
    if (!is_inside)
        return source->cells[column * side + y];
    *at += source->step[y];
    KEEP_INDEX(*at);
    return cell;
}

/* Goes on to the next outputs of a block. */
INLINE void go_on(struct depthwise_source *source, int columns, const int side)
{
#pragma GCC unroll 8
    for (int y = 0; y < side; y++)
        source->row[y] += columns * source->step[y];
}

INLINE struct depthwise_source inside_of(const struct depthwise_block *block, const int side)
{
    struct depthwise_source source = {.cells = NULL};
#pragma GCC unroll 8
    for (int y = 0; y < side; y++) {
        source.row[y] = block->row[y];
        source.step[y] = block->step[y];
    }
    return source;
}

struct depthwise;
typedef void depthwise_function(const struct kernel_call *call,
                                const struct depthwise_block *block);

/* The state of a call. Channels are taken `width` at a time, in panels. */
struct depthwise {
    struct product product; /* of which geometry, source and epilogue are used */
    int side, stride;
    int width, panels;
    int last;             /* no panel begins behind this channel */
    size_t element_bytes; /* of an input */
    size_t blocks;        /* that a row of outputs is divided into */
    /* The first output of a row that reads no column outside the image, and behind the last. */
    int inside, behind;
    /* Elements that stand for 0, of all channels; NULL: they are in the scratch. */
    const void *zeros;
    /* float: [panel][tap][width]; integers: [panel][pair of rows][column][width pairs], int16. */
    const void *weights;
    /* Of bytes: the epilogue with its channels in panels and there in the order in which
     * interleave() brings them. The bias is that of inputs which still have their zero point. */
    struct epilogue lanes;
    depthwise_function *compute;
    /* Of bytes: makes the outputs of a panel, which begin at `to`, from sums [count][its lanes]. */
    void (*finish)(const struct kernel_call *call, int panel, const int32_t *sums, int count,
                   int8_t *to);
};

/* The first channel of a panel. The last one may repeat some of the one before, to end with the
 * last channel. */
INLINE size_t panel_channel(const struct depthwise *depthwise, int panel)
{
    int first = panel * depthwise->width;
    return (size_t)(first < depthwise->last ? first : depthwise->last);
}

/* The parts of a kernel that differ by type. The first set width, panels, last, element_bytes,
 * zeros, weights, what else the second reads, and product.source where it is converted;
 * product.geometry, side and stride must be set. */
typedef enum status depthwise_prepare_function(const struct kernel_call *call,
                                               struct depthwise *depthwise, struct arena *arena,
                                               struct error *error);
depthwise_prepare_function depthwise_prepare_float PER_ISA(depthwise_prepare_float);
depthwise_prepare_function depthwise_prepare_bytes PER_ISA(depthwise_prepare_bytes);
depthwise_prepare_function depthwise_prepare_hybrid PER_ISA(depthwise_prepare_hybrid);
depthwise_prepare_function depthwise_prepare_words PER_ISA(depthwise_prepare_words);

/* SUM(count, is_inside), both constants, for all outputs of a block, as many at once as can be; x
 * is then the first of them and `source` what they are made of. */
#define RUN_CASE(count, is_inside, SUM)                                                            \
    case count:                                                                                    \
        SUM(count, is_inside);                                                                     \
        break
#define EACH_RUN(block, side, stride, source, x, SUM)                                              \
    do {                                                                                           \
        struct depthwise_source source = inside_of(block, side);                                   \
        int x = (block)->inside;                                                                   \
        for (; x + RUN_LENGTH <= (block)->behind; x += RUN_LENGTH) {                               \
            SUM(RUN_LENGTH, true);                                                                 \
            go_on(&source, RUN_LENGTH *(stride), side);                                            \
        }                                                                                          \
        switch ((block)->behind - x) {                                                             \
            RUN_CASE(3, true, SUM);                                                                \
            RUN_CASE(2, true, SUM);                                                                \
            RUN_CASE(1, true, SUM);                                                                \
        }                                                                                          \
        for (int run = 0; run < (block)->count; run++) {                                           \
            source.cells = (block)->run[run].cells;                                                \
            x = (block)->run[run].first;                                                           \
            switch ((block)->run[run].count) {                                                     \
                RUN_CASE(4, false, SUM);                                                           \
                RUN_CASE(3, false, SUM);                                                           \
                RUN_CASE(2, false, SUM);                                                           \
                RUN_CASE(1, false, SUM);                                                           \
            }                                                                                      \
        }                                                                                          \
    } while (0)

#endif
