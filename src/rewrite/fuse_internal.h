/* What the files that fuse nodes share. */
#ifndef REWRITE_FUSE_INTERNAL_H
#define REWRITE_FUSE_INTERNAL_H

#include "rewrite/fuse.h"

/* The node that writes a tensor and is its only reader's only way to it, or NULL: folding into it
 * is safe only when nobody else sees the value in between. */
struct node *fuse_sole_producer(struct graph *graph, int tensor) __attribute__((nonnull(1)));
/* Whether it is a product with constant float weights and bias (or none), and nothing fused behind
 * it. */
bool fuse_is_foldable_product(const struct graph *graph, struct node *node)
    __attribute__((nonnull(1, 2)));
/* Gives the node a bias of its own (zero when it had none) that may be changed. */
float *fuse_own_bias(struct graph *graph, struct node *node, int32_t channels)
    __attribute__((nonnull(1, 2), returns_nonnull));
/* Gives the node weights of its own, each output channel multiplied by its factor, or all by the
 * one. */
void fuse_scale_weights(struct graph *graph, struct node *node, const struct tensor *factors)
    __attribute__((nonnull(1, 2, 3)));
/* Removes `node`, whose value `before` computes from now on. */
void fuse_replace_by(struct graph *graph, struct node *node, struct node *before)
    __attribute__((nonnull(1, 2, 3)));
bool fuse_is_float(const struct tensor *tensor);
/* The value for a channel of a constant with one per channel, or one for all. */
float fuse_value_at(const struct tensor *per_channel, int32_t channel) __attribute__((nonnull(1)));
/* Channels of a tensor. */
int32_t fuse_last_dimension(const struct tensor *tensor) __attribute__((nonnull(1)));

/* Folds MUL, ADD or SUB with a constant per channel into the product before it. */
bool fuse_affine(struct graph *graph, struct node *node, struct fuse_counts *counts)
    __attribute__((nonnull(1, 2, 3)));
/* Folds a multiplication by a number into the product whose results, moved or multiplied with other
 * matrices, it multiplies: the scale of attention scores into the queries. */
bool fuse_scale_above(struct graph *graph, struct node *node, struct fuse_counts *counts)
    __attribute__((nonnull(1, 2, 3)));

#endif
