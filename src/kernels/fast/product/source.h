/* The input of a product as its tiles want it: where that is of another type or shape than the
 * graph has, it is converted into the scratch first. */
#ifndef KERNELS_FAST_PRODUCT_SOURCE_H
#define KERNELS_FAST_PRODUCT_SOURCE_H

#include "kernels/fast/isa.h"
#include "kernels/kernel.h"

struct product;
struct run_scale;

struct source_images {
    int32_t h, w; /* of an image: with padding where it is spliced */
    int depth;    /* elements from one pixel to the next: inputs of a tap, or padded to a group */
    /* Of a pixel of the input, and the first of them that are read: fewer than all in groups. */
    int channels, first, groups;
    int repeats;         /* of depthwise products: outputs of an input, which is there as often */
    size_t image_stride; /* elements of one image */
    size_t element_bytes;
    bool is_spliced;    /* the cells of a filter row are one tap: see product.h */
    bool is_by_block;   /* rows are converted by the block that reads them, not in a stage before */
    int32_t zero_point; /* of an int8 or uint8 input */
    bool is_unsigned;   /* uint8 */
    /* float32, quantized when the network runs (quantize.h), perhaps with a zero point; bytes are
     * run_offset more: 0, or BYTE_OFFSET. Images are so many pieces. */
    bool is_hybrid, is_asymmetric;
    int32_t run_offset;
    size_t pieces;
};

/* Neighbouring elements of one image of the input, and where they go. */
struct stretch {
    size_t from, count; /* elements; from: of all images */
    void *to;
    const struct run_scale *scale; /* of the image, with run-time quantization */
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

/* The stages that convert the source, none where it is the input itself: sets their items and
 * returns their number. Of run-time quantization quantize_layout() must have been called. */
int source_stages(struct kernel_call *call, const struct product *product) PER_ISA(source_stages);
/* Items first..last-1 of one of them. */
void source_run(const struct product *product, const struct kernel_call *call, int stage,
                size_t first, size_t last) PER_ISA(source_run);

#endif
