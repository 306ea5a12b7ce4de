/* Values that stand for "not this one": attention masks. */
#ifndef QUANTIZE_MASKS_H
#define QUANTIZE_MASKS_H

#include "graph/graph.h"
#include "quantize/mode.h"

/* Whether each tensor of a float graph may hold values that no scale can have beside the others:
 * numbers beyond all that layers compute, or infinite ones, which SELECT_V2 or ADD bring in from a
 * constant, or which were seen (tensors behind the ranges were not). An exponential makes 0 of them; the lowest step of a scale it does
 * not. The array is freed by the caller. */
bool *masks_find(const struct graph *graph, const struct ranges *ranges)
    __attribute__((returns_nonnull, nonnull(1, 2)));

#endif
