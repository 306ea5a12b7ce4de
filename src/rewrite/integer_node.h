/* What is the same wherever a float node becomes an integer one. */
#ifndef REWRITE_INTEGER_NODE_H
#define REWRITE_INTEGER_NODE_H

#include "graph/graph.h"

/* Whether input i is a real-valued activation (op_table's data_inputs). */
bool integer_node_data(const struct node *node, int i) __attribute__((nonnull(1)));
/* How the scales behave with activations of the type, TYPE_I8 or TYPE_I16. */
enum scale_rule integer_node_rule(const struct node *node, enum type activation)
    __attribute__((nonnull(1)));
/* Sets the parameters that such activations and biases change. */
void integer_node_params(struct node *node, enum type activation, enum type bias)
    __attribute__((nonnull(1)));

#endif
