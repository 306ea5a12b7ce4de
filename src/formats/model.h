/* Model files: one row per format, bytes <-> graph. */
#ifndef FORMATS_MODEL_H
#define FORMATS_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "graph/graph.h"

struct model_format {
    const char *name;   /* "tflite" */
    const char *suffix; /* ".tflite" */
    /* Whether the bytes look like this format. */
    bool (*probe)(const unsigned char *bytes, size_t size);
    /* The graph is sound (graph_check), its shapes are those that the file states. bytes are
     * aligned to 64 and must live as long as the graph; on success they may be referred to by it.
     */
    enum status (*read)(const char *name, const unsigned char *bytes, size_t size,
                        struct graph **graph, struct error *error);
    /* The file's bytes, to be freed by the caller. */
    enum status (*write)(const struct graph *graph, unsigned char **bytes, size_t *size,
                         struct error *error);
};

extern const struct model_format *const model_formats[];
extern const size_t model_format_count;

/* Reads a model file of any format; by content, not by name. The graph owns the bytes. */
enum status model_read(const char *path, struct graph **graph, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
/* The same from bytes that were malloc'ed and now belong to the graph (freed on failure, too). */
enum status model_read_bytes(const char *name, unsigned char *bytes, size_t size,
                             struct graph **graph, struct error *error)
    __attribute__((nonnull(1, 2, 4, 5)));

/* The format that writes files of this name; NULL when no suffix fits. */
const struct model_format *model_format_for(const char *path) __attribute__((nonnull(1)));

/* No model file may be larger. */
#define MODEL_BYTES_MAX ((size_t)2 << 30)

#endif
