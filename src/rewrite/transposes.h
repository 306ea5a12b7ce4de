/* Getting rid of transpositions. */
#ifndef REWRITE_TRANSPOSES_H
#define REWRITE_TRANSPOSES_H

#include "graph/graph.h"

/* Moves TRANSPOSE nodes with constant orders down through operators that do not mind, whose
 * parameters and constants are permuted instead, until they cancel, meet an operator that minds, or
 * become a RESHAPE because no element would move. A network that came in as NCHW keeps those at its
 * ends. Shapes must be inferred. Constants are permuted in copies. */
void graph_sink_transposes(struct graph *graph) __attribute__((nonnull(1)));

#endif
