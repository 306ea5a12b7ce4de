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
    struct origin origin; /* of the transpositions */
    bool is_flat;         /* and then reshaped to the tensor's own shape */
    bool is_made;         /* its nodes were added: it is computed, too */
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
/* Makes all outputs of the graph, under their own numbers. */
void sinker_make_outputs(struct sinker *sinker) __attribute__((nonnull(1)));
/* Says that a tensor is a view from now on, through transpositions of that origin. */
void sinker_set_view(struct sinker *sinker, int tensor, int source, const struct order *order,
                     const struct origin *origin) __attribute__((nonnull(1, 4, 5)));

/* A constant whose elements are transposed: a tensor of its own. */
int permuted_constant(struct graph *graph, int tensor, const struct order *order)
    __attribute__((nonnull(1, 3)));
/* The only output of a new node: a tensor like another one, with the dimensions in another
 * order. */
int permuted_like(struct graph *graph, int like, const struct order *order)
    __attribute__((nonnull(1, 3)));

/* What a node is rewritten with: all transposed inputs have the same order. */
struct rewrite {
    struct sinker *sinker;
    const struct node *node;
    struct order order, inverse;
    struct origin origin; /* of the transpositions of its inputs */
    int *inputs;
    union op_params params;
};

/* A dimension as the reader knows it, in the source. */
int sink_source_axis(const struct rewrite *rewrite, int axis) __attribute__((nonnull(1)));
/* The order of the transposed inputs among first..last-1; false unless there are some and all
 * agree. */
bool sink_find_order(const struct sinker *sinker, const struct node *node, int first, int last,
                     struct order *order) __attribute__((nonnull(1, 2, 5)));
/* Takes operands first..last-1 (all that there are) in the order of the source; false, and none is
 * taken, where one cannot be had like that. */
bool sink_take_operands(struct rewrite *rewrite, int first, int last) __attribute__((nonnull(1)));
/* Reads input i, a constant list; false when it is computed, or of another length. */
bool sink_read_list(const struct rewrite *rewrite, int i, int count, int32_t *values)
    __attribute__((nonnull(1, 4)));
/* Puts input i, a list of `per` numbers for each dimension, in the order of the source. */
bool sink_permute_list(struct rewrite *rewrite, int i, int per) __attribute__((nonnull(1)));
/* The same for a single axis. */
bool sink_permute_axis(struct rewrite *rewrite, int i) __attribute__((nonnull(1)));

/* Puts the node in front of the transposition of its inputs; false, and nothing is changed, when
 * that cannot be done. */
bool sink_node(struct sinker *sinker, const struct node *node) __attribute__((nonnull(1, 2)));
/* Remembers a RESHAPE that makes one dimension of the pixels and channels of a transposed image,
 * for sink_dense. */
bool sink_flatten(struct sinker *sinker, const struct node *node) __attribute__((nonnull(1, 2)));
/* The same for a FULLY_CONNECTED node behind a transposed image that was flattened: its weights are
 * permuted. */
bool sink_dense(struct sinker *sinker, const struct node *node) __attribute__((nonnull(1, 2)));

#endif
