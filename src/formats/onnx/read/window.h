/* Strides, dilations and paddings of .onnx nodes as parameters of ours. */
#ifndef FORMATS_ONNX_READ_WINDOW_H
#define FORMATS_ONNX_READ_WINDOW_H

#include "formats/onnx/read/import.h"

/* Fills strides, dilations and pads from the node's attributes, auto_pad included. The image is NCHW,
 * of rank 4; attributes may have one dimension, then it is the width. */
void import_conv_window(struct import *import, const struct shape *image, int32_t filter_h,
                        int32_t filter_w, struct conv_params *params)
    __attribute__((nonnull(1, 2, 5)));

/* The same for a pool, whose filter is an attribute. dilations[] receives what the pool itself cannot
 * have. */
void import_pool_window(struct import *import, const struct shape *image,
                        struct pool_params *params, int32_t dilations[2])
    __attribute__((nonnull(1, 2, 3, 4)));

/* A transposed convolution: the output's size is part of it, and the filter is to be dilated. */
struct import_transposed {
    struct conv_params params;
    int32_t out_h, out_w, dilation_h, dilation_w;
};
bool import_transposed_window(struct import *import, const struct shape *image,
                              const struct shape *filter, struct import_transposed *out)
    __attribute__((nonnull(1, 2, 3, 4)));

/* A convolution of x (rank 3 or 4, channels second) as the node's attributes say; the result has the
 * type given. */
int import_conv(struct import *import, int x, int filter, int bias, enum type type)
    __attribute__((nonnull(1)));

#endif
