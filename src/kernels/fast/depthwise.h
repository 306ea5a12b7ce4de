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
#define RUN_CELLS  (((RUN_LENGTH - 1) * STRIDE_MAX + SIDE_MAX) * SIDE_MAX)
/* With room for the vector that is written last. */
#define RUN_CELLS_ROOM (RUN_CELLS + WIDE_LANES)

/* Neighbouring outputs of a row, and the inputs that they are made of: pointers [column][row of the
 * filter] to the first channel, or to what stands for 0. */
struct depthwise_run {
    int count;
    size_t pixel; /* of the first, counted over all images */
    const void *cells[RUN_CELLS_ROOM];
};

/* Runs of one row, whose weights are read once. */
#define RUNS_MAX 4
struct depthwise_runs {
    int count;
    struct depthwise_run run[RUNS_MAX];
};

struct depthwise;
typedef void depthwise_function(const struct kernel_call *call, const struct depthwise_runs *runs);

/* The state of a call. Channels are taken `width` at a time, in panels. */
struct depthwise {
    struct product product; /* of which geometry, source and epilogue are used */
    int side, stride;
    int width, panels;
    int last;             /* no panel begins behind this channel */
    size_t element_bytes; /* of an input */
    /* Bytes from the first cell of a run to each, where all lie in the image. */
    int64_t offsets[RUN_CELLS_ROOM];
    size_t blocks; /* that a row of outputs is divided into */
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

/* CALL(count) with the length of a run as a constant. */
#define RUN_CASE(length, CALL)                                                                     \
    case length:                                                                                   \
        CALL(length);                                                                              \
        break
#define RUN_CASES(CALL)                                                                            \
    RUN_CASE(4, CALL);                                                                             \
    RUN_CASE(3, CALL);                                                                             \
    RUN_CASE(2, CALL);                                                                             \
    RUN_CASE(1, CALL)

#endif
