/* Functions of one real number. */
#ifndef KERNELS_REFERENCE_UNARY_FUNCTIONS_H
#define KERNELS_REFERENCE_UNARY_FUNCTIONS_H

#include "graph/graph.h"

/* The node's function; NULL where a parameter enters it (LEAKY_RELU). */
float (*unary_function(const struct node *node))(float);

#endif
