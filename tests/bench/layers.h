/* The layers that kernels are timed on: single nodes in the shapes of real networks. */
#ifndef TESTS_BENCH_LAYERS_H
#define TESTS_BENCH_LAYERS_H

#include "architectures/builder.h"
#include "base/text.h"
#include "graph/graph.h"
#include "quantize/mode.h"

/* One row. */
struct bench_layer {
    const char *network; /* that has it */
    enum op op;
    struct shape in;
    struct layer product; /* of products: filters, side, stride and what follows */
};

extern const struct bench_layer bench_layers[];
extern const size_t bench_layer_count;

/* "CONV_2D 3x3/2 224x224x3 to 32". */
void bench_layer_text(const struct bench_layer *layer, struct text *out)
    __attribute__((nonnull(1, 2)));

/* The layer's node alone as the mode has it, with drawn weights and with ranges seen on a sample.
 * NULL: the mode leaves this node as fp32 has it, or has none. Ends the program where it fails. */
struct graph *bench_layer_graph(const struct bench_layer *layer, const struct mode *mode)
    __attribute__((nonnull(1, 2)));

/* The weights as they are stored, of a graph whose node has some. */
const struct tensor *bench_weights(const struct graph *graph) __attribute__((nonnull(1)));
/* Products and sums of one run, a product and its addition being two; 0: the operator has no
 * products to speak of. */
double bench_operations(const struct graph *graph) __attribute__((nonnull(1)));
/* Bytes of inputs, constants and outputs. */
double bench_bytes(const struct graph *graph) __attribute__((nonnull(1)));

#endif
