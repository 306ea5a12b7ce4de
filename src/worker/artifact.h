/* The files that a preparing worker left for the others. */
#ifndef WORKER_ARTIFACT_H
#define WORKER_ARTIFACT_H

#include "base/error.h"
#include "graph/graph.h"

/* Reads the artifact into a graph that is ready to plan. */
enum status artifact_load(const char *name, struct graph **graph, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* Reads the raw inputs: count of them, back to back, each with all inputs of the graph one after
 * the other. free() them. */
enum status artifact_inputs(const struct graph *graph, unsigned char **bytes, size_t *one,
                            size_t *count, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4, 5)));

#endif
