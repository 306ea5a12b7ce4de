/* Parameters of a node by what they mean, whatever its operator calls them. */
#ifndef GRAPH_NODE_PARAMS_H
#define GRAPH_NODE_PARAMS_H

#include "graph/graph.h"

/* The node's parameter of that kind (params.h says of which type it is), or NULL where its operator
 * has none. */
void *node_field(struct node *node, enum field_kind kind) __attribute__((nonnull(1)));
/* The node's parameter that the .tflite schema calls by the name and that is a single integer here,
 * or NULL where its operator has none. */
int32_t *node_param(struct node *node, const char *name) __attribute__((nonnull(1, 2)));

/* Where the node keeps the activation that its kernels apply to the output, or NULL where they
 * apply none. */
int32_t *node_fused_activation(struct node *node) __attribute__((nonnull(1)));
/* That activation; ACTIVATION_NONE where there is none. */
int32_t node_activation(const struct node *node) __attribute__((nonnull(1)));

#endif
