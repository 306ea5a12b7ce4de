/* SLICE and STRIDED_SLICE: what their kernels prepare. */
#ifndef KERNELS_COMMON_SLICE_H
#define KERNELS_COMMON_SLICE_H

#include "kernels/kernel.h"

/* Make a struct moves the state, with one move. Begins, ends and strides are constant inputs:
 * STATUS_UNSUPPORTED when they are computed, STATUS_FORMAT when they do not fit the shape or the
 * tensors are not quantized alike; STATUS_MEMORY. */
enum status slice_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status slice_prepare_strided(struct kernel_call *call, struct arena *arena,
                                  struct error *error) __attribute__((nonnull(1, 2, 3)));

#endif
