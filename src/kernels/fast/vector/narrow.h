/* Weights of few bits as vectors of float. */
#ifndef KERNELS_FAST_VECTOR_NARROW_H
#define KERNELS_FAST_VECTOR_NARROW_H

#include "kernels/fast/vector/vector.h"

/* A vector of float from as many bfloat16, which are its upper halves. */
INLINE vfloat load_brains(const uint16_t *from)
{
    return (vfloat)(load_shorts((const int16_t *)from) << 16);
}

/* A vector of float from as many int8. */
INLINE vfloat load_real_bytes(const int8_t *from)
{
    return __builtin_convertvector(load_bytes(from), vfloat);
}

/* The same from int4: the lower halves of as many bytes, or the upper ones. */
#ifndef load_nibbles
INLINE vfloat load_nibbles(const int8_t *from, const int is_upper)
{
    vint bytes = load_bytes(from);
    return __builtin_convertvector((is_upper ? bytes : bytes << 28 >> 24) >> 4, vfloat);
}
#endif

#endif
