/* Passes that must leave the function of a float graph unchanged: building the graph, and comparing
 * what it computes before and after. */
#ifndef TESTS_REWRITE_HARNESS_H
#define TESTS_REWRITE_HARNESS_H

#include "graph_harness.h"
#include "node_harness.h"

#define REWRITE_OUTPUTS_MAX 4

/* A float32 tensor to be computed or fed. */
int rewrite_real(struct graph *graph, struct shape shape);
/* A float32 constant of random elements in -1..1. */
int rewrite_random(struct graph *graph, struct shape shape);
/* A float32 constant without dimensions. */
int rewrite_number(struct graph *graph, double value);
/* Appends a node of one or (b not NO_TENSOR) two inputs; its float32 output. */
int rewrite_apply(struct graph *graph, enum op op, int a, int b, const union op_params *params);

/* Runs the graph on random inputs in -2..2, the same each time; results[i] lives as long as the
 * graph. */
void rewrite_outcome(struct graph *graph, const float *results[REWRITE_OUTPUTS_MAX]);
/* Runs it again, after a pass: sound, and every output what it was but for rounding. */
void rewrite_check(struct graph *graph, const float *const results[REWRITE_OUTPUTS_MAX]);

/* How many nodes of the operator there are. */
int rewrite_count(const struct graph *graph, enum op op);

#endif
