/* Arithmetic on two quantized tensors: what the kernels of every instruction set compute with. All
 * tensors are of one type, int8, uint8 or int16, with one scale each. */
#ifndef KERNELS_COMMON_BINARY_QUANTIZED_H
#define KERNELS_COMMON_BINARY_QUANTIZED_H

#include "kernels/common/binary.h"
#include "kernels/common/fixed_point.h"
#include "kernels/common/quantized.h"

/* Index 0 and 1 are the operands, 2 is the output; Sa, Sb and Sy are their scales. */
struct binary_terms {
    int32_t
        zero[3]; /* MAXIMUM and MINIMUM, rounding twice: zero[2] is 0, no zero point takes part */
    /* Rounding twice.
     * ADD, SUB, SQUARED_DIFFERENCE: both operands gain `left` bits and are brought to the common
     * scale 2 * max(Sa, Sb) by by[0] and by[1]; by[2] leads from there to Sy.
     * MUL: by[2] = Sa * Sb / Sy. DIV: by[2] = Sa / (Sb * Sy).
     * PRELU: by[0] = Sa / Sy, by[1] = Sa * Sb / Sy. */
    struct multiplier by[3];
    int left;
    int right[2]; /* power-of-two scales: bits that an operand loses */
    /* Rounding once.
     * ADD, SUB: Sa / Sy, Sb / Sy. MUL: Sa * Sb / Sy, of 8 bits in single precision.
     * DIV: Sa / (Sb * Sy). SQUARED_DIFFERENCE: Sa, Sb, Sy. PRELU: Sa / Sy, Sa * Sb / Sy. */
    double factor[3];
    bool is_narrow; /* 8 bits */
    /* MUL of 8 bits: added before the result is rounded, and taken off after it: the zero point as
     * the file has it, or 0. */
    int32_t before;
};

/* The state of a call. */
struct quantized_binary {
    struct binary walk;
    struct binary_terms terms;
    struct clamp_range range; /* of stored numbers, after the activation */
};

/* Makes a struct quantized_binary the state. STATUS_UNSUPPORTED for scales per channel or an output
 * scale that is too fine for a sum; else errors as of binary_init. */
enum status binary_prepare_quantized(struct kernel_call *call, struct arena *arena,
                                     struct error *error) __attribute__((nonnull(1, 2, 3)));

/* Whether a sum or difference of int16 is computed with shifts alone, terms.right, where it is
 * rounded twice. Both operands and the output are quantized. */
bool binary_wants_shifts(const struct kernel_call *call) __attribute__((nonnull(1)));

/* Whether the call computes with real factors. */
bool binary_rounds_once(const struct kernel_call *call) __attribute__((nonnull(1)));

#endif
