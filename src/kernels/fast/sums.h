/* Rows of channels, added to sums of them. */
#ifndef KERNELS_FAST_SUMS_H
#define KERNELS_FAST_SUMS_H

#include "kernels/fast/vector/vector.h"

/* sums: count int32; in: as many elements of the type. */
#define DEFINE_ADD(name, type)                                                                     \
    INLINE void name(void *sums, const void *in, size_t count)                                     \
    {                                                                                              \
        int32_t *restrict to = sums;                                                               \
        const type *restrict from = in;                                                            \
        for (size_t i = 0; i < count; i++)                                                         \
            to[i] += from[i];                                                                      \
    }

DEFINE_ADD(add_bytes, int8_t)
DEFINE_ADD(add_unsigned_bytes, uint8_t)
DEFINE_ADD(add_shorts, int16_t)

#endif
