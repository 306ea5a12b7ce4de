/* Functions of one quantized tensor, element by element: what their kernels compute with. Input and
 * output are int8, uint8 or int16 with one scale each, Sx and Sy. */
#ifndef KERNELS_COMMON_UNARY_QUANTIZED_H
#define KERNELS_COMMON_UNARY_QUANTIZED_H

#include "kernels/common/fixed_point.h"
#include "kernels/common/lookup.h"
#include "kernels/common/portions.h"
#include "kernels/common/quantized.h"
#include "kernels/common/sigmoid.h"
#include "kernels/kernel.h"

/* HARD_SWISH in 16-bit fixed point, from steps of Sx / 128: multipliers to Sy and to steps of 3
 * / 2^15, in which its hinge is. */
struct hard_swish {
    int32_t out_mantissa, hinge_mantissa; /* 15 bits */
    int out_exponent, hinge_exponent;     /* out_exponent is not positive */
};

/* Fraction bits of the fixed-point root of RSQRT. */
#define RSQRT_BITS 20

struct unary_terms {
    int32_t zero_in;
    float scale_in, scale_out; /* Sx, Sy */
    float alpha;               /* LEAKY_RELU's slope below 0 */
    /* Rounding twice; what an operator does not need is 0.
     * RELU and its like, ABS, LEAKY_RELU: Sx / Sy. RSQRT: 1 / (sqrt(Sx) * Sy) / 2^RSQRT_BITS. */
    struct multiplier by;
    struct multiplier below; /* LEAKY_RELU: Sx * |alpha| / Sy */
    struct hard_swish swish;
    const int16_t *exponential;    /* EXP of int16: see lookup_fill_16 */
    const struct sigmoid *sigmoid; /* LOGISTIC and TANH of int16 */
};

/* The state of a call. */
struct quantized_unary {
    struct portions portions; /* of the elements; they are the work items */
    struct unary_terms terms;
    struct clamp_range range; /* of stored numbers; the operators that clamp do so with it */
    int32_t zero_out;
    uint8_t table[LOOKUP_8_SIZE]; /* 8 bits: for the kernel to fill, with a result for each input */
};

/* Makes a struct quantized_unary the state. STATUS_UNSUPPORTED for scales per channel, and for
 * output scales that the operator does not have or that are too fine for it; STATUS_INVALID for
 * a slope that is not finite. */
enum status unary_prepare_quantized(struct kernel_call *call, struct arena *arena,
                                    struct error *error) __attribute__((nonnull(1, 2, 3)));

#endif
