/* The ends of float32 values, which run-time quantization takes its scales from: found in a tensor,
 * or noted for its reader while results are made and near. NaN does not count, and 0 always does:
 * low <= 0 <= high. */
#ifndef KERNELS_FAST_RANGE_H
#define KERNELS_FAST_RANGE_H

#include "kernels/fast/isa.h"
#include "kernels/kernel.h"

struct range {
    float low, high;
};

/* Of neighbouring values. */
struct range range_find(const float *values, size_t count) PER_ISA(range_find);
/* Of an image of input 0, whose ranges are known. */
struct range range_known(const struct kernel_call *call, size_t image) PER_ISA(range_known);

/* Some results: `rows` rows of output 0 from row `row` on, of each `width` values from value
 * `first` on. */
struct range_part {
    size_t row, rows, first, width;
    bool are_positive; /* or 0, or NaN: nobody need look for a lower end */
};

/* Notes their ends, if somebody asks for the ranges of output 0. */
void range_note(const struct kernel_call *call, const struct range_part *part, int thread)
    PER_ISA(range_note);

#endif
