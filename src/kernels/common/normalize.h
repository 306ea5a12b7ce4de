/* L2_NORMALIZATION along the last dimension: what its kernels prepare. */
#ifndef KERNELS_COMMON_NORMALIZE_H
#define KERNELS_COMMON_NORMALIZE_H

#include "kernels/kernel.h"

/* The state of a call. The work items are rows: the last dimension. */
struct normalization {
    size_t depth; /* elements of a row */
    enum type type;
    int32_t zero_in, zero_out; /* quantized */
};

/* Make a struct normalization the state: of float32, and of int8 and uint8. STATUS_UNSUPPORTED
 * for a fused activation, scales per channel, or an output scale that is not the operator's. */
enum status normalize_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status normalize_prepare_quantized(struct kernel_call *call, struct arena *arena,
                                        struct error *error) __attribute__((nonnull(1, 2, 3)));

#endif
