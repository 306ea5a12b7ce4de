/* Signatures and subgraphs: what a .tflite file can run, and which of it is read. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "formats/tflite/read_internal.h"

/* Where an entry is in the file. */
struct entry_place {
    uint32_t subgraph;
    struct signature_record signature; /* empty where there are none */
};

static const char *kept_text(struct reader *reader, struct text *text)
{
    const char *kept = arena_strdup(reader->graph->arena, text->bytes ? text->bytes : "");
    text_release(text);
    return kept;
}

/* Appends "'name' float32 1x8". What is damaged is left to whoever reads it. */
static void describe_tensor(struct reader *reader, const struct subgraph_record *subgraph,
                            uint32_t number, const char *name, struct text *out)
{
    struct tensor_record tensor;
    struct error ignored;
    char type[TFLITE_TYPE_TEXT_SIZE];
    if (number >= subgraph->tensors.count ||
        reader_record(reader, &subgraph->tensors, number, &tflite_tensor, &tensor, &ignored) !=
            STATUS_OK)
        return;
    enum type known = type_from_tflite(tensor.type);
    text_printf(out, "%s'%.60s' %s ", out->length > 0 ? ", " : "",
                name ? name : reader_string(reader, &tensor.name, ""),
                known != TYPE_COUNT ? type_name(known) : tflite_type_text(tensor.type, type));
    for (uint32_t i = 0; i < tensor.shape.count && i < SHAPE_RANK_MAX; i++)
        text_printf(out, "%s%d", i > 0 ? "x" : "", flatbuffer_i32(&reader->file, &tensor.shape, i));
    if (tensor.shape.count == 0)
        text_add_string(out, "scalar");
}

/* The inputs or outputs that a signature names, or all that the subgraph has. */
static const char *describe_ends(struct reader *reader, const struct subgraph_record *subgraph,
                                 const struct flatbuffer_vector *maps,
                                 const struct flatbuffer_vector *all)
{
    struct text text = {0};
    struct tensor_map_record map;
    struct error ignored;
    for (uint32_t i = 0; i < maps->count; i++)
        if (reader_record(reader, maps, i, &tflite_tensor_map, &map, &ignored) == STATUS_OK)
            describe_tensor(reader, subgraph, map.tensor, reader_string(reader, &map.name, ""),
                            &text);
    for (uint32_t i = 0; maps->position == 0 && i < all->count; i++)
        describe_tensor(reader, subgraph, (uint32_t)flatbuffer_i32(&reader->file, all, i), NULL,
                        &text);
    return kept_text(reader, &text);
}

static enum status read_entry(struct reader *reader, uint32_t i, struct graph_entry *entry,
                              struct entry_place *place, struct error *error)
{
    const struct flatbuffer_vector *defs = &reader->model.signatures;
    const struct flatbuffer_vector *subgraphs = &reader->model.subgraphs;
    struct subgraph_record subgraph;
    enum status status = STATUS_OK;
    *place = (struct entry_place){.subgraph = i};
    if (defs->count > 0) {
        status = reader_record(reader, defs, i, &tflite_signature, &place->signature, error);
        place->subgraph = place->signature.subgraph;
    }
    if (status == STATUS_OK && place->subgraph >= subgraphs->count)
        status = error_set(error, STATUS_FORMAT, NULL, "subgraph %u is out of range, there are %u",
                           place->subgraph, subgraphs->count);
    if (status == STATUS_OK)
        status =
            reader_record(reader, subgraphs, place->subgraph, &tflite_subgraph, &subgraph, error);
    if (status != STATUS_OK)
        return error_within(error, "%s %u", defs->count > 0 ? "signature" : "subgraph", i);
    const char *numbered = arena_printf(reader->graph->arena, "subgraph %u", i);
    entry->name = defs->count > 0 ? reader_string(reader, &place->signature.key, "")
                                  : reader_string(reader, &subgraph.name, numbered);
    entry->inputs = describe_ends(reader, &subgraph, &place->signature.inputs, &subgraph.inputs);
    entry->outputs = describe_ends(reader, &subgraph, &place->signature.outputs, &subgraph.outputs);
    return STATUS_OK;
}

static enum status refuse_name(const struct graph_entries *entries, const char *wanted,
                               struct error *error)
{
    struct text names = {0};
    for (int i = 0; i < entries->count; i++)
        text_printf(&names, "%s'%.60s'", i > 0 ? ", " : "", entries->list[i].name);
    error_set(error, STATUS_INVALID, NULL, "there is no signature '%.60s'; the model has %s",
              wanted, names.bytes);
    text_release(&names);
    return STATUS_INVALID;
}

/* The entry of that name, or -1. Unless one is asked for, that of the first subgraph. */
static int choose(const struct graph_entries *entries, const struct entry_place *places,
                  const char *wanted)
{
    for (int i = 0; i < entries->count; i++)
        if (wanted ? strcmp(entries->list[i].name, wanted) == 0 : places[i].subgraph == 0)
            return i;
    return wanted ? -1 : 0;
}

enum status reader_choose(struct reader *reader, struct error *error)
{
    struct arena *arena = reader->graph->arena;
    const char *wanted = reader->reading ? reader->reading->signature : NULL;
    uint32_t n_defs = reader->model.signatures.count, n_subgraphs = reader->model.subgraphs.count;
    uint32_t count = n_defs > 0 ? n_defs : n_subgraphs;
    struct graph_entries *entries = arena_alloc(arena, sizeof(*entries));
    struct entry_place *places = arena_try(arena, count, sizeof(*places));
    *entries = (struct graph_entries){
        .list = arena_try(arena, count, sizeof(*entries->list)),
        .count = (int)count,
        .are_signatures = n_defs > 0,
        .is_part = n_subgraphs > 1,
    };
    if (!places || !entries->list || count > INT32_MAX)
        return reader_no_memory(error);
    for (uint32_t i = 0; i < count; i++)
        if (read_entry(reader, i, &entries->list[i], &places[i], error) != STATUS_OK)
            return error->status;
    entries->taken = choose(entries, places, wanted);
    if (entries->taken < 0)
        return refuse_name(entries, wanted, error);
    reader->graph->entries = entries;
    reader->signature = places[entries->taken].signature;
    return reader_record(reader, &reader->model.subgraphs, places[entries->taken].subgraph,
                         &tflite_subgraph, &reader->subgraph, error);
}

/* Names by the places of the tensors in a list of the graph. */
static enum status name_list(struct reader *reader, const struct flatbuffer_vector *maps,
                             const int *tensors, int count, const char ***names,
                             struct error *error)
{
    struct tensor_map_record map;
    *names = arena_alloc(reader->graph->arena, ((size_t)count + 1) * sizeof(**names));
    for (uint32_t i = 0; i < maps->count; i++) {
        if (reader_record(reader, maps, i, &tflite_tensor_map, &map, error) != STATUS_OK)
            return error->status;
        int at = 0;
        while (at < count && (uint32_t)tensors[at] != map.tensor)
            at++;
        if (at < count)
            (*names)[at] = reader_string(reader, &map.name, NULL);
    }
    return STATUS_OK;
}

enum status reader_name_ends(struct reader *reader, struct error *error)
{
    struct graph *graph = reader->graph;
    struct graph_entries *entries = graph->entries;
    enum status status = name_list(reader, &reader->signature.inputs, graph->inputs,
                                   graph->n_inputs, &entries->inputs, error);
    if (status == STATUS_OK)
        status = name_list(reader, &reader->signature.outputs, graph->outputs, graph->n_outputs,
                           &entries->outputs, error);
    return status == STATUS_OK ? STATUS_OK : error_within(error, "signature %d", entries->taken);
}
