#include "kernels/common/gemmlowp16.h"

#include "kernels/common/fixed_point.h"

/* The sums of the library wrap around, its shifts to the left saturate. */
static int16_t wrap(int32_t value)
{
    return (int16_t)(uint16_t)value;
}

static int16_t saturate(int32_t value)
{
    return (int16_t)clamp_int(value, INT16_MIN, INT16_MAX);
}

static int16_t raised(int16_t value, int bits)
{
    return saturate((int32_t)value * (1 << bits));
}

/* round(a * b / 2^15), halves away from zero. */
static int16_t times(int16_t a, int16_t b)
{
    int32_t product = (int32_t)a * b;
    if (a == INT16_MIN && b == INT16_MIN)
        return INT16_MAX;
    return (int16_t)((product + (product >= 0 ? 1 << 14 : 1 - (1 << 14))) / (1 << 15));
}

/* Constants are those of the 32-bit functions, without their lower half. */
static int16_t upper(int32_t constant)
{
    return (int16_t)rounding_divide(constant, 16);
}

/* exp(x) in Q0 of -1/4 <= x < 0 in Q0: the Taylor polynomial of degree 4 around -1/8. */
static int16_t exp_above_minus_quarter(int16_t x)
{
    const int16_t exp_minus_eighth = upper(1895147668), third = upper(715827883);
    int16_t t = wrap(x + (1 << 12));
    int16_t t2 = times(t, t), t3 = times(t2, t), t4 = times(t2, t2);
    int16_t cubes = wrap(rounding_divide(t4, 2) + t3);
    int16_t tail = (int16_t)rounding_divide(wrap(times(cubes, third) + t2), 1);
    return saturate(exp_minus_eighth + times(exp_minus_eighth, wrap(t + tail)));
}

/* exp(x) in Q0 of x <= 0 in Qk. */
static int16_t exp_below_zero(int16_t x, int integer_bits)
{
    /* exp(-2^i) in Q0 for i = -2 .. 4. */
    static const int32_t factors[] = {1672461947, 1302514674, 790015084, 290630308,
                                      39332535,   720401,     242};
    const int fraction_bits = 15 - integer_bits;
    const int16_t quarter = (int16_t)(1 << (fraction_bits - 2));
    if (x == 0)
        return INT16_MAX;
    if (integer_bits > 5 && x < -(32 << fraction_bits))
        return 0;
    int16_t part = wrap((x & (quarter - 1)) - quarter), rest = wrap(part - x);
    int16_t result = exp_above_minus_quarter(raised(part, integer_bits));
    for (int i = 0; i < 7 && i - 2 < integer_bits; i++)
        if (rest & (quarter << i))
            result = times(result, upper(factors[i]));
    return result;
}

/* 2 / (1 + x) in Q2 of 0 <= x <= 1 in Q0: Newton's iteration y += y * (1 - h * y) for 1 / h with
 * h = (1 + x) / 2. */
static int16_t two_over_one_plus(int16_t x)
{
    const int16_t one_q2 = 1 << 13, start = upper(1515870810) /* 48/17 in Q2 */,
                  slope = upper(-1010580540) /* -32/17 in Q2 */;
    int16_t h = (int16_t)((x + INT16_MAX + 1) / 2);
    int16_t y = wrap(start + times(h, slope));
    for (int i = 0; i < 3; i++)
        y = wrap(y + raised(times(y, wrap(one_q2 - times(h, y))), 2));
    return y;
}

int16_t fixed16_tanh(int16_t x, int integer_bits)
{
    const int16_t one_q2 = 1 << 13;
    if (x == 0)
        return 0;
    /* tanh(-a) = (e - 1) / (e + 1) for e = exp(-2 a): twice a is a with one more integer bit. */
    int16_t below = x < 0 ? x : wrap(-x);
    int16_t e = exp_below_zero(below, integer_bits + 1);
    int16_t size = raised(wrap(two_over_one_plus(e) - one_q2), 2);
    return x < 0 ? wrap(-size) : size;
}

int16_t fixed16_logistic(int16_t x)
{
    if (x == 0)
        return upper(1 << 30);
    int16_t above = x > 0 ? x : wrap(-x);
    int16_t half = two_over_one_plus(exp_below_zero(wrap(-above), 3));
    int16_t result = raised(half, 1); /* y / 2 is y reread as Q1 */
    return x > 0 ? result : wrap(INT16_MAX - result);
}
