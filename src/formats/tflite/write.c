/* Writing .tflite files. What is referred to is built before what refers to it. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "formats/metadata.h"
#include "formats/tflite/tflite.h"
#include "formats/tflite/write_internal.h"
#include "rewrite/lower.h"

/* Builtin codes from here on do not fit the field that old readers look at. */
#define LONG_CODES 127

static uint32_t code_of(struct writer *writer, const struct node *node)
{
    return writer_code(writer, op_table[node->op].tflite_code,
                       tflite_operator_version(writer->graph, node), op_table[node->op].custom);
}

static void number(struct writer *writer)
{
    const struct graph *graph = writer->graph;
    const char *rounding = metadata_rounding(graph, TFLITE_ROUNDING);
    writer->n_buffers = 1;
    for (int i = 0; i < graph->n_tensors; i++)
        if (graph->tensors[i].data) {
            size_t size;
            const void *elements = writer_stored(writer, i, &size);
            writer->buffers[i] = writer_buffer(writer, elements, size);
        }
    if (rounding)
        writer->stated_rounding = writer_buffer(writer, rounding, strlen(rounding));
    for (size_t i = 0; i < graph->n_metadata; i++)
        writer->metadata[i] =
            writer_buffer(writer, graph->metadata[i].bytes, graph->metadata[i].size);
    for (int i = 0; i < graph->n_nodes; i++)
        writer->node_codes[i] = code_of(writer, &graph->nodes[i]);
    writer_number_variables(writer);
}

static struct flatbuffer_vector add_buffers(struct writer *writer)
{
    for (uint32_t i = 0; i < writer->n_buffers; i++) {
        struct buffer_record record = {0};
        if (writer->sizes[i] > 0)
            record.data = flatbuffer_add_vector(&writer->builder, writer->contents[i],
                                                writer->sizes[i], 1, FLATBUFFER_ALIGNMENT);
        writer->tables[i] = flatbuffer_add_table(&writer->builder, &tflite_buffer, &record);
    }
    return flatbuffer_add_tables(&writer->builder, writer->tables, writer->n_buffers);
}

/* LiteRT finds inputs, and outputs, by their names, of which each needs its own. */
static void add_name(const struct writer *writer, int tensor, struct text *name)
{
    text_add_string(name, writer->graph->tensors[tensor].name);
    if (writer->is_nameless[tensor])
        text_printf(name, "%s%d", name->length ? "_" : "tensor_", tensor);
}

static struct flatbuffer_vector add_tensors(struct writer *writer)
{
    const struct graph *graph = writer->graph;
    struct text name = {0};
    uint32_t count = 0;
    for (int i = 0; i < graph->n_tensors; i++) {
        struct tensor tensor = graph->tensors[i];
        if (writer->roles[i] == ROLE_NEXT)
            continue;
        text_clear(&name);
        add_name(writer, i, &name);
        tensor.name = name.bytes;
        writer->tables[count++] =
            writer_tensor(writer, &tensor, writer_stored_type(writer, i), writer->buffers[i],
                          writer->roles[i] == ROLE_VARIABLE);
    }
    text_release(&name);
    count += writer_add_variable_tensors(writer, writer->tables + count);
    return flatbuffer_add_tables(&writer->builder, writer->tables, count);
}

/* The tensors of a list, by their numbers in the file. */
static struct flatbuffer_vector add_list(struct writer *writer, const int *tensors, int count)
{
    int32_t *list = xcalloc((size_t)count + 1, sizeof(*list));
    for (int i = 0; i < count; i++)
        list[i] = tensors[i] == NO_TENSOR ? NO_TENSOR : writer->numbers[tensors[i]];
    struct flatbuffer_vector vector = writer_ints(writer, list, count);
    free(list);
    return vector;
}

static union option_cell option_of(struct writer *writer, const union op_params *params,
                                   const struct param_field *field)
{
    const void *member = (const char *)params + field->offset;
    union option_cell cell = {.number = 0};
    int32_t value;
    memcpy(&value, member, sizeof(value));
    switch (field->kind) {
    case FIELD_INTS: {
        const struct vector_params *list = member;
        cell.vector = list->present ? writer_ints(writer, list->values, list->count)
                                    : (struct flatbuffer_vector){0};
        break;
    }
    case FIELD_FLOAT:
    case FIELD_INT:
        cell.number = value;
        break;
    case FIELD_TYPE:
        cell.byte = (uint8_t)type_table[value].tflite_code;
        break;
    default:
        cell.byte = (uint8_t)value;
    }
    return cell;
}

static struct flatbuffer_table add_options(struct writer *writer, const struct node *node)
{
    const struct param_schema *schema = op_table[node->op].params;
    struct flatbuffer_field fields[TFLITE_OPTIONS_MAX];
    union option_cell cells[TFLITE_OPTIONS_MAX];
    if (schema->tflite_tag == 0)
        return (struct flatbuffer_table){0};
    struct flatbuffer_schema description = tflite_options(schema, fields);
    for (int i = 0; i < schema->count; i++)
        if (schema->fields[i].slot >= 0)
            cells[i] = option_of(writer, &node->params, &schema->fields[i]);
    return flatbuffer_add_table(&writer->builder, &description, cells);
}

static struct flatbuffer_table add_node(struct writer *writer, int number)
{
    const struct node *node = &writer->graph->nodes[number];
    struct operator_record record = {
        .opcode_index = writer->node_codes[number],
        .options_tag = (uint8_t)op_table[node->op].params->tflite_tag,
    };
    record.options = add_options(writer, node);
    if (op_table[node->op].custom)
        record.custom_options = writer_custom_options(writer, node);
    record.inputs = add_list(writer, node->inputs, node->n_inputs);
    record.outputs = add_list(writer, node->outputs, variables_outputs(node->op, node->n_outputs));
    record.intermediates = writer_add_intermediates(writer, number);
    return flatbuffer_add_table(&writer->builder, &tflite_operator, &record);
}

/* Operators before `first` and behind the nodes keep variables. */
static void note_origins(struct writer *writer, uint32_t first, uint32_t count)
{
    struct file_origins *origins = writer->origins;
    if (!origins)
        return;
    free(origins->of); /* of another format that was tried */
    origins->count = (int)count;
    origins->of = xcalloc(count, sizeof(*origins->of));
    for (int i = 0; i < writer->graph->n_nodes; i++)
        origins->of[first + (uint32_t)i] = writer->graph->nodes[i].origin;
}

static struct flatbuffer_vector add_operators(struct writer *writer)
{
    uint32_t first = writer_add_reads(writer, writer->tables), count = first;
    for (int i = 0; i < writer->graph->n_nodes; i++)
        writer->tables[count++] = add_node(writer, i);
    count += writer_add_assignments(writer, writer->tables + count);
    note_origins(writer, first, count);
    return flatbuffer_add_tables(&writer->builder, writer->tables, count);
}

static struct flatbuffer_vector add_codes(struct writer *writer)
{
    for (uint32_t i = 0; i < writer->n_codes; i++) {
        int code = writer->codes[i].builtin;
        const char *custom = writer->codes[i].custom;
        struct operator_code_record record = {
            .code = code,
            .short_code = (int8_t)(code < LONG_CODES ? code : LONG_CODES),
            .version = writer->codes[i].version,
        };
        if (custom)
            record.custom_code = flatbuffer_add_string(&writer->builder, custom);
        writer->tables[i] = flatbuffer_add_table(&writer->builder, &tflite_operator_code, &record);
    }
    return flatbuffer_add_tables(&writer->builder, writer->tables, writer->n_codes);
}

static struct flatbuffer_table add_entry(struct writer *writer, const char *name, uint32_t buffer)
{
    struct metadata_record record = {.buffer = buffer};
    record.name = flatbuffer_add_string(&writer->builder, name);
    return flatbuffer_add_table(&writer->builder, &tflite_metadata, &record);
}

/* What was in the file, and the rounding, where it is not what other programs expect. */
static struct flatbuffer_vector add_metadata(struct writer *writer)
{
    const struct graph *graph = writer->graph;
    size_t count = graph->n_metadata;
    for (size_t i = 0; i < count; i++)
        writer->tables[i] = add_entry(writer, graph->metadata[i].name, writer->metadata[i]);
    if (writer->stated_rounding != 0)
        writer->tables[count++] = add_entry(writer, METADATA_ROUNDING_KEY, writer->stated_rounding);
    return count == 0 ? (struct flatbuffer_vector){0}
                      : flatbuffer_add_tables(&writer->builder, writer->tables, count);
}

static struct flatbuffer_table add_model(struct writer *writer)
{
    const struct graph *graph = writer->graph;
    struct model_record model = {.version = TFLITE_VERSION};
    struct subgraph_record subgraph = {0};
    model.buffers = add_buffers(writer);
    subgraph.tensors = add_tensors(writer);
    subgraph.operators = add_operators(writer);
    subgraph.inputs = add_list(writer, graph->inputs, graph->n_inputs);
    subgraph.outputs = add_list(writer, graph->outputs, graph->n_outputs);
    subgraph.name = flatbuffer_add_string(&writer->builder, "main");
    struct flatbuffer_table initial = writer_add_initial(writer);
    writer->tables[0] = flatbuffer_add_table(&writer->builder, &tflite_subgraph, &subgraph);
    writer->tables[1] = initial;
    model.subgraphs =
        flatbuffer_add_tables(&writer->builder, writer->tables, initial.position != 0 ? 2 : 1);
    model.operator_codes = add_codes(writer);
    model.metadata = add_metadata(writer);
    model.signatures = writer_signatures(writer);
    model.description = flatbuffer_add_string(&writer->builder, graph->description);
    return flatbuffer_add_table(&writer->builder, &tflite_model, &model);
}

/* Refuses parameters that the schema has no values for. */
static enum status check_params(const struct node *node, struct error *error)
{
    const struct param_schema *schema = op_table[node->op].params;
    for (int i = 0; i < schema->count; i++) {
        int32_t value;
        memcpy(&value, (const char *)&node->params + schema->fields[i].offset, sizeof(value));
        if (schema->fields[i].kind == FIELD_PADDING && value == PADDING_EXPLICIT)
            return error_set(error, STATUS_UNSUPPORTED, NULL,
                             "padding by a number of cells cannot be expressed in .tflite files");
    }
    if (node->op == OP_RESIZE_NEAREST_NEIGHBOR && node->params.resize.nearest != NEAREST_BY_CENTERS)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "the choice of the nearest pixel cannot be expressed in .tflite files");
    return STATUS_OK;
}

/* Refuses constants that LiteRT has no kernel to widen. */
static enum status check_stored(const struct graph *graph, const struct node *node,
                                struct error *error)
{
    const struct tensor *in = node->op == OP_DEQUANTIZE ? node_input(graph, node, 0) : NULL;
    if (in && in->type == TYPE_BF16)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "no runtime of .tflite files widens bfloat16 constants");
    if (in && in->quant.block > 0)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "no runtime of .tflite files widens constants with scales of blocks");
    return STATUS_OK;
}

/* Refuses types for which LiteRT has no kernel. */
static enum status check_types(const struct graph *graph, const struct node *node,
                               struct error *error)
{
    const struct op_info *info = &op_table[node->op];
    const struct tensor *in = tflite_data_input(graph, node);
    if (info->family == FAMILY_PRODUCT && in && in->type == TYPE_I32 && in->quant.count == 0)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "sums of int32 products cannot be expressed in .tflite files");
    if (in && in->type == TYPE_I16 && info->tflite_code >= 0 && info->versions.int16 == 0)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "no runtime of .tflite files has %s of int16", info->name);
    return STATUS_OK;
}

static enum status check_node(const struct graph *graph, const struct node *node,
                              struct error *error)
{
    char place[NODE_TEXT_SIZE];
    enum status status = check_params(node, error);
    if (status == STATUS_OK)
        status = check_types(graph, node, error);
    if (status == STATUS_OK)
        status = check_stored(graph, node, error);
    if (op_table[node->op].tflite_code < 0)
        status = error_set(error, STATUS_UNSUPPORTED, NULL,
                           "operator %s cannot be expressed in .tflite files: %s",
                           op_name(node->op), op_table[node->op].no_tflite);
    return status == STATUS_OK
               ? STATUS_OK
               : error_within(error, "%s: %s", graph->name, node_text(graph, node, place));
}

static enum status check_nodes(const struct graph *graph, struct error *error)
{
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < graph->n_nodes; i++)
        status = check_node(graph, &graph->nodes[i], error);
    return status;
}

static void release(struct writer *writer)
{
    flatbuffer_builder_release(&writer->builder);
    free(writer->tables);
    free(writer->numbers);
    free(writer->roles);
    free(writer->resources);
    free(writer->buffers);
    free(writer->metadata);
    free(writer->contents);
    free(writer->sizes);
    contents_release(&writer->written);
    free(writer->is_nameless);
    free(writer->codes);
    free(writer->node_codes);
}

/* A graph that has a form in .tflite files. */
static enum status write_lowered(const struct graph *graph, const struct model_writing *writing,
                                 unsigned char **bytes, size_t *size, struct error *error)
{
    size_t tensors = (size_t)graph->n_tensors, nodes = (size_t)graph->n_nodes;
    size_t states = (size_t)graph->n_states, entries = graph->n_metadata;
    size_t buffers = tensors + states + entries + 2;
    enum status status = check_nodes(graph, error);
    if (status != STATUS_OK)
        return status;
    struct writer writer = {
        .graph = graph,
        .origins = writing ? writing->origins : NULL,
        .tables =
            xcalloc(buffers + WRITER_INTERMEDIATES * nodes + 2 * states, sizeof(*writer.tables)),
        .numbers = xcalloc(tensors, sizeof(*writer.numbers)),
        .roles = xcalloc(tensors, sizeof(*writer.roles)),
        .resources = xcalloc(states, sizeof(*writer.resources)),
        .buffers = xcalloc(tensors, sizeof(*writer.buffers)),
        .metadata = xcalloc(entries, sizeof(*writer.metadata)),
        .contents = xcalloc(buffers, sizeof(*writer.contents)),
        .sizes = xcalloc(buffers, sizeof(*writer.sizes)),
        .is_nameless = xcalloc(tensors, sizeof(*writer.is_nameless)),
        .codes = xcalloc(nodes + WRITER_VARIABLE_CODES, sizeof(*writer.codes)),
        .node_codes = xcalloc(nodes, sizeof(*writer.node_codes)),
    };
    flatbuffer_builder_init(&writer.builder, FLATBUFFER_BYTES_MAX);
    status = writer_plan_variables(&writer, error);
    if (status == STATUS_OK) {
        number(&writer);
        writer_note_names(&writer);
        struct flatbuffer_table root = add_model(&writer);
        status = flatbuffer_finish(&writer.builder, &root, TFLITE_IDENTIFIER, bytes, size, error);
    }
    if (status != STATUS_OK)
        error_within(error, "%s", graph->name);
    release(&writer);
    return status;
}

enum status tflite_write(const struct graph *graph, const struct model_writing *writing,
                         unsigned char **bytes, size_t *size, struct error *error)
{
    struct graph *lowered;
    enum status status = graph_lower(graph, &lowered, error);
    if (status == STATUS_OK)
        status = write_lowered(lowered, writing, bytes, size, error);
    graph_free(lowered);
    return status;
}
