/* STABLEHLO_COMPOSITE: an operator that a subgraph of the file spells out, which is read in its
 * place. */
#include <string.h>

#include "formats/tflite/read_internal.h"
#include "graph/entries.h"
#include "graph/schema.h"

/* The member of the schema's BuiltinOptions2 union. */
#define COMPOSITE_TAG 21

/* Composites inside of each other, and tensors and nodes that all of them may bring in: a few bytes
 * can ask for very many. */
#define DEPTH_MAX   16
#define INLINED_MAX (UINT64_C(1) << 20)

static enum status read_decomposition(struct reader *reader, const struct operator_record *record,
                                      struct composite *composite, struct error *error)
{
    struct decomposition_record options;
    uint32_t count = reader->model.subgraphs.count;
    if (record->options_2_tag != COMPOSITE_TAG || record->options_2.position == 0)
        return error_set(error, STATUS_FORMAT, NULL, "options of kind 2-%d, expected 2-%d",
                         record->options_2_tag, COMPOSITE_TAG);
    enum status status =
        flatbuffer_read(&reader->file, &record->options_2, &tflite_decomposition, &options, error);
    if (status == STATUS_OK && (options.subgraph < 0 || (uint32_t)options.subgraph >= count))
        status = error_set(error, STATUS_FORMAT, NULL, "subgraph %d is out of range, there are %u",
                           options.subgraph, count);
    if (status != STATUS_OK)
        return status;
    composite->subgraph = (uint32_t)options.subgraph;
    composite->name = reader_string(reader, &options.name, "");
    return STATUS_OK;
}

static enum status check_size(struct reader *reader, const struct composite *composite,
                              struct error *error)
{
    const struct subgraph_record *inner = &reader->subgraph;
    const struct node *node = &composite->node;
    if (inner->inputs.count != (uint32_t)node->n_inputs ||
        inner->outputs.count != (uint32_t)node->n_outputs)
        return error_set(error, STATUS_FORMAT, NULL,
                         "%d inputs and %d outputs, but its subgraph %u has %u and %u",
                         node->n_inputs, node->n_outputs, composite->subgraph, inner->inputs.count,
                         inner->outputs.count);
    reader->inlined += (uint64_t)inner->tensors.count + inner->operators.count;
    if (reader->composites > DEPTH_MAX || reader->inlined > INLINED_MAX)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "composites more than %d deep, or of more than %llu tensors and nodes",
                         DEPTH_MAX, (unsigned long long)INLINED_MAX);
    return STATUS_OK;
}

enum status reader_enter_composite(struct reader *reader, const struct operator_record *record,
                                   struct composite *composite, struct error *error)
{
    *composite = (struct composite){.outer = reader->subgraph,
                                    .outer_first = reader->first_tensor,
                                    .first_node = reader->graph->n_nodes,
                                    .node = {.op = OP_RESHAPE}};
    enum status status = read_decomposition(reader, record, composite, error);
    if (status == STATUS_OK)
        status = reader_operands(reader, record, &composite->node, error);
    if (status == STATUS_OK)
        status = reader_record(reader, &reader->model.subgraphs, composite->subgraph,
                               &tflite_subgraph, &reader->subgraph, error);
    reader->first_tensor = reader->graph->n_tensors;
    reader->composites++;
    return status == STATUS_OK ? check_size(reader, composite, error) : status;
}

/* Tensor i of a list of the subgraph, counted from its first; false: there is no such tensor. */
static bool tensor_at(const struct reader *reader, const struct flatbuffer_vector *list, int i,
                      int *tensor)
{
    *tensor = flatbuffer_i32(&reader->file, list, (uint32_t)i);
    return *tensor >= 0 && (uint32_t)*tensor < reader->subgraph.tensors.count;
}

/* An output that is an input, a constant or another output, too: the elements are copied. */
static void copy_elements(struct graph *graph, int from, int to)
{
    union op_params params;
    const struct shape *shape = &graph->tensors[to].shape;
    params_init(&params, &schema_reshape);
    params.vector.present = 1;
    params.vector.count = shape->rank;
    memcpy(params.vector.values, shape->dim, (size_t)shape->rank * sizeof(*shape->dim));
    graph_add_node(graph, OP_RESHAPE, &from, 1, &to, 1, &params);
}

/* map[i]: what tensor i of the subgraph is from now on. */
static enum status map_outputs(struct reader *reader, const struct node *node, int *map,
                               struct error *error)
{
    struct graph *graph = reader->graph;
    int first = reader->first_tensor, inner;
    for (int i = 0; i < node->n_outputs; i++) {
        int outer = node->outputs[i];
        if (!tensor_at(reader, &reader->subgraph.outputs, i, &inner) || outer == NO_TENSOR)
            return error_set(error, STATUS_FORMAT, NULL, "output %d is no tensor", i);
        if (map[inner] == first + inner && !graph->tensors[first + inner].data)
            map[inner] = outer;
        else if (map[inner] != NO_TENSOR)
            copy_elements(graph, map[inner], outer);
        else
            return error_set(error, STATUS_FORMAT, NULL, "output %d is an absent input", i);
    }
    return STATUS_OK;
}

static void replace(const struct reader *reader, int *list, int count, const int *map)
{
    int first = reader->first_tensor, last = first + (int)reader->subgraph.tensors.count;
    for (int i = 0; i < count; i++)
        if (list[i] >= first && list[i] < last)
            list[i] = map[list[i] - first];
}

enum status reader_leave_composite(struct reader *reader, const struct composite *composite,
                                   struct error *error)
{
    const struct node *node = &composite->node;
    struct graph *graph = reader->graph;
    int count = (int)reader->subgraph.tensors.count, inner;
    int *map = arena_try(graph->arena, (size_t)count + 1, sizeof(*map));
    if (!map)
        return reader_no_memory(error);
    for (int i = 0; i < count; i++)
        map[i] = reader->first_tensor + i;
    for (int i = 0; i < node->n_inputs; i++) {
        if (!tensor_at(reader, &reader->subgraph.inputs, i, &inner))
            return error_set(error, STATUS_FORMAT, NULL, "input %d is no tensor", i);
        map[inner] = node->inputs[i];
    }
    enum status status = map_outputs(reader, node, map, error);
    for (int i = composite->first_node; i < graph->n_nodes; i++) {
        replace(reader, graph->nodes[i].inputs, graph->nodes[i].n_inputs, map);
        replace(reader, graph->nodes[i].outputs, graph->nodes[i].n_outputs, map);
    }
    reader_note_subgraph(reader, composite->subgraph);
    reader->composites--;
    reader->first_tensor = composite->outer_first;
    reader->subgraph = composite->outer;
    return status;
}

void reader_note_subgraph(struct reader *reader, uint32_t subgraph)
{
    uint32_t count = reader->model.subgraphs.count;
    if (!reader->is_read)
        reader->is_read = arena_alloc(reader->graph->arena, count * sizeof(*reader->is_read));
    reader->n_read += !reader->is_read[subgraph];
    reader->is_read[subgraph] = true;
    reader->graph->entries->is_part = reader->n_read + 1 < count; /* and the one that is run */
}
