/* LOGISTIC and TANH of int16 through one table of the logistic function: the table. */
#ifndef KERNELS_COMMON_SIGMOID_H
#define KERNELS_COMMON_SIGMOID_H

#include <stdint.h>

#define SIGMOID_SIZE 256

struct sigmoid {
    int32_t factor; /* real value * 3 * 2^12 = (q * factor) >> shift */
    int shift;
    uint16_t table[SIGMOID_SIZE]; /* logistic(i / 24) * 2^16 */
};

/* For inputs of the given scale (positive) and zero point 0. */
void sigmoid_init(struct sigmoid *sigmoid, float scale) __attribute__((nonnull(1)));

#endif
