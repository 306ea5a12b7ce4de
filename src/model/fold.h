/* Evaluates what does not depend on the input: shapes become known and constant subgraphs vanish.
 */
#ifndef MODEL_FOLD_H
#define MODEL_FOLD_H

#include "base/error.h"
#include "graph/graph.h"

/* Infers all shapes in order, and counts axes from the front (graph/axes.h); a node whose inputs
 * are all constant (or a SHAPE) is computed with its reference kernel and becomes a constant.
 * DEQUANTIZE nodes of constants stay: they say how the weights are stored. Must run once on every
 * graph that came from a file. */
enum status fold_constants(struct graph *graph, struct error *error) __attribute__((nonnull(1, 2)));

#endif
