/* A copy of a box of elements between two arrays, each walked in steps of its own: what transposes,
 * slices, concatenations and splits come down to. kernels/reference/strided.h does the copying. */
#ifndef KERNELS_COMMON_STRIDED_H
#define KERNELS_COMMON_STRIDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph/shape.h"
#include "kernels/common/portions.h"

/* The box's dimensions, outermost first. Neighbours that both sides walk alike are one, and the
 * innermost ones are part of the unit where they lie together on both sides. */
struct strided {
    int rank; /* at least 1 */
    size_t extent[SHAPE_RANK_MAX];
    ptrdiff_t from[SHAPE_RANK_MAX], to[SHAPE_RANK_MAX]; /* bytes from one index to the next */
    size_t unit;                                        /* bytes that are copied together */
    struct portions portions;                           /* of all units, in row-major order */
    const uint8_t *map; /* NULL, or what to put in the place of each byte: 256 entries */
};

/* Elements between neighbours along each dimension of a row-major array. */
void strided_steps(const struct shape *shape, ptrdiff_t steps[SHAPE_RANK_MAX])
    __attribute__((nonnull(1, 2)));

/* size is that of an element in bytes, the steps are in elements and may be negative. A dimension
 * of one or no elements is never stepped along: its steps do not matter. */
void strided_init(struct strided *copy, size_t size, const struct shape *box,
                  const ptrdiff_t from[SHAPE_RANK_MAX], const ptrdiff_t to[SHAPE_RANK_MAX])
    __attribute__((nonnull(1, 3, 4, 5)));

/* Whether neighbours along the last dimension are neighbours in memory, on both sides. */
bool strided_is_contiguous(const struct strided *copy) __attribute__((nonnull(1)));

#endif
