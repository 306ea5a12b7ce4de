/* Recognition of operators that files spell out in several. */
#ifndef REWRITE_RECOGNIZE_H
#define REWRITE_RECOGNIZE_H

#include "graph/graph.h"

/* Replaces what means GELU, HARD_SWISH, SILU, LAYER_NORMALIZATION or a product with activations
 * that are quantized at run time by those operators, reads a transposed operand of a BATCH_MATMUL
 * as it lay before, calls padding SAME or VALID where it is, and lets a MEAN drop the dimensions
 * that a RESHAPE behind it drops. Returns how many nodes were rewritten; what they no longer read
 * is left, for graph_drop_dead. Shapes must be inferred. */
int graph_recognize(struct graph *graph) __attribute__((nonnull(1)));

#endif
