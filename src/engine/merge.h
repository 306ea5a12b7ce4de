/* Nodes that need no step of their own, because the steps before them can do their work: a
 * CONCATENATION whose parts are written straight into its output, an ADD of what a product has just
 * computed, a function of each element of that. */
#ifndef ENGINE_MERGE_H
#define ENGINE_MERGE_H

#include "engine/planner.h"

/* Makes the steps planned so far write the node's output, so that the node needs no step. The
 * tensors in between then have no memory of their own. Returns false, and changes nothing, where
 * the steps cannot do that. */
bool merge_node(struct planner *planner, const struct node *node) __attribute__((nonnull(1, 2)));

#endif
