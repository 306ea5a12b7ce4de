#include "model/load.h"

#include <string.h>

#include "architectures/build.h"
#include "base/file.h"
#include "base/text.h"
#include "engine/call.h"
#include "formats/foreign.h"
#include "model/fold.h"
#include "model/qdq.h"
#include "rewrite/fuse.h"
#include "rewrite/recognize.h"
#include "rewrite/reinterpret.h"
#include "rewrite/signed.h"
#include "rewrite/transposes.h"

/* Brings the graph into the form that plans and modes work on. */
static enum status simplify(struct graph *graph, bool pairs_scales, struct error *error)
{
    enum status status = fold_constants(graph, error);
    if (status != STATUS_OK)
        return status;
    graph_reinterpret(graph);
    graph_sink_transposes(graph);
    graph_recognize(graph);
    if (pairs_scales) {
        graph_make_signed(graph);
        qdq_form_integers(graph);
        graph_fuse(graph);
        graph_recognize(graph); /* what stood between scales stands together now */
    }
    graph_drop_dead(graph);
    return graph_check(graph, error);
}

static const struct tensor *find_input(struct graph *graph, const char *name)
{
    for (int i = 0; i < graph->n_inputs; i++)
        if (strcmp(graph->tensors[graph->inputs[i]].name, name) == 0)
            return &graph->tensors[graph->inputs[i]];
    return NULL;
}

static enum status refuse_name(const struct graph *graph, const char *name, struct error *error)
{
    struct text names = {0};
    for (int i = 0; i < graph->n_inputs; i++)
        text_printf(&names, "%s'%s'", i > 0 ? ", " : "", graph->tensors[graph->inputs[i]].name);
    error_set(error, STATUS_INVALID, graph->name,
              "there is no input '%.80s' to shape; the model has %s", name, names.bytes);
    text_release(&names);
    return STATUS_INVALID;
}

static enum status check_nodes(const struct graph *graph, const struct load_options *options,
                               struct error *error)
{
    if (!options || options->most_nodes == 0 || graph->n_nodes <= options->most_nodes)
        return STATUS_OK;
    return error_set(error, STATUS_INVALID, graph->name,
                     "%d operators, more than %ld (key 'limits.nodes')", graph->n_nodes,
                     options->most_nodes);
}

/* Gives inputs their shapes; those of the nodes follow when constants are folded. */
static enum status reshape_inputs(struct graph *graph, const struct load_options *options,
                                  struct error *error)
{
    for (size_t i = 0; options && i < options->n_shapes; i++) {
        const struct model_shape *given = &options->shapes[i];
        const struct tensor *input = find_input(graph, given->input);
        if (input)
            graph->tensors[input - graph->tensors].shape = given->shape;
        else if (options->all_named)
            return refuse_name(graph, given->input, error);
    }
    return STATUS_OK;
}

static enum status refuse_signature(const char *model, const char *signature, struct error *error)
{
    return error_set(error, STATUS_INVALID, model,
                     "there is no signature '%.60s': only .tflite files have some", signature);
}

enum status graph_load_bytes(const char *name, unsigned char *bytes, size_t size,
                             const struct load_options *options, struct graph **graph,
                             struct error *error)
{
    const struct model_reading reading = {
        .evaluate = call_evaluate,
        .shapes = options ? options->shapes : NULL,
        .n_shapes = options ? options->n_shapes : 0,
        .signature = options ? options->signature : NULL,
    };
    const struct model_format *format = model_format_of(bytes, size);
    enum status status = model_read_bytes(name, bytes, size, &reading, graph, error);
    if (status != STATUS_OK)
        return status;
    if (options && options->signature && !(*graph)->entries)
        status = refuse_signature(name, options->signature, error);
    if (status == STATUS_OK)
        status = check_nodes(*graph, options, error);
    if (status == STATUS_OK)
        status = reshape_inputs(*graph, options, error);
    if (status == STATUS_OK)
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
    enum status status = foreign_refuse_folder(path, error);
    if (status == STATUS_OK)
        status = file_read(path, MODEL_BYTES_MAX, &bytes, &size, error);
    return status == STATUS_OK ? graph_load_bytes(path, bytes, size, options, graph, error)
                               : status;
}

enum status model_load(const char *model, const struct load_options *options, struct graph **graph,
                       struct error *error)
{
    const struct architecture *architecture;
    struct architecture_options chosen;
    const char *text = architecture_text(model);
    if (!text)
        return graph_load(model, options, graph, error);
    if (options && options->signature)
        return refuse_signature(model, options->signature, error);
    enum status status = architecture_parse(text, &architecture, &chosen, error);
    if (status == STATUS_OK)
        status = architecture_build(architecture, &chosen, graph, error);
    if (status != STATUS_OK)
        return status;
    graph_name_layers(*graph);
    status = check_nodes(*graph, options, error);
    if (status == STATUS_OK)
        status = reshape_inputs(*graph, options, error);
    if (status == STATUS_OK)
        status = simplify(*graph, false, error);
    if (status != STATUS_OK) {
        graph_free(*graph);
        *graph = NULL;
    }
    return status;
}
