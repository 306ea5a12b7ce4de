/* A plan: a graph frozen for a number of threads. Kernels are chosen, weights packed, constants
 * derived, and the activations laid into one arena by lifetime. */
#ifndef ENGINE_PLAN_H
#define ENGINE_PLAN_H

#include <stddef.h>

#include "base/error.h"
#include "graph/graph.h"
#include "hardware/cpu.h"

struct plan;

struct plan_options {
    int threads;  /* at least 1 */
    enum isa isa; /* the most that kernels may use */
    /* Every activation gets memory of its own, so that all can be read after a run. */
    bool keep_all;
    /* Steps may do the work of nodes behind them (merge.h). Tensors in between are then never
     * stored, and the session cannot be observed. */
    bool merges;
    bool is_direct; /* likewise of struct kernel_call: convolutions as they are defined */
};

/* The graph must be sound (graph_check), its shapes inferred, and outlive the plan. */
enum status plan_new(const struct graph *graph, const struct plan_options *options,
                     struct plan **plan, struct error *error) __attribute__((nonnull(1, 2, 3, 4)));
void plan_free(struct plan *plan);

struct plan_sizes {
    size_t arena_bytes;   /* activations */
    size_t live_bytes;    /* the most of them that are needed at one step: no arena is smaller */
    size_t weight_bytes;  /* packed weights and whatever else the kernels prepared */
    size_t scratch_bytes; /* the largest working memory of a kernel */
};

struct plan_sizes plan_sizes(const struct plan *plan) __attribute__((nonnull(1)));

/* Steps in order. A node whose output is only a view (RESHAPE) or was evaluated once (a constant's
 * DEQUANTIZE) has no step. */
int plan_steps(const struct plan *plan) __attribute__((nonnull(1)));
/* Number of the step's node in the graph. */
int plan_step_node(const struct plan *plan, int step) __attribute__((nonnull(1)));
/* Numbers of all nodes whose work it does: that one, and those that were merged into it. */
const int *plan_step_nodes(const struct plan *plan, int step, int *count)
    __attribute__((nonnull(1, 3)));
const char *plan_step_kernel(const struct plan *plan, int step) __attribute__((nonnull(1)));
enum isa plan_step_isa(const struct plan *plan, int step) __attribute__((nonnull(1)));

#endif
