/* DEPTH_TO_SPACE, SPACE_TO_DEPTH, BROADCAST_TO, FILL, REVERSE_V2 and TILE: what their kernels
 * prepare. */
#ifndef KERNELS_COMMON_REARRANGE_H
#define KERNELS_COMMON_REARRANGE_H

#include "kernels/common/portions.h"
#include "kernels/kernel.h"

/* Make a struct moves the state, with one move: of DEPTH_TO_SPACE and SPACE_TO_DEPTH of NHWC
 * images, of BROADCAST_TO, FILL and REVERSE_V2. STATUS_FORMAT or STATUS_UNSUPPORTED when the
 * tensors are not quantized alike, or the axes are computed; STATUS_MEMORY. */
enum status rearrange_prepare_blocks(struct kernel_call *call, struct arena *arena,
                                     struct error *error) __attribute__((nonnull(1, 2, 3)));
enum status rearrange_prepare_broadcast(struct kernel_call *call, struct arena *arena,
                                        struct error *error) __attribute__((nonnull(1, 2, 3)));
enum status rearrange_prepare_fill(struct kernel_call *call, struct arena *arena,
                                   struct error *error) __attribute__((nonnull(1, 2, 3)));
enum status rearrange_prepare_reverse(struct kernel_call *call, struct arena *arena,
                                      struct error *error) __attribute__((nonnull(1, 2, 3)));

/* The state of a call of TILE: the dimensions up to the innermost one that is repeated; all that
 * lies within is part of a row, which follows itself a number of times. */
struct tile {
    int rank; /* of the dimensions before the row's */
    size_t in[SHAPE_RANK_MAX], out[SHAPE_RANK_MAX];
    size_t row, times; /* bytes of the input's row, and how often it stands in one of the output */
    struct portions rows; /* of the output; they are the work items */
};

/* Makes a struct tile the state. Errors as above. */
enum status rearrange_prepare_tile(struct kernel_call *call, struct arena *arena,
                                   struct error *error) __attribute__((nonnull(1, 2, 3)));

#endif
