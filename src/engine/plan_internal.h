/* What plan.c leaves to session.c. */
#ifndef ENGINE_PLAN_INTERNAL_H
#define ENGINE_PLAN_INTERNAL_H

#include "engine/plan.h"
#include "kernels/kernel.h"

struct step {
    int node;
    const struct kernel *kernel;
    struct kernel_call call; /* activations' data are set by a session */
    int addend;              /* the tensor of call.addend, or NO_TENSOR */
    int *nodes;              /* numbers of those whose work it does */
    int n_nodes;
};

/* Where a tensor's elements are. */
struct place {
    const void *constant; /* fixed elements, of the model or derived once; NULL: in the arena */
    size_t offset;        /* in the arena */
};

struct plan {
    const struct graph *graph;
    struct plan_options options;
    struct arena *arena;   /* lists and calls */
    struct arena *weights; /* what kernels prepared, and constants derived once */
    struct step *steps;
    int n_steps;
    struct place *places; /* one per tensor of the graph */
    struct plan_sizes sizes;
};

/* The step does the work of the node, too. */
void step_add_node(struct plan *plan, struct step *step, int node) __attribute__((nonnull(1, 2)));

#endif
