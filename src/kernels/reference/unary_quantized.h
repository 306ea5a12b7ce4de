/* Functions of one quantized tensor, element by element. The state is a struct quantized_unary. */
#ifndef KERNELS_REFERENCE_UNARY_QUANTIZED_H
#define KERNELS_REFERENCE_UNARY_QUANTIZED_H

#include "kernels/common/unary_quantized.h"

/* int8 and uint8: every function is a table of its 256 values, which prepare fills. Errors are
 * those of unary_prepare_quantized. */
enum status unary_prepare_8(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
void unary_run_8(const struct kernel_call *call, int stage, size_t first, size_t last, int thread);

/* int16: element by element. */
void unary_run_16(const struct kernel_call *call, int stage, size_t first, size_t last, int thread);

#endif
