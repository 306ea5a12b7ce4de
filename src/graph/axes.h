/* Axes, which files may count from the end. */
#ifndef GRAPH_AXES_H
#define GRAPH_AXES_H

#include "graph/graph.h"

/* Counts all axes of a node from the front: those in its parameters and in its constant inputs,
 * which may become other tensors. The node's shapes must have been inferred, which has checked
 * the axes. */
void axes_settle(struct graph *graph, struct node *node) __attribute__((nonnull(1, 2)));

#endif
