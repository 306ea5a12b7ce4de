/* From a file, or an architecture, to a graph that is ready to plan. */
#ifndef MODEL_LOAD_H
#define MODEL_LOAD_H

#include <stddef.h>

#include "base/error.h"
#include "formats/model.h"
#include "graph/graph.h"

struct load_options {
    const struct model_shape *shapes; /* of inputs */
    size_t n_shapes;
    const char *signature; /* which one of several; NULL: the first */
    long most_nodes;       /* more are an error; 0: any number */
    bool all_named;        /* a shape whose input the model does not have is an error */
};

/* Reads a model of any format, infers all shapes and folds constants. options may be NULL. */
enum status graph_load(const char *path, const struct load_options *options, struct graph **graph,
                       struct error *error) __attribute__((nonnull(1, 3, 4)));
/* The same from bytes that were malloc'ed and now belong to the graph (freed on failure, too). */
enum status graph_load_bytes(const char *name, unsigned char *bytes, size_t size,
                             const struct load_options *options, struct graph **graph,
                             struct error *error) __attribute__((nonnull(1, 2, 5, 6)));

/* The graph of a model: built where it is an architecture's text with its prefix
 * (architectures/architecture.h), else read from the file. */
enum status model_load(const char *model, const struct load_options *options, struct graph **graph,
                       struct error *error) __attribute__((nonnull(1, 3, 4)));

#endif
