/* Settling: drawn weights of a built graph are scaled and shifted, layer by layer, until
 * activations have the ranges that those of trained networks have. */
#ifndef ARCHITECTURES_SETTLE_H
#define ARCHITECTURES_SETTLE_H

#include "base/random.h"
#include "graph/graph.h"

/* What a node is within its network; rows of a table in settle.c say how its outputs are spread. */
enum role {
    ROLE_NONE,   /* no product: nothing to settle */
    ROLE_LAYER,  /* ends in a nonlinearity, or feeds the next layer as it is */
    ROLE_BRANCH, /* is added to what bypasses it */
    ROLE_GATE,   /* decides how much of each channel passes */
    ROLE_FOCUS,  /* the queries of attention: how sharp it is */
    ROLE_LOGITS, /* the last one, or the mean of what the node before it makes */
    ROLE_COUNT
};

/* Runs the nodes in order, each once, on a few samples (graph/sample.h). Behind each product its
 * weights and bias become those of a product with a batch normalization folded into it: per
 * channel the outputs have a mean and a deviation that are drawn. Products are float, each role
 * goes with one node. */
enum status settle(struct graph *graph, const enum role *roles, struct random *random,
                   struct error *error) __attribute__((nonnull(1, 2, 3, 4)));

#endif
