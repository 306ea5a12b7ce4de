/* Values that stand for "not this one": attention masks. */
#ifndef QUANTIZE_MASKS_H
#define QUANTIZE_MASKS_H

#include "graph/graph.h"
#include "quantize/mode.h"

/* For each tensor of a float graph: whether it may hold values so far beyond all others, 1e8 or
 * more, that one scale cannot represent both. They were seen during calibration, or come from a
 * constant by way of operators that pass masks on (TRAIT_PASSES_MASK). Quantized, a mask would be
 * only the lowest step, of which the exponential behind it does not make 0. Tensors that the ranges
 * do not cover were not seen. The array is freed by the caller. */
bool *masks_find(const struct graph *graph, const struct ranges *ranges)
    __attribute__((returns_nonnull, nonnull(1, 2)));

#endif
