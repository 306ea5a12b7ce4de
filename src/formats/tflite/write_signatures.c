#include <stdlib.h>

#include "base/memory.h"
#include "formats/tflite/tables.h"
#include "formats/tflite/write_internal.h"

/* Where the signature that was read names no tensor, it has the tensor's own name. */
static struct flatbuffer_vector add_maps(struct writer *writer, const int *tensors, int count,
                                         const char *const *names)
{
    struct flatbuffer_table *tables = xcalloc((size_t)count + 1, sizeof(*tables));
    for (int i = 0; i < count; i++) {
        const char *name = names[i] ? names[i] : writer->graph->tensors[tensors[i]].name;
        struct tensor_map_record map = {.tensor = (uint32_t)writer->numbers[tensors[i]]};
        map.name = flatbuffer_add_string(&writer->builder, name);
        tables[i] = flatbuffer_add_table(&writer->builder, &tflite_tensor_map, &map);
    }
    struct flatbuffer_vector maps = flatbuffer_add_tables(&writer->builder, tables, (size_t)count);
    free(tables);
    return maps;
}

struct flatbuffer_vector writer_signatures(struct writer *writer)
{
    const struct graph *graph = writer->graph;
    const struct graph_entries *entries = graph->entries;
    struct signature_record signature = {.subgraph = 0};
    if (!entries || !entries->are_signatures)
        return (struct flatbuffer_vector){0};
    signature.inputs = add_maps(writer, graph->inputs, graph->n_inputs, entries->inputs);
    signature.outputs = add_maps(writer, graph->outputs, graph->n_outputs, entries->outputs);
    signature.key = flatbuffer_add_string(&writer->builder, entries->list[entries->taken].name);
    struct flatbuffer_table table =
        flatbuffer_add_table(&writer->builder, &tflite_signature, &signature);
    return flatbuffer_add_tables(&writer->builder, &table, 1);
}
