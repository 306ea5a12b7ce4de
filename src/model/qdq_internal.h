/* What the files that form integer nodes share. */
#ifndef MODEL_QDQ_INTERNAL_H
#define MODEL_QDQ_INTERNAL_H

#include "graph/graph.h"

struct finder {
    struct graph *graph;
    const struct node *nodes; /* of the graph before */
    int n_nodes, n_tensors;
    int *stored;   /* per tensor: the quantized one that a DEQUANTIZE makes it from, or NO_TENSOR */
    int *alias;    /* per tensor: the one that holds its elements, usually itself */
    int *weights;  /* per tensor: the one that kernels want in its place, or NO_TENSOR */
    int *readers;  /* per tensor: a node that reads it, -1 where there is none or several */
    bool *is_gone; /* per node: what it did, another one does */
};

/* The quantized tensor below a float one, or NO_TENSOR; also for tensor NO_TENSOR. */
static inline int finder_stored(const struct finder *finder, int tensor)
{
    return tensor >= 0 && tensor < finder->n_tensors ? finder->stored[tensor] : NO_TENSOR;
}

/* A bias in steps of input scale times weight scale: the number of a new tensor, of type int32
 * (beside int8 activations) or int64. bias is a float constant, or a tensor that is dequantized
 * from one. NO_TENSOR when the bias cannot be stored like that: it is computed, or out of range. */
int integer_bias(struct finder *finder, int bias, int input, int weights)
    __attribute__((nonnull(1)));

#endif
