/* What the files that recognize operators share. */
#ifndef REWRITE_RECOGNIZE_INTERNAL_H
#define REWRITE_RECOGNIZE_INTERNAL_H

#include "graph/graph.h"

/* A float32 number from a constant of one element; false for anything else. */
bool read_scalar(const struct graph *graph, int tensor, float *value)
    __attribute__((nonnull(1, 3)));
/* Whether it is such a number, to the precision that files write theirs with. */
bool is_scalar(const struct graph *graph, int tensor, double value) __attribute__((nonnull(1)));
/* The node that makes the tensor when it has the operator and no activation fused, or NULL. */
const struct node *made_by(const struct graph *graph, int tensor, enum op op)
    __attribute__((nonnull(1)));
/* For a tensor that is `other + value` or `other * value`: the other operand, or NO_TENSOR. */
int beside_scalar(const struct graph *graph, int tensor, enum op op, double value)
    __attribute__((nonnull(1)));

/* A tensor as a number times a product of tensors. */
#define FACTORS_MAX 4
struct factors {
    double number;
    int count; /* FACTORS_MAX + 1: too many */
    int tensors[FACTORS_MAX];
};

/* Follows MULs and DIVs by numbers upwards from the tensor, but not beyond `stop`, which may be
 * NO_TENSOR. */
struct factors factors_of(const struct graph *graph, int tensor, int stop)
    __attribute__((nonnull(1)));
/* Whether the tensor is `number * a * b`, or `number * a` where b is NO_TENSOR. a is not looked
 * into. */
bool is_product(const struct graph *graph, int tensor, double number, int a, int b)
    __attribute__((nonnull(1)));
bool nearly_equal(double a, double b);

/* Which dimensions a MEAN goes over; false when that is not known. */
bool reduced_dimensions(const struct graph *graph, const struct node *mean,
                        bool is_reduced[SHAPE_RANK_MAX]) __attribute__((nonnull(1, 2, 3)));

/* Rewrites a node, in its place, with copies of the inputs; params NULL means the fallbacks. */
void become(struct graph *graph, struct node *node, enum op op, const int *inputs, int n_inputs,
            const union op_params *params) __attribute__((nonnull(1, 2, 4)));

/* Each rewrites the node and returns true, or leaves it. */
typedef bool recognize_rule(struct graph *graph, struct node *node);
bool recognize_gate(struct graph *graph, struct node *node) __attribute__((nonnull(1, 2)));
bool recognize_layer_norm(struct graph *graph, struct node *node) __attribute__((nonnull(1, 2)));
bool recognize_dynamic(struct graph *graph, struct node *node) __attribute__((nonnull(1, 2)));
bool recognize_stored_shape(struct graph *graph, struct node *node) __attribute__((nonnull(1, 2)));
bool recognize_square(struct graph *graph, struct node *node) __attribute__((nonnull(1, 2)));
bool recognize_bias(struct graph *graph, struct node *node) __attribute__((nonnull(1, 2)));
bool recognize_padding(struct graph *graph, struct node *node) __attribute__((nonnull(1, 2)));
bool recognize_reshapes(struct graph *graph, struct node *node) __attribute__((nonnull(1, 2)));
bool recognize_flat_mean(struct graph *graph, struct node *node) __attribute__((nonnull(1, 2)));
bool recognize_transposed_operand(struct graph *graph, struct node *node)
    __attribute__((nonnull(1, 2)));

#endif
