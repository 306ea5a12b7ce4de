/* CONCATENATIONs whose parts are written right where the whole has them. */
#ifndef ENGINE_JOIN_H
#define ENGINE_JOIN_H

#include <stdbool.h>

#include "engine/plan_internal.h"

/* Whether the steps that make the inputs of the node, makers[i] that of input i (NULL: none does), can
 * write them into its output, one beside the other in each row, so that it needs no step: a
 * CONCATENATION along the last dimension of what nobody else reads. */
bool join_is_possible(const struct graph *graph, const struct node *node,
                      struct step *const *makers) __attribute__((nonnull(1, 2, 3)));

/* Lets them. offsets[i]: bytes from the output's first element to that of input i. */
void join_parts(const struct graph *graph, const struct node *node, struct step *const *makers,
                size_t *offsets) __attribute__((nonnull(1, 2, 3, 4)));

#endif
