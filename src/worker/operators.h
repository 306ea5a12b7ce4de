/* What a graph's operators compute on, for those who ask where it could run. */
#ifndef WORKER_OPERATORS_H
#define WORKER_OPERATORS_H

#include <jansson.h>

#include "graph/graph.h"

/* [{"op": "CONV_2D", "type": "int8", "weights": "int8", "count": 3}]: conversions among them, a row
 * for each kind; without "weights" where there are none. A new reference. */
json_t *operators_list(const struct graph *graph) __attribute__((returns_nonnull, nonnull(1)));

#endif
