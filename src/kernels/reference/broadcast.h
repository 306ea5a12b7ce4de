/* Two operands with numpy broadcasting: where each element of the output finds its own. */
#ifndef KERNELS_REFERENCE_BROADCAST_H
#define KERNELS_REFERENCE_BROADCAST_H

#include <stddef.h>

#include "graph/shape.h"

/* The output's dimensions, outermost first; neighbours that both operands walk alike are one. */
struct broadcast {
    int rank; /* at least 1 */
    size_t extent[SHAPE_RANK_MAX];
    size_t stride[2][SHAPE_RANK_MAX]; /* in elements; 0 along what an operand repeats */
};

/* Consecutive output elements within the innermost dimension: the k-th of them takes the elements
 * first[0] + k * step[0] and first[1] + k * step[1] of the operands. */
struct broadcast_run {
    size_t length, first[2], step[2];
};

/* The shapes must broadcast (see shape_broadcast). */
void broadcast_init(struct broadcast *broadcast, const struct shape *a, const struct shape *b)
    __attribute__((nonnull(1, 2, 3)));

/* The longest run that begins at the output's flat element index and ends before last;
 * index < last, and the output has at least last elements. */
struct broadcast_run broadcast_run(const struct broadcast *broadcast, size_t index, size_t last)
    __attribute__((nonnull(1)));

#endif
