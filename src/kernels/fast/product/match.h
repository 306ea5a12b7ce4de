/* Exact products of unsigned with signed bytes where the CPU's instruction adds two of them in 16
 * bits: weights lie in an order in which no two neighbours leave them (kernels/common/matching.h),
 * and tiles bring inputs into that order. */
#ifndef KERNELS_FAST_PRODUCT_MATCH_H
#define KERNELS_FAST_PRODUCT_MATCH_H

#include "base/arena.h"
#include "kernels/common/matching.h"
#include "kernels/fast/isa.h"
#include "kernels/kernel.h"

struct product;
struct product_part;

/* The steps of a product, panel by panel, and of each panel tap by tap. */
struct match {
    const struct matched_step *steps; /* one panel_steps behind the other */
    size_t panel_steps;               /* the most of a panel */
    const int32_t *counts;            /* [panel][tap] */
};

/* Whether matched pairs are worth it for the call; then sets product->match. The product is not
 * looked at: its geometry is not known yet. */
typedef bool match_function(const struct kernel_call *call, const struct product_part *part,
                            struct product *product, struct arena *arena);
match_function match_prepare PER_ISA(match_prepare);

#endif
