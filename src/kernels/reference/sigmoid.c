#include "kernels/reference/sigmoid.h"

/* The input in steps of 1/12288, far enough out to be saturated at most. */
static int32_t scaled_input(const struct sigmoid *sigmoid, int32_t q)
{
    const int64_t limit = INT64_C(1) << 30;
    int64_t half = sigmoid->shift ? INT64_C(1) << (sigmoid->shift - 1) : 0;
    int64_t x = ((int64_t)q * sigmoid->factor + half) >> sigmoid->shift;
    return (int32_t)(x > limit ? limit : x < -limit ? -limit : x);
}

/* The table at magnitude / 2^bits, interpolated, with 16 + bits fraction bits. */
static int32_t interpolated(const struct sigmoid *sigmoid, int32_t magnitude, int bits)
{
    int32_t i = magnitude >> bits, rest = magnitude & ((1 << bits) - 1);
    const uint16_t *table = sigmoid->table;
    return (table[i] << bits) + rest * (table[i + 1] - table[i]);
}

int32_t sigmoid_logistic(const struct sigmoid *sigmoid, int32_t q)
{
    int32_t x = scaled_input(sigmoid, q), magnitude = x < 0 ? -x : x;
    int32_t value =
        magnitude >> 9 >= SIGMOID_SIZE - 1 ? INT16_MAX << 10 : interpolated(sigmoid, magnitude, 9);
    /* logistic(-x) = 1 - logistic(x) */
    return (x >= 0 ? value + (1 << 9) : (1 << 25) - value + (1 << 9) - 1) >> 10;
}

int32_t sigmoid_tanh(const struct sigmoid *sigmoid, int32_t q)
{
    int32_t x = scaled_input(sigmoid, q), magnitude = x < 0 ? -x : x;
    int32_t value =
        magnitude >> 8 >= SIGMOID_SIZE - 1 ? UINT16_MAX << 8 : interpolated(sigmoid, magnitude, 8);
    /* tanh(x) = 2 * logistic(2 * x) - 1, and it is odd. */
    return (x >= 0 ? value - (1 << 23) + (1 << 7) : -value + (1 << 23) + (1 << 7) - 1) >> 8;
}
