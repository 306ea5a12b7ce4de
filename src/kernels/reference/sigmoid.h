/* LOGISTIC and TANH of int16 through one table of the logistic function. */
#ifndef KERNELS_REFERENCE_SIGMOID_H
#define KERNELS_REFERENCE_SIGMOID_H

#include "kernels/common/sigmoid.h"

/* The result for the stored number q in units of 1/32768. */
int32_t sigmoid_logistic(const struct sigmoid *sigmoid, int32_t q) __attribute__((nonnull(1)));
int32_t sigmoid_tanh(const struct sigmoid *sigmoid, int32_t q) __attribute__((nonnull(1)));

#endif
