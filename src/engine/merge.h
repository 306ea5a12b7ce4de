/* Nodes whose work the steps before them do on the way: a CONCATENATION whose parts are written right
 * where the whole has them, an ADD of what a product has just computed. */
#ifndef ENGINE_MERGE_H
#define ENGINE_MERGE_H

#include "engine/planner.h"

/* Whether the steps so far can make the node's output by themselves; then they will, and the node needs no
 * step. The tensors in between are in no place of their own any more. */
bool merge_node(struct planner *planner, const struct node *node) __attribute__((nonnull(1, 2)));

#endif
