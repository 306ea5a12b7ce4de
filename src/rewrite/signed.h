/* uint8 activations as int8 ones, which is what the integer kernels are made for. */
#ifndef REWRITE_SIGNED_H
#define REWRITE_SIGNED_H

#include "graph/graph.h"

/* Gives every uint8 tensor with a scale the type int8 and a zero point 128 lower, inputs and
 * outputs of the graph behind and before a QUANTIZE. Nothing is done in a graph that computes with
 * uint8 otherwise than by moving and converting it. */
void graph_make_signed(struct graph *graph) __attribute__((nonnull(1)));

#endif
