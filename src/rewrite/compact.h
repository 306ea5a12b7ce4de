/* Leaving out what nothing refers to. */
#ifndef REWRITE_COMPACT_H
#define REWRITE_COMPACT_H

#include "graph/graph.h"

/* Drops tensors that no node reads or writes and that are neither inputs nor outputs, such as the
 * float weights that quantized ones replaced; the others are renumbered in their order. */
void graph_compact(struct graph *graph) __attribute__((nonnull(1)));

#endif
