/* What .tflite files say beside the graph: kept for files that are written, or told as left out. */
#include <string.h>

#include "formats/metadata.h"
#include "formats/tflite/read_internal.h"

/* The first is written by this program itself, the second is the writing converter's business. */
static bool is_own(const char *name)
{
    return strcmp(name, METADATA_ROUNDING_KEY) == 0 || strcmp(name, "min_runtime_version") == 0;
}

/* False where there is nothing to keep. */
static bool read_entry(struct reader *reader, uint32_t i, struct metadata_entry *entry)
{
    struct metadata_record record;
    struct buffer_record buffer;
    struct error ignored;
    const unsigned char *bytes;
    uint64_t size;
    if (reader_record(reader, &reader->model.metadata, i, &tflite_metadata, &record, &ignored) !=
            STATUS_OK ||
        record.name.position == 0 ||
        reader_buffer(reader, record.buffer, &buffer, &ignored) != STATUS_OK ||
        reader_data(reader, &buffer, &bytes, &size, &ignored) != STATUS_OK || !bytes)
        return false;
    *entry = (struct metadata_entry){reader_string(reader, &record.name, ""), bytes, (size_t)size};
    return !is_own(entry->name);
}

static void read_metadata(struct reader *reader)
{
    struct graph *graph = reader->graph;
    uint32_t count = reader->model.metadata.count;
    struct metadata_entry *entries = arena_try(graph->arena, count, sizeof(*entries));
    for (uint32_t i = 0; entries && i < count; i++)
        graph->n_metadata += read_entry(reader, i, &entries[graph->n_metadata]);
    graph->metadata = entries;
}

/* Inputs whose sizes may be any; the file's shape states one that will do. */
static void note_open_sizes(struct reader *reader)
{
    const struct subgraph_record *subgraph = &reader->subgraph;
    for (uint32_t i = 0; i < subgraph->inputs.count; i++) {
        struct tensor_record tensor;
        struct error ignored;
        uint32_t number = (uint32_t)flatbuffer_i32(&reader->file, &subgraph->inputs, i);
        if (reader_record(reader, &subgraph->tensors, number, &tflite_tensor, &tensor, &ignored) !=
            STATUS_OK)
            continue;
        for (uint32_t d = 0; d < SHAPE_RANK_MAX; d++)
            if (reader_is_open(reader, &tensor, d)) {
                graph_leave_out(reader->graph, "open sizes of inputs");
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

void reader_extras(struct reader *reader)
{
    read_metadata(reader);
    note_open_sizes(reader);
    if (has_archive(&reader->file))
        graph_leave_out(reader->graph, "files packed behind the model");
}
