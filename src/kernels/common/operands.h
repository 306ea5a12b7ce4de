/* What kernels that move elements ask of their operands. */
#ifndef KERNELS_COMMON_OPERANDS_H
#define KERNELS_COMMON_OPERANDS_H

#include "kernels/kernel.h"

/* Whether elements of one tensor can stand in the other as they are: the same type and, where the
 * type is quantized, the same scale and zero point for the whole tensor. STATUS_FORMAT or
 * STATUS_UNSUPPORTED otherwise. */
enum status operands_check_same(const struct operand *a, const struct operand *b,
                                struct error *error) __attribute__((nonnull(1, 2, 3)));
/* The same without the quantization. */
enum status operands_check_type(const struct operand *a, const struct operand *b,
                                struct error *error) __attribute__((nonnull(1, 2, 3)));

#define NODE_VIEW_INPUTS 4

/* A call's node as the rules of graph/infer.h want to see it: in a graph that consists of its first
 * inputs alone. Those rules read constant axes, permutations and paddings. */
struct node_view {
    struct graph graph;
    struct node node;
    struct tensor tensors[NODE_VIEW_INPUTS];
    int numbers[NODE_VIEW_INPUTS];
};

/* The view points into itself and must stay where it is. */
void node_view_init(struct node_view *view, const struct kernel_call *call)
    __attribute__((nonnull(1, 2)));

#endif
