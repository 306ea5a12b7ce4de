/* What pools of every instruction set prepare. */
#ifndef KERNELS_REFERENCE_POOL_H
#define KERNELS_REFERENCE_POOL_H

#include <math.h>

#include "kernels/common/fixed_point.h"
#include "kernels/common/quantized.h"
#include "kernels/common/real_scale.h"
#include "kernels/kernel.h"

/* The state of a call. */
struct pool {
    int32_t before_h, before_w;
    float low, high;          /* of the activation */
    struct clamp_range range; /* the same in steps of a quantized output */
    enum rounding rounding;
};

/* Checks the node and fills the state; the items are output pixels. */
enum status pool_prepare(struct kernel_call *call, struct arena *arena, struct error *error);

/* The cells of an output pixel's window that lie in the image: rows top..bottom-1, columns
 * left..right-1 of image n. */
struct pool_window {
    size_t n, top, left, bottom, right;
};

struct pool_window pool_window(const struct kernel_call *call, size_t pixel)
    __attribute__((nonnull(1)));

static inline size_t pool_window_cells(const struct pool_window *window)
{
    return (window->bottom - window->top) * (window->right - window->left);
}

#endif
