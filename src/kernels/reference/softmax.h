/* SOFTMAX of integers: what the files that implement it share. */
#ifndef KERNELS_REFERENCE_SOFTMAX_H
#define KERNELS_REFERENCE_SOFTMAX_H

#include "kernels/common/quantized.h"
#include "kernels/common/softmax.h"

/* The greatest stored number of a row of depth elements, at least 1, that begins at the
 * first-th. */
static inline int32_t softmax_greatest(enum type type, const void *in, size_t first, size_t depth)
{
    int32_t greatest = quantized_load(type, in, first);
    for (size_t i = 1; i < depth; i++) {
        int32_t value = quantized_load(type, in, first + i);
        greatest = value > greatest ? value : greatest;
    }
    return greatest;
}

/* Of integers of all types, where the graph rounds once. */
void softmax_run_once(const struct kernel_call *call, int stage, size_t first, size_t last,
                      int thread);

#endif
