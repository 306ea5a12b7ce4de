/* Reductions: what their kernels of every instruction set prepare. */
#ifndef KERNELS_REFERENCE_REDUCE_H
#define KERNELS_REFERENCE_REDUCE_H

#include "kernels/common/fixed_point.h"
#include "kernels/common/quantized.h"
#include "kernels/kernel.h"

/* Some dimensions of the input, outermost first. */
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
    int32_t zero_in, zero_out; /* MEAN and SUM of quantized numbers */
    enum rounding rounding;
    struct multiplier by; /* rounding twice */
    double factor;        /* rounding once */
    struct clamp_range range;
};

/* Where the index-th element of the dimensions begins, in elements. */
size_t axes_offset(const struct axes *axes, size_t index);

/* Splits the dimensions as the node's constant axes say; else says what is wrong with them. */
enum status reduce_split(struct reduction *reduction, const struct kernel_call *call,
                         struct error *error);

/* Check the node and fill the state; the latter of MEAN and SUM of quantized numbers. */
enum status reduce_prepare(struct kernel_call *call, struct arena *arena, struct error *error);
enum status reduce_prepare_quantized(struct kernel_call *call, struct arena *arena,
                                     struct error *error);

/* The stored mean or sum of quantized numbers that add up to `sum` as they are stored. */
int32_t reduce_finish(const struct reduction *reduction, int64_t sum);

#endif
