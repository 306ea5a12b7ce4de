/* The integer arithmetic of the TFLite reference kernels, bit for bit: a real multiplier as a
 * 32-bit mantissa and a shift, and the "double rounding" multiplication with it.
 *
 * Source: B. Jacob et al., 2018, Quantization and Training of Neural Networks for Efficient
 * Integer-Arithmetic-Only Inference; rounding as in the gemmlowp library's fixed-point routines.
 */
#ifndef KERNELS_COMMON_FIXED_POINT_H
#define KERNELS_COMMON_FIXED_POINT_H

#include <math.h>
#include <stdint.h>

/* real = mantissa * 2^(shift - 31), |mantissa| in [2^30, 2^31) or 0. */
struct multiplier {
    int32_t mantissa;
    int32_t shift; /* positive: to the left */
};

static inline struct multiplier multiplier_from(double real)
{
    if (!(fabs(real) > 0.0))
        return (struct multiplier){0, 0};
    int32_t sign = real < 0.0 ? -1 : 1;
    if (isinf(real))
        return (struct multiplier){sign * INT32_MAX, 30};
    int shift;
    int64_t mantissa = (int64_t)round(frexp(fabs(real), &shift) * 2147483648.0);
    if (mantissa == INT64_C(1) << 31) {
        mantissa /= 2;
        shift++;
    }
    if (shift < -31)
        return (struct multiplier){0, 0};
    if (shift > 30)
        return (struct multiplier){sign * INT32_MAX, 30};
    return (struct multiplier){sign * (int32_t)mantissa, shift};
}

/* Wrapping shift to the left: what the reference leaves undefined is defined here. */
static inline int32_t shift_left(int32_t value, int bits)
{
    return (int32_t)((uint32_t)value << bits);
}

/* round(a * b / 2^31), halves up, saturating the one overflow. The reference adds a signed nudge
 * and divides, truncating; that is the same as adding 2^30 and shifting (negative halves go up,
 * too). */
static inline int32_t saturating_doubling_high(int32_t a, int32_t b)
{
    if (a == INT32_MIN && b == INT32_MIN)
        return INT32_MAX;
    return (int32_t)(((int64_t)a * b + (INT64_C(1) << 30)) >> 31);
}

/* value / 2^bits, halves away from zero; 0 <= bits <= 31. */
static inline int32_t rounding_divide(int32_t value, int bits)
{
    int32_t mask = (int32_t)((INT64_C(1) << bits) - 1), rest = value & mask;
    int32_t threshold = (mask >> 1) + (value < 0);
    return (value >> bits) + (rest > threshold);
}

/* value * multiplier, 32-bit accumulators. */
static inline int32_t multiply(int32_t value, struct multiplier by)
{
    int left = by.shift > 0 ? by.shift : 0, right = by.shift > 0 ? 0 : -by.shift;
    return rounding_divide(saturating_doubling_high(shift_left(value, left), by.mantissa), right);
}

/* What multiply_wide() multiplies with and shifts by: the mantissa reduced to 15 bits. */
static inline int32_t multiplier_reduced(struct multiplier by)
{
    return by.mantissa < 0x7fff0000 ? (by.mantissa + (1 << 15)) >> 16 : 0x7fff;
}

static inline int multiplier_wide_shift(struct multiplier by)
{
    return 15 - by.shift;
}

/* value * multiplier for the 64-bit accumulators of 16x8: |value| < 2^47, -31 <= shift <= 7. */
static inline int32_t multiply_wide(int64_t value, struct multiplier by)
{
    int total = multiplier_wide_shift(by);
    return (int32_t)((value * multiplier_reduced(by) + (INT64_C(1) << (total - 1))) >> total);
}

static inline int32_t clamp_int(int32_t value, int32_t low, int32_t high)
{
    return value < low ? low : value > high ? high : value;
}

#endif
