/* From an architecture to a graph. */
#ifndef ARCHITECTURES_BUILD_H
#define ARCHITECTURES_BUILD_H

#include "architectures/architecture.h"
#include "graph/graph.h"

/* Builds the float graph as it is before weights are settled: enough for what looks at shapes
 * only. */
enum status architecture_draw(const struct architecture *architecture,
                              const struct architecture_options *options, struct graph **graph,
                              struct error *error) __attribute__((nonnull(1, 2, 3, 4)));
/* Builds the float graph, ready to plan, with weights that were drawn and settled (settle.h).
 * The same options give the same bytes on every machine. Freed with graph_free. STATUS_MEMORY:
 * the network does not fit. */
enum status architecture_build(const struct architecture *architecture,
                               const struct architecture_options *options, struct graph **graph,
                               struct error *error) __attribute__((nonnull(1, 2, 3, 4)));

#endif
