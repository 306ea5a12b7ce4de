/* Arithmetic on two quantized tensors: what the files that implement it share. */
#ifndef KERNELS_REFERENCE_BINARY_QUANTIZED_H
#define KERNELS_REFERENCE_BINARY_QUANTIZED_H

#include "kernels/common/binary_quantized.h"

/* A kernel's run() for the state that binary_prepare_quantized leaves. */
void binary_run_quantized(const struct kernel_call *call, int stage, size_t first, size_t last,
                          int thread);

/* Of graphs that round once: the result for the stored numbers a and b in steps of the output, from
 * its zero point, neither rounded nor clamped. */
typedef double once_function(const struct binary_terms *terms, int32_t a, int32_t b);

/* The function of an operator that computes with real factors (see binary_rounds_once). */
once_function *binary_once(enum op op);

#endif
