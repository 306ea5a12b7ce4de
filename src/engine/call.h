/* Building a kernel's call from a node, and running one outside a session. */
#ifndef ENGINE_CALL_H
#define ENGINE_CALL_H

#include "base/arena.h"
#include "graph/graph.h"
#include "kernels/kernel.h"

/* Operands from the node's tensors, constants with their data; one stage of one item until a kernel
 * says more. The lists are in the arena. */
struct kernel_call call_new(const struct graph *graph, const struct node *node, int threads,
                            struct arena *arena) __attribute__((nonnull(1, 2, 4)));

/* Prepares the kernel; the error names the node. */
enum status call_prepare(const struct graph *graph, const struct kernel *kernel,
                         struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4, 5)));

/* Computes a node whose inputs are all constant, with its reference kernel, into fresh memory of
 * the arena: results[i] are the elements of output i. What takes more memory or multiplications
 * than any constant of a real model is STATUS_UNSUPPORTED. */
enum status call_evaluate(const struct graph *graph, const struct node *node, struct arena *arena,
                          void **results, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4, 5)));

#endif
