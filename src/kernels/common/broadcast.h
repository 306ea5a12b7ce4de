/* Two or three operands with numpy broadcasting: where each element of the output finds its own. */
#ifndef KERNELS_COMMON_BROADCAST_H
#define KERNELS_COMMON_BROADCAST_H

#include <stddef.h>

#include "graph/shape.h"

#define BROADCAST_OPERANDS 3

/* The output's dimensions, outermost first; neighbours that all operands walk alike are one. */
struct broadcast {
    int operands, rank; /* at least 1 */
    size_t extent[SHAPE_RANK_MAX];
    /* in elements; 0 along what an operand repeats */
    size_t stride[BROADCAST_OPERANDS][SHAPE_RANK_MAX];
};

/* Consecutive output elements within the innermost dimension: the k-th of them takes the element
 * first[o] + k * step[o] of operand o. */
struct broadcast_run {
    size_t length, first[BROADCAST_OPERANDS], step[BROADCAST_OPERANDS];
    size_t position[SHAPE_RANK_MAX]; /* of element 0 in each dimension of the output */
};

/* The shapes must broadcast (see shape_broadcast); c NULL: there are but two. */
void broadcast_init(struct broadcast *broadcast, const struct shape *a, const struct shape *b,
                    const struct shape *c) __attribute__((nonnull(1, 2, 3)));

/* The longest run that begins at the output's flat element index and ends before last;
 * index < last, and the output has at least last elements. */
struct broadcast_run broadcast_run(const struct broadcast *broadcast, size_t index, size_t last)
    __attribute__((nonnull(1)));
/* The run that follows another and begins at index, where that ended: the same as broadcast_run()
 * without its divisions, which take longer than a short run. After one of length 0: the first. */
void broadcast_next(const struct broadcast *broadcast, size_t index, size_t last,
                    struct broadcast_run *run) __attribute__((nonnull(1, 4)));

/* Runs of one length that follow each other along the dimension in front of the innermost: from
 * each to the next, operand o goes on by next[o] elements. */
struct broadcast_rows {
    size_t count, next[BROADCAST_OPERANDS];
};
/* As many as there are from the run that begins at index: at least that one. Makes it the last of
 * them, which the next run follows. */
struct broadcast_rows broadcast_rows(const struct broadcast *broadcast, size_t index, size_t last,
                                     struct broadcast_run *run) __attribute__((nonnull(1, 4)));

#endif
