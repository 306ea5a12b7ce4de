/* AVX2, with FMA and F16C where the flags have them, too. */
#ifndef KERNELS_FAST_VECTOR_AVX2_H
#define KERNELS_FAST_VECTOR_AVX2_H

#define VECTOR_BYTES 32
#include "kernels/fast/vector/x86.h"

#define load_bytes load_bytes
INLINE vint load_bytes(const int8_t *from)
{
    return (vint)_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i_u *)from));
}

#define load_widened load_widened
INLINE vshort load_widened(const int8_t *from)
{
    return (vshort)_mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i_u *)from));
}

#define load_shorts load_shorts
INLINE vint load_shorts(const int16_t *from)
{
    return (vint)_mm256_cvtepi16_epi32(_mm_loadu_si128((const __m128i_u *)from));
}

/* Shuffles work within 16 bytes: each half of a vector collects its own, then they meet. */
#define store_bytes store_bytes
INLINE void store_bytes(int8_t *to, vint value)
{
    const __m256i lowest = _mm256_set1_epi32(0x0c080400);
    __m256i each = _mm256_shuffle_epi8((__m256i)value, lowest);
    __m128i both =
        _mm_unpacklo_epi32(_mm256_castsi256_si128(each), _mm256_extracti128_si256(each, 1));
    _mm_storel_epi64((__m128i_u *)to, both);
}

#define store_short_bytes store_short_bytes
INLINE void store_short_bytes(int8_t *to, vshort value)
{
    __m256i low = _mm256_and_si256((__m256i)value, _mm256_set1_epi16(UINT8_MAX));
    __m256i bytes = _mm256_permute4x64_epi64(_mm256_packus_epi16(low, low), 0x08);
    _mm_storeu_si128((__m128i_u *)to, _mm256_castsi256_si128(bytes));
}

#define store_shorts store_shorts
INLINE void store_shorts(int16_t *to, vint value)
{
    const __m256i lower = _mm256_set1_epi64x(0x0d0c090805040100);
    __m256i each = _mm256_shuffle_epi8((__m256i)value, lower);
    __m256i both = _mm256_permute4x64_epi64(each, 0x08);
    _mm_storeu_si128((__m128i_u *)to, _mm256_castsi256_si128(both));
}

/* Packing works within 16 bytes, of which each vector fills 4: in fours they are brought into
 * order. */
#define join_bytes join_bytes
INLINE vint join_bytes(vint a, vint b, vint c, vint d)
{
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    __m256i first = _mm256_packs_epi32((__m256i)a, (__m256i)b);
    __m256i second = _mm256_packs_epi32((__m256i)c, (__m256i)d);
    return (vint)_mm256_permutevar8x32_epi32(_mm256_packs_epi16(first, second), order);
}

#define round_even_ints round_even_ints
INLINE vlong_ints round_even_ints(vdouble value)
{
    return (vlong_ints)_mm256_cvtpd_epi32((__m256d)value);
}

#if defined(__F16C__)
#define load_halves load_halves
INLINE vfloat load_halves(const uint16_t *from)
{
    return (vfloat)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i_u *)from));
}
#endif

#if defined(__FMA__)
INLINE __m256i first_lanes(size_t count)
{
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), lanes);
}

#define load_some load_some
INLINE vfloat load_some(const float *from, size_t count, float fill)
{
    __m256i which = first_lanes(count);
    return (vfloat)_mm256_blendv_ps(_mm256_set1_ps(fill), _mm256_maskload_ps(from, which),
                                    (__m256)which);
}

#define store_some store_some
INLINE void store_some(float *to, size_t count, vfloat value)
{
    _mm256_maskstore_ps(to, first_lanes(count), (__m256)value);
}

#define add_product add_product
INLINE vfloat add_product(vfloat sum, vfloat a, vfloat b)
{
    return (vfloat)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)sum);
}
#endif

#define add_pair_products add_pair_products
INLINE vint add_pair_products(vint sum, vshort a, vshort b)
{
    return sum + (vint)_mm256_madd_epi16((__m256i)a, (__m256i)b);
}

#define add_matched_products add_matched_products
INLINE vint add_matched_products(vint sum, vint a, vint b)
{
    const __m256i ones = _mm256_set1_epi16(1);
    __m256i pairs = _mm256_maddubs_epi16((__m256i)a, (__m256i)b);
    return sum + (vint)_mm256_madd_epi16(pairs, ones);
}

INLINE vint choose_bytes(const unsigned char *from, vint which)
{
    __m256i window = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i_u *)from));
    return (vint)_mm256_shuffle_epi8(window, (__m256i)which);
}

#define interleave interleave
INLINE void interleave(vshort a, vshort b, vshort *low, vshort *high)
{
    *low = (vshort)_mm256_unpacklo_epi16((__m256i)a, (__m256i)b);
    *high = (vshort)_mm256_unpackhi_epi16((__m256i)a, (__m256i)b);
}

#define deinterleave deinterleave
INLINE void deinterleave(vint low, vint high, vint *first, vint *second)
{
    *first = (vint)_mm256_permute2x128_si256((__m256i)low, (__m256i)high, 0x20);
    *second = (vint)_mm256_permute2x128_si256((__m256i)low, (__m256i)high, 0x31);
}

/* Packing works within 16 bytes, as unpacking did. */
#define pack_interleaved pack_interleaved
INLINE vshort pack_interleaved(vint low, vint high)
{
    return (vshort)_mm256_packs_epi32((__m256i)low, (__m256i)high);
}

#define join_interleaved join_interleaved
INLINE vchar join_interleaved(vint low, vint high, vint next_low, vint next_high)
{
    __m256i first = _mm256_packs_epi32((__m256i)low, (__m256i)high);
    __m256i second = _mm256_packs_epi32((__m256i)next_low, (__m256i)next_high);
    return (vchar)_mm256_permute4x64_epi64(_mm256_packs_epi16(first, second), 0xd8);
}

#define pack_ordered pack_ordered
INLINE vshort pack_ordered(vint first, vint second)
{
    return (vshort)_mm256_permute4x64_epi64(_mm256_packs_epi32((__m256i)first, (__m256i)second),
                                            0xd8);
}

#define clamp_shorts clamp_shorts
INLINE vshort clamp_shorts(vshort value, vshort low, vshort high)
{
    return (vshort)_mm256_min_epi16(_mm256_max_epi16((__m256i)value, (__m256i)low), (__m256i)high);
}

#define clamp_bytes clamp_bytes
INLINE vchar clamp_bytes(vchar value, vchar low, vchar high)
{
    return (vchar)_mm256_min_epi8(_mm256_max_epi8((__m256i)value, (__m256i)low), (__m256i)high);
}

#define doubling_high doubling_high
INLINE vint doubling_high(vint a, vint b)
{
    const __m256i half = _mm256_set1_epi64x(INT64_C(1) << 30);
    __m256i even = _mm256_mul_epi32((__m256i)a, (__m256i)b);
    __m256i odd =
        _mm256_mul_epi32(_mm256_srli_epi64((__m256i)a, 32), _mm256_srli_epi64((__m256i)b, 32));
    even = _mm256_srli_epi64(_mm256_add_epi64(even, half), 31);
    odd = _mm256_slli_epi64(_mm256_add_epi64(odd, half), 1);
    return (vint)_mm256_blend_epi32(even, odd, 0xaa);
}

#define rounding_high rounding_high
INLINE vint rounding_high(vint a, vint b)
{
    const __m256i half = _mm256_set1_epi64x(INT64_C(1) << 31);
    __m256i even = _mm256_mul_epi32((__m256i)a, (__m256i)b);
    __m256i odd =
        _mm256_mul_epi32(_mm256_srli_epi64((__m256i)a, 32), _mm256_srli_epi64((__m256i)b, 32));
    even = _mm256_srli_epi64(_mm256_add_epi64(even, half), 32);
    return (vint)_mm256_blend_epi32(even, _mm256_add_epi64(odd, half), 0xaa);
}

#define multiply_even multiply_even
INLINE vlong multiply_even(vint a, vint b)
{
    return (vlong)_mm256_mul_epi32((__m256i)a, (__m256i)b);
}

#define narrow_longs narrow_longs
INLINE vlong_ints narrow_longs(vlong value)
{
    const __m256i even = _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6);
    return (vlong_ints)_mm256_castsi256_si128(_mm256_permutevar8x32_epi32((__m256i)value, even));
}

#define join_ints join_ints
INLINE vint join_ints(vlong_ints low, vlong_ints high)
{
    return (vint)_mm256_set_m128i((__m128i)high, (__m128i)low);
}

#define low_ints low_ints
INLINE vlong_ints low_ints(vint value)
{
    return (vlong_ints)_mm256_castsi256_si128((__m256i)value);
}

INLINE vlong_ints high_ints(vint value)
{
    return (vlong_ints)_mm256_extracti128_si256((__m256i)value, 1);
}

#define round_even round_even
INLINE vint round_even(vfloat value)
{
    return (vint)_mm256_cvtps_epi32((__m256)value);
}

#define clamp_ints clamp_ints
INLINE vint clamp_ints(vint value, vint low, vint high)
{
    return (vint)_mm256_min_epi32(_mm256_max_epi32((__m256i)value, (__m256i)low), (__m256i)high);
}

/* The instructions give their second operand where one is NaN. */
#define clamp_floats clamp_floats
INLINE vfloat clamp_floats(vfloat value, vfloat low, vfloat high)
{
    return (vfloat)_mm256_min_ps((__m256)high, _mm256_max_ps((__m256)low, (__m256)value));
}

#define lesser lesser
INLINE vfloat lesser(vfloat value, vfloat other)
{
    return (vfloat)_mm256_min_ps((__m256)value, (__m256)other);
}

INLINE vfloat greater(vfloat value, vfloat other)
{
    return (vfloat)_mm256_max_ps((__m256)value, (__m256)other);
}

#define number_or number_or
INLINE vfloat number_or(vfloat value, vfloat other)
{
    __m256 is_number = _mm256_cmp_ps((__m256)value, (__m256)value, _CMP_ORD_Q);
    return (vfloat)_mm256_blendv_ps((__m256)other, (__m256)value, is_number);
}

#define clamp_doubles clamp_doubles
INLINE vdouble clamp_doubles(vdouble value, double low, double high)
{
    return (vdouble)_mm256_min_pd(_mm256_max_pd((__m256d)value, _mm256_set1_pd(low)),
                                  _mm256_set1_pd(high));
}

#define choose choose
INLINE vfloat choose(vint mask, vfloat yes, vfloat no)
{
    return (vfloat)_mm256_blendv_ps((__m256)no, (__m256)yes, (__m256)mask);
}

#define greatest_lane greatest_lane
INLINE float greatest_lane(vfloat value)
{
    __m128 most =
        _mm_max_ps(_mm256_castps256_ps128((__m256)value), _mm256_extractf128_ps((__m256)value, 1));
    most = _mm_max_ps(most, _mm_movehl_ps(most, most));
    return _mm_cvtss_f32(_mm_max_ss(most, _mm_movehdup_ps(most)));
}

/* Table row i answers bytes of 16 i .. 16 i + 15, which are below 16 after i subtractions of 16:
 * shuffles give 0 for indices whose highest bit is set, and what is above gets it. */
#define lookup_block lookup_block
INLINE void lookup_block(const uint8_t *table, const uint8_t *from, uint8_t *to)
{
    const __m256i above = _mm256_set1_epi8(0x70), row_size = _mm256_set1_epi8(16);
    __m256i index = _mm256_loadu_si256((const __m256i_u *)from), made = _mm256_setzero_si256();
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
        __m256i row = _mm256_broadcastsi128_si256(
            _mm_loadu_si128((const __m128i_u *)(table + (ptrdiff_t)16 * i)));
        __m256i entry = _mm256_shuffle_epi8(row, _mm256_adds_epu8(index, above));
        made = _mm256_or_si256(made, entry);
        index = _mm256_sub_epi8(index, row_size);
    }
    _mm256_storeu_si256((__m256i_u *)to, made);
}

#define lookup_neighbours lookup_neighbours
INLINE vint lookup_neighbours(const uint16_t *table, vint index)
{
    return (vint)_mm256_i32gather_epi32((const int *)(const void *)table, (__m256i)index,
                                        sizeof(*table));
}

#endif
