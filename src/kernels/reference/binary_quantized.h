/* What arithmetic on two quantized tensors computes with: shared with its fast form. */
#ifndef KERNELS_REFERENCE_BINARY_QUANTIZED_H
#define KERNELS_REFERENCE_BINARY_QUANTIZED_H

#include "kernels/common/fixed_point.h"
#include "kernels/common/quantized.h"
#include "kernels/reference/binary.h"

/* What prepare finds out. Index 0 and 1 are the operands, 2 is the output. */
struct binary_terms {
    int32_t zero[3];
    /* Rounding twice. */
    struct multiplier by[3]; /* which scales they carry, the operator says */
    int left;                /* bits that the operands gain for the sum */
    int right[2];            /* power-of-two scales: bits that an operand loses */
    /* Rounding once. */
    double factor[3]; /* likewise */
};

/* The state that binary_prepare_quantized leaves: one of the functions is there. */
struct quantized_binary {
    struct binary walk;
    struct binary_terms terms;
    int32_t (*twice)(const struct binary_terms *terms, int32_t a, int32_t b);
    double (*once)(const struct binary_terms *terms, int32_t a, int32_t b);
    struct clamp_range range;
};

/* Whether a sum or difference of int16 is computed with shifts alone, terms->right, where it is rounded
 * twice. Both operands and the output are quantized. */
bool binary_wants_shifts(const struct kernel_call *call);

/* Whether the call computes with real factors; and fills in what that takes. */
bool binary_rounds_once(const struct kernel_call *call);
void binary_setup_once(struct quantized_binary *binary, const struct kernel_call *call);

#endif
