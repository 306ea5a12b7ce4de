/* What became of a graph: how much of it runs in integers. */
#ifndef GRAPH_SUMMARY_H
#define GRAPH_SUMMARY_H

#include "graph/graph.h"

struct graph_summary {
    int nodes;   /* without QUANTIZE and DEQUANTIZE */
    int integer; /* that compute on integers: quantized activations, or integer products in dynamic
                    range */
    int *floats; /* numbers of the others, to be freed */
    int n_floats;
};

struct graph_summary graph_summarize(const struct graph *graph) __attribute__((nonnull(1)));
void graph_summary_release(struct graph_summary *summary) __attribute__((nonnull(1)));

/* How activations of integers are rounded, and who else does so: "rounded once, as in LiteRT with
 * XNNPACK and in ONNX Runtime". "" where there are none. */
const char *graph_arithmetic(const struct graph *graph)
    __attribute__((returns_nonnull, nonnull(1)));

/* Parameters (elements of float or quantized constants, each constant once) and
 * multiply-accumulates of one inference. */
double graph_parameters(const struct graph *graph) __attribute__((nonnull(1)));
double node_parameters(const struct graph *graph, const struct node *node)
    __attribute__((nonnull(1, 2)));
double graph_macs(const struct graph *graph) __attribute__((nonnull(1)));
double node_macs(const struct graph *graph, const struct node *node) __attribute__((nonnull(1, 2)));

#endif
