/* Strides, dilations and padding of .onnx nodes as parameters of our operators. */
#ifndef FORMATS_ONNX_READ_WINDOW_H
#define FORMATS_ONNX_READ_WINDOW_H

#include "formats/onnx/read/import.h"

/* Fills strides, dilations and pads from the node's attributes, auto_pad included. image is NCHW,
 * of rank 4; attributes may have one dimension less, which then is the width. */
void import_conv_window(struct import *import, const struct shape *image, int32_t filter_h,
                        int32_t filter_w, struct conv_params *params)
    __attribute__((nonnull(1, 2, 5)));

/* The same for a pool, whose window is an attribute. dilations[] (rows, columns) are not part of
 * the parameters: no pool of ours has them. */
void import_pool_window(struct import *import, const struct shape *image,
                        struct pool_params *params, int32_t dilations[2])
    __attribute__((nonnull(1, 2, 3, 4)));

/* A transposed convolution: the output's size is part of it, and the filter is still to be
 * dilated. */
struct import_transposed {
    struct conv_params params;
    int32_t out_h, out_w, dilation_h, dilation_w;
};
/* image is NCHW, filter [in, out, h, w]; false: failed. */
bool import_transposed_window(struct import *import, const struct shape *image,
                              const struct shape *filter, struct import_transposed *out)
    __attribute__((nonnull(1, 2, 3, 4)));

/* A convolution of x ([N, C, L] or [N, C, H, W]) with a filter [out, in / groups, ...] as the
 * node's attributes say; bias may be NO_TENSOR. The result has the layout of x and the given
 * type. */
int import_conv(struct import *import, int x, int filter, int bias, enum type type)
    __attribute__((nonnull(1)));

/* Convolution and pool ("MaxPool", "AveragePool") of a volume [N, C, D, H, W] with the window that
 * the node's attributes tell; bias may be NO_TENSOR. */
int import_conv_volume(struct import *import, int x, int filter, int bias)
    __attribute__((nonnull(1)));
int import_pool_volume(struct import *import, const char *name, int x)
    __attribute__((nonnull(1, 2)));

#endif
