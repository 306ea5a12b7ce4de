/* From the model of a file to the float graph that every mode starts from. */
#ifndef QUANTIZE_FLOAT_GRAPH_H
#define QUANTIZE_FLOAT_GRAPH_H

#include "base/error.h"
#include "graph/graph.h"

/* Widens float16 weights, folds batch norms and fuses activations of a graph that was loaded
 * (model/load.h). One that holds integer weights or activations already is STATUS_UNSUPPORTED. */
enum status float_graph_prepare(struct graph *graph, struct error *error)
    __attribute__((nonnull(1, 2)));

/* The name of a tensor that makes the graph a quantized one (a quantized type with a scale), or
 * NULL when it is a float graph. */
const char *float_graph_quantized_tensor(const struct graph *graph) __attribute__((nonnull(1)));

#endif
