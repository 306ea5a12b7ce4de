/* Padding that has a name. */
#ifndef REWRITE_PADDING_H
#define REWRITE_PADDING_H

#include "graph/graph.h"

/* For a convolution or pool with PADDING_EXPLICIT: PADDING_SAME or PADDING_VALID where one of them
 * adds the same cells, else PADDING_EXPLICIT; for any other node its own padding, or -1 where it
 * has none. */
int32_t padding_known(const struct graph *graph, const struct node *node)
    __attribute__((nonnull(1, 2)));
/* Sets the padding, without pads. */
void padding_set(struct node *node, int32_t padding) __attribute__((nonnull(1)));

#endif
