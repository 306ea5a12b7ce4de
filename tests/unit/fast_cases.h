/* Fast kernels against the reference, on nodes with random inputs: integers in every bit, floats
 * within a bound that covers another order of summation. */
#ifndef TESTS_FAST_CASES_H
#define TESTS_FAST_CASES_H

#include "base/random.h"
#include "node_harness.h"
#include "patience.h"

/* Nodes of a kind. */
#define CASES (10 * PATIENCE)

extern struct random fast_random;

void fast_begin(uint64_t seed);
void fast_end(void);

int fast_between(int low, int high); /* both included */
float fast_scale(void);
/* A tensor that is computed; scale counts where the type is quantized. */
int fast_activation(struct graph *graph, enum type type, struct shape shape, float scale);
/* Cells around an image, at most so many on a side, and often none. */
struct pads fast_pads(int high, int wide);

/* Fills the first n_activations inputs of node 0 and runs it with the reference and every fast
 * kernel that takes it, in all ways of rounding. */
void fast_compare(struct graph *graph, int n_activations) __attribute__((nonnull(1)));
/* In one of the ways. */
void fast_compare_rounded(struct graph *graph, int n_activations, enum rounding rounding)
    __attribute__((nonnull(1)));
/* Adds a node with one output of the type, compares, and frees the graph. */
void fast_finish(struct graph *graph, enum op op, const int *inputs, int n_inputs, enum type type,
                 const union op_params *params, int n_activations) __attribute__((nonnull(1, 3)));

/* Fails unless every fast kernel that this CPU runs was compared: those of operators that add up
 * products, or the others. */
void fast_all_compared(bool of_products);

#endif
