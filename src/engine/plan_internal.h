/* What plan.c leaves to session.c. */
#ifndef ENGINE_PLAN_INTERNAL_H
#define ENGINE_PLAN_INTERNAL_H

#include "engine/plan.h"
#include "kernels/kernel.h"

struct band;

struct step {
    int node;
    const struct kernel *kernel;
    struct kernel_call call; /* activations' data are set by a session */
    int addend;              /* the tensor of call.addend, or NO_TENSOR */
    int *nodes;              /* numbers of those whose work it does */
    int n_nodes;
    const struct band *band; /* that begins with the step (band.h), or NULL */
    size_t ring_pixels;      /* of output 0 that there is memory for in a band; 0: for all */
    int range_maker;         /* the step that notes the ranges of input 0, or -1 */
    size_t scratch_at;       /* bytes from the beginning of the scratch to that of the step */
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
