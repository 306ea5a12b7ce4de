/* Functions of real numbers, LANES at a time. Each states its greatest error beside the exact
 * result, as tests/unit/test_fast_functions.c checks it: in units of the last place (ulp) of the
 * result, which is 2^-23 of it at most. Results around the least normal numbers of float32, below
 * 2^-122, may be off by as much.
 *
 * The coefficients are minimax ones (Remez exchange, relative error), fitted for this file.
 *
 * Divisions run beside the other instructions of neighbouring vectors, and shorten what waits for
 * each other: approximate inverses and their refinement took longer wherever it was looked at. */
#ifndef KERNELS_FAST_FUNCTIONS_H
#define KERNELS_FAST_FUNCTIONS_H

#include "kernels/fast/vector/vector.h"

INLINE vfloat magnitude(vfloat x)
{
    return (vfloat)((vint)x & INT32_MAX);
}

/* |x| with the sign of the other. */
INLINE vfloat with_sign(vfloat x, vfloat sign)
{
    return (vfloat)(((vint)x & INT32_MAX) | ((vint)sign & INT32_MIN));
}

/* x = whole * ln 2 + rest, |rest| <= ln(2) / 2. */
struct exponent {
    vfloat whole, rest;
};

/* ln 2 is taken off in two parts, of which the first has few enough bits for exact products.
 * Source: W. Cody, W. Waite, 1980, Software Manual for the Elementary Functions. */
INLINE vfloat exponent_rest(vfloat x, vfloat whole)
{
    vfloat rest = add_product(x, whole, all_float(-0x1.63p-1f));
    return add_product(rest, whole, all_float(2.12194440e-4f));
}

/* |x| < 2^20. Adding 1.5 * 2^23 rounds to a whole number. */
INLINE struct exponent reduce_exponent(vfloat x)
{
    const vfloat shifter = all_float(0x1.8p23f);
    vfloat whole = add_product(shifter, x, all_float(0x1.715476p0f)) - shifter; /* 1 / ln 2 */
    return (struct exponent){whole, exponent_rest(x, whole)};
}

/* exp(rest) - 1: rest + rest^2 times a polynomial; 3e-9 of exp(rest). Its terms are added in pairs,
 * so that fewer of them wait for each other. */
INLINE vfloat exp_rest_less_1(vfloat rest)
{
    vfloat square = rest * rest;
    vfloat low = add_product(all_float(0.499999934f), all_float(0.166665206f), rest);
    vfloat high = add_product(all_float(0.0416683881f), all_float(0.00836871692f), rest);
    high = add_product(high, all_float(0.00138145972f), square);
    return add_product(rest, square, add_product(low, high, square));
}

/* exp(x), 1.5 ulp. */
INLINE vfloat exp_lanes(vfloat x)
{
    struct exponent e = reduce_exponent(clamp_floats(x, all_float(-104.0f), all_float(89.0f)));
    return scale_power(exp_rest_less_1(e.rest) + 1.0f, e.whole);
}

/* 1 + exp(-x); infinite below -88.38. Of exponentials below 2^-24 nothing is left in the sum: so
 * none has to be made so small that it is subnormal. */
#ifdef sixteenth_power
/* With powers of 2 in steps of a sixteenth, rest is so small that few terms are left of it. */
INLINE vfloat logistic_divisor(vfloat x)
{
    const vfloat shifter = all_float(0x1.8p19f);
    vfloat near = clamp_floats(x, all_float(-89.0f), all_float(87.0f));
    vfloat sum = add_product(shifter, near, all_float(-0x1.715476p0f)), steps = sum - shifter;
    vfloat rest = exponent_rest(-near, steps), power = scale_power(sixteenth_power(sum), steps);
    vfloat terms = add_product(all_float(0.5f), all_float(1.0f / 6.0f), rest);
    return add_product(all_float(1.0f), power, add_product(rest, rest * rest, terms) + 1.0f);
}
#else
/* The bits of the power of 2 are those of a whole number that was rounded with the bias of
 * exponents on it. */
INLINE vfloat logistic_divisor(vfloat x)
{
    const vfloat biased = all_float(0x1.8p23f + 127.0f);
    vfloat near = clamp_floats(x, all_float(-89.0f), all_float(87.0f));
    vfloat sum = add_product(biased, near, all_float(-0x1.715476p0f));
    vfloat power = (vfloat)((vuint)sum << 23);
    return add_product(all_float(1.0f), power,
                       exp_rest_less_1(exponent_rest(-near, sum - biased)) + 1.0f);
}
#endif

/* 1 / (1 + exp(-x)), 2 ulp. */
INLINE vfloat logistic_lanes(vfloat x)
{
    return 1.0f / logistic_divisor(x);
}

/* tanh(x), 2 ulp: m / (m + 2) of m = exp(2 |x|) - 1, which is 2^n * (exp(rest) - 1) + 2^n - 1 and
 * keeps its digits near 0. It is 1 in float32 from 9.02 on. */
INLINE vfloat tanh_lanes(vfloat x)
{
    vfloat twice = clamp_floats(2.0f * magnitude(x), all_float(0.0f), all_float(20.0f));
    struct exponent e = reduce_exponent(twice);
    vfloat power = scale_power(all_float(1.0f), e.whole);
    vfloat m = add_product(power - 1.0f, power, exp_rest_less_1(e.rest));
    return with_sign(m / (m + 2.0f), x);
}

/* erfc(x) of x >= 0: exp(-x^2) * t * a polynomial in t = 2 / (2 + x). Rounding x^2 costs x^2 / 2
 * ulp; beside that it is 4 ulp. */
INLINE vfloat erfc_lanes(vfloat x)
{
    vfloat t = 2.0f / (2.0f + x);
    vfloat sum = add_product(all_float(0.284845745f), all_float(-0.0591243306f), t);
    sum = add_product(all_float(-0.48776201f), sum, t);
    sum = add_product(all_float(0.278712033f), sum, t);
    sum = add_product(all_float(-0.0270712637f), sum, t);
    sum = add_product(all_float(0.202876036f), sum, t);
    sum = add_product(all_float(0.243055779f), sum, t);
    sum = add_product(all_float(0.28238193f), sum, t);
    sum = add_product(all_float(0.282086039f), sum, t);
    return exp_lanes(-x * x) * t * sum;
}

/* erf(x), 2 ulp: below 1 x times a polynomial in x^2, from there on 1 - erfc(|x|). */
INLINE vfloat erf_lanes(vfloat x)
{
    vfloat square = x * x, size = magnitude(x);
    vfloat sum = add_product(all_float(0.00491755152f), all_float(-0.000563142262f), square);
    sum = add_product(all_float(-0.0267113114f), sum, square);
    sum = add_product(all_float(0.112801801f), sum, square);
    sum = add_product(all_float(-0.376123262f), sum, square);
    sum = add_product(all_float(1.12837912f), sum, square);
    return choose(size < all_float(1.0f), x * sum, with_sign(1.0f - erfc_lanes(size), x));
}

/* x times the normal distribution's function of x, which is erfc(-x / sqrt(2)) / 2: 4 + x^2 ulp. */
INLINE vfloat gelu_lanes(vfloat x)
{
    vfloat half = 0.5f * erfc_lanes(magnitude(x) * 0x1.6a09e6p-1f);
    return x * choose(x < all_float(0.0f), half, 1.0f - half);
}

/* x * logistic(2 u), u = sqrt(2 / pi) * (x + 0.044715 x^3): x / 2 * (1 + tanh(u)) in other words.
 * What 2 u is rounded by shows where its exponential does: 5 + 1.5 x^2 ulp. */
INLINE vfloat gelu_tanh_lanes(vfloat x)
{
    vfloat cubic = add_product(x, all_float(0.044715f) * x, x * x);
    return x / logistic_divisor(cubic * 1.59576912f);
}

/* x * logistic(x), 2 ulp. */
INLINE vfloat silu_lanes(vfloat x)
{
    return x / logistic_divisor(x);
}

/* x * min(max(x + 3, 0), 6) / 6; 6 times the inverse of 6 is 1, so that x >= 3 stay what they
 * are. */
INLINE vfloat hard_swish_lanes(vfloat x)
{
    return x * (clamp_floats(x + 3.0f, all_float(0.0f), all_float(6.0f)) * (1.0f / 6.0f));
}

#endif
