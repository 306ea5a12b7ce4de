/* NEON as every AArch64 CPU has it, with dot products of bytes where the flags have them, too. */
#ifndef KERNELS_FAST_VECTOR_NEON_H
#define KERNELS_FAST_VECTOR_NEON_H

#include <arm_neon.h>

#define VECTOR_BYTES     16
#define VECTOR_REGISTERS 32
#include "kernels/fast/vector/types.h"

#define KEEP_VECTOR(value) __asm__("" : "+w"(value))

#define load_widened load_widened
INLINE vshort load_widened(const int8_t *from)
{
    return (vshort)vmovl_s8(vld1_s8(from));
}

#define load_shorts load_shorts
INLINE vint load_shorts(const int16_t *from)
{
    return (vint)vmovl_s16(vld1_s16(from));
}

#define load_bytes load_bytes
INLINE vint load_bytes(const int8_t *from)
{
    int32_t four;
    memcpy(&four, from, sizeof(four));
    int8x8_t bytes = vreinterpret_s8_s32(vdup_n_s32(four));
    return (vint)vmovl_s16(vget_low_s16(vmovl_s8(bytes)));
}

/* Unzipping takes every other byte. */
#define store_bytes store_bytes
INLINE void store_bytes(int8_t *to, vint value)
{
    int8x16_t bytes = vuzp1q_s8((int8x16_t)value, (int8x16_t)value);
    bytes = vuzp1q_s8(bytes, bytes);
    memcpy(to, &bytes, LANES);
}

#define store_short_bytes store_short_bytes
INLINE void store_short_bytes(int8_t *to, vshort value)
{
    vst1_s8(to, vmovn_s16((int16x8_t)value));
}

/* What is left of the eight bytes moves to the front. */
#define store_some_bytes store_some_bytes
INLINE void store_some_bytes(int8_t *to, size_t count, vshort value)
{
    int8x8_t bytes = vmovn_s16((int16x8_t)value);
    if (count >= 2 * LANES) {
        vst1_s8(to, bytes);
        return;
    }
    uint64_t rest = vget_lane_u64(vreinterpret_u64_s8(bytes), 0);
    if (count & 4) {
        memcpy(to, &rest, 4);
        to += 4;
        rest >>= 32;
    }
    if (count & 2) {
        memcpy(to, &rest, 2);
        to += 2;
        rest >>= 16;
    }
    if (count & 1)
        memcpy(to, &rest, 1);
}

#define store_shorts store_shorts
INLINE void store_shorts(int16_t *to, vint value)
{
    vst1_s16(to, vmovn_s32((int32x4_t)value));
}

#define join_bytes join_bytes
INLINE vint join_bytes(vint a, vint b, vint c, vint d)
{
    int16x8_t first = vuzp1q_s16((int16x8_t)a, (int16x8_t)b);
    int16x8_t second = vuzp1q_s16((int16x8_t)c, (int16x8_t)d);
    return (vint)vuzp1q_s8((int8x16_t)first, (int8x16_t)second);
}

#define load_halves load_halves
INLINE vfloat load_halves(const uint16_t *from)
{
    return (vfloat)vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(from)));
}

#define add_product add_product
INLINE vfloat add_product(vfloat sum, vfloat a, vfloat b)
{
    return (vfloat)vfmaq_f32((float32x4_t)sum, (float32x4_t)a, (float32x4_t)b);
}

/* The first numbers of all pairs are the lower half of a vector, because there are products of
 * halves. */
#define pair_place pair_place
INLINE int pair_place(int i, int which)
{
    return i / LANES * 2 * LANES + which * LANES + i % LANES;
}

#define add_pair_products add_pair_products
INLINE vint add_pair_products(vint sum, vshort a, vshort b)
{
    int16x8_t x = (int16x8_t)a, y = (int16x8_t)b;
    int32x4_t first = vmlal_s16((int32x4_t)sum, vget_low_s16(x), vget_low_s16(y));
    return (vint)vmlal_high_s16(first, x, y);
}

#define add_low_products add_low_products
INLINE vint add_low_products(vint sum, vint a, vint b)
{
    return (vint)vmlal_s16((int32x4_t)sum, vmovn_s32((int32x4_t)a), vmovn_s32((int32x4_t)b));
}

/* Instructions take one element for all lanes: there is no need to spread it. */
typedef int32x2_t vgroup;

INLINE vgroup load_group(const void *from)
{
    uint32_t group;
    memcpy(&group, from, sizeof(group));
    return vcreate_s32(group);
}

#define add_pair_group add_pair_group
INLINE vint add_pair_group(vint sum, vgroup a, vshort b)
{
    int16x4_t pair = vreinterpret_s16_s32(a);
    int16x8_t y = (int16x8_t)b;
    int32x4_t even = vmlal_lane_s16((int32x4_t)sum, vget_low_s16(vuzp1q_s16(y, y)), pair, 0);
    return (vint)vmlal_lane_s16(even, vget_low_s16(vuzp2q_s16(y, y)), pair, 1);
}

#if defined(__ARM_FEATURE_DOTPROD)
#define add_quad_products add_quad_products
INLINE vint add_quad_products(vint sum, vint a, vint b)
{
    return (vint)vdotq_s32((int32x4_t)sum, (int8x16_t)a, (int8x16_t)b);
}
#define BYTE_OFFSET 0

INLINE vint add_quad_group(vint sum, vgroup a, vint b)
{
    return (vint)vdotq_lane_s32((int32x4_t)sum, (int8x16_t)b, vreinterpret_s8_s32(a), 0);
}
#endif

#define interleave interleave
INLINE void interleave(vshort a, vshort b, vshort *low, vshort *high)
{
    *low = (vshort)vzip1q_s64((int64x2_t)a, (int64x2_t)b);
    *high = (vshort)vzip2q_s64((int64x2_t)a, (int64x2_t)b);
}

#define pack_ordered pack_ordered
INLINE vshort pack_ordered(vint first, vint second)
{
    return (vshort)vqmovn_high_s32(vqmovn_s32((int32x4_t)first), (int32x4_t)second);
}

#define doubling_high doubling_high
INLINE vint doubling_high(vint a, vint b)
{
    return (vint)vqrdmulhq_s32((int32x4_t)a, (int32x4_t)b);
}

#define multiply_short multiply_short
INLINE vint multiply_short(vint value, vint mantissa, vint addend, vint bits)
{
    vint high = doubling_high(value, mantissa);
    return (high + (high >> 31) + addend) >> bits;
}

/* Shifts round halves up: negative values are 1 less before, unless they are not shifted. The one
 * that is not when it saturates becomes the same. */
#define rounding_shift rounding_shift
INLINE vint rounding_shift(vint value, vint bits)
{
    int32x4_t left = vnegq_s32((int32x4_t)bits);
    int32x4_t less = vshrq_n_s32(vandq_s32((int32x4_t)value, left), 31);
    return (vint)vrshlq_s32(vqaddq_s32((int32x4_t)value, less), left);
}

#define multiply_even multiply_even
INLINE vlong multiply_even(vint a, vint b)
{
    return (vlong)vmull_s32(vmovn_s64((int64x2_t)a), vmovn_s64((int64x2_t)b));
}

#define round_away round_away
INLINE vint round_away(vfloat value)
{
    return (vint)vcvtaq_s32_f32((float32x4_t)value);
}

#define round_even round_even
INLINE vint round_even(vfloat value)
{
    return (vint)vcvtnq_s32_f32((float32x4_t)value);
}

#define round_even_ints round_even_ints
INLINE vlong_ints round_even_ints(vdouble value)
{
    return (vlong_ints)vmovn_s64(vcvtnq_s64_f64((float64x2_t)value));
}

#define widen_doubles widen_doubles
INLINE vdouble widen_doubles(vlong_ints value)
{
    return (vdouble)vcvtq_f64_s64(vmovl_s32((int32x2_t)value));
}

#define narrow_longs narrow_longs
INLINE vlong_ints narrow_longs(vlong value)
{
    return (vlong_ints)vmovn_s64((int64x2_t)value);
}

#define join_ints join_ints
INLINE vint join_ints(vlong_ints low, vlong_ints high)
{
    return (vint)vcombine_s32((int32x2_t)low, (int32x2_t)high);
}

#define low_ints low_ints
INLINE vlong_ints low_ints(vint value)
{
    return (vlong_ints)vget_low_s32((int32x4_t)value);
}

INLINE vlong_ints high_ints(vint value)
{
    return (vlong_ints)vget_high_s32((int32x4_t)value);
}

#define clamp_ints clamp_ints
INLINE vint clamp_ints(vint value, vint low, vint high)
{
    return (vint)vminq_s32(vmaxq_s32((int32x4_t)value, (int32x4_t)low), (int32x4_t)high);
}

#define clamp_shorts clamp_shorts
INLINE vshort clamp_shorts(vshort value, vshort low, vshort high)
{
    return (vshort)vminq_s16(vmaxq_s16((int16x8_t)value, (int16x8_t)low), (int16x8_t)high);
}

/* The instructions give NaN where one of the operands is. */
#define clamp_floats clamp_floats
INLINE vfloat clamp_floats(vfloat value, vfloat low, vfloat high)
{
    return (vfloat)vminq_f32(vmaxq_f32((float32x4_t)value, (float32x4_t)low), (float32x4_t)high);
}

#define clamp_doubles clamp_doubles
INLINE vdouble clamp_doubles(vdouble value, double low, double high)
{
    return (vdouble)vminq_f64(vmaxq_f64((float64x2_t)value, vdupq_n_f64(low)), vdupq_n_f64(high));
}

#define choose choose
INLINE vfloat choose(vint mask, vfloat yes, vfloat no)
{
    return (vfloat)vbslq_f32((uint32x4_t)mask, (float32x4_t)yes, (float32x4_t)no);
}

#define lesser lesser
INLINE vfloat lesser(vfloat value, vfloat other)
{
    return choose((vint)vcltq_f32((float32x4_t)value, (float32x4_t)other), value, other);
}

INLINE vfloat greater(vfloat value, vfloat other)
{
    return choose((vint)vcgtq_f32((float32x4_t)value, (float32x4_t)other), value, other);
}

#define number_or number_or
INLINE vfloat number_or(vfloat value, vfloat other)
{
    return choose((vint)vceqq_f32((float32x4_t)value, (float32x4_t)value), value, other);
}

#define sum_lanes sum_lanes
INLINE float sum_lanes(vfloat value)
{
    return vaddvq_f32((float32x4_t)value);
}

#define greatest_lane greatest_lane
INLINE float greatest_lane(vfloat value)
{
    return vmaxvq_f32((float32x4_t)value);
}

/* A quarter of the table answers indices below 64, and leaves what was found for the others. */
#define lookup_block lookup_block
INLINE void lookup_block(const uint8_t *table, const uint8_t *from, uint8_t *to)
{
    const uint8x16_t quarter = vdupq_n_u8(64);
    uint8x16_t index = vld1q_u8(from), made = vdupq_n_u8(0);
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++) {
        made = vqtbx4q_u8(made, vld1q_u8_x4(table + 64 * i), index);
        index = vsubq_u8(index, quarter);
    }
    vst1q_u8(to, made);
}

INLINE vrow zip_low_bytes(vrow a, vrow b)
{
    return (vrow)vzip1q_u8((uint8x16_t)a, (uint8x16_t)b);
}

INLINE vrow zip_high_bytes(vrow a, vrow b)
{
    return (vrow)vzip2q_u8((uint8x16_t)a, (uint8x16_t)b);
}

INLINE vrow zip_low_words(vrow a, vrow b)
{
    return (vrow)vzip1q_u32((uint32x4_t)a, (uint32x4_t)b);
}

INLINE vrow zip_high_words(vrow a, vrow b)
{
    return (vrow)vzip2q_u32((uint32x4_t)a, (uint32x4_t)b);
}

#include "kernels/fast/vector/squares.h"

#endif
