/* Rewrites that leave the function of a float graph unchanged and make it smaller. */
#ifndef REWRITE_FUSE_H
#define REWRITE_FUSE_H

#include "graph/graph.h"

/* What each pass did, for messages and tests. */
struct fuse_counts {
    /* MUL by a constant per channel, or by a number further down, folded into weights. */
    int scales;
    int offsets;     /* ADD or SUB of a constant per channel, folded into the bias before it */
    int activations; /* RELU, RELU6, RELU_N1_TO_1 fused into the node before it */
    int dead;        /* nodes whose results nobody reads */
};

/* Folds batch norms that still stand apart into float32 products, fuses activations into nodes of
 * the same type and scale, and drops dead nodes, until nothing changes. Shapes must be inferred. */
struct fuse_counts graph_fuse(struct graph *graph) __attribute__((nonnull(1)));

/* Drops nodes whose outputs nobody reads; returns how many. */
int graph_drop_dead(struct graph *graph) __attribute__((nonnull(1)));

#endif
