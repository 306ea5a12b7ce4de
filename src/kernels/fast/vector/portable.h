/* What each function of vectors does, and how in plain C, for those that the instruction set's own
 * header leaves to this file. */
#ifndef KERNELS_FAST_VECTOR_PORTABLE_H
#define KERNELS_FAST_VECTOR_PORTABLE_H

#ifndef VECTOR_BYTES
#define VECTOR_BYTES 16
#endif
#include "kernels/fast/vector/portable_parts.h"
#include "kernels/fast/vector/types.h"

/* Keeps a sum in a register as it is here. Otherwise the compiler may put off additions until there
 * are more products than registers. */
#ifndef KEEP_VECTOR
#define KEEP_VECTOR(value) ((void)0)
#endif

/* --- bounds of integers ----------------------------------------------------------------------- */

#ifndef clamp_ints
INLINE vint clamp_ints(vint value, vint low, vint high)
{
    vint above = value > low;
    value = (value & above) | (low & ~above);
    vint below = value < high;
    return (value & below) | (high & ~below);
}
#endif

#ifndef clamp_shorts
INLINE vshort clamp_shorts(vshort value, vshort low, vshort high)
{
    vshort above = value > low;
    value = (value & above) | (low & ~above);
    vshort below = value < high;
    return (value & below) | (high & ~below);
}
#endif

#ifndef clamp_bytes
INLINE vchar clamp_bytes(vchar value, vchar low, vchar high)
{
    vchar above = value > low;
    value = (value & above) | (low & ~above);
    vchar below = value < high;
    return (value & below) | (high & ~below);
}
#endif

/* --- loads that widen, stores that narrow ----------------------------------------------------- */

/* A vector of int16 from as many int8. */
#ifndef load_widened
INLINE vshort load_widened(const int8_t *from)
{
    vshort_bytes bytes;
    memcpy(&bytes, from, sizeof(bytes));
    return __builtin_convertvector(bytes, vshort);
}
#endif

/* A vector of int32 from as many int16. */
#ifndef load_shorts
INLINE vint load_shorts(const int16_t *from)
{
    vshorts shorts;
    memcpy(&shorts, from, sizeof(shorts));
    return __builtin_convertvector(shorts, vint);
}
#endif

/* A vector of int32 from as many int8. Compilers take the elements one by one where they are
 * four times as wide as before. */
#ifndef load_bytes
INLINE vint load_bytes(const int8_t *from)
{
    vbytes bytes;
    memcpy(&bytes, from, sizeof(bytes));
    return __builtin_convertvector(bytes, vint);
}
#endif

/* Stores the low byte of each lane. */
#ifndef store_bytes
INLINE void store_bytes(int8_t *to, vint value)
{
    vbytes bytes = __builtin_convertvector(value, vbytes);
    memcpy(to, &bytes, sizeof(bytes));
}
#endif

/* The same of int16. */
#ifndef store_short_bytes
INLINE void store_short_bytes(int8_t *to, vshort value)
{
    vshort_bytes bytes = __builtin_convertvector(value, vshort_bytes);
    memcpy(to, &bytes, sizeof(bytes));
}
#endif

/* Stores the i-th of two or four equal parts of a vector. */
INLINE void store_part(int8_t *to, vchar bytes, const int i, const int parts)
{
    vlong_ints half = i * 2 < parts ? low_ints((vint)bytes) : high_ints((vint)bytes);
    if (parts == 2)
        memcpy(to, &half, sizeof(half));
    else
        memcpy(to, (const char *)&half + (i % 2) * LANES, LANES);
}

/* The same of the first `count` lanes, which may be more than there are. */
#ifndef store_some_bytes
INLINE void store_some_bytes(int8_t *to, size_t count, vshort value)
{
    int8_t bytes[2 * LANES];
    if (count >= 2 * LANES) {
        store_short_bytes(to, value);
        return;
    }
    store_short_bytes(bytes, value);
    if (count == LANES) /* which is quick to copy */
        memcpy(to, bytes, LANES);
    else
        memcpy(to, bytes, count);
}
#endif

/* Stores the first `count` lanes, which may be more than there are. */
#ifndef store_some_shorts
INLINE void store_some_shorts(int16_t *to, size_t count, vshort value)
{
    if (count >= 2 * LANES)
        store_short(to, value);
    else if (count == LANES) /* which is quick to copy */
        memcpy(to, &value, LANES * sizeof(*to));
    else
        memcpy(to, &value, count * sizeof(*to));
}
#endif

/* Stores the low half of each lane. */
#ifndef store_shorts
INLINE void store_shorts(int16_t *to, vint value)
{
    vshorts shorts = __builtin_convertvector(value, vshorts);
    memcpy(to, &shorts, sizeof(shorts));
}
#endif

/* Numbers within int8, LANES of each of four vectors, as the bytes of one. */
#ifndef join_bytes
INLINE vint join_bytes(vint a, vint b, vint c, vint d)
{
    int8_t bytes[4 * LANES];
    store_bytes(bytes, a);
    store_bytes(bytes + LANES, b);
    store_bytes(bytes + 2 * LANES, c);
    store_bytes(bytes + 3 * LANES, d);
    return load_int((const int32_t *)(const void *)bytes);
}
#endif

/* The same of any numbers: what is beyond int8 becomes the end of its range. */
#ifndef join_saturated
INLINE vint join_saturated(vint a, vint b, vint c, vint d)
{
    const vint low = all_int(INT8_MIN), high = all_int(INT8_MAX);
    return join_bytes(clamp_ints(a, low, high), clamp_ints(b, low, high), clamp_ints(c, low, high),
                      clamp_ints(d, low, high));
}
#endif

/* A vector of float from as many halves; infinities and NaN stay what they are. */
#ifndef load_halves
INLINE vfloat load_halves(const uint16_t *from)
{
    vint bits = load_shorts((const int16_t *)from);
    vint magnitude = (bits & 0x7fff) << 13, special = (bits & 0x7c00) == 0x7c00;
    /* The exponent is 112 too small: a product puts it right, for subnormals, too. */
    vfloat scaled = (vfloat)magnitude * 0x1p112f;
    return (vfloat)((vint)scaled | (special & 0x7f800000) | (bits & (int32_t)0x80000000));
}
#endif

/* --- sums of products ------------------------------------------------------------------------- */

/* sum + a * b, rounded once where the CPU does that: said outright, so that no other sum changes
 * with the compiler's taste for fusing. */
#ifdef add_product
#define HAS_FUSED_PRODUCTS 1
#else
#define HAS_FUSED_PRODUCTS 0
INLINE vfloat add_product(vfloat sum, vfloat a, vfloat b)
{
    return sum + a * b;
}
#endif

/* Where number `which` of the i-th pair is among int16 that are taken vector by vector: pairs are
 * neighbours, or lie in the two halves of a vector. */
#ifndef pair_place
INLINE int pair_place(int i, int which)
{
    return 2 * i + which;
}
#endif

/* sum + the products of pairs: lane i gets a[p]*b[p] + a[q]*b[q] of the places of its pair. */
#ifndef add_pair_products
INLINE vint add_pair_products(vint sum, vshort a, vshort b)
{
    vint low = (((vint)a << 16) >> 16) * (((vint)b << 16) >> 16);
    return sum + low + ((vint)a >> 16) * ((vint)b >> 16);
}
#endif

/* sum + the products of the lower halves of lanes, as int16; the upper halves of b are 0. */
#ifndef add_low_products
INLINE vint add_low_products(vint sum, vint a, vint b)
{
    return add_pair_products(sum, (vshort)a, (vshort)b);
}
#endif

/* vint add_quad_products(vint sum, vint a, vint b): sum + the products of neighbouring bytes:
 * lane i gets a[4i]*b[4i] + ... + a[4i+3]*b[4i+3], a as BYTE_OFFSET says, b signed; sums wrap. Only
 * where there is an instruction for it; pairs of int16 take its place elsewhere. */
#ifdef add_quad_products
#define HAS_BYTE_PRODUCTS 1
#else
#define HAS_BYTE_PRODUCTS 0
#endif

/* What byte products take for an int8: that number and so much more. 0 where their first factor is
 * signed, 128 where it is unsigned. */
#ifndef BYTE_OFFSET
#define BYTE_OFFSET 128
#endif

/* The same where each two neighbouring products have a sum within int16, only where that is how
 * the CPU adds them:
 *   vint add_matched_products(vint sum, vint a, vint b): a unsigned, b signed
 *   vint choose_bytes(const unsigned char *from, vint which): byte i is that of 16 bytes which byte
 *       i of `which` names, and 0 where its highest bit is set; all 16 are read */
#ifdef add_matched_products
#define HAS_MATCHED_PRODUCTS 1
#else
#define HAS_MATCHED_PRODUCTS 0
#endif

/* Arithmetic in half precision, only where the CPU has it, on vectors of 2 * LANES halves:
 *   vhalf zero_halves(void)
 *   vhalf all_pairs(const uint16_t *from, int count): in each pair of lanes the two there, or the
 *       one and 0
 *   vhalf load_halves_whole(const uint16_t *from): 2 * LANES
 *   vhalf add_half_product(vhalf sum, vhalf a, vhalf b): sum + a * b, rounded once
 *   vfloat sum_pairs(vhalf pairs): a sum of each pair, in half precision, widened
 *   void sum_pairs_wide(vhalf first, vhalf second, vfloat sum[2]): the same, pairs of first and
 *       second by turns
 *   void store_halves(uint16_t *to, vfloat value): LANES halves, rounded to even; NaN stays NaN */
#ifdef add_half_product
#define HAS_HALF_ARITHMETIC 1
#else
#define HAS_HALF_ARITHMETIC 0
#endif

/* Sums of products with 32 bits of factors for every lane: a pair of int16, or four bytes. What
 * they are multiplied with are neighbours always. */
#ifndef add_pair_group
typedef vint vgroup;

INLINE vgroup load_group(const void *from)
{
    int32_t group;
    memcpy(&group, from, sizeof(group));
    return all_int(group);
}

INLINE vint add_pair_group(vint sum, vgroup a, vshort b)
{
    return add_pair_products(sum, (vshort)a, b);
}

#if HAS_BYTE_PRODUCTS
INLINE vint add_quad_group(vint sum, vgroup a, vint b)
{
    return add_quad_products(sum, a, b);
}
#endif
#endif

/* --- parts of functions ----------------------------------------------------------------------- */

/* value * 2^n, |value| in 0.5..2, n whole numbers in -160..128. Two steps to the power of 2 reach
 * the ends of the range, of which the lower one is made of subnormal numbers. */
#ifndef scale_power
INLINE vfloat scale_power(vfloat value, vfloat n)
{
    vint whole = (vint)(n + 0x1.8p23f) - (vint)all_float(0x1.8p23f), half = whole >> 1;
    return value * (vfloat)((half + 127) << 23) * (vfloat)((whole - half + 127) << 23);
}
#endif

/* --- pairs ------------------------------------------------------------------------------------ */

/* The elements of two vectors in turns, as pairs (a, b): lane i of *low and of *high is the
 * channel that interleaved_channel() says. */
#ifndef interleave
INLINE void interleave(vshort a, vshort b, vshort *low, vshort *high)
{
    int16_t pairs[4 * LANES];
    for (int i = 0; i < 2 * LANES; i++)
        pairs[2 * i] = a[i], pairs[2 * i + 1] = b[i];
    *low = load_short(pairs);
    *high = load_short(pairs + 2 * LANES);
}
#endif

/* Which of 2 * LANES channels lane i of the high (or low) half of an interleaved pair is. */
#ifndef interleaved_channel
INLINE int interleaved_channel(int i, int is_high)
{
    return is_high * LANES + i;
}
#endif

/* Sums of interleaved pairs in the order of the channels. */
#ifndef deinterleave
INLINE void deinterleave(vint low, vint high, vint *first, vint *second)
{
    *first = low;
    *second = high;
}
#endif

/* --- rounding --------------------------------------------------------------------------------- */

/* Bits 31 and up of the lanes' 64-bit products plus 2^30: saturating_doubling_high of
 * kernels/common/fixed_point.h, for multipliers that are not the least number (so that nothing
 * saturates). */
#ifndef doubling_high
INLINE vint doubling_high(vint a, vint b)
{
    vint out;
    for (int i = 0; i < LANES; i++)
        out[i] = (int32_t)(((int64_t)a[i] * b[i] + (INT64_C(1) << 30)) >> 31);
    return out;
}
#endif

/* Bits 32 and up of the lanes' 64-bit products plus 2^31. */
#ifndef rounding_high
INLINE vint rounding_high(vint a, vint b)
{
    vint out;
    for (int i = 0; i < LANES; i++)
        out[i] = (int32_t)(((int64_t)a[i] * b[i] + (INT64_C(1) << 31)) >> 32);
    return out;
}
#endif

/* The 64-bit products of lanes 0, 2, 4, ... */
#ifndef multiply_even
INLINE vlong multiply_even(vint a, vint b)
{
    return (((vlong)a << 32) >> 32) * (((vlong)b << 32) >> 32);
}
#endif

/* value / 2^bits per lane, halves away from zero: rounding_divide of
 * kernels/common/fixed_point.h. Without its sign a value has room for the half that is added. */
#ifndef rounding_shift
INLINE vint rounding_shift(vint value, vint bits)
{
    vuint sign = (vuint)(value >> 31), half = ((vuint){0} + 1) << (vuint)bits >> 1;
    vuint size = ((vuint)value ^ sign) - sign;
    return (vint)((((size + half) >> (vuint)bits) ^ sign) - sign);
}
#endif

/* rounding_shift(doubling_high(value, mantissa), bits) + zero, in fewer steps: |value| < 2^30, bits
 * are 1..MULTIPLY_BITS_MAX, |zero| < 2^8, and addend is 2^(bits - 1) + zero * 2^bits. */
#define MULTIPLY_BITS_MAX 20
#ifndef multiply_short
INLINE vint multiply_short(vint value, vint mantissa, vint addend, vint bits)
{
    vint high = rounding_high(value + value, mantissa);
    return (high + (high >> 31) + addend) >> bits;
}
#endif

/* round(value), halves away from zero, of values well within int32: adding the greatest number
 * below a half reaches the next whole number where there is a half or more to be rounded, and
 * truncating takes off the rest. */
#ifndef round_away
INLINE vint round_away(vfloat value)
{
    vint below_half = ((vint)value & INT32_MIN) | (vint)all_float(0x1.fffffep-2f);
    return __builtin_convertvector(value + (vfloat)below_half, vint);
}
#endif

/* The same with halves to the even neighbour, which adding 1.5 * 2^23 rounds to; round_far() takes
 * any number within int32, of which only those within 2^20 need be told apart. */
#ifndef round_even
INLINE vint round_even(vfloat value)
{
    const vfloat shifter = all_float(0x1.8p23f);
    return (vint)(value + shifter) - (vint)shifter;
}

INLINE vint round_far(vfloat value)
{
    vint below = value<-0x1p20f, above = value> 0x1p20f;
    vint made = round_even(value);
    return (made & ~(below | above)) | (below & -(1 << 20)) | (above & (1 << 20));
}
#else
INLINE vint round_far(vfloat value)
{
    return round_even(value);
}
#endif

/* The same of doubles within int32. */
#ifndef round_even_ints
INLINE vlong_ints round_even_ints(vdouble value)
{
    const vdouble shifter = 0x1.8p52 - (vdouble){0};
    return __builtin_convertvector((vlong)(value + shifter) - (vlong)shifter, vlong_ints);
}
#endif

/* The low half of each lane. */
#ifndef narrow_longs
INLINE vlong_ints narrow_longs(vlong value)
{
    return __builtin_convertvector(value, vlong_ints);
}
#endif

/* Doubles of as many int32. */
#ifndef widen_doubles
INLINE vdouble widen_doubles(vlong_ints value)
{
    return __builtin_convertvector(value, vdouble);
}
#endif

/* Two halves of lanes in one vector. */
#ifndef join_ints
INLINE vint join_ints(vlong_ints low, vlong_ints high)
{
    vint made;
    memcpy(&made, &low, sizeof(low));
    memcpy((char *)&made + sizeof(low), &high, sizeof(high));
    return made;
}
#endif

/* --- choosing --------------------------------------------------------------------------------- */

/* Two vectors one behind the other as int16: what is beyond them becomes the end of the range. */
#ifndef pack_ordered
INLINE vshort pack_ordered(vint first, vint second)
{
    int16_t shorts[2 * LANES];
    store_shorts(shorts, clamp_ints(first, all_int(INT16_MIN), all_int(INT16_MAX)));
    store_shorts(shorts + LANES, clamp_ints(second, all_int(INT16_MIN), all_int(INT16_MAX)));
    return load_short(shorts);
}
#endif

/* The same of what became of the sums of interleaved pairs, in the order of the channels. */
#ifndef pack_interleaved
INLINE vshort pack_interleaved(vint low, vint high)
{
    vint first, second;
    deinterleave(low, high, &first, &second);
    return pack_ordered(first, second);
}
#endif

/* join_saturated() of what became of the sums of interleaved pairs, of two such: those of the first
 * in the order of the channels, then those of the second. */
#ifndef join_interleaved
INLINE vchar join_interleaved(vint low, vint high, vint next_low, vint next_high)
{
    vint first, second, third, fourth;
    deinterleave(low, high, &first, &second);
    deinterleave(next_low, next_high, &third, &fourth);
    return (vchar)join_saturated(first, second, third, fourth);
}
#endif

/* NaN passes through, as it does through comparisons that are false. */
#ifndef clamp_floats
INLINE vfloat clamp_floats(vfloat value, vfloat low, vfloat high)
{
    vint below = value < low;
    value = (vfloat)(((vint)low & below) | ((vint)value & ~below));
    vint above = value > high;
    return (vfloat)(((vint)high & above) | ((vint)value & ~above));
}
#endif

/* Lane by lane: the value where it is less (greater) than the other; else the other, in place of
 * NaN, too. */
#ifndef lesser
INLINE vfloat lesser(vfloat value, vfloat other)
{
    vint is_less = value < other;
    return (vfloat)(((vint)value & is_less) | ((vint)other & ~is_less));
}

INLINE vfloat greater(vfloat value, vfloat other)
{
    vint is_greater = value > other;
    return (vfloat)(((vint)value & is_greater) | ((vint)other & ~is_greater));
}
#endif

/* The value, or the other in place of NaN. */
#ifndef number_or
INLINE vfloat number_or(vfloat value, vfloat other)
{
    vint is_number = value == value;
    return (vfloat)(((vint)value & is_number) | ((vint)other & ~is_number));
}
#endif

/* The value and the other in one sum; in place of NaN, the other alone. */
#ifndef sum_or
INLINE vfloat sum_or(vfloat value, vfloat other)
{
    return (vfloat)((vint)value & (value == value)) + other;
}
#endif

/* Of numbers: what becomes of NaN is not said. */
#ifndef clamp_doubles
INLINE vdouble clamp_doubles(vdouble value, double low, double high)
{
    vlong below = value<low, above = value> high;
    vdouble least = low - (vdouble){0}, most = high - (vdouble){0};
    return (vdouble)((below & (vlong)least) | (above & (vlong)most) |
                     (~(below | above) & (vlong)value));
}
#endif

/* Lanes of the one or of the other; mask has all bits of a lane set, or none. */
#ifndef choose
INLINE vfloat choose(vint mask, vfloat yes, vfloat no)
{
    return (vfloat)(((vint)yes & mask) | ((vint)no & ~mask));
}
#endif

#include "kernels/fast/vector/portable_across.h"

#endif
