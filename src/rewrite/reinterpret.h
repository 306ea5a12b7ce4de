/* Bytes that are taken for numbers of another scale. */
#ifndef REWRITE_REINTERPRET_H
#define REWRITE_REINTERPRET_H

#include "graph/graph.h"

/* Operators that move bytes may state one scale for what they read and another for what they write;
 * the latter counts. Here only RESHAPE may: behind any other view, or TRANSPOSE, that does so, one
 * is put. Other rewrites can then drop and exchange those. Shapes must be known. */
void graph_reinterpret(struct graph *graph) __attribute__((nonnull(1)));

#endif
