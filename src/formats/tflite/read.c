/* Reading .tflite files. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "formats/metadata.h"
#include "formats/tflite/read_internal.h"
#include "formats/tflite/tflite.h"
#include "formats/unsupported.h"

/* Constants are used where they lie in the file when they are aligned to this. */
#define DATA_ALIGNMENT 16

#define CUSTOM_CODE 32

static enum status read_shape(struct reader *reader, const struct flatbuffer_vector *vector,
                              struct shape *shape, struct error *error)
{
    if (vector->count > SHAPE_RANK_MAX)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "rank %u, at most %d is supported",
                         vector->count, SHAPE_RANK_MAX);
    shape->rank = (int)vector->count;
    for (uint32_t i = 0; i < vector->count; i++)
        shape->dim[i] = flatbuffer_i32(&reader->file, vector, i);
    if (shape_is_valid(shape))
        return STATUS_OK;
    return error_set(error, STATUS_FORMAT, NULL, "impossible shape");
}

static enum status copy_scales(struct reader *reader, const struct quantization_record *record,
                               struct quantization *quant, struct error *error)
{
    uint32_t count = record->scale.count;
    float *scales = arena_try(reader->graph->arena, count, sizeof(*scales));
    int32_t *zeros = arena_try(reader->graph->arena, count, sizeof(*zeros));
    if (!scales || !zeros)
        return reader_no_memory(error);
    memcpy(scales, flatbuffer_elements(&reader->file, &record->scale), count * sizeof(*scales));
    for (uint32_t i = 0; i < count; i++) {
        int64_t zero = flatbuffer_i64(&reader->file, &record->zero_point, i);
        zeros[i] = (int32_t)zero;
        if (zero < INT32_MIN || zero > INT32_MAX)
            return error_set(error, STATUS_FORMAT, NULL,
                             "zero point %u is %lld, expected a 32-bit number", i, (long long)zero);
    }
    *quant = (struct quantization){(int)count, count > 1 ? record->dimension : 0, scales, zeros};
    return STATUS_OK;
}

/* Float tensors may carry ranges that were recorded in training; those do not quantize them. */
static bool takes_scales(enum type type)
{
    return type_is_quantized(type) || type == TYPE_I32 || type == TYPE_I64;
}

static enum status read_quantization(struct reader *reader, const struct flatbuffer_table *table,
                                     struct tensor *tensor, struct error *error)
{
    struct quantization_record record;
    if (table->position == 0)
        return STATUS_OK;
    enum status status =
        flatbuffer_read(&reader->file, table, &tflite_quantization, &record, error);
    if (status != STATUS_OK)
        return status;
    if (record.details_tag != 0)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "custom or blockwise quantization is not supported");
    if (record.scale.count == 0 || !takes_scales(tensor->type))
        return STATUS_OK;
    if (record.zero_point.count != record.scale.count || record.scale.count > INT32_MAX)
        return error_set(error, STATUS_FORMAT, NULL, "%u scales but %u zero points",
                         record.scale.count, record.zero_point.count);
    return copy_scales(reader, &record, &tensor->quant, error);
}

/* The bytes of a constant: in its buffer's vector, or behind the tables. */
static enum status find_data(struct reader *reader, const struct buffer_record *buffer,
                             const unsigned char **bytes, uint64_t *size, struct error *error)
{
    *bytes = NULL;
    *size = 0;
    if (buffer->data.position != 0) {
        *bytes = flatbuffer_elements(&reader->file, &buffer->data);
        *size = buffer->data.count;
    } else if (buffer->offset > 1) {
        if (buffer->offset > reader->file.size || buffer->size > reader->file.size - buffer->offset)
            return error_set(error, STATUS_FORMAT, NULL,
                             "%llu bytes of data at byte %llu exceed the file's %zu bytes",
                             (unsigned long long)buffer->size, (unsigned long long)buffer->offset,
                             reader->file.size);
        *bytes = reader->file.bytes + buffer->offset;
        *size = buffer->size;
    }
    return STATUS_OK;
}

static enum status set_data(struct reader *reader, struct tensor *tensor,
                            const unsigned char *bytes, uint64_t size, struct error *error)
{
    if (size != tensor_bytes(tensor))
        return error_set(error, STATUS_FORMAT, NULL, "%llu bytes of data, expected %zu",
                         (unsigned long long)size, tensor_bytes(tensor));
    tensor->data = bytes;
    if ((uintptr_t)bytes % DATA_ALIGNMENT == 0)
        return STATUS_OK;
    void *copy = arena_try(reader->graph->arena, (size_t)size, 1);
    if (!copy)
        return reader_no_memory(error);
    memcpy(copy, bytes, (size_t)size);
    tensor->data = copy;
    return STATUS_OK;
}

static enum status read_buffer(struct reader *reader, uint32_t number, struct buffer_record *buffer,
                               struct error *error)
{
    const struct flatbuffer_vector *buffers = &reader->model.buffers;
    if (number >= buffers->count)
        return error_set(error, STATUS_FORMAT, NULL, "buffer %u is out of range, the file has %u",
                         number, buffers->count);
    return reader_record(reader, buffers, number, &tflite_buffer, buffer, error);
}

/* A tensor with data in its buffer is a constant; so is one of no elements, which has no data. */
static enum status read_data(struct reader *reader, uint32_t number, struct tensor *tensor,
                             struct error *error)
{
    struct buffer_record buffer;
    const unsigned char *bytes;
    uint64_t size;
    enum status status = read_buffer(reader, number, &buffer, error);
    if (status == STATUS_OK)
        status = find_data(reader, &buffer, &bytes, &size, error);
    if (status != STATUS_OK)
        return status;
    if (number != 0 && size == 0 && tensor_bytes(tensor) == 0)
        tensor->data = arena_alloc(reader->graph->arena, 1);
    return number != 0 && size > 0 ? set_data(reader, tensor, bytes, size, error) : STATUS_OK;
}

static enum status check_tensor_record(const struct tensor_record *record, struct error *error)
{
    if (record->sparsity.position != 0)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "sparse tensors are not supported");
    if (record->external_buffer != 0)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "data in another file is not supported");
    return STATUS_OK;
}

static enum status read_tensor(struct reader *reader, uint32_t i, struct error *error)
{
    struct tensor_record record;
    struct tensor tensor = {0};
    enum status status =
        reader_record(reader, &reader->subgraph.tensors, i, &tflite_tensor, &record, error);
    if (status == STATUS_OK)
        status = check_tensor_record(&record, error);
    if (status != STATUS_OK)
        return error_within(error, "tensor %u", i);
    tensor.name = reader_string(reader, &record.name, "");
    bool is_resource = record.type == TFLITE_RESOURCE;
    tensor.type = is_resource ? TYPE_I32 /* it only names a variable: see variables.h */
                              : type_from_tflite(record.type);
    status = read_shape(reader, &record.shape, &tensor.shape, error);
    if (status == STATUS_OK)
        status = read_quantization(reader, &record.quantization, &tensor, error);
    if (status == STATUS_OK)
        status = read_data(reader, record.buffer, &tensor, error);
    if (status != STATUS_OK)
        return error_within(error, "tensor %u ('%s')", i, tensor.name);
    int number = graph_add_tensor(reader->graph, &tensor);
    if (is_resource)
        variables_add_resource(&reader->variables, number);
    return record.is_variable
               ? variables_add_tensor(&reader->variables, reader->graph, number, error)
               : STATUS_OK;
}

static enum status read_tensors(struct reader *reader, struct error *error)
{
    enum status status = STATUS_OK;
    for (uint32_t i = 0; status == STATUS_OK && i < reader->subgraph.tensors.count; i++)
        status = read_tensor(reader, i, error);
    return status;
}

/* The operator of a code; whatever has a name was looked at before (refuse_unsupported). */
static enum status read_op(int32_t code, enum op *op, struct error *error)
{
    *op = op_from_tflite(code);
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

/* Operators without options in the file have the fallbacks of their schema. */
static enum status read_params(struct reader *reader, const struct operator_record *record,
                               enum op op, union op_params *params, struct error *error)
{
    const struct param_schema *schema = op_table[op].params;
    struct flatbuffer_field fields[TFLITE_OPTIONS_MAX];
    union option_cell cells[TFLITE_OPTIONS_MAX];
    params_init(params, schema);
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
    if (status == STATUS_OK)
        graph_add_node(reader->graph, op, node.inputs, node.n_inputs, node.outputs, node.n_outputs,
                       params);
    return status;
}

static enum status read_subgraph(struct reader *reader, struct error *error);

/* The subgraph that initializes variables is read in between, once; it calls no other. */
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
    reader->variables.is_initial = false;
    reader->first_tensor = first_tensor;
    reader->subgraph = outer;
    return STATUS_OK;
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
    if (status == STATUS_OK && variables_have_operator(code))
        return reader_variable(reader, code, record, error);
    if (status == STATUS_OK)
        status = read_op(code, &op, error);
    if (status == STATUS_OK)
        status = read_params(reader, record, op, &params, error);
    if (status == STATUS_OK)
        status = reader_intermediates(reader, record, op, &params, error);
    return status == STATUS_OK ? add_node(reader, record, op, &params, error) : status;
}

static enum status read_operators(struct reader *reader, struct error *error)
{
    struct operator_record record;
    enum status status = STATUS_OK;
    for (uint32_t i = 0; status == STATUS_OK && i < reader->subgraph.operators.count; i++) {
        status =
            reader_record(reader, &reader->subgraph.operators, i, &tflite_operator, &record, error);
        if (status == STATUS_OK)
            status = add_operator(reader, &record, error);
        if (status != STATUS_OK)
            error_within(error, "node %u", i);
    }
    return status;
}

static enum status read_ends(struct reader *reader, struct error *error)
{
    const struct flatbuffer_vector *in = &reader->subgraph.inputs, *out = &reader->subgraph.outputs;
    int *inputs = reader_list(reader, in), *outputs = reader_list(reader, out);
    if (!inputs || !outputs || in->count > INT32_MAX || out->count > INT32_MAX)
        return reader_no_memory(error);
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
    enum status status = read_buffer(reader, metadata->buffer, &buffer, error);
    if (status == STATUS_OK)
        status = find_data(reader, &buffer, &bytes, &size, error);
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

/* Counts the operator if the schema has it and nothing here implements it. What is damaged is left
 * to read_operators. */
static void count_operator(struct reader *reader, uint32_t i, struct unsupported *operators)
{
    struct operator_record node;
    struct operator_code_record record;
    struct error error;
    char where[32], custom[64];
    int32_t code = 0;
    if (reader_record(reader, &reader->subgraph.operators, i, &tflite_operator, &node, &error) !=
            STATUS_OK ||
        reader_code(reader, node.opcode_index, &record, &code, &error) != STATUS_OK)
        return;
    const char *name = tflite_operator_name(code);
    if (op_from_tflite(code) != OP_COUNT || variables_have_operator(code) || !name)
        return;
    snprintf(where, sizeof(where), "node %u", i);
    snprintf(custom, sizeof(custom), "custom '%s'", reader_string(reader, &record.custom_code, ""));
    unsupported_add(operators, code == CUSTOM_CODE ? custom : name, where);
}

static void count_type(struct reader *reader, uint32_t i, struct unsupported *types)
{
    struct tensor_record record;
    struct error error;
    char where[100], name[TFLITE_TYPE_TEXT_SIZE];
    if (reader_record(reader, &reader->subgraph.tensors, i, &tflite_tensor, &record, &error) !=
            STATUS_OK ||
        type_from_tflite(record.type) != TYPE_COUNT || record.type == TFLITE_RESOURCE)
        return;
    snprintf(where, sizeof(where), "tensor %u '%s'", i, reader_string(reader, &record.name, ""));
    unsupported_add(types, tflite_type_text(record.type, name), where);
}

/* All that is not supported is said at once. */
static enum status refuse_unsupported(struct reader *reader, struct error *error)
{
    struct unsupported operators = {0}, types = {0};
    struct text text = {0};
    for (uint32_t i = 0; i < reader->subgraph.operators.count; i++)
        count_operator(reader, i, &operators);
    for (uint32_t i = 0; i < reader->subgraph.tensors.count; i++)
        count_type(reader, i, &types);
    unsupported_describe(&operators, "operators", &text);
    unsupported_describe(&types, "element types", &text);
    if (text.length > 0)
        error_set(error, STATUS_UNSUPPORTED, NULL, "%s", text.bytes);
    bool any = text.length > 0;
    text_release(&text);
    return any ? STATUS_UNSUPPORTED : STATUS_OK;
}

static enum status read_subgraph(struct reader *reader, struct error *error)
{
    enum status status = refuse_unsupported(reader, error);
    if (status == STATUS_OK)
        status = read_tensors(reader, error);
    return status == STATUS_OK ? read_operators(reader, error) : status;
}

static enum status read_model(struct reader *reader, const unsigned char *bytes, size_t size,
                              struct error *error)
{
    struct flatbuffer_table root;
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
    status = reader_record(reader, &reader->model.subgraphs, 0, &tflite_subgraph, &reader->subgraph,
                           error);
    if (status == STATUS_OK)
        status = read_subgraph(reader, error);
    if (status == STATUS_OK)
        status = read_ends(reader, error);
    if (status == STATUS_OK)
        status = read_metadata(reader, error);
    reader->graph->description = reader_string(reader, &reader->model.description, "");
    return status;
}

enum status tflite_read(const char *name, const unsigned char *bytes, size_t size,
                        const struct model_reading *reading, struct graph **graph,
                        struct error *error)
{
    (void)reading;
    struct reader reader = {.graph = graph_new(name)};
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
