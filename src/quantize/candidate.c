#include "quantize/candidate.h"

#include <stdlib.h>

#include "architectures/architecture.h"
#include "base/file.h"
#include "base/memory.h"
#include "model/load.h"
#include "quantize/float_graph.h"
#include "rewrite/compact.h"

/* A graph as a file. */
struct file {
    unsigned char *bytes;
    size_t size;
    const struct model_format *format;
};

/* How a graph becomes one. */
struct way {
    const char *const *formats;          /* suffixes, the preferred one first; ends with NULL */
    const struct model_writing *writing; /* NULL: the usual */
    bool is_usual;                       /* integers are rounded as the format has it */
};

/* Without what the mode replaced. */
static enum status write_as(struct graph *graph, const char *suffix, const struct way *way,
                            struct file *file, struct error *error)
{
    file->format = model_format_for(suffix);
    if (!file->format)
        return error_set(error, STATUS_UNSUPPORTED, graph->name,
                         "writing %s files is not supported", suffix);
    graph_compact(graph);
    if (way->is_usual)
        graph->rounding = file->format->rounding;
    graph->rounds_stored = file->format->rounds_stored && graph->rounding == ROUNDING_ONCE;
    return model_write(file->format, graph, way->writing, &file->bytes, &file->size, error);
}

/* In the first format that has a form for the graph, whatever it was read from. When there is none,
 * the first one's complaint is told. */
static enum status serialize(struct graph *graph, const struct way *way, struct file *file,
                             struct error *error)
{
    enum status status = write_as(graph, way->formats[0], way, file, error);
    for (size_t i = 1; status == STATUS_UNSUPPORTED && way->formats[i]; i++) {
        struct error other;
        status = write_as(graph, way->formats[i], way, file, &other);
        if (status != STATUS_OK && status != STATUS_UNSUPPORTED)
            *error = other;
    }
    return status;
}

static enum status measure(struct graph *graph, const char *const *formats, size_t *size,
                           const struct model_format **format, struct error *error)
{
    struct file file;
    enum status status = serialize(graph, &(struct way){.formats = formats}, &file, error);
    if (status != STATUS_OK)
        return status;
    *size = file.size;
    *format = file.format;
    free(file.bytes);
    return STATUS_OK;
}

/* The float32 form of a model in one format. */
static enum status measure_again(const struct candidate_order *order,
                                 const struct model_format *format, size_t *size,
                                 struct error *error)
{
    const char *const only[] = {format->suffix, NULL};
    struct graph *graph;
    enum status status = model_load(order->model, order->load, &graph, error);
    if (status != STATUS_OK)
        return status;
    status = float_graph_prepare(graph, error);
    if (status == STATUS_OK)
        status = measure(graph, only, size, &format, error);
    graph_free(graph);
    return status;
}

static void keep_remark(struct candidate *candidate, const char *remark)
{
    size_t count = candidate->n_remarks++;
    candidate->remarks = xrealloc(candidate->remarks, count + 1, sizeof(char *));
    candidate->remarks[count] = xstrdup(remark);
}

static void remark_left_out(struct candidate *candidate)
{
    struct text text = {0};
    model_left_out(candidate->format, candidate->graph, &text);
    if (text.length > 0)
        keep_remark(candidate, text.bytes);
    text_release(&text);
}

static void set_file(struct candidate *candidate, const struct file *file)
{
    candidate->bytes = file->bytes;
    candidate->size = file->size;
    candidate->format = file->format;
}

static bool is_among(const struct model_format *format, const char *const *formats)
{
    for (; *formats; formats++)
        if (model_format_for(*formats) == format)
            return true;
    return false;
}

/* Whether the file can be handed over as the very bytes that it is. */
static bool stands_alone(const struct file *file, const char *const *formats)
{
    return file->format && is_among(file->format, formats) &&
           (!file->format->is_whole || file->format->is_whole(file->bytes, file->size));
}

/* A file that is handed over as it is has its own layers. */
static void keep_origins(struct candidate *candidate)
{
    struct graph *graph = candidate->graph;
    size_t count = (size_t)graph->n_layers;
    candidate->origins.count = graph->n_layers;
    candidate->origins.of = xcalloc(count, sizeof(struct origin));
    for (size_t i = 0; i < count; i++)
        candidate->origins.of[i] = graph_layer_origin(graph, (int)i);
}

/* The file as it is, which is what the size of mode as-is means, unless its format is not wanted,
 * it needs other files, its inputs got other shapes, more is in it than what runs, or the model was
 * built and has no file. */
static enum status keep_file(struct candidate *candidate, const struct candidate_order *order,
                             const char *const *formats, struct error *error)
{
    const char *model = order->model;
    const struct graph_entries *entries = candidate->graph->entries;
    bool is_changed = (order->load && order->load->n_shapes > 0) || (entries && entries->is_part);
    struct file file = {0};
    enum status status = STATUS_OK;
    if (!architecture_text(model) && !is_changed)
        status = file_read(model, MODEL_BYTES_MAX, &file.bytes, &file.size, error);
    if (status != STATUS_OK)
        return status;
    if (file.bytes)
        file.format = model_format_of(file.bytes, file.size);
    bool is_written = !stands_alone(&file, formats);
    if (is_written) {
        free(file.bytes);
        const struct model_writing writing = {.activations = TYPE_U8,
                                              .origins = &candidate->origins};
        const struct way way = {.formats = formats, .writing = &writing};
        status = serialize(candidate->graph, &way, &file, error);
        if (status != STATUS_OK)
            return status;
    }
    set_file(candidate, &file);
    candidate->is_kept = !is_written;
    if (is_written)
        remark_left_out(candidate);
    else
        keep_origins(candidate);
    const char *const only[] = {file.format->suffix, NULL};
    struct error ignored; /* what cannot be written has no float32 form to compare with */
    if (!float_graph_quantized_tensor(candidate->graph))
        measure(candidate->graph, only, &candidate->base_size, &file.format, &ignored);
    return STATUS_OK;
}

/* A mode that takes the model as it is. */
static enum status make_as_is(const struct candidate_order *order, const char *const *formats,
                              struct candidate *candidate, struct error *error)
{
    enum status status = model_load(order->model, order->load, &candidate->graph, error);
    if (status != STATUS_OK)
        return status;
    struct text text = {0};
    entries_describe(candidate->graph->entries, &text);
    if (text.length > 0)
        keep_remark(candidate, text.bytes);
    text_release(&text);
    return keep_file(candidate, order, formats, error);
}

/* The size of the float32 form, of a copy: to be written changes a graph. */
static enum status measure_base(struct candidate *candidate, const char *const *formats,
                                const struct model_format **format, struct error *error)
{
    struct graph *base = graph_share(quantizer_graph(candidate->quantizer));
    enum status status = measure(base, formats, &candidate->base_size, format, error);
    graph_free(base);
    return status;
}

/* A graph that the quantizer made. origins may be NULL. */
static enum status serialize_made(const struct quantizer *quantizer, struct graph *graph,
                                  const char *const *formats, struct file_origins *origins,
                                  struct file *file, struct error *error)
{
    const struct model_writing writing = {.activations = quantizer_options(quantizer)->activations,
                                          .origins = origins};
    const struct way way = {
        .formats = formats,
        .writing = &writing,
        .is_usual = (quantizer_mode(quantizer)->options & HAS_ROUNDING) == 0,
    };
    return serialize(graph, &way, file, error);
}

static enum status make_in_mode(const struct candidate_order *order, const char *const *formats,
                                struct candidate *candidate, struct error *error)
{
    const struct model_format *base_format = NULL;
    struct quantizer *quantizer;
    struct file file = {0};
    enum status status =
        quantizer_open(order->model, order->mode, order->load, &candidate->quantizer, error);
    if (status != STATUS_OK)
        return status;
    quantizer = candidate->quantizer;
    status = measure_base(candidate, formats, &base_format, error);
    if (status == STATUS_OK)
        status = quantizer_calibrate(quantizer, order->calibration, error);
    if (status == STATUS_OK)
        status = quantizer_apply(quantizer, NULL, &candidate->graph, error);
    if (status != STATUS_OK)
        return status;
    candidate->calibration_samples = quantizer_samples(quantizer);
    status =
        serialize_made(quantizer, candidate->graph, formats, &candidate->origins, &file, error);
    if (status != STATUS_OK)
        return status;
    set_file(candidate, &file);
    remark_left_out(candidate);
    /* A ratio is one of files of the same format. */
    return file.format == base_format
               ? STATUS_OK
               : measure_again(order, file.format, &candidate->base_size, error);
}

static enum status make(const struct candidate_order *order, const char *const *formats,
                        struct candidate *candidate, struct error *error)
{
    const struct mode *mode;
    struct mode_options options;
    struct arena *arena = arena_new();
    enum status status = mode_parse(order->mode, arena, &mode, &options, error);
    arena_free(arena);
    if (status != STATUS_OK)
        return status;
    return mode->takes_quantized ? make_as_is(order, formats, candidate, error)
                                 : make_in_mode(order, formats, candidate, error);
}

enum status candidate_make(const struct candidate_order *order, struct candidate *candidate,
                           struct error *error)
{
    static const char *const usual[] = {".tflite", ".onnx", NULL};
    *candidate = (struct candidate){0};
    enum status status = make(order, order->formats ? order->formats : usual, candidate, error);
    for (size_t i = 0; status == STATUS_OK && i < candidate->graph->n_remarks; i++)
        keep_remark(candidate, candidate->graph->remarks[i]);
    if (status != STATUS_OK)
        candidate_release(candidate);
    return status;
}

enum status candidate_write(struct quantizer *quantizer, const struct layer_plan *plan,
                            const char *const *formats, unsigned char **bytes, size_t *size,
                            struct error *error)
{
    struct file file = {0};
    struct graph *graph;
    enum status status = quantizer_apply(quantizer, plan, &graph, error);
    if (status == STATUS_OK)
        status = serialize_made(quantizer, graph, formats, NULL, &file, error);
    graph_free(graph);
    *bytes = file.bytes;
    *size = file.size;
    return status;
}

void candidate_release(struct candidate *candidate)
{
    graph_free(candidate->graph);
    quantizer_free(candidate->quantizer);
    free(candidate->bytes);
    free(candidate->origins.of);
    for (size_t i = 0; i < candidate->n_remarks; i++)
        free(candidate->remarks[i]);
    free(candidate->remarks);
    *candidate = (struct candidate){0};
}
