/* Integer weights that products of float32 read as the real numbers that they stand for: a kernel
 * widens them where a DEQUANTIZE would have done it before. They are int8, perhaps of four bits. */
#ifndef KERNELS_COMMON_WIDENED_H
#define KERNELS_COMMON_WIDENED_H

#include "kernels/kernel.h"

/* Blocks that share a scale are a multiple of so many inputs. */
#define WIDENED_BLOCK 4

/* Whether the call's weights are such, and kernels keep them as small as they are: zero points are
 * 0, and there is one scale, one per output channel, or, of int4, one per block of neighbouring
 * inputs, along the last dimension. */
bool widened_accepts(const struct kernel_call *call) __attribute__((nonnull(1)));
/* The real number that element i stands for. */
float widened_load(const struct operand *weights, size_t i) __attribute__((nonnull(1)));

#endif
