/* Values that one integer scale cannot hold: what computes them and what reads them stays float. */
#ifndef QUANTIZE_UNFIT_H
#define QUANTIZE_UNFIT_H

#include <stdbool.h>

#include "graph/graph.h"
#include "quantize/mode.h"

enum unfit {
    FITS,
    UNFIT_MASK,        /* an attention mask lies among them, far beyond all others (masks.h) */
    UNFIT_NEAR_ZERO,   /* something tells those near 0 apart (near_zero.h) */
    UNFIT_MANY_SHARES, /* the last softmax, whose shares are mostly below the step of int8 */
    UNFIT_BOXES /* what a detector found: numbers of classes and of boxes are to stay whole, and
                   outputs stay float, too */
};

/* One entry for each tensor of a float graph, whose activations become integers of this type;
 * float_out: and its outputs do not. Tensors that the ranges do not cover were not seen. Freed by
 * the caller. */
enum unfit *unfit_find(const struct graph *graph, const struct ranges *ranges, enum type type,
                       bool float_out) __attribute__((returns_nonnull, nonnull(1, 2)));

/* Adds a remark per reason, and one where the shares have to be coarse; of boxes only where outputs
 * become integers. */
void unfit_report(struct graph *graph, const enum unfit *unfit, const struct ranges *ranges,
                  enum type type, bool float_out) __attribute__((nonnull(1, 2, 3)));

#endif
