/* What the reference kernels of convolutions and matrix products compute with, for all types. */
#ifndef KERNELS_COMMON_PRODUCT_TERMS_H
#define KERNELS_COMMON_PRODUCT_TERMS_H

#include "kernels/common/multipliers.h"
#include "kernels/common/quantized.h"
#include "kernels/kernel.h"

/* The state of a kernel begins with it. */
struct product_terms {
    int input, weights, bias; /* which inputs of the call; bias NO_INPUT: there is none */
    float low, high;          /* of the activation, for float32 outputs */
    /* Integers with scales. */
    bool is_wide;                         /* sums of 64 bits, for multiply_wide() */
    int32_t zero[3];                      /* of the input, the weights and the output */
    const struct multiplier *multipliers; /* of each output channel, where the graph rounds twice */
    const double *factors;                /* where it rounds once; else NULL */
    struct clamp_range range;             /* of stored outputs, after the activation */
    /* Run-time quantization (float inputs, int8 weights): elements of one image, which shares a
     * scale, and the scales of the weights, one per channel. The quantized inputs begin the
     * scratch, less their zero point and as int16; the images' scales (struct run_scale) follow
     * at this byte. */
    size_t image_elements, scales_at;
    const float *weight_scales;
    bool is_asymmetric;
};

/* Fills the terms at the start of call->state, which are all 0. items is the work of the stage
 * of the sums; image_elements says how many inputs share a scale that is found at run time: in a
 * stage before the sums, whose items are images. STATUS_UNSUPPORTED for an unknown activation,
 * or a bias or scales that do not go with the types (see multipliers.h); STATUS_MEMORY. */
enum status product_prepare(struct kernel_call *call, int32_t activation, size_t items,
                            size_t image_elements, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 5, 6)));

/* The operands: of the call itself, because data comes to be known between prepare and run. */
static inline const struct operand *product_input(const struct kernel_call *call)
{
    return &call->inputs[((const struct product_terms *)call->state)->input];
}

static inline const struct operand *product_weights(const struct kernel_call *call)
{
    return &call->inputs[((const struct product_terms *)call->state)->weights];
}

#endif
