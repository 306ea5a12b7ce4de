/* Which values of a tensor make a difference to what reads it: of a sigmoid's input, all beyond
 * some are the same to its integers. A range needs to be no wider. */
#ifndef QUANTIZE_USEFUL_H
#define QUANTIZE_USEFUL_H

#include "graph/graph.h"
#include "quantize/mode.h"

/* The ranges, one per tensor of the graph and to be freed, cut to what the nodes that read each
 * tensor tell apart: through nodes that only choose and order, and where all readers become
 * integer nodes (is_integer, per node) with activations of the type. What the graph puts out or
 * keeps is left as it is. */
struct range *useful_ranges(const struct graph *graph, const struct ranges *ranges,
                            const bool *is_integer, enum type type)
    __attribute__((returns_nonnull, nonnull(1, 2, 3)));

#endif
