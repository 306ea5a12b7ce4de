/* Layers of a float graph that may stay float32 or have activations of 16 bits, and what does so
 * with them. */
#ifndef WORKER_PLAN_LAYERS_H
#define WORKER_PLAN_LAYERS_H

#include "graph/graph.h"

struct plan_layers {
    const struct graph *graph;
    int *nodes; /* of each layer: what has weights */
    size_t count;
    bool *takes_wide;        /* of each layer: it has 16 bits and does not stay float32 */
    bool *keep_float, *wide; /* per node of the graph */
};

/* The graph must outlive the result, which is released with plan_layers_release. */
struct plan_layers plan_layers_of(const struct graph *graph) __attribute__((nonnull(1)));
void plan_layers_release(struct plan_layers *layers) __attribute__((nonnull(1)));

/* Fills keep_float and wide from an entry per layer, true for those that are no plain integers:
 * with them goes what lies between layers of the same kind alone, and what only they read, so
 * that nothing is converted for it. */
void plan_layers_expand(const struct plan_layers *layers, const bool *is_kept)
    __attribute__((nonnull(1, 2)));

#endif
