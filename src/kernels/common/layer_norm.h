/* LAYER_NORMALIZATION of float32: what the kernels of every instruction set prepare. Inputs are the
 * tensor, factors and (perhaps) offsets; these two have the shape of a row. */
#ifndef KERNELS_COMMON_LAYER_NORM_H
#define KERNELS_COMMON_LAYER_NORM_H

#include "kernels/common/portions.h"
#include "kernels/kernel.h"

/* The state of a call: the dimensions from the axis on are one row. */
struct layer_norm {
    size_t depth;         /* elements of a row */
    struct portions rows; /* of the output */
};

/* Makes a struct layer_norm the state; the items are portions of rows. STATUS_INVALID for an
 * epsilon that is negative or not finite, STATUS_FORMAT for operands of different types. */
enum status layer_norm_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

#endif
