/* Reading .tflite files. */
#include <string.h>

#include "base/memory.h"
#include "formats/metadata.h"
#include "formats/tflite/read_internal.h"
#include "formats/tflite/tflite.h"
#include "graph/schema.h"

/* The operator of a code; whatever has a name was looked at before (reader_refuse). */
static enum status read_op(struct reader *reader, const struct operator_code_record *record,
                           int32_t code, enum op *op, struct error *error)
{
    *op = reader_op(reader, record, code);
    return *op != OP_COUNT
               ? STATUS_OK
               : error_set(error, STATUS_FORMAT, NULL, "unknown operator code %d", code);
}

static enum status read_ints(struct reader *reader, const struct flatbuffer_vector *vector,
                             struct vector_params *params, struct error *error)
{
    params->present = vector->position != 0;
    params->count = (int32_t)vector->count;
    if (vector->count > SHAPE_RANK_MAX)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "%u dimensions, at most %d are supported",
                         vector->count, SHAPE_RANK_MAX);
    for (uint32_t i = 0; i < vector->count; i++)
        params->values[i] = flatbuffer_i32(&reader->file, vector, i);
    return STATUS_OK;
}

/* Number of values that an enumeration of the schema has; 0: the field is not an enumeration. */
static int enum_size(enum field_kind kind)
{
    switch (kind) {
    case FIELD_PADDING:
    case FIELD_MIRROR:
        return 2;
    case FIELD_ACTIVATION:
        return 6;
    default:
        return 0;
    }
}

/* A field of an options record into the node's parameters. */
static enum status read_param(struct reader *reader, const struct param_field *field,
                              const union option_cell *cell, union op_params *params,
                              struct error *error)
{
    void *member = (char *)params + field->offset;
    int32_t number = cell->byte;
    int limit = enum_size(field->kind);
    switch (field->kind) {
    case FIELD_INTS:
        return read_ints(reader, &cell->vector, member, error);
    case FIELD_FLOAT:
        memcpy(member, &cell->real, sizeof(float));
        return STATUS_OK;
    case FIELD_INT:
        number = cell->number;
        break;
    case FIELD_TYPE:
        number = (int32_t)type_from_tflite((int8_t)cell->byte);
        limit = TYPE_COUNT;
        break;
    default:
        break;
    }
    if (limit > 0 && number >= limit)
        return error_set(error, STATUS_FORMAT, NULL, "unknown value %d of option '%s'", cell->byte,
                         field->name);
    memcpy(member, &number, sizeof(number));
    return STATUS_OK;
}

/* A RESHAPE that leaves the shape of its input as it is. */
static enum status keep_shape(struct reader *reader, const struct operator_record *record,
                              union op_params *params, struct error *error)
{
    int32_t input =
        record->inputs.count > 0 ? flatbuffer_i32(&reader->file, &record->inputs, 0) : -1;
    if (input < 0 || (uint32_t)input >= reader->subgraph.tensors.count)
        return error_set(error, STATUS_FORMAT, NULL, "input 0 is tensor %d of %u", input,
                         reader->subgraph.tensors.count);
    const struct shape *shape = &reader->graph->tensors[reader->first_tensor + input].shape;
    params_init(params, &schema_reshape);
    params->vector.present = 1;
    params->vector.count = shape->rank;
    memcpy(params->vector.values, shape->dim, (size_t)shape->rank * sizeof(*shape->dim));
    return STATUS_OK;
}

/* Operators without options in the file have the fallbacks of their schema. */
static enum status read_params(struct reader *reader, const struct operator_record *record,
                               enum op op, union op_params *params, struct error *error)
{
    const struct param_schema *schema = op_table[op].params;
    struct flatbuffer_field fields[TFLITE_OPTIONS_MAX];
    union option_cell cells[TFLITE_OPTIONS_MAX];
    params_init(params, schema);
    if (op_table[op].custom)
        return reader_custom_params(reader, record, op, params, error);
    if (record->options_2_tag != 0)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "options of kind 2-%d are not supported",
                         record->options_2_tag);
    if (record->options_tag == 0 || record->options.position == 0)
        return STATUS_OK;
    if (schema->tflite_tag != 0 && record->options_tag != schema->tflite_tag)
        return error_set(error, STATUS_FORMAT, NULL, "options of kind %d, expected %d (%s)",
                         record->options_tag, schema->tflite_tag, schema->name);
    struct flatbuffer_schema description = tflite_options(schema, fields);
    enum status status =
        flatbuffer_read(&reader->file, &record->options, &description, cells, error);
    for (int i = 0; status == STATUS_OK && i < schema->count; i++)
        if (schema->fields[i].slot >= 0)
            status = read_param(reader, &schema->fields[i], &cells[i], params, error);
    return status;
}

static enum status add_node(struct reader *reader, const struct operator_record *record, enum op op,
                            union op_params *params, struct error *error)
{
    struct node node = {.op = op};
    enum status status = reader_operands(reader, record, &node, error);
    if (status == STATUS_OK)
        status = variables_carry(&reader->variables, reader->graph, &node, error);
    if (status == STATUS_OK && op_table[op].custom)
        status = reader_widen_inputs(reader, &node, error);
    if (status == STATUS_OK)
        graph_add_node(reader->graph, op, node.inputs, node.n_inputs, node.outputs, node.n_outputs,
                       params);
    return status;
}

static enum status read_subgraph(struct reader *reader, struct error *error);

/* The subgraph that initializes variables is read in between; there is one at most. */
static enum status call_once(struct reader *reader, const struct operator_record *record,
                             struct error *error)
{
    struct subgraph_record outer = reader->subgraph;
    int first_tensor = reader->first_tensor, called;
    enum status status = reader_enter_initial(reader, record, &called, error);
    if (status != STATUS_OK)
        return status;
    if (read_subgraph(reader, error) != STATUS_OK)
        return error_within(error, "subgraph %d", called);
    reader_note_subgraph(reader, (uint32_t)called);
    reader->variables.is_initial = false;
    reader->first_tensor = first_tensor;
    reader->subgraph = outer;
    return STATUS_OK;
}

static enum status inline_composite(struct reader *reader, const struct operator_record *record,
                                    struct error *error)
{
    struct composite composite;
    enum status status = reader_enter_composite(reader, record, &composite, error);
    if (status != STATUS_OK)
        return status;
    if (read_subgraph(reader, error) != STATUS_OK)
        return error_within(error, "composite '%.60s', subgraph %u", composite.name,
                            composite.subgraph);
    return reader_leave_composite(reader, &composite, error);
}

static enum status add_operator(struct reader *reader, const struct operator_record *record,
                                struct error *error)
{
    enum op op;
    union op_params params;
    struct operator_code_record operator_code;
    int32_t code = 0;
    enum status status = reader_code(reader, record->opcode_index, &operator_code, &code, error);
    if (status == STATUS_OK && code == TFLITE_CALL_ONCE)
        return call_once(reader, record, error);
    if (status == STATUS_OK && code == TFLITE_COMPOSITE)
        return inline_composite(reader, record, error);
    if (status == STATUS_OK && variables_have_operator(code))
        return reader_variable(reader, code, record, error);
    if (status == STATUS_OK)
        status = read_op(reader, &operator_code, code, &op, error);
    if (status == STATUS_OK)
        status = code == TFLITE_DENSIFY ? keep_shape(reader, record, &params, error)
                                        : read_params(reader, record, op, &params, error);
    if (status == STATUS_OK)
        status = reader_intermediates(reader, record, op, &params, error);
    return status == STATUS_OK ? add_node(reader, record, op, &params, error) : status;
}

/* Operators of other subgraphs, whose tensors come behind those of the graph, are of the layer that
 * has them read. */
static void begin_layer(struct reader *reader, const struct operator_record *record)
{
    struct operator_code_record code;
    struct error ignored;
    int32_t number = -1;
    const char *name = "", *op = NULL;
    if (reader->first_tensor > 0)
        return;
    int output =
        record->outputs.count > 0 ? flatbuffer_i32(&reader->file, &record->outputs, 0) : -1;
    if (output >= 0 && output < reader->graph->n_tensors)
        name = reader->graph->tensors[output].name;
    if (reader_code(reader, record->opcode_index, &code, &number, &ignored) == STATUS_OK)
        op = number == OP_CUSTOM_CODE ? op_name(reader_op(reader, &code, number))
                                      : tflite_operator_name(number);
    graph_enter_layer(reader->graph, graph_add_layer(reader->graph, name, op ? op : ""));
}

static enum status read_operators(struct reader *reader, struct error *error)
{
    struct operator_record record;
    enum status status = STATUS_OK;
    for (uint32_t i = 0; status == STATUS_OK && i < reader->subgraph.operators.count; i++) {
        status =
            reader_record(reader, &reader->subgraph.operators, i, &tflite_operator, &record, error);
        if (status == STATUS_OK) {
            begin_layer(reader, &record);
            status = add_operator(reader, &record, error);
        }
        if (status != STATUS_OK)
            error_within(error, "node %u", i);
    }
    return status;
}

static enum status read_ends(struct reader *reader, struct error *error)
{
    const struct flatbuffer_vector *in = &reader->subgraph.inputs, *out = &reader->subgraph.outputs;
    int *inputs, *outputs;
    enum status status = reader_tensor_list(reader, in, "the graph's input", 0, &inputs, error);
    if (status == STATUS_OK)
        status = reader_tensor_list(reader, out, "the graph's output", 0, &outputs, error);
    if (status != STATUS_OK)
        return status;
    if (out->count == 0)
        return error_set(error, STATUS_FORMAT, NULL, "the graph has no output");
    graph_set_inputs(reader->graph, inputs, (int)in->count);
    graph_set_outputs(reader->graph, outputs, (int)out->count);
    return variables_finish(&reader->variables, reader->graph, error);
}

/* How integers are rounded, where a file of this program says so. */
static enum status read_rounding(struct reader *reader, const struct metadata_record *metadata,
                                 struct error *error)
{
    struct buffer_record buffer;
    const unsigned char *bytes;
    uint64_t size;
    enum status status = reader_buffer(reader, metadata->buffer, &buffer, error);
    if (status == STATUS_OK)
        status = reader_data(reader, &buffer, &bytes, &size, error);
    if (status == STATUS_OK && bytes)
        rounding_find((const char *)bytes, (size_t)size, &reader->graph->rounding);
    return status;
}

static bool is_string(const struct reader *reader, const struct flatbuffer_vector *string,
                      const char *text)
{
    return string->position != 0 && string->count == strlen(text) &&
           memcmp(flatbuffer_elements(&reader->file, string), text, string->count) == 0;
}

static enum status read_metadata(struct reader *reader, struct error *error)
{
    struct metadata_record record;
    enum status status = STATUS_OK;
    reader->graph->rounding = TFLITE_ROUNDING;
    for (uint32_t i = 0; status == STATUS_OK && i < reader->model.metadata.count; i++) {
        status =
            reader_record(reader, &reader->model.metadata, i, &tflite_metadata, &record, error);
        if (status == STATUS_OK && is_string(reader, &record.name, METADATA_ROUNDING_KEY))
            status = read_rounding(reader, &record, error);
        if (status != STATUS_OK)
            error_within(error, "metadata %u", i);
    }
    return status;
}

static enum status read_subgraph(struct reader *reader, struct error *error)
{
    enum status status = reader_refuse(reader, error);
    if (status == STATUS_OK)
        status = reader_tensors(reader, error);
    return status == STATUS_OK ? read_operators(reader, error) : status;
}

static enum status read_model(struct reader *reader, const unsigned char *bytes, size_t size,
                              struct error *error)
{
    struct flatbuffer_table root;
    reader->graph->allowance.stored = size;
    enum status status =
        flatbuffer_open(&reader->file, bytes, size, TFLITE_IDENTIFIER, &root, error);
    if (status == STATUS_OK)
        status = flatbuffer_read(&reader->file, &root, &tflite_model, &reader->model, error);
    if (status != STATUS_OK)
        return status;
    if (reader->model.version != TFLITE_VERSION)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "schema version %u is not supported, expected %d", reader->model.version,
                         TFLITE_VERSION);
    if (reader->model.subgraphs.count == 0)
        return error_set(error, STATUS_FORMAT, NULL, "the model has no subgraph");
    status = reader_choose(reader, error);
    if (status == STATUS_OK)
        status = read_subgraph(reader, error);
    if (status == STATUS_OK)
        status = read_ends(reader, error);
    if (status == STATUS_OK)
        status = reader_check_inputs(reader, error);
    if (status == STATUS_OK)
        status = reader_name_ends(reader, error);
    if (status == STATUS_OK)
        status = read_metadata(reader, error);
    if (status == STATUS_OK)
        reader_extras(reader);
    reader->graph->description = reader_string(reader, &reader->model.description, "");
    return status == STATUS_OK ? reader_check_strings(reader, error) : status;
}

enum status tflite_read(const char *name, const unsigned char *bytes, size_t size,
                        const struct model_reading *reading, struct graph **graph,
                        struct error *error)
{
    struct reader reader = {.graph = graph_new(name), .reading = reading};
    enum status status = read_model(&reader, bytes, size, error);
    variables_release(&reader.variables);
    if (status != STATUS_OK)
        error_within(error, "%s", name);
    else
        status = graph_check(reader.graph, error);
    if (status == STATUS_OK) {
        *graph = reader.graph;
        return STATUS_OK;
    }
    graph_free(reader.graph);
    return status;
}
