/* RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR of NHWC images: what their kernels prepare. */
#ifndef KERNELS_COMMON_RESIZE_H
#define KERNELS_COMMON_RESIZE_H

#include "kernels/kernel.h"

/* Which rows (or columns) of the input make one of the output: lower + weight * (upper - lower).
 * Where both are the same, the weight is 0. */
struct sample {
    size_t lower, upper;
    union {
        float real;
        int32_t q10; /* in 1/1024 */
    } weight;
};

/* The state of a call. One work item is one row of one output image. */
struct resize {
    struct sample *rows, *columns; /* of the output */
    size_t in_height, in_width, out_height, out_width, channels;
    size_t size; /* bytes of an element */
};

/* Make a struct resize the state: of the nearest neighbour, whose samples have no weight; and of
 * bilinear means of float32 and of integers. Input and output must be quantized alike
 * (STATUS_FORMAT, STATUS_UNSUPPORTED); STATUS_UNSUPPORTED for an unknown way of choosing the
 * nearest pixel; STATUS_MEMORY. */
enum status resize_prepare_nearest(struct kernel_call *call, struct arena *arena,
                                   struct error *error) __attribute__((nonnull(1, 2, 3)));
enum status resize_prepare_real(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status resize_prepare_integer(struct kernel_call *call, struct arena *arena,
                                   struct error *error) __attribute__((nonnull(1, 2, 3)));

#endif
