/* Samples out of nothing: what a network can be fed with where there is no data set. */
#ifndef GRAPH_SAMPLE_H
#define GRAPH_SAMPLE_H

#include <stdint.h>

#include "graph/shape.h"
#include "graph/type.h"

/* Fills values with sample number index of a tensor of that shape, the same on every machine.
 *
 * Of rank 4: images (NHWC) between 0 and 1. Each has its own brightness, contrast, tint and
 * roughness; like photographs, and unlike white noise, they have most of their power in low spatial
 * frequencies, so that neighbours resemble each other and images as a whole differ.
 *
 * Of any other rank: vectors along the last dimension, normally distributed with variance 1, a part
 * of which all vectors of a sample share, as the embedded words of a text do. */
void sample_fill(const struct shape *shape, uint64_t index, float *values)
    __attribute__((nonnull(1, 3)));

/* The same for a tensor of whole numbers, in its own type: uniform over least..most, which the type
 * can hold. */
struct whole_range {
    int64_t least, most;
};
void sample_fill_whole(enum type type, size_t count, struct whole_range range, uint64_t index,
                       void *elements) __attribute__((nonnull(5)));

/* What whole numbers stand for where nobody says so: those of a table's rows (0: there is none) are
 * its rows; 8 and 16 bits are raw signals, of their whole range; the others are flags, 0 or 1. */
struct whole_range sample_range(enum type type, int32_t rows);

#endif
