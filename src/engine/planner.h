/* The working state of planning: for the files of this module that make a plan. */
#ifndef ENGINE_PLANNER_H
#define ENGINE_PLANNER_H

#include <stdbool.h>

#include "engine/plan_internal.h"

struct chain;

struct planner {
    struct plan *plan;
    const struct graph *graph;
    int *root;          /* per tensor: the tensor whose memory it shares; itself mostly */
    size_t *inner;      /* per tensor: bytes from the first of that to its own */
    int *step_of;       /* per node: its step, or -1 */
    int *stored_as;     /* per tensor: the narrower constant that a DEQUANTIZE makes it from */
    bool *is_derivable; /* per tensor: made by a DEQUANTIZE of a constant */
    int *producer;      /* per tensor: its node, or -1 */
    int *uses;          /* per tensor: how often nodes read it, or it is an output of the graph */
    struct chain **chains; /* per node: the one that ends with it, or NULL */
    bool *is_inner;        /* per node: does its work in a chain that ends later */
};

#endif
