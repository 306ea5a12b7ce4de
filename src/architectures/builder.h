/* Building a network layer by layer, as the tables of the papers read.
 *
 * Each layer_ function appends nodes to the graph and returns the number of the tensor that comes
 * out; `in` is one that came out before. The first failure stays in the builder, and nothing is
 * appended after it, so that architectures need not look. */
#ifndef ARCHITECTURES_BUILDER_H
#define ARCHITECTURES_BUILDER_H

#include "architectures/architecture.h"
#include "architectures/settle.h"
#include "base/random.h"
#include "graph/graph.h"

struct builder {
    struct graph *graph;
    const struct architecture_options *options;
    struct random random;
    enum role *roles; /* one per node; to be freed */
    size_t role_capacity;
    enum status status;
    struct error *error;
};

/* What follows a layer: fused where the operators can, else nodes of their own. */
enum nonlinearity { LINEAR, RELU, RELU6, HARD_SWISH, SWISH, GELU, TANH, SIGMOID };

/* Of all products. Batch normalization is folded into the weights, as it is in what is deployed. */
struct layer {
    int filters; /* or units; of a depthwise convolution as many as the input has channels */
    int side;    /* of the filter; 0: 1 */
    int stride;  /* 0: 1 */
    enum padding padding;
    enum nonlinearity then;
    enum role role;
};

/* The option width's share of published channels, a multiple of 8 that is at most a tenth below it.
 * Source: M. Sandler et al., 2018, MobileNetV2 (code that goes with it). */
int channels(const struct builder *builder, int published) __attribute__((nonnull(1)));
/* The same for any number. */
int divisible(double number);

/* The last dimension of a tensor. */
int depth_of(const struct builder *builder, int tensor) __attribute__((nonnull(1)));

/* An input of the graph, the only one of real numbers. */
int layer_input(struct builder *builder, struct shape shape) __attribute__((nonnull(1)));
/* One of whole numbers, int64. The name must outlive the graph. */
int layer_numbers(struct builder *builder, const char *name, struct shape shape)
    __attribute__((nonnull(1, 2)));
/* The same for networks on images: one of size x size pixels in three colours, 0 to 1. */
int layer_image(struct builder *builder) __attribute__((nonnull(1)));
/* Ends the graph with the classes' probabilities. */
void layer_output(struct builder *builder, int logits) __attribute__((nonnull(1)));

int layer_conv(struct builder *builder, int in, struct layer layer) __attribute__((nonnull(1)));
int layer_depthwise(struct builder *builder, int in, struct layer layer)
    __attribute__((nonnull(1)));
/* On the last dimension; the others stay. */
int layer_dense(struct builder *builder, int in, struct layer layer) __attribute__((nonnull(1)));
int layer_activation(struct builder *builder, int in, enum nonlinearity then)
    __attribute__((nonnull(1)));

int layer_add(struct builder *builder, int a, int b, enum nonlinearity then)
    __attribute__((nonnull(1)));
int layer_multiply(struct builder *builder, int a, int b) __attribute__((nonnull(1)));
/* By one number, and one number more. */
int layer_scale(struct builder *builder, int in, float factor) __attribute__((nonnull(1)));
int layer_shift(struct builder *builder, int in, float offset, enum nonlinearity then)
    __attribute__((nonnull(1)));
int layer_concat(struct builder *builder, int a, int b) __attribute__((nonnull(1)));

int layer_max_pool(struct builder *builder, int in, int side, int stride, enum padding padding)
    __attribute__((nonnull(1)));
/* The mean of all pixels: an image of one pixel, or a row of channels. */
int layer_mean(struct builder *builder, int in, bool keep_pixel) __attribute__((nonnull(1)));
/* The same as the last layer, where something else than a product makes the logits. */
int layer_mean_logits(struct builder *builder, int in) __attribute__((nonnull(1)));

/* The rows of a table that are looked up: [1, n] to [1, n, depth]. */
int layer_table(struct builder *builder, int numbers, int rows, int depth)
    __attribute__((nonnull(1)));
/* Adds a vector for each position, the same for all samples. */
int layer_positions(struct builder *builder, int in) __attribute__((nonnull(1)));
/* Whole numbers as real ones. */
int layer_cast(struct builder *builder, int numbers) __attribute__((nonnull(1)));

int layer_reshape(struct builder *builder, int in, struct shape shape) __attribute__((nonnull(1)));
/* Swaps the middle two of four dimensions. */
int layer_swap_middle(struct builder *builder, int in) __attribute__((nonnull(1)));
/* The first of the vectors along the last dimension. */
int layer_first(struct builder *builder, int in) __attribute__((nonnull(1)));
/* x * y, or x * y transposed, of their last two dimensions. */
int layer_matmul(struct builder *builder, int x, int y, bool transposed)
    __attribute__((nonnull(1)));
int layer_softmax(struct builder *builder, int in) __attribute__((nonnull(1)));
int layer_normalization(struct builder *builder, int in, float epsilon) __attribute__((nonnull(1)));

/* Blocks that several families share, in blocks.c. */

enum gate { GATE_NONE, GATE_SIGMOID, GATE_HARD_SIGMOID };

/* MobileNetV2's block with what came after it. */
struct inverted {
    int expanded; /* channels within; the input's: nothing is expanded */
    int filters;  /* that come out */
    int side, stride;
    int squeezed; /* channels of the gate's bottleneck */
    enum gate gate;
    enum nonlinearity then;
};

int block_inverted_residual(struct builder *builder, int in, struct inverted block)
    __attribute__((nonnull(1)));
/* The classifier of most: mean, dense, softmax. */
void block_classifier(struct builder *builder, int in) __attribute__((nonnull(1)));

#endif
