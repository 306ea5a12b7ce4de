/* SSE2, which every x86-64 CPU has. */
#ifndef KERNELS_FAST_VECTOR_SSE2_H
#define KERNELS_FAST_VECTOR_SSE2_H

#define VECTOR_BYTES 16
#include "kernels/fast/vector/x86.h"

/* Unpacking with itself and shifting back is what widens. */
#define load_widened load_widened
INLINE vshort load_widened(const int8_t *from)
{
    __m128i bytes = _mm_loadl_epi64((const __m128i_u *)from);
    return (vshort)_mm_srai_epi16(_mm_unpacklo_epi8(bytes, bytes), 8);
}

#define load_shorts load_shorts
INLINE vint load_shorts(const int16_t *from)
{
    __m128i shorts = _mm_loadl_epi64((const __m128i_u *)from);
    return (vint)_mm_srai_epi32(_mm_unpacklo_epi16(shorts, shorts), 16);
}

#define load_bytes load_bytes
INLINE vint load_bytes(const int8_t *from)
{
    int32_t four;
    memcpy(&four, from, sizeof(four));
    __m128i bytes = _mm_cvtsi32_si128(four), shorts = _mm_unpacklo_epi8(bytes, bytes);
    return (vint)_mm_srai_epi32(_mm_unpacklo_epi16(shorts, shorts), 24);
}

/* Packing saturates, which what is left of the lanes does not come to. */
#define store_bytes store_bytes
INLINE void store_bytes(int8_t *to, vint value)
{
    __m128i low = _mm_and_si128((__m128i)value, _mm_set1_epi32(UINT8_MAX));
    __m128i shorts = _mm_packs_epi32(low, low);
    int32_t four = _mm_cvtsi128_si32(_mm_packus_epi16(shorts, shorts));
    memcpy(to, &four, sizeof(four));
}

#define store_short_bytes store_short_bytes
INLINE void store_short_bytes(int8_t *to, vshort value)
{
    __m128i low = _mm_and_si128((__m128i)value, _mm_set1_epi16(UINT8_MAX));
    _mm_storel_epi64((__m128i_u *)to, _mm_packus_epi16(low, low));
}

#define store_shorts store_shorts
INLINE void store_shorts(int16_t *to, vint value)
{
    __m128i low = _mm_srai_epi32(_mm_slli_epi32((__m128i)value, 16), 16);
    _mm_storel_epi64((__m128i_u *)to, _mm_packs_epi32(low, low));
}

#define join_bytes join_bytes
INLINE vint join_bytes(vint a, vint b, vint c, vint d)
{
    __m128i first = _mm_packs_epi32((__m128i)a, (__m128i)b);
    __m128i second = _mm_packs_epi32((__m128i)c, (__m128i)d);
    return (vint)_mm_packs_epi16(first, second);
}

#define lesser lesser
INLINE vfloat lesser(vfloat value, vfloat other)
{
    return (vfloat)_mm_min_ps((__m128)value, (__m128)other);
}

INLINE vfloat greater(vfloat value, vfloat other)
{
    return (vfloat)_mm_max_ps((__m128)value, (__m128)other);
}

#define round_even_ints round_even_ints
INLINE vlong_ints round_even_ints(vdouble value)
{
    vlong_ints made;
    _mm_storel_epi64((__m128i_u *)&made, _mm_cvtpd_epi32((__m128d)value));
    return made;
}

#define round_even round_even
INLINE vint round_even(vfloat value)
{
    return (vint)_mm_cvtps_epi32((__m128)value);
}

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

#define pack_interleaved pack_interleaved
INLINE vshort pack_interleaved(vint low, vint high)
{
    return (vshort)_mm_packs_epi32((__m128i)low, (__m128i)high);
}

#define pack_ordered pack_ordered
INLINE vshort pack_ordered(vint first, vint second)
{
    return (vshort)_mm_packs_epi32((__m128i)first, (__m128i)second);
}

#define clamp_shorts clamp_shorts
INLINE vshort clamp_shorts(vshort value, vshort low, vshort high)
{
    return (vshort)_mm_min_epi16(_mm_max_epi16((__m128i)value, (__m128i)low), (__m128i)high);
}

#endif
