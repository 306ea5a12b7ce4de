/* What convolutions and matrix products share: sums of products of inputs and weights, for all types,
 * and their way to an output element.
 *
 * Every operator is a set of sums; it says which runs of inputs meet which runs of weights, and this
 * says what a run adds to the sum and what becomes of the sum. Where activations are quantized at
 * run time (float inputs, int8 weights), a stage before the sums does that.
 */
#ifndef KERNELS_REFERENCE_PRODUCT_H
#define KERNELS_REFERENCE_PRODUCT_H

#include "kernels/common/fixed_point.h"
#include "kernels/common/hybrid.h"
#include "kernels/common/multipliers.h"
#include "kernels/common/quantized.h"
#include "kernels/kernel.h"

/* length products of input[a + i * a_step] and weights[b + i * b_step]. */
struct product_run {
    size_t a, a_step, b, b_step, length;
};

union product_sum {
    double real;
    int64_t integer;
};

/* What the sums of one node are made of. The state of a kernel begins with it. */
struct product_terms {
    int input, weights, bias; /* which inputs of the call; bias NO_INPUT: there is none */
    void (*add)(const struct kernel_call *call, const struct product_run *run,
                union product_sum *sum);
    void (*store)(const struct kernel_call *call, union product_sum sum, size_t index, int channel,
                  size_t image);
    int32_t zero[3];                      /* of the input, the weights and the output */
    const struct multiplier *multipliers; /* of each channel, where the graph rounds twice */
    const double *factors;                /* where it rounds once */
    struct clamp_range range;
    float low, high;
    /* Run-time quantization: elements of one image, which shares a scale, and the scales of the
     * weights; the quantized input begins the scratch, the images' scales follow. */
    size_t image_elements, scales_at;
    const float *weight_scales;
    bool is_asymmetric;
};

/* Fills the terms at the start of call->state. items is the work of the sums' stage;
 * image_elements says how many inputs share a scale that is found at run time. */
enum status product_prepare(struct kernel_call *call, int32_t activation, size_t items,
                            size_t image_elements, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 5, 6)));
/* Does the stage when it is not that of the sums; false: the sums are to be done. */
bool product_quantize(const struct kernel_call *call, int stage, size_t first, size_t last)
    __attribute__((nonnull(1)));

/* Adds the run to the sum. */
static inline void product_add(const struct kernel_call *call, const struct product_run *run,
                               union product_sum *sum)
{
    ((const struct product_terms *)call->state)->add(call, run, sum);
}

/* Finishes a sum that product_add made from 0: output element `index`, of the channel and of the
 * input image given. */
static inline void product_store(const struct kernel_call *call, union product_sum sum,
                                 size_t index, int channel, size_t image)
{
    ((const struct product_terms *)call->state)->store(call, sum, index, channel, image);
}

/* The rows of an operator: all types that sums are made of. */
#define PRODUCT_ROW(text, op_, data, weights, prepare_, run_)                                      \
    {                                                                                              \
        .name = (text), .op = OP_##op_, .isa = ISA_REFERENCE, .types = {data, weights, data},      \
        .prepare = (prepare_), .run = (run_)                                                       \
    }
#define PRODUCT_ROWS(text, op, prepare, run)                                                       \
    PRODUCT_ROW(text "_f32_reference", op, TYPE_F32, TYPE_F32, prepare, run),                      \
        PRODUCT_ROW(text "_f32_f16_reference", op, TYPE_F32, TYPE_F16, prepare, run),              \
        PRODUCT_ROW(text "_i8_reference", op, TYPE_I8, TYPE_I8, prepare, run),                     \
        PRODUCT_ROW(text "_u8_reference", op, TYPE_U8, TYPE_U8, prepare, run),                     \
        PRODUCT_ROW(text "_i16_i8_reference", op, TYPE_I16, TYPE_I8, prepare, run)
#define PRODUCT_HYBRID_ROW(text, op, prepare, run)                                                 \
    PRODUCT_ROW(text "_f32_i8_reference", op, TYPE_F32, TYPE_I8, prepare, run)

#endif
