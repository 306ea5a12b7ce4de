/* What is told to people of a node beside its tensors: its window, its parameters and what its
 * constants take. */
#ifndef GRAPH_NODE_FACTS_H
#define GRAPH_NODE_FACTS_H

#include "base/text.h"
#include "graph/graph.h"

/* Appends height, width and stride of what a convolution or a pool looks at: "3x3/2", "3x3/2x1"
 * where strides differ, "3x3" for stride 1. Nothing for other operators. */
void node_print_window(const struct graph *graph, const struct node *node, struct text *out)
    __attribute__((nonnull(1, 2, 3)));

/* Appends the parameters that do not go without saying: "padding=SAME stride_w=2 stride_h=2". */
void node_print_params(const struct node *node, struct text *out) __attribute__((nonnull(1, 2)));

/* Appends the activation that its kernels apply to the output, "RELU6"; nothing where there is
 * none. */
void node_print_activation(const struct node *node, struct text *out)
    __attribute__((nonnull(1, 2)));

/* Elements of all constants that the node reads, shapes and axes among them, and their bytes. */
double node_constants(const struct graph *graph, const struct node *node, double *bytes)
    __attribute__((nonnull(1, 2, 3)));

#endif
