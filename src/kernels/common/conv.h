/* CONV_2D, DEPTHWISE_CONV_2D and TRANSPOSE_CONV of NHWC images: what their reference kernels
 * prepare. Filters are [channels, height, width, depth]; depthwise: [1, height, width,
 * channels]. */
#ifndef KERNELS_COMMON_CONV_H
#define KERNELS_COMMON_CONV_H

#include "kernels/common/product_terms.h"

/* The state of a call. */
struct conv {
    struct product_terms terms;
    int32_t before_h,
        before_w; /* cells of padding above and left of the image; TRANSPOSE_CONV: what
                                 * is cut off the output there */
    int32_t
        channels_per_group; /* of the output; depthwise: the multiplier. Not of TRANSPOSE_CONV */
};

/* Make a struct conv the state; the items of the sums are output pixels. Errors as of
 * product_prepare.
 */
enum status conv_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status transpose_conv_prepare(struct kernel_call *call, struct arena *arena,
                                   struct error *error) __attribute__((nonnull(1, 2, 3)));

#endif
