/* Half-precision arithmetic of AVX-512 FP16. portable.h says what these do. */
#ifndef KERNELS_FAST_VECTOR_AVX512_FP16_H
#define KERNELS_FAST_VECTOR_AVX512_FP16_H

#include <immintrin.h>

#include "kernels/fast/vector/types.h"

typedef __m512h vhalf;

INLINE vhalf zero_halves(void)
{
    return _mm512_setzero_ph();
}

INLINE vhalf all_pairs(const uint16_t *from, const int count)
{
    uint32_t pair = 0;
    memcpy(&pair, from, (size_t)count * sizeof(*from));
    return _mm512_castsi512_ph(_mm512_set1_epi32((int32_t)pair));
}

INLINE vhalf load_halves_whole(const uint16_t *from)
{
    return _mm512_castsi512_ph(_mm512_loadu_si512(from));
}

#define add_half_product add_half_product
INLINE vhalf add_half_product(vhalf sum, vhalf a, vhalf b)
{
    return _mm512_fmadd_ph(a, b, sum);
}

/* Of each pair the numbers change places. */
INLINE __m512i turn_pairs(__m512i pairs)
{
    return _mm512_rol_epi32(pairs, 16);
}

INLINE vfloat sum_pairs(vhalf pairs)
{
    vhalf turned = _mm512_castsi512_ph(turn_pairs(_mm512_castph_si512(pairs)));
    __m512i sums = _mm512_castph_si512(_mm512_add_ph(pairs, turned));
    return (vfloat)_mm512_cvtph_ps(_mm512_cvtepi32_epi16(sums));
}

INLINE void sum_pairs_wide(vhalf first, vhalf second, vfloat sum[2])
{
    const __mmask32 odd = 0xaaaaaaaa;
    __m512i a = _mm512_castph_si512(first), b = _mm512_castph_si512(second);
    __m512i kept = _mm512_mask_blend_epi16(odd, a, b);
    __m512i turned = turn_pairs(_mm512_mask_blend_epi16(odd, b, a));
    __m512i sums =
        _mm512_castph_si512(_mm512_add_ph(_mm512_castsi512_ph(kept), _mm512_castsi512_ph(turned)));
    sum[0] = (vfloat)_mm512_cvtph_ps(_mm512_castsi512_si256(sums));
    sum[1] = (vfloat)_mm512_cvtph_ps(_mm512_extracti64x4_epi64(sums, 1));
}

INLINE void store_halves(uint16_t *to, vfloat value)
{
    _mm256_storeu_si256((__m256i_u *)to, _mm512_cvtps_ph((__m512)value, _MM_FROUND_TO_NEAREST_INT));
}

#endif
