/* Activations that are fused into a node: bounds of its results. */
#ifndef GRAPH_ACTIVATION_H
#define GRAPH_ACTIVATION_H

#include "base/error.h"
#include "graph/params.h"

/* Whether params name an activation that activation_range knows (STATUS_UNSUPPORTED otherwise):
 * files may hold any number. */
enum status activation_check(int32_t activation, struct error *error) __attribute__((nonnull(2)));

/* The real numbers that a result may be; infinite where the activation has no bound. */
void activation_range(enum activation activation, float *low, float *high)
    __attribute__((nonnull(2, 3)));

#endif
