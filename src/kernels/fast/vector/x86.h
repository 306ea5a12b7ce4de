/* What all x86 instruction sets share, whatever the width of their vectors. */
#ifndef KERNELS_FAST_VECTOR_X86_H
#define KERNELS_FAST_VECTOR_X86_H

#include <immintrin.h>

#include "kernels/fast/vector/types.h"

#if VECTOR_BYTES == 64
#define KEEP_VECTOR(value) __asm__("" : "+v"(value))
#else
#define KEEP_VECTOR(value) __asm__("" : "+x"(value))
#endif

/* Unpacking works within 16 bytes, which have 8 channels, 4 of each half. */
#define interleaved_channel interleaved_channel
INLINE int interleaved_channel(int i, int is_high)
{
    return i / 4 * 8 + is_high * 4 + i % 4;
}

INLINE vrow zip_low_bytes(vrow a, vrow b)
{
    return (vrow)_mm_unpacklo_epi8((__m128i)a, (__m128i)b);
}

INLINE vrow zip_high_bytes(vrow a, vrow b)
{
    return (vrow)_mm_unpackhi_epi8((__m128i)a, (__m128i)b);
}

INLINE vrow zip_low_words(vrow a, vrow b)
{
    return (vrow)_mm_unpacklo_epi32((__m128i)a, (__m128i)b);
}

INLINE vrow zip_high_words(vrow a, vrow b)
{
    return (vrow)_mm_unpackhi_epi32((__m128i)a, (__m128i)b);
}

#include "kernels/fast/vector/squares.h"

/* Packing saturates. */
#define join_saturated join_bytes

#endif
