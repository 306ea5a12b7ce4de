/* Reductions: what the kernels of every instruction set prepare. */
#ifndef KERNELS_COMMON_REDUCE_H
#define KERNELS_COMMON_REDUCE_H

#include "kernels/common/fixed_point.h"
#include "kernels/common/quantized.h"
#include "kernels/kernel.h"

/* Some dimensions of the input, outermost first; neighbours are one. */
struct axes {
    int rank;
    size_t extent[SHAPE_RANK_MAX], stride[SHAPE_RANK_MAX]; /* in elements */
};

/* The state of a call: an output element belongs to one index of the kept dimensions and takes all
 * indices of the reduced ones. The work items are output elements. */
struct reduction {
    struct axes kept, reduced;
    size_t count; /* input elements per output element */
    enum type type;
    /* MEAN and SUM of quantized numbers: zero points, and what takes a sum of steps of the input to
     * steps of the output (of MEAN: divided by count). */
    int32_t zero_in, zero_out;
    enum rounding rounding;
    struct multiplier by; /* rounding twice */
    double factor;        /* rounding once; of 8 bits a float, in which they are multiplied */
    struct clamp_range range;
};

/* Where the index-th element of the dimensions begins, in elements. */
size_t axes_offset(const struct axes *axes, size_t index) __attribute__((nonnull(1)));

/* Splits the dimensions as the node's constant axes say; reduction is all 0 before. STATUS_FORMAT
 * for an axis that the input does not have, STATUS_UNSUPPORTED for axes that are computed. */
enum status reduce_split(struct reduction *reduction, const struct kernel_call *call,
                         struct error *error) __attribute__((nonnull(1, 2, 3)));

/* Make a struct reduction the state: of numbers without a scale and of ARG_MAX; of REDUCE_MAX and
 * REDUCE_MIN of quantized numbers; of their MEAN and SUM. Errors as of reduce_split, and
 * STATUS_UNSUPPORTED for scales per channel. */
enum status reduce_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status reduce_prepare_extreme(struct kernel_call *call, struct arena *arena,
                                   struct error *error) __attribute__((nonnull(1, 2, 3)));
enum status reduce_prepare_quantized(struct kernel_call *call, struct arena *arena,
                                     struct error *error) __attribute__((nonnull(1, 2, 3)));

#endif
