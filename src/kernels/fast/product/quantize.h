/* Run-time quantization: float32 inputs become integers of a scale that the values of their image
 * give. It is found first; where threads share an image, from ranges that each finds in pieces of
 * it. */
#ifndef KERNELS_FAST_PRODUCT_QUANTIZE_H
#define KERNELS_FAST_PRODUCT_QUANTIZE_H

#include "kernels/common/hybrid.h"
#include "kernels/fast/product/source.h"

/* Lays out, from byte `at` of the scratch on, what is found while the network runs, with a row of
 * padding of so many bytes per image (0: none is needed), and divides images into pieces. Returns
 * the byte behind it all. */
size_t quantize_layout(const struct kernel_call *call, struct product *product, size_t at,
                       size_t row_bytes) PER_ISA(quantize_layout);
/* The ranges of pieces first..last-1 of all images. */
void quantize_ranges(const struct product *product, const struct kernel_call *call, size_t first,
                     size_t last) PER_ISA(quantize_ranges);
/* The scale of an image, from the ranges of its pieces or, where it is one, from its values. */
struct run_scale quantize_scale(const struct product *product, const struct kernel_call *call,
                                size_t image) PER_ISA(quantize_scale);
/* Notes the scale of an image for those who read what it was converted to, and fills its row of
 * padding. */
void quantize_note(const struct product *product, const struct kernel_call *call, size_t image,
                   const struct run_scale *scale) PER_ISA(quantize_note);
/* The byte of which elements that stand for 0 consist. */
unsigned char quantize_pad(const struct product *product, const struct run_scale *scale)
    PER_ISA(quantize_pad);

/* To int16 less the zero point, and to bytes. */
convert_function quantize_shorts PER_ISA(quantize_shorts);
convert_function quantize_bytes PER_ISA(quantize_bytes);

#endif
