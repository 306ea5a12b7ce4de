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

#define transpose_square_floats transpose_square_floats
INLINE void transpose_square_floats(const float *from, size_t from_step, float *to, size_t to_step)
{
    __m128 a = _mm_loadu_ps(from), b = _mm_loadu_ps(from + from_step);
    __m128 c = _mm_loadu_ps(from + 2 * from_step), d = _mm_loadu_ps(from + 3 * from_step);
    _MM_TRANSPOSE4_PS(a, b, c, d);
    _mm_storeu_ps(to, a);
    _mm_storeu_ps(to + to_step, b);
    _mm_storeu_ps(to + 2 * to_step, c);
    _mm_storeu_ps(to + 3 * to_step, d);
}

/* Interleaving row i with row i + 8 moves the highest bit of each element's column to the end of
 * its row's number, and the other way round: four times of that make rows of columns. */
INLINE void interleave_rows(const __m128i *in, __m128i *out)
{
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++) {
        out[2 * i] = _mm_unpacklo_epi8(in[i], in[i + 8]);
        out[2 * i + 1] = _mm_unpackhi_epi8(in[i], in[i + 8]);
    }
}

#define transpose_square_bytes transpose_square_bytes
INLINE void transpose_square_bytes(const int8_t *from, size_t from_step, int8_t *to, size_t to_step)
{
    __m128i a[16], b[16];
#pragma GCC unroll 16
    for (size_t i = 0; i < 16; i++)
        a[i] = _mm_loadu_si128((const __m128i_u *)(from + i * from_step));
    interleave_rows(a, b);
    interleave_rows(b, a);
    interleave_rows(a, b);
    interleave_rows(b, a);
#pragma GCC unroll 16
    for (size_t i = 0; i < 16; i++)
        _mm_storeu_si128((__m128i_u *)(to + i * to_step), a[i]);
}

#endif
