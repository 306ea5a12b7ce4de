/* How far kernels have come that go through their tensors in order: see struct kernel_extent. */
#ifndef KERNELS_COMMON_EXTENT_H
#define KERNELS_COMMON_EXTENT_H

#include "kernels/common/portions.h"
#include "kernels/kernel.h"

/* Of element by element work on input 0, which has the output's shape. */
struct kernel_extent extent_of_portions(const struct kernel_call *call,
                                        const struct portions *portions, size_t items)
    __attribute__((nonnull(1, 2)));

/* Of CONV_2D and DEPTHWISE_CONV_2D with so many rows of padding above an image, once all output
 * pixels before `done` are complete. */
struct kernel_extent extent_of_windows(const struct kernel_call *call, int32_t before_h,
                                       size_t done) __attribute__((nonnull(1)));

#endif
