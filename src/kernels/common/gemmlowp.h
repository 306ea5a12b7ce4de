/* Functions in 32-bit fixed point, as the gemmlowp library defines them: a number in Qk has k
 * integer bits and 31 - k fraction bits, so that raw = real * 2^(31 - k).
 *
 * Integer kernels that need an exponential or a root inside a row use these instead of a float, so
 * that every machine gives the same bits.
 */
#ifndef KERNELS_COMMON_GEMMLOWP_H
#define KERNELS_COMMON_GEMMLOWP_H

#include <stdint.h>

#include "kernels/common/fixed_point.h"

/* exp(x) in Q0 of x <= 0 in Q5; exp(0) is the largest number below 1. */
int32_t fixed_exp_q5(int32_t x);

/* 1 / value for value > 0 in Qk: the result is the returned Q0 number times 2^-*bits_over_unit. */
int32_t fixed_reciprocal(uint32_t value, int integer_bits, int *bits_over_unit)
    __attribute__((nonnull(3)));

/* 1 / sqrt(value) as a multiplier; 0 is taken for 1. */
struct multiplier fixed_inverse_sqrt(int32_t value);

#endif
