/* Convolutions and matrix products, one way for all types: an output is a matrix of rows (pixels)
 * times channels; each row is a sum over taps (filter cells) of `depth` inputs each. In a depthwise
 * convolution every channel has its own sums: tap by tap, inputs times weights.
 *
 * Weights are packed in panels of channels. A tile computes some rows of one panel; then a finish
 * function turns sums into outputs. Inputs are first converted where the tile wants another type
 * than the graph has: int8 to int16 with the zero point taken off, or, where the CPU multiplies
 * unsigned with signed bytes, to uint8; of bytes, the finish takes off what the weights times the
 * zero point, and 128 where they became unsigned, add up to. A CPU that adds such products in 16
 * bits does so where the weights let it (match.h).
 *
 * Where inputs have few channels, the cells of a filter row are spliced to one tap: they lie
 * side by side in a copy of the image that has its padding around it. */
#ifndef KERNELS_FAST_PRODUCT_PRODUCT_H
#define KERNELS_FAST_PRODUCT_PRODUCT_H

#include "kernels/fast/product/state.h"

/* What of a convolution in groups a call computes. */
struct product_part {
    int group, groups;  /* the input has the channels of all groups side by side */
    bool is_asymmetric; /* with run-time scales: see product_is_asymmetric() */
};

/* Whether the products of the call can be prepared: weights and bias are there, and sizes fit. */
bool product_is_packable(const struct kernel_call *call) PER_ISA(product_is_packable);
/* A kernel's prepare(): the call reads input 0 with the weights of input 1. */
enum status product_make(struct kernel_call *call, const struct product_part *part,
                         struct arena *arena, struct error *error) PER_ISA(product_make);
/* Divides the work into stages and items and lays out the scratch; everything above must be set. */
void product_layout(struct kernel_call *call, struct product *product) PER_ISA(product_layout);
/* A kernel's extent(), of CONV_2D and DEPTHWISE_CONV_2D. */
struct kernel_extent product_extent(const struct kernel_call *call, size_t items)
    PER_ISA(product_extent);
/* A kernel's run(): the stages in the order ranges, conversion, product. */
void product_run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
    PER_ISA(product_run);

#endif
