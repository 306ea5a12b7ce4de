/* The input of a product as its tiles want it: where that is of another type or shape than the
 * graph has, it is converted into the scratch first. */
#ifndef KERNELS_FAST_PRODUCT_SOURCE_H
#define KERNELS_FAST_PRODUCT_SOURCE_H

#include "kernels/fast/isa.h"
#include "kernels/kernel.h"

struct product;

struct source_images {
    int32_t h, w; /* of an image: with padding where it is spliced */
    int depth;    /* elements from one pixel to the next: inputs of a tap, or padded to a group */
    /* Of a pixel of the input, and the first of them that are read: fewer than all in groups. */
    int channels, first, groups;
    int repeats;         /* of depthwise products: outputs of an input, which is there as often */
    size_t image_stride; /* elements of one image */
    size_t element_bytes;
    bool is_spliced;    /* the cells of a filter row are one tap: see product.h */
    int32_t zero_point; /* of an int8 or uint8 input */
    bool is_unsigned;   /* uint8 */
    bool is_hybrid; /* float32, quantized when the network runs with scales that are found first */
    bool is_asymmetric; /* then: with a zero point */
};

/* Neighbouring elements of one image of the input, and where they go. */
struct stretch {
    size_t image, from, count; /* elements; from: of all images */
    void *to;
};

/* The conversions. */
typedef void convert_function(const struct product *product, const struct kernel_call *call,
                              const struct stretch *stretch);
convert_function convert_copy PER_ISA(convert_copy);
convert_function convert_halve PER_ISA(convert_halve); /* float32 to finite halves */
convert_function convert_widen PER_ISA(convert_widen); /* int8 to int16, less the zero point */
convert_function convert_widen_unsigned PER_ISA(convert_widen_unsigned); /* the same of uint8 */
/* int8 to uint8, 128 more, and back. */
convert_function convert_turned PER_ISA(convert_turned);
/* Run-time quantization to int16, less the zero point, and to bytes, BYTE_OFFSET more. */
convert_function convert_quantize_short PER_ISA(convert_quantize_short);
convert_function convert_quantize_byte PER_ISA(convert_quantize_byte);

/* The run-time scales of images first..last-1. */
void source_scales(const struct product *product, const struct kernel_call *call, size_t first,
                   size_t last) PER_ISA(source_scales);
/* Lines that the source is divided into, and their conversion: pixels where it has the input's own
 * shape, rows of an image where it is spliced. */
size_t source_lines(const struct product *product) PER_ISA(source_lines);
void source_convert(const struct product *product, const struct kernel_call *call, size_t first,
                    size_t last) PER_ISA(source_convert);

#endif
