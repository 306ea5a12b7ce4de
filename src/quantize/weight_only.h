/* Modes that store weights in fewer bits and compute in float32: a constant, and a DEQUANTIZE that
 * widens it, which kernels do while they multiply (kernels/common/widened.h). */
#ifndef QUANTIZE_WEIGHT_ONLY_H
#define QUANTIZE_WEIGHT_ONLY_H

#include "quantize/mode.h"

struct weight_scheme {
    enum type type; /* of the constants: TYPE_I8, TYPE_BF16 */
    int32_t bits;   /* of TYPE_I8: 0, or 4 */
};

/* Stores the weights of convolutions and matrix products, and the tables that GATHER looks up, in
 * the scheme: symmetric integers with a scale per channel or, where options->block is not 0 and
 * divides the inputs of a weight, per block of those. ranges: moments by which weights are rounded,
 * or NULL. Small constants stay float32, and so do the weights of recurrent layers, of which the
 * graph has a remark. */
enum status weight_only_apply(struct graph *graph, const struct weight_scheme *scheme,
                              const struct mode_options *options, const struct ranges *ranges,
                              struct error *error) __attribute__((nonnull(1, 2, 3, 5)));

#endif
