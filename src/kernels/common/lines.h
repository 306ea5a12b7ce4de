/* TOPK_V2, CUMSUM and ONE_HOT, which work along one dimension: what their kernels prepare. */
#ifndef KERNELS_COMMON_LINES_H
#define KERNELS_COMMON_LINES_H

#include "kernels/kernel.h"

/* The state of a call: the dimension lies in [outer, length, inner]. */
struct lines {
    size_t length, inner; /* elements */
};

/* Make a struct lines the state. TOPK_V2: rows of the input are the work items. CUMSUM: indices of
 * the dimensions before its axis. ONE_HOT: the dimension is that of the output, and indices of
 * those before it are the items; the two values are of the output's type. STATUS_UNSUPPORTED for an
 * axis that is computed, and for places of TOPK_V2 that are not int32; STATUS_FORMAT for an axis
 * that the shape does not have, and for tensors of different types. */
enum status lines_prepare_top_k(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status lines_prepare_cumsum(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status lines_prepare_one_hot(struct kernel_call *call, struct arena *arena,
                                  struct error *error) __attribute__((nonnull(1, 2, 3)));

#endif
