#include "kernels/common/gemmlowp.h"

static int32_t saturating_shift_left(int32_t value, int bits)
{
    int64_t wide = (int64_t)value * (INT64_C(1) << bits);
    return wide > INT32_MAX ? INT32_MAX : wide < INT32_MIN ? INT32_MIN : (int32_t)wide;
}

/* Qi * Qj = Q(i + j). */
static int32_t times(int32_t a, int32_t b)
{
    return saturating_doubling_high(a, b);
}

/* exp(x) in Q0 of -1/4 <= x < 0 in Q0: the Taylor polynomial of degree 4 around -1/8,
 * exp(-1/8) * (1 + t + t^2/2 + t^3/6 + t^4/24). */
static int32_t exp_above_minus_quarter(int32_t x)
{
    const int32_t exp_minus_eighth = 1895147668, third = 715827883;
    int32_t t = x + (1 << 28);
    int32_t t2 = times(t, t), t3 = times(t2, t), t4 = times(t2, t2);
    int32_t tail = rounding_divide(times(rounding_divide(t4, 2) + t3, third) + t2, 1);
    return exp_minus_eighth + times(exp_minus_eighth, t + tail);
}

int32_t fixed_exp_q5(int32_t x)
{
    /* exp(-2^i) in Q0 for i = -2 .. 4. */
    static const int32_t factors[] = {1672461947, 1302514674, 790015084, 290630308,
                                      39332535,   720401,     242};
    const int fraction_bits = 26;
    const int32_t quarter = 1 << (fraction_bits - 2);
    if (x == 0)
        return INT32_MAX;
    /* x = (a part in [-1/4, 0)) - (a multiple of 1/4), whose bits pick the factors. */
    int32_t part = (x & (quarter - 1)) - quarter, rest = part - x;
    int32_t result = exp_above_minus_quarter(saturating_shift_left(part, 5));
    for (unsigned i = 0; i < sizeof(factors) / sizeof(factors[0]); i++)
        if (rest & (quarter << i))
            result = times(result, factors[i]);
    return result;
}

/* 1 / (1 + x) in Q0 of 0 <= x < 1 in Q0: Newton's iteration y += y * (1 - h * y) for 1/h with
 * h = (1 + x) / 2, which stays within [1/2, 1). */
static int32_t one_over_one_plus(int32_t x)
{
    const int32_t one_q2 = 1 << 29, start = 1515870810 /* 48/17 in Q2 */,
                  slope = -1010580540 /* -32/17 in Q2 */;
    int32_t h = (int32_t)(((int64_t)x + INT32_MAX + 1) / 2);
    int32_t y = start + times(h, slope);
    for (int i = 0; i < 3; i++)
        y += saturating_shift_left(times(y, one_q2 - times(h, y)), 2);
    /* y / 2 is y reread as Q1. */
    return saturating_shift_left(y, 1);
}

int32_t fixed_reciprocal(uint32_t value, int integer_bits, int *bits_over_unit)
{
    int zeros = __builtin_clz(value);
    *bits_over_unit = integer_bits - zeros;
    return one_over_one_plus((int32_t)((value << zeros) - (UINT32_C(1) << 31)));
}

struct multiplier fixed_inverse_sqrt(int32_t value)
{
    const int32_t one_q3 = 1 << 28, half_sqrt_2 = 1518500250 /* in Q0 */;
    int right = 11;
    if (value <= 1)
        return (struct multiplier){INT32_MAX, 0};
    /* To [2^27, 2^29) by powers of four, each of which is a power of two of the result. */
    for (; value >= 1 << 29; value /= 4)
        right++;
    for (; value < 1 << 27; value *= 4)
        right--;
    int32_t half = rounding_divide(value >> 1, 1), x = one_q3;
    for (int i = 0; i < 5; i++) {
        int32_t cube = saturating_shift_left(times(times(x, x), x), 6);
        x = saturating_shift_left(times(one_q3 + one_q3 / 2, x) - times(half, cube), 3);
    }
    x = times(x, half_sqrt_2);
    return right < 0 ? (struct multiplier){shift_left(x, -right), 0}
                     : (struct multiplier){x, -right};
}
