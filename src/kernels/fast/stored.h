/* Stored numbers of 8 and 16 bits in lanes of 32. The type is a constant where these are inlined.
 */
#ifndef KERNELS_FAST_STORED_H
#define KERNELS_FAST_STORED_H

#include "graph/type.h"
#include "kernels/common/fixed_point.h"
#include "kernels/fast/vector/vector.h"

/* Bytes of LANES elements, of the wider type. */
#define STORED_BYTES (LANES * sizeof(int16_t))

/* LANES elements of an int8, uint8 or int16 tensor from the i-th on. */
INLINE vint load_stored(enum type type, const void *from, size_t i)
{
    if (type == TYPE_I16)
        return load_shorts((const int16_t *)from + i);
    vint value = load_bytes((const int8_t *)from + i);
    return type == TYPE_U8 ? value & UINT8_MAX : value;
}

/* The values are within the range of the type. */
INLINE void store_stored(enum type type, void *to, size_t i, vint value)
{
    if (type == TYPE_I16)
        store_shorts((int16_t *)to + i, value);
    else
        store_bytes((int8_t *)to + i, value);
}

/* Lane by lane: yes where the mask is all ones, no where it is 0. */
INLINE vint choose_ints(vint mask, vint yes, vint no)
{
    return (yes & mask) | (no & ~mask);
}

/* A multiplier in every lane, and multiply() of kernels/common/fixed_point.h with it. */
struct lane_multiplier {
    vint mantissa, left, right;
};

INLINE struct lane_multiplier all_multiplier(struct multiplier by)
{
    return (struct lane_multiplier){
        .mantissa = all_int(by.mantissa),
        .left = all_int(by.shift > 0 ? by.shift : 0),
        .right = all_int(by.shift > 0 ? 0 : -by.shift),
    };
}

INLINE vint multiply_lanes(vint value, struct lane_multiplier by)
{
    return rounding_shift(doubling_high(value << by.left, by.mantissa), by.right);
}

/* round(value * factor) within low..high, halves to the even neighbour, in double precision:
 * scale_wide_once() of kernels/common/real_scale.h. */
INLINE vint scale_lanes_once(vint value, double factor, int32_t low, int32_t high)
{
    vdouble first = widen_doubles(low_ints(value)) * factor;
    vdouble second = widen_doubles(high_ints(value)) * factor;
    return join_ints(round_even_ints(clamp_doubles(first, low, high)),
                     round_even_ints(clamp_doubles(second, low, high)));
}

#endif
