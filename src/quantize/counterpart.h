/* The layers of a float graph in the graph that a mode made of it: which tensors hold the same
 * numbers, and each layer as the mode has it between float ones. Nothing is quantized again for
 * that: weights, biases and scales are those of the graph that was made. */
#ifndef QUANTIZE_COUNTERPART_H
#define QUANTIZE_COUNTERPART_H

#include <stdbool.h>

#include "base/error.h"
#include "graph/graph.h"

/* Both graphs outlive it, and what is made of it. */
struct counterparts {
    const struct graph *real, *made;
    int *real_of; /* per tensor of the made graph: that of the float graph, or NO_TENSOR */
    /* Per tensor of the float graph: the made one that its layer computes, before any conversion;
     * NO_TENSOR: there is none, or it cannot be told. */
    int *made_of;
};

/* Modes keep the names of what is computed, as do files: a tensor's counterpart has its name and
 * its shape, where no other one of the float graph has both. Inputs, outputs and variables are
 * found by their places. The graphs must be of the same layout, so that equal shapes mean the same:
 * not one of a .tflite file and one of an .onnx file. Released with counterparts_release. */
struct counterparts counterparts_find(const struct graph *real, const struct graph *made)
    __attribute__((nonnull(1, 2)));
void counterparts_release(struct counterparts *parts) __attribute__((nonnull(1)));

/* What a mode did with a layer. */
enum layer_fate {
    LAYER_MISSING, /* it cannot be found again */
    LAYER_FLOAT,   /* it computes what it did, from the same constants */
    LAYER_CHANGED, /* it takes or computes other types, or other constants */
};
enum layer_fate layer_fate(const struct counterparts *parts, int node) __attribute__((nonnull(1)));

/* The constant of such a shape that the layer reads as it was made, a tensor of the made graph;
 * NO_TENSOR: the layer is missing, or there is none, or several. */
int layer_constant(const struct counterparts *parts, int node, const struct shape *shape)
    __attribute__((nonnull(1, 3)));

/* The layer alone, as it was made: from float inputs, which are the float graph's tensors (*inputs,
 * in the order of the graph's inputs and in its arena), to its float outputs in their order. Freed
 * by the caller. STATUS_UNSUPPORTED: it is missing, or its ends have types that do not convert. */
enum status layer_alone(const struct counterparts *parts, int node, struct graph **alone,
                        const int **inputs, struct error *error)
    __attribute__((nonnull(1, 3, 4, 5)));
/* The float graph with this one layer as it was made. Likewise. */
enum status layer_within(const struct counterparts *parts, int node, struct graph **whole,
                         struct error *error) __attribute__((nonnull(1, 3, 4)));

#endif
