/* LOGISTIC and TANH of int16 through one table of the logistic function. */
#ifndef KERNELS_REFERENCE_SIGMOID_H
#define KERNELS_REFERENCE_SIGMOID_H

#include <stdint.h>

#define SIGMOID_SIZE 256

struct sigmoid {
    int32_t factor; /* real value * 3 * 2^12 = (q * factor) >> shift */
    int shift;
    uint16_t table[SIGMOID_SIZE]; /* logistic(i / 24) * 2^16 */
};

/* For inputs of the given scale (zero point 0). */
void sigmoid_init(struct sigmoid *sigmoid, float scale) __attribute__((nonnull(1)));

/* The result for the stored number q in units of 1/32768. */
int32_t sigmoid_logistic(const struct sigmoid *sigmoid, int32_t q) __attribute__((nonnull(1)));
int32_t sigmoid_tanh(const struct sigmoid *sigmoid, int32_t q) __attribute__((nonnull(1)));

#endif
