/* Samples out of nothing: what a network can be fed with where there is no data set. */
#ifndef GRAPH_SAMPLE_H
#define GRAPH_SAMPLE_H

#include <stdint.h>

#include "graph/shape.h"

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

#endif
