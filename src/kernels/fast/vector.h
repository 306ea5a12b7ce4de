/* Vectors of the widest registers that the flags allow, in the compilers' vector extension: ordinary
 * C operators on them. Only what C cannot say is written with intrinsics, each with a fallback. */
#ifndef KERNELS_FAST_VECTOR_H
#define KERNELS_FAST_VECTOR_H

#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__) || defined(__AVX2__) || defined(__SSE2__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#elif defined(__AVX2__)
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif

/* 32-bit lanes of a vector. */
#define LANES (VECTOR_BYTES / 4)

typedef float vfloat __attribute__((vector_size(VECTOR_BYTES)));
typedef int32_t vint __attribute__((vector_size(VECTOR_BYTES)));
typedef int16_t vshort __attribute__((vector_size(VECTOR_BYTES)));
/* As many elements as a vint has, of narrower types. */
typedef int8_t vbytes __attribute__((vector_size(VECTOR_BYTES / 4)));
typedef int16_t vshorts __attribute__((vector_size(VECTOR_BYTES / 2)));
/* As many elements as a vshort has. */
typedef int8_t vshort_bytes __attribute__((vector_size(VECTOR_BYTES / 2)));

#define INLINE static inline __attribute__((always_inline))

INLINE vfloat load_float(const float *from)
{
    vfloat value;
    memcpy(&value, from, sizeof(value));
    return value;
}

INLINE void store_float(float *to, vfloat value)
{
    memcpy(to, &value, sizeof(value));
}

INLINE vint load_int(const int32_t *from)
{
    vint value;
    memcpy(&value, from, sizeof(value));
    return value;
}

INLINE void store_int(int32_t *to, vint value)
{
    memcpy(to, &value, sizeof(value));
}

INLINE vfloat all_float(float value)
{
    return (vfloat){0} + value;
}

INLINE vint all_int(int32_t value)
{
    return (vint){0} + value;
}

/* A vector of int16 from as many int8. */
INLINE vshort load_widened(const int8_t *from)
{
    vshort_bytes bytes;
    memcpy(&bytes, from, sizeof(bytes));
    return __builtin_convertvector(bytes, vshort);
}

/* A vector of int32 from as many int16. */
INLINE vint load_shorts(const int16_t *from)
{
    vshorts shorts;
    memcpy(&shorts, from, sizeof(shorts));
    return __builtin_convertvector(shorts, vint);
}

/* A vector of float from as many halves; infinities and NaN stay what they are. */
INLINE vfloat load_halves(const uint16_t *from)
{
#if defined(__AVX512F__)
    return (vfloat)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i_u *)from));
#elif defined(__F16C__)
    return (vfloat)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i_u *)from));
#else
    vint bits = load_shorts((const int16_t *)from);
    vint magnitude = (bits & 0x7fff) << 13, special = (bits & 0x7c00) == 0x7c00;
    /* The exponent is 112 too small: a product puts it right, for subnormals, too. */
    vfloat scaled = (vfloat)magnitude * 0x1p112f;
    return (vfloat)((vint)scaled | (special & 0x7f800000) | (bits & (int32_t)0x80000000));
#endif
}

/* sum + a * b, rounded once where the CPU does that: said outright, so that no other sum changes with
 * the compiler's taste for fusing. */
INLINE vfloat add_product(vfloat sum, vfloat a, vfloat b)
{
#if defined(__AVX512F__)
    return (vfloat)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)sum);
#elif defined(__FMA__)
    return (vfloat)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)sum);
#else
    return sum + a * b;
#endif
}

/* sum + the products of neighbouring pairs: lane i gets a[2i]*b[2i] + a[2i+1]*b[2i+1]. */
INLINE vint add_pair_products(vint sum, vshort a, vshort b)
{
#if defined(__AVX512VNNI__)
    return (vint)_mm512_dpwssd_epi32((__m512i)sum, (__m512i)a, (__m512i)b);
#elif defined(__AVX512BW__)
    return sum + (vint)_mm512_madd_epi16((__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
    return sum + (vint)_mm256_madd_epi16((__m256i)a, (__m256i)b);
#elif defined(__SSE2__)
    return sum + (vint)_mm_madd_epi16((__m128i)a, (__m128i)b);
#else
    vint low = (((vint)a << 16) >> 16) * (((vint)b << 16) >> 16);
    return sum + low + ((vint)a >> 16) * ((vint)b >> 16);
#endif
}

/* Bits 31 and up of the lanes' 64-bit products plus 2^30: saturating_doubling_high of
 * kernels/fixed_point.h, for multipliers that are not negative (so that nothing saturates). */
INLINE vint doubling_high(vint a, vint b)
{
#if defined(__AVX512F__)
    const __m512i half = _mm512_set1_epi64(INT64_C(1) << 30);
    __m512i even = _mm512_mul_epi32((__m512i)a, (__m512i)b);
    __m512i odd =
        _mm512_mul_epi32(_mm512_srli_epi64((__m512i)a, 32), _mm512_srli_epi64((__m512i)b, 32));
    even = _mm512_srli_epi64(_mm512_add_epi64(even, half), 31);
    odd = _mm512_slli_epi64(_mm512_add_epi64(odd, half), 1);
    return (vint)_mm512_mask_blend_epi32(0xaaaa, even, odd);
#elif defined(__AVX2__)
    const __m256i half = _mm256_set1_epi64x(INT64_C(1) << 30);
    __m256i even = _mm256_mul_epi32((__m256i)a, (__m256i)b);
    __m256i odd =
        _mm256_mul_epi32(_mm256_srli_epi64((__m256i)a, 32), _mm256_srli_epi64((__m256i)b, 32));
    even = _mm256_srli_epi64(_mm256_add_epi64(even, half), 31);
    odd = _mm256_slli_epi64(_mm256_add_epi64(odd, half), 1);
    return (vint)_mm256_blend_epi32(even, odd, 0xaa);
#else
    vint out;
    for (int i = 0; i < LANES; i++)
        out[i] = (int32_t)(((int64_t)a[i] * b[i] + (INT64_C(1) << 30)) >> 31);
    return out;
#endif
}

/* value / 2^bits per lane, halves away from zero: rounding_divide of kernels/fixed_point.h. */
INLINE vint rounding_shift(vint value, vint bits)
{
    vint mask = (1 << bits) - 1, rest = value & mask;
    vint threshold = (mask >> 1) - (value < 0);
    return (value >> bits) - (rest > threshold);
}

INLINE vint least_int(vint a, vint b)
{
    vint less = a < b;
    return (a & less) | (b & ~less);
}

INLINE vint clamp_ints(vint value, vint low, vint high)
{
    vint above = value > low;
    return least_int((value & above) | (low & ~above), high);
}

/* NaN passes through, as it does through comparisons that are false. */
INLINE vfloat clamp_floats(vfloat value, vfloat low, vfloat high)
{
    vint below = value < low;
    value = (vfloat)(((vint)low & below) | ((vint)value & ~below));
    vint above = value > high;
    return (vfloat)(((vint)high & above) | ((vint)value & ~above));
}

/* Stores the low byte or the low half of each lane. */
INLINE void store_bytes(int8_t *to, vint value)
{
    vbytes bytes = __builtin_convertvector(value, vbytes);
    memcpy(to, &bytes, sizeof(bytes));
}

INLINE void store_shorts(int16_t *to, vint value)
{
    vshorts shorts = __builtin_convertvector(value, vshorts);
    memcpy(to, &shorts, sizeof(shorts));
}

#endif
