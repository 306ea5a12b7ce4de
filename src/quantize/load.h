/* From a file to a graph that is ready to plan. */
#ifndef QUANTIZE_LOAD_H
#define QUANTIZE_LOAD_H

#include <stddef.h>

#include "base/error.h"
#include "formats/model.h"
#include "graph/graph.h"

struct load_options {
    const struct model_shape *shapes; /* for inputs whose file leaves them open */
    size_t n_shapes;
};

/* Reads a model of any format, infers all shapes and folds constants. options may be NULL. */
enum status graph_load(const char *path, const struct load_options *options, struct graph **graph,
                       struct error *error) __attribute__((nonnull(1, 3, 4)));
/* The same from bytes that were malloc'ed and now belong to the graph (freed on failure, too). */
enum status graph_load_bytes(const char *name, unsigned char *bytes, size_t size,
                             const struct load_options *options, struct graph **graph,
                             struct error *error) __attribute__((nonnull(1, 2, 5, 6)));

#endif
