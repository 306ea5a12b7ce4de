/* What of a network can be compared number by number. */
#ifndef GRAPH_COMPARABLE_H
#define GRAPH_COMPARABLE_H

#include "graph/graph.h"

/* How many tensors a list of them has at most. */
#define COMPARABLE_MAX(graph) (2 * (size_t)(graph)->n_outputs)

/* The outputs, but in the place of what DETECTION_POSTPROCESS finds the box encodings and the class
 * scores that it chooses from: in its lists one box more or less moves all behind it, and what
 * differs then is no measure of anything. Tensor numbers, each once, in the order of the outputs;
 * returns how many. Boxes or scores that are not computed count as an output does. */
int graph_comparable(const struct graph *graph, int *list) __attribute__((nonnull(1, 2)));

/* Whether it is not the outputs. */
bool graph_hides_boxes(const struct graph *graph) __attribute__((nonnull(1)));

#endif
