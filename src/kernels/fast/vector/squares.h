/* Transposing squares whose rows have 16 bytes, with instructions that interleave two rows.
 * Included with these defined, where low and high stand for the halves that are interleaved:
 *   vrow zip_low_bytes(vrow a, vrow b), zip_high_bytes: elements of 8 bits
 *   vrow zip_low_words(vrow a, vrow b), zip_high_words: of 32 */
#ifndef KERNELS_FAST_VECTOR_SQUARES_H
#define KERNELS_FAST_VECTOR_SQUARES_H

#include "kernels/fast/vector/types.h"

/* Interleaving row i with row i + side / 2 moves the highest bit of each element's column to the
 * end of its row's number, and the other way round: as often as a number has bits makes rows of
 * columns. */
#define DEFINE_INTERLEAVE_ROWS(name, side, zip_low, zip_high)                                      \
    INLINE void name(const vrow *in, vrow *out)                                                    \
    {                                                                                              \
        _Pragma("GCC unroll 8") for (int i = 0; i < (side) / 2; i++)                               \
        {                                                                                          \
            out[2 * i] = zip_low(in[i], in[i + (side) / 2]);                                       \
            out[2 * i + 1] = zip_high(in[i], in[i + (side) / 2]);                                  \
        }                                                                                          \
    }

DEFINE_INTERLEAVE_ROWS(interleave_byte_rows, 16, zip_low_bytes, zip_high_bytes)
DEFINE_INTERLEAVE_ROWS(interleave_word_rows, 4, zip_low_words, zip_high_words)

#define transpose_square_floats transpose_square_floats
INLINE void transpose_square_floats(const float *from, size_t from_step, float *to, size_t to_step)
{
    vrow a[4], b[4];
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++)
        memcpy(&a[i], from + i * from_step, sizeof(vrow));
    interleave_word_rows(a, b);
    interleave_word_rows(b, a);
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++)
        *(vrow_at *)(void *)(to + i * to_step) = a[i];
}

#define transpose_square_bytes transpose_square_bytes
INLINE void transpose_square_bytes(const int8_t *from, size_t from_step, int8_t *to, size_t to_step)
{
    vrow a[16], b[16];
#pragma GCC unroll 16
    for (size_t i = 0; i < 16; i++)
        memcpy(&a[i], from + i * from_step, sizeof(vrow));
    interleave_byte_rows(a, b);
    interleave_byte_rows(b, a);
    interleave_byte_rows(a, b);
    interleave_byte_rows(b, a);
#pragma GCC unroll 16
    for (size_t i = 0; i < 16; i++)
        *(vrow_at *)(void *)(to + i * to_step) = a[i];
}

#endif
