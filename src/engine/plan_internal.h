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

#endif
