/* SSE2, which every x86-64 CPU has. */
#ifndef KERNELS_FAST_VECTOR_SSE2_H
#define KERNELS_FAST_VECTOR_SSE2_H

#define VECTOR_BYTES 16
#include "kernels/fast/vector/x86.h"

#define add_pair_products add_pair_products
INLINE vint add_pair_products(vint sum, vshort a, vshort b)
{
    return sum + (vint)_mm_madd_epi16((__m128i)a, (__m128i)b);
}

#define interleave interleave
INLINE void interleave(vshort a, vshort b, vshort *low, vshort *high)
{
    *low = (vshort)_mm_unpacklo_epi16((__m128i)a, (__m128i)b);
    *high = (vshort)_mm_unpackhi_epi16((__m128i)a, (__m128i)b);
}

#endif
