/* What a graph tells of an input beside its type and shape: from the operators that read it. */
#ifndef GRAPH_INPUT_FACTS_H
#define GRAPH_INPUT_FACTS_H

#include "graph/graph.h"

struct input_facts {
    int channel_axis;   /* dimension that counts channels; -1: the graph does not tell */
    int32_t table_rows; /* an integer input: rows of the smallest table that it looks up; 0: none */
};

/* Follows the input (a tensor number) through operators that keep its dimensions, and through
 * TRANSPOSE and RESHAPE, to the first one that has an opinion:
 * convolutions, poolings and resizings read channels in the last dimension of NHWC (a network in
 * NCHW has a TRANSPOSE before them); a MEAN, SUM or maximum over two dimensions of four leaves the
 * channels; a GATHER from a constant takes the input as row numbers. */
struct input_facts graph_input_facts(const struct graph *graph, int input)
    __attribute__((nonnull(1)));

#endif
