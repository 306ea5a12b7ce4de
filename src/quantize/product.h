/* Products with constant weights, and the vectors that they multiply: a patch of an image for each
 * place of a convolution's filter, or a row of a matrix. */
#ifndef QUANTIZE_PRODUCT_H
#define QUANTIZE_PRODUCT_H

#include <stdbool.h>

#include "graph/graph.h"

/* A CONV_2D, DEPTHWISE_CONV_2D or FULLY_CONNECTED of a float graph. Output channels that read the
 * same input channels are a group: all of them, but in a depthwise or grouped convolution. */
struct product {
    struct node node;
    int data, weights; /* tensors; of the data, what views of it show */
    int groups;
    int inputs; /* of one group and place, in the order of the weights: row, column, channel */
    int height, width, channels; /* of the filter; channels of all groups */
    int first_row, first_column; /* of the first patch: minus the padding */
    int rows, columns;           /* patches of one image, or vectors and 1 */
    int images;
};

/* The input that is its bias; absent or NO_TENSOR: it has none. */
#define PRODUCT_BIAS 2

/* Describes a node; false where it is no such product. */
bool product_describe(const struct graph *graph, const struct node *node, struct product *product)
    __attribute__((nonnull(1, 2, 3)));

/* What a view of a graph shows, or the tensor itself. */
int product_source(const struct graph *graph, int tensor) __attribute__((nonnull(1)));

/* Vectors of one run. */
size_t product_patches(const struct product *product) __attribute__((nonnull(1)));

/* Copies the vector of a patch that a group reads, zeros where it lies outside the image. elements
 * are those of the data. */
void product_patch(const struct graph *graph, const struct product *product, size_t patch,
                   int group, const float *elements, float *to)
    __attribute__((nonnull(1, 2, 5, 6)));

/* Where the weights of an output channel lie among those of the tensor: every step-th element from
 * first on, product->inputs of them. */
struct strip {
    size_t first, step;
};
struct strip product_strip(const struct graph *graph, const struct product *product, int channel)
    __attribute__((nonnull(1, 2)));

/* Whether it reads beyond the border, where there is 0: no bias makes up for what else is
 * shifted. */
bool product_pads(const struct graph *graph, const struct product *product)
    __attribute__((nonnull(1, 2)));

/* Its fused activation. */
int product_activation(const struct product *product) __attribute__((nonnull(1)));

/* Output channels. */
int product_outputs(const struct graph *graph, const struct product *product)
    __attribute__((nonnull(1, 2)));

/* The input channel that the i-th weight of an output channel reads, of so many outputs. */
int product_channel(const struct product *product, int outputs, int channel, int i)
    __attribute__((nonnull(1)));

#endif
