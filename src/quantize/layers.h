/* Recurrent layers in dynamic range: all their weights are int8, or none. */
#ifndef QUANTIZE_LAYERS_H
#define QUANTIZE_LAYERS_H

#include "graph/graph.h"

/* Whether the operator is such a layer: with many weights, which its hybrid kernel takes in one
 * type. */
bool layer_has_weights(enum op op);

/* Gives the graph the node with int8 weights of one scale each; as it is, where they are no
 * constants or have fewer than `fewest` elements in all. */
void layer_shrink(struct graph *graph, const struct node *node, size_t fewest)
    __attribute__((nonnull(1, 2)));

#endif
