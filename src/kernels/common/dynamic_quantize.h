/* DYNAMIC_QUANTIZE: what its kernel prepares. */
#ifndef KERNELS_COMMON_DYNAMIC_QUANTIZE_H
#define KERNELS_COMMON_DYNAMIC_QUANTIZE_H

#include "kernels/kernel.h"

/* Makes a struct portions of the elements the state. The first stage, of one item, finds the
 * scale and the zero point; the second, of portions, quantizes. Outputs are the numbers, the
 * scale (float32) and the zero point (uint8): STATUS_UNSUPPORTED for other types. */
enum status dynamic_quantize_prepare(struct kernel_call *call, struct arena *arena,
                                     struct error *error) __attribute__((nonnull(1, 2, 3)));

#endif
