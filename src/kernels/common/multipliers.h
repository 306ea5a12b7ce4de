/* What convolutions and matrix products compute from the scales of their tensors when they are
 * prepared: checked and computed here, once for the kernels of every instruction set.
 *
 * The operators are CONV_2D, DEPTHWISE_CONV_2D, TRANSPOSE_CONV, FULLY_CONNECTED and BATCH_MATMUL,
 * whose second operand counts as weights of a single scale. Output channels are the last dimension
 * of the output; shapes must have been inferred.
 */
#ifndef KERNELS_COMMON_MULTIPLIERS_H
#define KERNELS_COMMON_MULTIPLIERS_H

#include "kernels/common/fixed_point.h"
#include "kernels/kernel.h"

/* The operands of a call by their part. */
struct product_operands {
    const struct operand *input, *weights;
    const struct operand *bias; /* NULL: there is none */
};

struct product_operands product_operands(const struct kernel_call *call)
    __attribute__((nonnull(1)));

/* Whether the bias, if any, is of a type that goes with those of the input and the weights: float32
 * beside float inputs, or float16 where the weights are not int8 or are widened; int32 beside 8-bit
 * inputs; int64 or int32 beside int16. STATUS_UNSUPPORTED otherwise. */
enum status product_check_bias(const struct kernel_call *call, struct error *error)
    __attribute__((nonnull(1, 2)));

/* Whether int16 products are summed in 32 bits and rounded with multiply(), because the file says
 * that their bias is int32; otherwise they are summed in 64 bits for multiply_wide(). */
bool product_is_narrow(const struct kernel_call *call) __attribute__((nonnull(1)));

/* Integer inputs and weights of a graph that rounds twice: input scale * weight scale / output
 * scale of every output channel, in the precision in which the reference computes each of them.
 * After STATUS_OK
 *   - input and output have one scale each (int16: zero point 0),
 *   - int8 weights have one scale, or one per output channel, and zero points 0; but the operands
 *     of BATCH_MATMUL and uint8 weights have one scale and any zero point,
 *   - shifts suit multiply_wide() where product_is_narrow() says that it is used.
 * STATUS_UNSUPPORTED otherwise; STATUS_MEMORY. *multipliers is in the arena. */
enum status multipliers_new(const struct kernel_call *call, struct arena *arena,
                            struct multiplier **multipliers, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));

/* The same ratios for graphs that round once, those of 8-bit outputs in single precision:
 * nonnegative and finite, as float, too. */
enum status factors_new(const struct kernel_call *call, struct arena *arena, double **factors,
                        struct error *error) __attribute__((nonnull(1, 2, 3, 4)));

/* Float inputs, int8 weights: the scale of the weights of every output channel; zero points are 0
 * (STATUS_UNSUPPORTED otherwise; STATUS_MEMORY). *scales is in the arena. */
enum status weight_scales_new(const struct kernel_call *call, struct arena *arena, float **scales,
                              struct error *error) __attribute__((nonnull(1, 2, 3, 4)));

/* Whether the inputs of a float x int8 product are quantized with a zero point at run time: matrix
 * products say so in their parameters; a convolution does when its channels' scales differ, a
 * depthwise one always. */
bool product_is_asymmetric(const struct kernel_call *call) __attribute__((nonnull(1)));

#endif
