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

INLINE vhalf all_half(const uint16_t *from)
{
    _Float16 value;
    memcpy(&value, from, sizeof(value));
    return _mm512_set1_ph(value);
}

INLINE vhalf load_half_panel(const uint16_t *from, const int is_narrow)
{
    if (is_narrow)
        return _mm512_castsi512_ph(
            _mm512_zextsi256_si512(_mm256_loadu_si256((const __m256i_u *)from)));
    return _mm512_castsi512_ph(_mm512_loadu_si512(from));
}

#define add_half_product add_half_product
INLINE vhalf add_half_product(vhalf sum, vhalf a, vhalf b)
{
    return _mm512_fmadd_ph(a, b, sum);
}

INLINE void add_halves(vfloat sum[2], vhalf halves)
{
    __m512i bits = _mm512_castph_si512(halves);
    sum[0] += (vfloat)_mm512_cvtph_ps(_mm512_castsi512_si256(bits));
    sum[1] += (vfloat)_mm512_cvtph_ps(_mm512_extracti64x4_epi64(bits, 1));
}

INLINE void store_halves(uint16_t *to, vfloat value)
{
    _mm256_storeu_si256((__m256i_u *)to, _mm512_cvtps_ph((__m512)value, _MM_FROUND_TO_NEAREST_INT));
}

#endif
