/* FULLY_CONNECTED: what its reference kernel prepares. Weights are [channels, depth]. */
#ifndef KERNELS_COMMON_DENSE_H
#define KERNELS_COMMON_DENSE_H

#include "kernels/common/product_terms.h"

/* The state of a call: the input as rows of depth elements. */
struct dense {
    struct product_terms terms;
    size_t depth, channels;
};

/* Makes a struct dense the state; the items of the sums are output elements. Errors as of
 * product_prepare. */
enum status dense_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

#endif
