/* Saying a graph with the operators and parameters that .tflite files have. */
#ifndef REWRITE_LOWER_H
#define REWRITE_LOWER_H

#include "graph/graph.h"

/* A graph of the same function, freed by the caller, that shares constants and names with the
 * first, which must outlive it. LAYER_NORMALIZATION and SILU are spelled out, explicit padding
 * becomes SAME, VALID or nodes that pad and crop, and a nearest pixel that .tflite files cannot
 * choose becomes one they can where it is the same. What has no such form stays. Shapes must be
 * inferred. */
enum status graph_lower(const struct graph *graph, struct graph **lowered, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* In place: spells out operators without an integer form whose parts have one (LOGISTIC and MUL for
 * SILU). */
enum status graph_split_for_integers(struct graph *graph, struct error *error)
    __attribute__((nonnull(1, 2)));

#endif
