/* Random float networks in tests: layers of every operator that maps an image to an image. */
#ifndef TESTS_NETWORK_HARNESS_H
#define TESTS_NETWORK_HARNESS_H

#include "base/random.h"
#include "graph/graph.h"
#include "quantize/mode.h"

/* A layer: one node of the operator, with weights and other constants as it needs them, and for
 * some a node or two around it that make its input fit (LOG is of positive numbers) or its output
 * an image again (UNPACK is packed). */
struct layer {
    enum op op;
    int (*add)(struct graph *graph, struct random *random, enum op op, int image);
};

extern const struct layer layers[];
extern const size_t layer_count;
/* The same of operators that no .tflite file has. */
extern const struct layer foreign_layers[];
extern const size_t foreign_layer_count;

/* Appends a layer of the operator to a float image (rank 4, at least 4x4 pixels, an even number of
 * channels); the output is one, too, but for reductions and pools, whose sides may be 1 and halves.
 * The test ends when the table has no such row. */
int network_layer(struct graph *graph, struct random *random, enum op op, int image);

/* A graph with one float input of that shape, tensor 0. */
struct graph *network_new(struct shape input);

/* A constant of values between low and high; its number. */
int network_constant(struct graph *graph, struct random *random, struct shape shape, double low,
                     double high);

/* Applies a mode given as text; computed tensor i ranges over -(1 + i) .. 1 + 2 i, so that no two
 * have the same scale. The test ends when the mode fails. */
void network_quantize(struct graph *graph, const char *mode);
/* The same with another range for one tensor. */
void network_quantize_range(struct graph *graph, const char *mode, int tensor, struct range range);
/* Compares the operators in order: "QUANTIZE ABS DEQUANTIZE". */
void network_check_ops(const struct graph *graph, const char *expected);
/* The first node of an operator; the test ends when there is none. */
const struct node *network_node(const struct graph *graph, enum op op);

#endif
