/* What the files that sink transpositions share. */
#ifndef REWRITE_TRANSPOSES_INTERNAL_H
#define REWRITE_TRANSPOSES_INTERNAL_H

#include "graph/graph.h"

/* order[i]: which dimension of the source becomes dimension i. */
struct order {
    int rank;
    int8_t at[SHAPE_RANK_MAX];
};

/* A tensor that is not computed as such: it is another one, transposed. */
struct view {
    int source; /* NO_TENSOR: none, the tensor is computed */
    struct order order;
    bool is_flat; /* and then reshaped to the tensor's own shape */
    bool is_made; /* its nodes were added: it is computed, too */
};

struct sinker {
    struct graph *graph;
    struct view *views; /* of the tensors that the graph had at first */
    int n_views;
};

struct order order_identity(int rank);
bool order_is_identity(const struct order *order) __attribute__((nonnull(1)));
bool order_equal(const struct order *a, const struct order *b) __attribute__((nonnull(1, 2)));
/* The order that undoes another. */
struct order order_inverse(const struct order *order) __attribute__((nonnull(1)));
/* transpose(transpose(x, first), second). */
struct order order_compose(const struct order *first, const struct order *second)
    __attribute__((nonnull(1, 2)));
struct shape order_apply(const struct order *order, const struct shape *shape)
    __attribute__((nonnull(1, 2)));
/* Whether a transposition of this shape moves no element. */
bool order_moves_nothing(const struct order *order, const struct shape *shape)
    __attribute__((nonnull(1, 2)));

/* The view of a tensor, or NULL when it is computed as it is. */
const struct view *sinker_view(const struct sinker *sinker, int tensor) __attribute__((nonnull(1)));
/* The tensor as its reader knows it: its nodes are added when they were not. */
int sinker_make(struct sinker *sinker, int tensor) __attribute__((nonnull(1)));
/* Says that a tensor is a view from now on. */
void sinker_set_view(struct sinker *sinker, int tensor, int source, const struct order *order)
    __attribute__((nonnull(1, 4)));

/* A constant whose elements are transposed: a tensor of its own. */
int permuted_constant(struct graph *graph, int tensor, const struct order *order)
    __attribute__((nonnull(1, 3)));
/* A constant list of int32. */
int constant_list(struct graph *graph, const int32_t *values, int count)
    __attribute__((nonnull(1, 2)));
/* The only output of a new node: a tensor like another one, with the dimensions in another order. */
int permuted_like(struct graph *graph, int like, const struct order *order)
    __attribute__((nonnull(1, 3)));

/* Puts the node in front of the transposition of its inputs; false, and nothing is changed, when that
 * cannot be done. */
bool sink_node(struct sinker *sinker, const struct node *node) __attribute__((nonnull(1, 2)));
/* The same for a FULLY_CONNECTED node behind a transposed image that was flattened: its weights are
 * permuted. */
bool sink_dense(struct sinker *sinker, const struct node *node) __attribute__((nonnull(1, 2)));

#endif
