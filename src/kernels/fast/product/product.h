/* Convolutions and matrix products, one way for all types: an output is a matrix of rows (pixels)
 * times channels; each row is a sum over taps (filter cells) of `depth` inputs each. In a depthwise
 * convolution every channel has its own sums: tap by tap, inputs times weights.
 *
 * Weights are packed in panels of channels. A tile computes some rows of one panel; then a finish
 * function turns sums into outputs. Inputs are first converted where the tile wants another type
 * than the graph has: int8 to int16 with the zero point taken off, or, where the CPU multiplies
 * unsigned with signed bytes, to uint8; then the finish takes off what the weights times 128 and
 * the zero point add up to.
 *
 * Where inputs have few channels, the cells of a filter row are spliced to one tap: they lie
 * side by side in a copy of the image that has its padding around it. */
#ifndef KERNELS_FAST_PRODUCT_PRODUCT_H
#define KERNELS_FAST_PRODUCT_PRODUCT_H

#include "kernels/fast/product/state.h"

/* Divides the work into stages and items and lays out the scratch; everything above must be set. */
void product_layout(struct kernel_call *call, struct product *product) PER_ISA(product_layout);
/* A kernel's run(): the stages in the order scales, conversion, product. */
void product_run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
    PER_ISA(product_run);

#endif
