/* Values that stand for "not this one": attention masks. */
#ifndef QUANTIZE_MASKS_H
#define QUANTIZE_MASKS_H

#include "quantize/unfit.h"

/* Marks the tensors of a float graph that may hold values so far beyond all others that one scale
 * cannot represent both. They were seen during calibration, or come from a constant by way of
 * operators that pass masks on (TRAIT_PASSES_MASK): samples of the calibration need not have one.
 * Quantized, a mask would be only the lowest step, of which the exponential behind it does not make
 * 0. behind: for each tensor, whether products stand before it: scores of a network may be large
 * themselves, and what was seen tells a mask from them where none made it. */
void masks_mark(const struct graph *graph, const struct ranges *ranges, const bool *behind,
                enum unfit *unfit) __attribute__((nonnull(1, 2, 3, 4)));

#endif
