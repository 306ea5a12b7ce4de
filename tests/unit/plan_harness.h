/* Plans and sessions in tests: small graphs for them. */
#ifndef TESTS_PLAN_HARNESS_H
#define TESTS_PLAN_HARNESS_H

#include "base/random.h"
#include "graph_harness.h"

/* Set-up of a test: the same random numbers each time. */
int plan_seed(void **state);
extern struct random plan_random;
int plan_between(int low, int high);

/* Gives the graph one input and one output, and checks it. */
void plan_ends(struct graph *graph, int input, int output);
/* A small network of what fast kernels are for; activations are float32 or int8. */
struct graph *plan_network(enum type type);
struct machine plan_machine(struct graph *graph, enum isa isa, int threads, bool keep_all);

#endif
