/* Vectors of the widest registers that the flags allow, in the compilers' vector extension: ordinary
 * C operators on them. Only what C cannot say is written with intrinsics, each with a fallback. */
#ifndef KERNELS_FAST_VECTOR_VECTOR_H
#define KERNELS_FAST_VECTOR_VECTOR_H

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
typedef uint32_t vuint __attribute__((vector_size(VECTOR_BYTES)));
typedef int16_t vshort __attribute__((vector_size(VECTOR_BYTES)));
/* As many elements as a vint has, of narrower types. */
typedef int8_t vbytes __attribute__((vector_size(VECTOR_BYTES / 4)));
typedef int16_t vshorts __attribute__((vector_size(VECTOR_BYTES / 2)));
/* As many elements as a vshort has. */
typedef int8_t vshort_bytes __attribute__((vector_size(VECTOR_BYTES / 2)));

/* 64-bit lanes, and as many elements of narrower types. */
#define WIDE_LANES (VECTOR_BYTES / 8)
typedef int64_t vlong __attribute__((vector_size(VECTOR_BYTES)));
typedef double vdouble __attribute__((vector_size(VECTOR_BYTES)));
typedef int32_t vlong_ints __attribute__((vector_size(VECTOR_BYTES / 2)));
typedef int16_t vlong_shorts __attribute__((vector_size(VECTOR_BYTES / 4)));

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

INLINE vlong load_long(const int64_t *from)
{
    vlong value;
    memcpy(&value, from, sizeof(value));
    return value;
}

INLINE vdouble load_double(const double *from)
{
    vdouble value;
    memcpy(&value, from, sizeof(value));
    return value;
}

/* Keeps the compiler from giving every array that is read at the index a pointer of its own, all of which
 * would have to be moved in each step of a loop. */
#define KEEP_INDEX(index) __asm__("" : "+r"(index))

/* Asks for the line of memory, to be in the second level of the cache when it is needed. */
INLINE void fetch(const void *address)
{
    __builtin_prefetch(address, 0, 2);
}

/* Less 0 and not plus 0, which would be an addition: it makes 0 of -0. */
INLINE vfloat all_float(float value)
{
    return value - (vfloat){0};
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

INLINE vshort load_short(const int16_t *from)
{
    vshort value;
    memcpy(&value, from, sizeof(value));
    return value;
}

INLINE void store_short(int16_t *to, vshort value)
{
    memcpy(to, &value, sizeof(value));
}

/* A vector of int32 from as many int16. */
INLINE vint load_shorts(const int16_t *from)
{
    vshorts shorts;
    memcpy(&shorts, from, sizeof(shorts));
    return __builtin_convertvector(shorts, vint);
}

/* A vector of int32 from as many int8. Compilers take the elements one by one where they are four times
 * as wide as before. */
INLINE vint load_bytes(const int8_t *from)
{
#if defined(__AVX512F__)
    return (vint)_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i_u *)from));
#elif defined(__AVX2__)
    return (vint)_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i_u *)from));
#else
    vbytes bytes;
    memcpy(&bytes, from, sizeof(bytes));
    return __builtin_convertvector(bytes, vint);
#endif
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

/* Whether there is a product of unsigned with signed bytes, four to a lane. */
#if defined(__AVX512VNNI__)
#define HAS_BYTE_PRODUCTS 1
#else
#define HAS_BYTE_PRODUCTS 0
#endif

/* Whether it computes in half precision. */
#if defined(__AVX512FP16__)
#define HAS_HALF_ARITHMETIC 1
#else
#define HAS_HALF_ARITHMETIC 0
#endif

#if HAS_BYTE_PRODUCTS
/* sum + the products of neighbouring bytes: lane i gets a[4i]*b[4i] + ... + a[4i+3]*b[4i+3], a
 * unsigned, b signed; sums wrap. */
INLINE vint add_quad_products(vint sum, vint a, vint b)
{
    return (vint)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)a, (__m512i)b);
}
#endif

/* The elements of two vectors in turns, as pairs (a, b): each 16 bytes by themselves, so that lane i of
 * *low and of *high is the channel that interleaved_channel() says. */
INLINE void interleave(vshort a, vshort b, vshort *low, vshort *high)
{
#if defined(__AVX512BW__)
    *low = (vshort)_mm512_unpacklo_epi16((__m512i)a, (__m512i)b);
    *high = (vshort)_mm512_unpackhi_epi16((__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
    *low = (vshort)_mm256_unpacklo_epi16((__m256i)a, (__m256i)b);
    *high = (vshort)_mm256_unpackhi_epi16((__m256i)a, (__m256i)b);
#elif defined(__SSE2__)
    *low = (vshort)_mm_unpacklo_epi16((__m128i)a, (__m128i)b);
    *high = (vshort)_mm_unpackhi_epi16((__m128i)a, (__m128i)b);
#else
    for (int i = 0; i < LANES; i++) {
        (*low)[2 * i] = a[i], (*low)[2 * i + 1] = b[i];
        (*high)[2 * i] = a[LANES + i], (*high)[2 * i + 1] = b[LANES + i];
    }
#endif
}

/* Which of 2 * LANES channels lane i of the high (or low) half of an interleaved pair is. */
INLINE int interleaved_channel(int i, int is_high)
{
#if defined(__SSE2__)
    return i / 4 * 8 + is_high * 4 + i % 4; /* 8 channels in 16 bytes, 4 of each half */
#else
    return is_high * LANES + i;
#endif
}

/* Sums of interleaved pairs in the order of the channels. */
INLINE void deinterleave(vint low, vint high, vint *first, vint *second)
{
#if defined(__AVX512F__)
    const __m512i even = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
    const __m512i odd = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
    *first = (vint)_mm512_permutex2var_epi64((__m512i)low, even, (__m512i)high);
    *second = (vint)_mm512_permutex2var_epi64((__m512i)low, odd, (__m512i)high);
#elif defined(__AVX2__)
    *first = (vint)_mm256_permute2x128_si256((__m256i)low, (__m256i)high, 0x20);
    *second = (vint)_mm256_permute2x128_si256((__m256i)low, (__m256i)high, 0x31);
#else
    *first = low;
    *second = high;
#endif
}

/* Bits 31 and up of the lanes' 64-bit products plus 2^30: saturating_doubling_high of
 * kernels/common/fixed_point.h, for multipliers that are not negative (so that nothing saturates). */
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

/* round(value), halves away from zero, of values well within int32. */
INLINE vint round_away(vfloat value)
{
    vint whole = __builtin_convertvector(value, vint);
    vfloat rest = value - __builtin_convertvector(whole, vfloat);
    return whole - (rest >= all_float(0.5f)) + (rest <= all_float(-0.5f));
}

/* The same with halves to the even neighbour, which adding 1.5 * 2^23 rounds to. */
INLINE vint round_even(vfloat value)
{
#if defined(__AVX512F__)
    return (vint)_mm512_cvtps_epi32((__m512)value);
#elif defined(__AVX2__)
    return (vint)_mm256_cvtps_epi32((__m256)value);
#else
    const vfloat shifter = all_float(0x1.8p23f);
    return (vint)(value + shifter) - (vint)shifter;
#endif
}

INLINE vlong round_even_wide(vdouble value)
{
    const vdouble shifter = 0x1.8p52 - (vdouble){0};
    return (vlong)(value + shifter) - (vlong)shifter;
}

/* value / 2^bits per lane, halves away from zero: rounding_divide of kernels/common/fixed_point.h. Without its
 * sign a value has room for the half that is added. */
INLINE vint rounding_shift(vint value, vint bits)
{
    vuint sign = (vuint)(value >> 31), half = ((vuint){0} + 1) << (vuint)bits >> 1;
    vuint size = ((vuint)value ^ sign) - sign;
    return (vint)((((size + half) >> (vuint)bits) ^ sign) - sign);
}

INLINE vint clamp_ints(vint value, vint low, vint high)
{
#if defined(__AVX512F__)
    return (vint)_mm512_min_epi32(_mm512_max_epi32((__m512i)value, (__m512i)low), (__m512i)high);
#elif defined(__AVX2__)
    return (vint)_mm256_min_epi32(_mm256_max_epi32((__m256i)value, (__m256i)low), (__m256i)high);
#else
    vint above = value > low;
    value = (value & above) | (low & ~above);
    vint below = value < high;
    return (value & below) | (high & ~below);
#endif
}

/* Lanes of the one or of the other; mask has all bits of a lane set, or none. */
INLINE vfloat choose(vint mask, vfloat yes, vfloat no)
{
#if defined(__AVX512F__)
    return (vfloat)_mm512_mask_blend_ps(_mm512_movepi32_mask((__m512i)mask), (__m512)no,
                                        (__m512)yes);
#elif defined(__AVX2__)
    return (vfloat)_mm256_blendv_ps((__m256)no, (__m256)yes, (__m256)mask);
#else
    return (vfloat)(((vint)yes & mask) | ((vint)no & ~mask));
#endif
}

/* The sum and the greatest of all lanes; none of the latter is NaN. */
INLINE float sum_lanes(vfloat value)
{
#if defined(__AVX512F__)
    return _mm512_reduce_add_ps((__m512)value);
#else
    float sum = 0.0f;
    for (int i = 0; i < LANES; i += 4)
        sum += (value[i] + value[i + 1]) + (value[i + 2] + value[i + 3]);
    return sum;
#endif
}

INLINE float greatest_lane(vfloat value)
{
#if defined(__AVX512F__)
    return _mm512_reduce_max_ps((__m512)value);
#else
    float greatest = value[0];
    for (int i = 1; i < LANES; i++)
        greatest = value[i] > greatest ? value[i] : greatest;
    return greatest;
#endif
}

/* count < LANES elements, and fill in the lanes behind them. */
INLINE vfloat load_some(const float *from, size_t count, float fill)
{
    vfloat value = all_float(fill);
    memcpy(&value, from, count * sizeof(float));
    return value;
}

INLINE void store_some(float *to, size_t count, vfloat value)
{
    memcpy(to, &value, count * sizeof(float));
}

/* NaN passes through, as it does through comparisons that are false; the instructions give their
 * second operand where one is NaN. */
INLINE vfloat clamp_floats(vfloat value, vfloat low, vfloat high)
{
#if defined(__AVX512F__)
    return (vfloat)_mm512_min_ps((__m512)high, _mm512_max_ps((__m512)low, (__m512)value));
#elif defined(__AVX2__)
    return (vfloat)_mm256_min_ps((__m256)high, _mm256_max_ps((__m256)low, (__m256)value));
#else
    vint below = value < low;
    value = (vfloat)(((vint)low & below) | ((vint)value & ~below));
    vint above = value > high;
    return (vfloat)(((vint)high & above) | ((vint)value & ~above));
#endif
}

INLINE vdouble clamp_doubles(vdouble value, double low, double high)
{
#if defined(__AVX512F__)
    return (vdouble)_mm512_min_pd(_mm512_max_pd((__m512d)value, _mm512_set1_pd(low)),
                                  _mm512_set1_pd(high));
#elif defined(__AVX2__)
    return (vdouble)_mm256_min_pd(_mm256_max_pd((__m256d)value, _mm256_set1_pd(low)),
                                  _mm256_set1_pd(high));
#else
    vlong below = value<low, above = value> high;
    vdouble least = low - (vdouble){0}, most = high - (vdouble){0};
    return (vdouble)((below & (vlong)least) | (above & (vlong)most) |
                     (~(below | above) & (vlong)value));
#endif
}

/* Stores the low byte or the low half of each lane. Narrowing straight into memory is slow: the
 * compiler is kept from it. */
INLINE void store_bytes(int8_t *to, vint value)
{
#if defined(__AVX512F__)
    __m128i bytes = _mm512_cvtepi32_epi8((__m512i)value);
    __asm__("" : "+v"(bytes));
    _mm_storeu_si128((__m128i_u *)to, bytes);
#else
    vbytes bytes = __builtin_convertvector(value, vbytes);
    memcpy(to, &bytes, sizeof(bytes));
#endif
}

INLINE void store_shorts(int16_t *to, vint value)
{
#if defined(__AVX512F__)
    __m256i shorts = _mm512_cvtepi32_epi16((__m512i)value);
    __asm__("" : "+v"(shorts));
    _mm256_storeu_si256((__m256i_u *)to, shorts);
#else
    vshorts shorts = __builtin_convertvector(value, vshorts);
    memcpy(to, &shorts, sizeof(shorts));
#endif
}

#endif
