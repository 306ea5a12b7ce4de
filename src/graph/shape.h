/* Shapes: row-major, dim[0] outermost; images are NHWC. */
#ifndef GRAPH_SHAPE_H
#define GRAPH_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHAPE_RANK_MAX 6
/* No tensor has more elements: every index and every byte count then fits. */
#define SHAPE_ELEMENTS_MAX ((size_t)1 << 40)

struct shape {
    int rank; /* 0 is a scalar */
    int32_t dim[SHAPE_RANK_MAX];
};

/* Builds a shape in an expression: SHAPE(1, 28, 28, 3). */
#define SHAPE(...)                                                                                 \
    ((struct shape){.rank = (int)(sizeof((int32_t[]){__VA_ARGS__}) / sizeof(int32_t)),             \
                    .dim = {__VA_ARGS__}})

/* Product of the dimensions; valid shapes only (see shape_is_valid). */
size_t shape_elements(const struct shape *shape) __attribute__((nonnull(1)));
/* Product of dim[first] ... dim[last - 1]. */
size_t shape_span(const struct shape *shape, int first, int last) __attribute__((nonnull(1)));
/* Rank in range, no negative dimension, at most SHAPE_ELEMENTS_MAX elements. */
bool shape_is_valid(const struct shape *shape) __attribute__((nonnull(1)));
bool shape_equal(const struct shape *a, const struct shape *b) __attribute__((nonnull(1, 2)));
/* numpy broadcasting, aligned at the last dimension; false when the two do not fit. */
bool shape_broadcast(const struct shape *a, const struct shape *b, struct shape *out)
    __attribute__((nonnull(1, 2, 3)));
/* Maps -rank..rank-1 to 0..rank-1; false when out of range. */
bool shape_axis(int32_t axis, int rank, int *out) __attribute__((nonnull(3)));

#define SHAPE_TEXT_SIZE 96
/* "1x28x28x3", "scalar". */
const char *shape_text(const struct shape *shape, char buffer[SHAPE_TEXT_SIZE])
    __attribute__((nonnull(1, 2)));

#endif
