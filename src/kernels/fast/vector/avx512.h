/* AVX-512 F, BW and DQ, with VNNI and FP16 where the flags have them, too. */
#ifndef KERNELS_FAST_VECTOR_AVX512_H
#define KERNELS_FAST_VECTOR_AVX512_H

#define VECTOR_BYTES 64
#include "kernels/fast/vector/x86.h"

#define load_bytes load_bytes
INLINE vint load_bytes(const int8_t *from)
{
    return (vint)_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i_u *)from));
}

#define load_widened load_widened
INLINE vshort load_widened(const int8_t *from)
{
    return (vshort)_mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i_u *)from));
}

#define load_shorts load_shorts
INLINE vint load_shorts(const int16_t *from)
{
    return (vint)_mm512_cvtepi16_epi32(_mm256_loadu_si256((const __m256i_u *)from));
}

/* Narrowing straight into memory is slow: the compiler is kept from it, here and below. */
#define store_bytes store_bytes
INLINE void store_bytes(int8_t *to, vint value)
{
    __m128i bytes = _mm512_cvtepi32_epi8((__m512i)value);
    __asm__("" : "+v"(bytes));
    _mm_storeu_si128((__m128i_u *)to, bytes);
}

#define store_short_bytes store_short_bytes
INLINE void store_short_bytes(int8_t *to, vshort value)
{
    __m256i bytes = _mm512_cvtepi16_epi8((__m512i)value);
    __asm__("" : "+v"(bytes));
    _mm256_storeu_si256((__m256i_u *)to, bytes);
}

#define store_some_bytes store_some_bytes
INLINE void store_some_bytes(int8_t *to, size_t count, vshort value)
{
    if (count >= 2 * LANES) {
        store_short_bytes(to, value);
        return;
    }
    __m256i bytes = _mm512_cvtepi16_epi8((__m512i)value);
    _mm256_mask_storeu_epi8(to, (__mmask32)((UINT32_C(1) << count) - 1), bytes);
}

#define store_some_shorts store_some_shorts
INLINE void store_some_shorts(int16_t *to, size_t count, vshort value)
{
    if (count >= 2 * LANES)
        _mm512_storeu_si512(to, (__m512i)value);
    else
        _mm512_mask_storeu_epi16(to, (__mmask32)((UINT32_C(1) << count) - 1), (__m512i)value);
}

#define store_shorts store_shorts
INLINE void store_shorts(int16_t *to, vint value)
{
    __m256i shorts = _mm512_cvtepi32_epi16((__m512i)value);
    __asm__("" : "+v"(shorts));
    _mm256_storeu_si256((__m256i_u *)to, shorts);
}

/* Packing works within 16 bytes, of which each vector fills 4: in fours they are brought into
 * order. */
#define join_bytes join_bytes
INLINE vint join_bytes(vint a, vint b, vint c, vint d)
{
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    __m512i first = _mm512_packs_epi32((__m512i)a, (__m512i)b);
    __m512i second = _mm512_packs_epi32((__m512i)c, (__m512i)d);
    return (vint)_mm512_permutexvar_epi32(order, _mm512_packs_epi16(first, second));
}

#define round_even_ints round_even_ints
INLINE vlong_ints round_even_ints(vdouble value)
{
    return (vlong_ints)_mm512_cvtpd_epi32((__m512d)value);
}

#define load_halves load_halves
INLINE vfloat load_halves(const uint16_t *from)
{
    return (vfloat)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i_u *)from));
}

/* Looked up: permutations read the lowest four bits of an index. */
#define load_nibbles load_nibbles
INLINE vfloat load_nibbles(const int8_t *from, const int is_upper)
{
    const __m512 values = _mm512_setr_ps(0, 1, 2, 3, 4, 5, 6, 7, -8, -7, -6, -5, -4, -3, -2, -1);
    __m512i bytes = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i_u *)from));
    return (vfloat)_mm512_permutexvar_ps(is_upper ? _mm512_srli_epi32(bytes, 4) : bytes, values);
}

INLINE __mmask16 first_lanes(size_t count)
{
    return (__mmask16)((1u << count) - 1);
}

#define load_some load_some
INLINE vfloat load_some(const float *from, size_t count, float fill)
{
    return (vfloat)_mm512_mask_loadu_ps(_mm512_set1_ps(fill), first_lanes(count), from);
}

#define store_some store_some
INLINE void store_some(float *to, size_t count, vfloat value)
{
    _mm512_mask_storeu_ps(to, first_lanes(count), (__m512)value);
}

#define add_product add_product
INLINE vfloat add_product(vfloat sum, vfloat a, vfloat b)
{
    return (vfloat)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)sum);
}

#define scale_power scale_power
INLINE vfloat scale_power(vfloat value, vfloat n)
{
    return (vfloat)_mm512_scalef_ps((__m512)value, (__m512)n);
}

/* 2^(i / 16) of the lowest four bits of each lane, which a permutation reads. scale_power() takes
 * whole sixteenths, too: it leaves out what is behind the point. */
#define sixteenth_power sixteenth_power
INLINE vfloat sixteenth_power(vfloat bits)
{
    const __m512 powers = _mm512_setr_ps(
        1.0f, 0x1.0b5586p0f, 0x1.172b84p0f, 0x1.2387a6p0f, 0x1.306fe0p0f, 0x1.3dea64p0f,
        0x1.4bfdaep0f, 0x1.5ab07ep0f, 0x1.6a09e6p0f, 0x1.7a1148p0f, 0x1.8ace54p0f, 0x1.9c4918p0f,
        0x1.ae89fap0f, 0x1.c199bep0f, 0x1.d5818ep0f, 0x1.ea4afap0f);
    return (vfloat)_mm512_permutexvar_ps((__m512i)bits, powers);
}

#define add_pair_products add_pair_products
#if defined(__AVX512VNNI__)
INLINE vint add_pair_products(vint sum, vshort a, vshort b)
{
    return (vint)_mm512_dpwssd_epi32((__m512i)sum, (__m512i)a, (__m512i)b);
}

#define add_quad_products add_quad_products
INLINE vint add_quad_products(vint sum, vint a, vint b)
{
    return (vint)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)a, (__m512i)b);
}
#else
INLINE vint add_pair_products(vint sum, vshort a, vshort b)
{
    return sum + (vint)_mm512_madd_epi16((__m512i)a, (__m512i)b);
}
#endif

#define interleave interleave
INLINE void interleave(vshort a, vshort b, vshort *low, vshort *high)
{
    *low = (vshort)_mm512_unpacklo_epi16((__m512i)a, (__m512i)b);
    *high = (vshort)_mm512_unpackhi_epi16((__m512i)a, (__m512i)b);
}

#define deinterleave deinterleave
INLINE void deinterleave(vint low, vint high, vint *first, vint *second)
{
    const __m512i even = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
    const __m512i odd = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
    *first = (vint)_mm512_permutex2var_epi64((__m512i)low, even, (__m512i)high);
    *second = (vint)_mm512_permutex2var_epi64((__m512i)low, odd, (__m512i)high);
}

/* Packing works within 16 bytes, as unpacking did. */
#define pack_interleaved pack_interleaved
INLINE vshort pack_interleaved(vint low, vint high)
{
    return (vshort)_mm512_packs_epi32((__m512i)low, (__m512i)high);
}

#define join_interleaved join_interleaved
INLINE vchar join_interleaved(vint low, vint high, vint next_low, vint next_high)
{
    const __m512i order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
    __m512i first = _mm512_packs_epi32((__m512i)low, (__m512i)high);
    __m512i second = _mm512_packs_epi32((__m512i)next_low, (__m512i)next_high);
    return (vchar)_mm512_permutexvar_epi64(order, _mm512_packs_epi16(first, second));
}

#define pack_ordered pack_ordered
INLINE vshort pack_ordered(vint first, vint second)
{
    return (vshort)_mm512_permutexvar_epi64(_mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7),
                                            _mm512_packs_epi32((__m512i)first, (__m512i)second));
}

#define clamp_shorts clamp_shorts
INLINE vshort clamp_shorts(vshort value, vshort low, vshort high)
{
    return (vshort)_mm512_min_epi16(_mm512_max_epi16((__m512i)value, (__m512i)low), (__m512i)high);
}

#define clamp_bytes clamp_bytes
INLINE vchar clamp_bytes(vchar value, vchar low, vchar high)
{
    return (vchar)_mm512_min_epi8(_mm512_max_epi8((__m512i)value, (__m512i)low), (__m512i)high);
}

#define doubling_high doubling_high
INLINE vint doubling_high(vint a, vint b)
{
    const __m512i half = _mm512_set1_epi64(INT64_C(1) << 30);
    __m512i even = _mm512_mul_epi32((__m512i)a, (__m512i)b);
    __m512i odd =
        _mm512_mul_epi32(_mm512_srli_epi64((__m512i)a, 32), _mm512_srli_epi64((__m512i)b, 32));
    even = _mm512_srli_epi64(_mm512_add_epi64(even, half), 31);
    odd = _mm512_slli_epi64(_mm512_add_epi64(odd, half), 1);
    return (vint)_mm512_mask_blend_epi32(0xaaaa, even, odd);
}

#define rounding_high rounding_high
INLINE vint rounding_high(vint a, vint b)
{
    const __m512i half = _mm512_set1_epi64(INT64_C(1) << 31);
    __m512i even = _mm512_mul_epi32((__m512i)a, (__m512i)b);
    __m512i odd =
        _mm512_mul_epi32(_mm512_srli_epi64((__m512i)a, 32), _mm512_srli_epi64((__m512i)b, 32));
    even = _mm512_srli_epi64(_mm512_add_epi64(even, half), 32);
    return (vint)_mm512_mask_blend_epi32(0xaaaa, even, _mm512_add_epi64(odd, half));
}

#define multiply_even multiply_even
INLINE vlong multiply_even(vint a, vint b)
{
    return (vlong)_mm512_mul_epi32((__m512i)a, (__m512i)b);
}

#define narrow_longs narrow_longs
INLINE vlong_ints narrow_longs(vlong value)
{
    return (vlong_ints)_mm512_cvtepi64_epi32((__m512i)value);
}

#define join_ints join_ints
INLINE vint join_ints(vlong_ints low, vlong_ints high)
{
    return (vint)_mm512_inserti64x4(_mm512_castsi256_si512((__m256i)low), (__m256i)high, 1);
}

#define low_ints low_ints
INLINE vlong_ints low_ints(vint value)
{
    return (vlong_ints)_mm512_castsi512_si256((__m512i)value);
}

INLINE vlong_ints high_ints(vint value)
{
    return (vlong_ints)_mm512_extracti64x4_epi64((__m512i)value, 1);
}

#define round_even round_even
INLINE vint round_even(vfloat value)
{
    return (vint)_mm512_cvtps_epi32((__m512)value);
}

#define clamp_ints clamp_ints
INLINE vint clamp_ints(vint value, vint low, vint high)
{
    return (vint)_mm512_min_epi32(_mm512_max_epi32((__m512i)value, (__m512i)low), (__m512i)high);
}

/* The instructions give their second operand where one is NaN. */
#define clamp_floats clamp_floats
INLINE vfloat clamp_floats(vfloat value, vfloat low, vfloat high)
{
    return (vfloat)_mm512_min_ps((__m512)high, _mm512_max_ps((__m512)low, (__m512)value));
}

#define lesser lesser
INLINE vfloat lesser(vfloat value, vfloat other)
{
    return (vfloat)_mm512_min_ps((__m512)value, (__m512)other);
}

INLINE vfloat greater(vfloat value, vfloat other)
{
    return (vfloat)_mm512_max_ps((__m512)value, (__m512)other);
}

#define number_or number_or
INLINE vfloat number_or(vfloat value, vfloat other)
{
    __mmask16 is_number = _mm512_cmp_ps_mask((__m512)value, (__m512)value, _CMP_ORD_Q);
    return (vfloat)_mm512_mask_blend_ps(is_number, (__m512)other, (__m512)value);
}

#define sum_or sum_or
INLINE vfloat sum_or(vfloat value, vfloat other)
{
    __mmask16 is_number = _mm512_cmp_ps_mask((__m512)value, (__m512)value, _CMP_ORD_Q);
    return (vfloat)_mm512_mask_add_ps((__m512)other, is_number, (__m512)value, (__m512)other);
}

#define clamp_doubles clamp_doubles
INLINE vdouble clamp_doubles(vdouble value, double low, double high)
{
    return (vdouble)_mm512_min_pd(_mm512_max_pd((__m512d)value, _mm512_set1_pd(low)),
                                  _mm512_set1_pd(high));
}

#define choose choose
INLINE vfloat choose(vint mask, vfloat yes, vfloat no)
{
    return (vfloat)_mm512_mask_blend_ps(_mm512_movepi32_mask((__m512i)mask), (__m512)no,
                                        (__m512)yes);
}

#define sum_lanes sum_lanes
INLINE float sum_lanes(vfloat value)
{
    return _mm512_reduce_add_ps((__m512)value);
}

#define greatest_lane greatest_lane
INLINE float greatest_lane(vfloat value)
{
    return _mm512_reduce_max_ps((__m512)value);
}

/* Entries of a table of 256 for bytes that lie in words: shuffles choose among 64 words of two
 * registers, the highest bit between two such, and the lowest one between the bytes of a word. */
INLINE __m512i lookup_words(const __m512i table[4], __m512i bytes)
{
    __m512i word = _mm512_srli_epi16(bytes, 1);
    __m512i lower = _mm512_permutex2var_epi16(table[0], word, table[1]);
    __m512i upper = _mm512_permutex2var_epi16(table[2], word, table[3]);
    __mmask32 is_upper = _mm512_test_epi16_mask(bytes, _mm512_set1_epi16(0x80));
    __m512i shift = _mm512_slli_epi16(_mm512_and_si512(bytes, _mm512_set1_epi16(1)), 3);
    return _mm512_srlv_epi16(_mm512_mask_blend_epi16(is_upper, lower, upper), shift);
}

#define lookup_block lookup_block
INLINE void lookup_block(const uint8_t *table, const uint8_t *from, uint8_t *to)
{
    const __m512i low = _mm512_set1_epi16(UINT8_MAX), index = _mm512_loadu_si512(from);
    const __m512i all[4] = {
        _mm512_loadu_si512(table),
        _mm512_loadu_si512(table + 64),
        _mm512_loadu_si512(table + 128),
        _mm512_loadu_si512(table + 192),
    };
    __m512i even = lookup_words(all, _mm512_and_si512(index, low));
    __m512i odd = lookup_words(all, _mm512_srli_epi16(index, 8));
    _mm512_storeu_si512(to,
                        _mm512_or_si512(_mm512_and_si512(even, low), _mm512_slli_epi16(odd, 8)));
}

#define lookup_neighbours lookup_neighbours
INLINE vint lookup_neighbours(const uint16_t *table, vint index)
{
    return (vint)_mm512_i32gather_epi32((__m512i)index, table, sizeof(*table));
}

#if defined(__AVX512FP16__)
#include "kernels/fast/vector/avx512_fp16.h"
#endif

#endif
