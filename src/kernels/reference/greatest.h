/* The greatest of a row of stored numbers, from which SOFTMAX counts. */
#ifndef KERNELS_REFERENCE_GREATEST_H
#define KERNELS_REFERENCE_GREATEST_H

#include "kernels/common/quantized.h"

/* The greatest stored number of a row of depth elements, at least 1, that begins at the
 * first-th. */
static inline int32_t greatest_of_row(enum type type, const void *in, size_t first, size_t depth)
{
    int32_t greatest = quantized_load(type, in, first);
    for (size_t i = 1; i < depth; i++) {
        int32_t value = quantized_load(type, in, first + i);
        greatest = value > greatest ? value : greatest;
    }
    return greatest;
}

#endif
