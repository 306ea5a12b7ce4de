#include "engine/load.h"

#include "base/file.h"
#include "engine/call.h"
#include "engine/fold.h"
#include "graph/fuse.h"
#include "graph/recognize.h"
#include "graph/transposes.h"

enum status graph_load_bytes(const char *name, unsigned char *bytes, size_t size,
                             const struct load_options *options, struct graph **graph,
                             struct error *error)
{
    const struct model_reading reading = {
        .evaluate = call_evaluate,
        .shapes = options ? options->shapes : NULL,
        .n_shapes = options ? options->n_shapes : 0,
    };
    enum status status = model_read_bytes(name, bytes, size, &reading, graph, error);
    if (status != STATUS_OK)
        return status;
    status = fold_constants(*graph, error);
    if (status == STATUS_OK) {
        graph_sink_transposes(*graph);
        graph_recognize(*graph);
        graph_drop_dead(*graph);
        status = graph_check(*graph, error);
    }
    if (status != STATUS_OK) {
        graph_free(*graph);
        *graph = NULL;
    }
    return status;
}

enum status graph_load(const char *path, const struct load_options *options, struct graph **graph,
                       struct error *error)
{
    unsigned char *bytes;
    size_t size;
    enum status status = file_read(path, MODEL_BYTES_MAX, &bytes, &size, error);
    return status == STATUS_OK ? graph_load_bytes(path, bytes, size, options, graph, error)
                               : status;
}
