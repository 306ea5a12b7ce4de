/* Functions in 16-bit fixed point, as the gemmlowp library defines them: a number in Qk has k
 * integer bits and 15 - k fraction bits, so that raw = real * 2^(15 - k). */
#ifndef KERNELS_COMMON_GEMMLOWP16_H
#define KERNELS_COMMON_GEMMLOWP16_H

#include <stdint.h>

/* tanh(x) in Q0 of x with 0 <= integer_bits <= 6. */
int16_t fixed16_tanh(int16_t x, int integer_bits);
/* 1 / (1 + exp(-x)) in Q0 of x in Q3. */
int16_t fixed16_logistic(int16_t x);

#endif
