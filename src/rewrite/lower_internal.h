/* What the files that lower operators share. */
#ifndef REWRITE_LOWER_INTERNAL_H
#define REWRITE_LOWER_INTERNAL_H

#include "graph/graph.h"

struct lowering {
    struct graph *graph; /* that is built; nodes of the other one refer to its tensors, too */
    struct error *error;
    enum status status; /* of the first node that could not be added */
    bool has_unsigned;  /* lower_unsigned added something */
};

/* Adds a node whose only output is a new tensor of the type and scale of tensor `like`, or `like`
 * itself where is_last is set; its number. */
int lower_add(struct lowering *lowering, enum op op, const int *inputs, int n_inputs,
              const union op_params *params, int like, bool is_last) __attribute__((nonnull(1, 3)));
/* A constant. */
int lower_reals(struct lowering *lowering, const float *values, struct shape shape)
    __attribute__((nonnull(1, 2)));
/* tensor with cells around its rows and columns; value is a scalar constant, NO_TENSOR: zeros. */
int lower_pad(struct lowering *lowering, int tensor, const struct pads *pads, int value)
    __attribute__((nonnull(1, 3)));

/* Where the node is a product of int8 with uint8 weights: adds what goes before it, and makes it
 * one of uint8, whose output is still to become the node's. */
bool lower_unsigned(struct lowering *lowering, const struct node *node, struct node *made)
    __attribute__((nonnull(1, 2, 3)));

/* Each adds nodes for the node and returns true, or adds none. */
bool lower_conv(struct lowering *lowering, const struct node *node) __attribute__((nonnull(1, 2)));
bool lower_transpose_conv(struct lowering *lowering, const struct node *node)
    __attribute__((nonnull(1, 2)));
bool lower_pool(struct lowering *lowering, const struct node *node) __attribute__((nonnull(1, 2)));
bool lower_layer_norm(struct lowering *lowering, const struct node *node)
    __attribute__((nonnull(1, 2)));
bool lower_resize(struct lowering *lowering, const struct node *node)
    __attribute__((nonnull(1, 2)));
bool lower_silu(struct lowering *lowering, const struct node *node) __attribute__((nonnull(1, 2)));

#endif
