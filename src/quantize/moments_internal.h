/* What files of moments have in common. */
#ifndef QUANTIZE_MOMENTS_INTERNAL_H
#define QUANTIZE_MOMENTS_INTERNAL_H

#include "quantize/moments.h"
#include "quantize/product.h"

/* Inputs of one block: what goes together in farther ones is not looked at. */
#define BLOCK_MAX 512

/* One product. Its inputs, K of them in the order of the weights, are cut into blocks; channels
 * that read other inputs (groups, depthwise) have moments of their own. */
struct entry {
    struct product product;
    int blocks;
    bool is_guest; /* what was seen is that of an earlier product with the same weights, too */
    struct seen *seen;
    float *vector; /* one patch */
};

/* Moments are about a point near the mean, so that what differs is not lost beside it. */
struct seen {
    float **squares; /* per group and block: inputs x inputs */
    float *point;    /* per group: inputs; 0 where moments are not about the mean */
    double *totals;  /* likewise, of what lies beyond the point */
    double patches;
};

struct moments {
    const struct graph *graph;
    struct moments_use use;
    struct entry *entries;
    size_t count, capacity;
};

/* The product whose weights a tensor is; NULL: there is none. */
const struct entry *moments_entry(const struct moments *moments, int weights)
    __attribute__((nonnull(1)));
/* Inputs of a block. */
size_t moments_block_size(const struct entry *entry, int block) __attribute__((nonnull(1)));
/* The moments of one block of a group, to be freed: the upper triangle. */
float *moments_block(const struct moments *moments, const struct entry *entry, int group, int block)
    __attribute__((returns_nonnull, nonnull(1, 2)));

#endif
