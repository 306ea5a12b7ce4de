/* Rows of channels, added to sums of them. */
#ifndef KERNELS_FAST_SUMS_H
#define KERNELS_FAST_SUMS_H

#include "kernels/fast/vector/vector.h"

/* sums: count int32; in: as many int8. */
INLINE void add_bytes(void *sums, const void *in, size_t count)
{
    int32_t *restrict to = sums;
    const int8_t *restrict from = in;
    for (size_t i = 0; i < count; i++)
        to[i] += from[i];
}

/* The same of int16. */
INLINE void add_shorts(void *sums, const void *in, size_t count)
{
    int32_t *restrict to = sums;
    const int16_t *restrict from = in;
    for (size_t i = 0; i < count; i++)
        to[i] += from[i];
}

#endif
