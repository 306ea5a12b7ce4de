#include "formats/tflite/extras.h"

#include <string.h>

#include "base/text.h"
#include "formats/metadata.h"

/* Entry i of a vector of tables; false where it cannot be read. */
static bool read_entry(struct flatbuffer *file, const struct flatbuffer_vector *tables, uint32_t i,
                       const struct flatbuffer_schema *schema, void *record)
{
    struct flatbuffer_table table;
    struct error ignored;
    return i < tables->count &&
           flatbuffer_table_at(file, tables, i, &table, &ignored) == STATUS_OK &&
           flatbuffer_read(file, &table, schema, record, &ignored) == STATUS_OK;
}

static char *copy_string(const struct flatbuffer *file, const struct flatbuffer_vector *string,
                         struct graph *graph)
{
    char *copy = arena_copy(graph->arena, flatbuffer_elements(file, string), string->count + 1u);
    text_make_printable(copy);
    return copy;
}

/* The first is written by this program itself, the second is the writing converter's business. */
static bool is_own(const char *name)
{
    return strcmp(name, METADATA_ROUNDING_KEY) == 0 || strcmp(name, "min_runtime_version") == 0;
}

static void read_metadata(struct flatbuffer *file, const struct model_record *model,
                          struct graph *graph)
{
    struct metadata_entry *entries =
        arena_try(graph->arena, model->metadata.count, sizeof(*entries));
    for (uint32_t i = 0; entries && i < model->metadata.count; i++) {
        struct metadata_record record;
        struct buffer_record buffer;
        if (!read_entry(file, &model->metadata, i, &tflite_metadata, &record) ||
            record.name.position == 0 ||
            !read_entry(file, &model->buffers, record.buffer, &tflite_buffer, &buffer) ||
            buffer.data.position == 0)
            continue;
        const char *name = copy_string(file, &record.name, graph);
        if (!is_own(name))
            entries[graph->n_metadata++] = (struct metadata_entry){
                name, flatbuffer_elements(file, &buffer.data), buffer.data.count};
    }
    graph->metadata = entries;
}

/* Inputs whose sizes may be any; the file's shape states one that will do. */
static void note_open_sizes(struct flatbuffer *file, const struct subgraph_record *subgraph,
                            struct graph *graph)
{
    for (uint32_t i = 0; i < subgraph->inputs.count; i++) {
        struct tensor_record tensor;
        int32_t number = flatbuffer_i32(file, &subgraph->inputs, i);
        if (number < 0 ||
            !read_entry(file, &subgraph->tensors, (uint32_t)number, &tflite_tensor, &tensor))
            continue;
        for (uint32_t d = 0; d < tensor.shape_signature.count; d++)
            if (flatbuffer_i32(file, &tensor.shape_signature, d) < 0) {
                graph_leave_out(graph, "open sizes of inputs");
                return;
            }
    }
}

/* Labels and vocabularies of metadata are in a ZIP archive behind the tables; this is the beginning
 * of its last record. */
static bool has_archive(const struct flatbuffer *file)
{
    static const unsigned char sign[] = {'P', 'K', 5, 6};
    const size_t record = 22;
    return file->size > record &&
           memcmp(file->bytes + file->size - record, sign, sizeof(sign)) == 0;
}

void tflite_read_extras(struct flatbuffer *file, const struct model_record *model,
                        const struct subgraph_record *subgraph, struct graph *graph)
{
    read_metadata(file, model, graph);
    note_open_sizes(file, subgraph, graph);
    if (has_archive(file))
        graph_leave_out(graph, "files packed behind the model");
}
