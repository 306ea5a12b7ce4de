#include "quantize/load.h"

#include "base/file.h"
#include "engine/call.h"
#include "engine/fold.h"
#include "engine/integers.h"
#include "graph/fuse.h"
#include "graph/recognize.h"
#include "graph/signed.h"
#include "graph/transposes.h"

/* Brings the graph into the form that plans and modes work on. */
static enum status simplify(struct graph *graph, bool pairs_scales, struct error *error)
{
    enum status status = fold_constants(graph, error);
    if (status != STATUS_OK)
        return status;
    graph_sink_transposes(graph);
    graph_recognize(graph);
    if (pairs_scales) {
        graph_make_signed(graph);
        integers_fuse(graph);
        graph_fuse(graph);
        graph_recognize(graph); /* what stood between scales stands together now */
    }
    graph_drop_dead(graph);
    return graph_check(graph, error);
}

enum status graph_load_bytes(const char *name, unsigned char *bytes, size_t size,
                             const struct load_options *options, struct graph **graph,
                             struct error *error)
{
    const struct model_reading reading = {
        .evaluate = call_evaluate,
        .shapes = options ? options->shapes : NULL,
        .n_shapes = options ? options->n_shapes : 0,
    };
    const struct model_format *format = model_format_of(bytes, size);
    enum status status = model_read_bytes(name, bytes, size, &reading, graph, error);
    if (status != STATUS_OK)
        return status;
    status = simplify(*graph, format->pairs_scales, error);
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
