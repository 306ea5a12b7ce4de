/* Graphs on this program's engine that are in no file. */
#ifndef RUNTIMES_BUILTIN_H
#define RUNTIMES_BUILTIN_H

#include "runtimes/runtime.h"

/* As the load function of a runtime, from a graph that is ready to plan and now belongs to the
 * model (freed on failure, too). */
enum status builtin_load_graph(struct graph *graph, const struct runtime_options *options,
                               struct runtime_model **model, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));

#endif
