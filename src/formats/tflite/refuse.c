/* What a .tflite file holds and nothing here implements: all of it at once. */
#include <stdio.h>
#include <string.h>

#include "formats/tflite/read_internal.h"
#include "formats/unsupported.h"

#define NAME_SIZE 64

/* What messages call the operator of a node, and which it is; false where it is damaged, or no code
 * of the schema: read_operators says so. */
static bool name_operator(struct reader *reader, uint32_t i, int32_t *code, enum op *op,
                          char name[NAME_SIZE])
{
    struct operator_record node;
    struct operator_code_record record;
    struct error ignored;
    if (reader_record(reader, &reader->subgraph.operators, i, &tflite_operator, &node, &ignored) !=
            STATUS_OK ||
        reader_code(reader, node.opcode_index, &record, code, &ignored) != STATUS_OK)
        return false;
    *op = reader_op(reader, &record, *code);
    const char *known = tflite_operator_name(*code);
    if (*code == OP_CUSTOM_CODE)
        snprintf(name, NAME_SIZE, "custom '%s'", reader_string(reader, &record.custom_code, ""));
    else
        snprintf(name, NAME_SIZE, "%s", known ? known : "");
    return known != NULL;
}

static void count_operator(struct reader *reader, uint32_t i, struct unsupported *operators)
{
    char where[32], name[NAME_SIZE];
    int32_t code = 0;
    enum op op;
    if (!name_operator(reader, i, &code, &op, name) || op != OP_COUNT || code == TFLITE_COMPOSITE ||
        variables_have_operator(code))
        return;
    snprintf(where, sizeof(where), "node %u", i);
    unsupported_add(operators, name, where);
}

static bool lists(const struct reader *reader, const struct flatbuffer_vector *list,
                  uint32_t tensor)
{
    for (uint32_t i = 0; i < list->count; i++)
        if ((uint32_t)flatbuffer_i32(&reader->file, list, i) == tensor)
            return true;
    return false;
}

/* Appends the first node that reads or writes the tensor: " of node 3 (LSTM)". */
static void add_user(struct reader *reader, uint32_t tensor, char *text, size_t size)
{
    struct operator_record node;
    struct error ignored;
    char name[NAME_SIZE];
    size_t used = strlen(text);
    int32_t code;
    enum op op;
    for (uint32_t i = 0; i < reader->subgraph.operators.count; i++) {
        if (reader_record(reader, &reader->subgraph.operators, i, &tflite_operator, &node,
                          &ignored) != STATUS_OK ||
            !(lists(reader, &node.inputs, tensor) || lists(reader, &node.outputs, tensor)) ||
            !name_operator(reader, i, &code, &op, name))
            continue;
        snprintf(text + used, size - used, " of node %u (%.40s)", i, name);
        return;
    }
}

static bool has_data(struct reader *reader, const struct tensor_record *record)
{
    struct buffer_record buffer;
    struct error ignored;
    const unsigned char *bytes;
    uint64_t size = 0;
    return record->buffer != 0 &&
           reader_buffer(reader, record->buffer, &buffer, &ignored) == STATUS_OK &&
           reader_data(reader, &buffer, &bytes, &size, &ignored) == STATUS_OK && size > 0;
}

/* Why the tensor is not supported, or NULL. */
static const char *reason(struct reader *reader, const struct tensor_record *record)
{
    if (record->external_buffer != 0)
        return "data in another file";
    if (stored_is_narrow(record->type) && !has_data(reader, record))
        return "less than a byte per element";
    if (stored_is_narrow(record->type) && record->sparsity.position != 0)
        return "sparse, less than a byte per element";
    return NULL;
}

static void count_tensor(struct reader *reader, uint32_t i, struct unsupported *types,
                         struct unsupported *tensors)
{
    struct tensor_record record;
    struct error ignored;
    char where[sizeof(types->first)] = "", name[TFLITE_TYPE_TEXT_SIZE];
    if (reader_record(reader, &reader->subgraph.tensors, i, &tflite_tensor, &record, &ignored) !=
        STATUS_OK)
        return;
    const char *why = reason(reader, &record);
    bool has_type = stored_type(record.type) != TYPE_COUNT || record.type == TFLITE_RESOURCE;
    struct unsupported *list = has_type ? tensors : types;
    if (has_type && !why)
        return;
    if (!list->first[0]) {
        snprintf(where, sizeof(where), "tensor %u '%.40s'", i,
                 reader_string(reader, &record.name, ""));
        add_user(reader, i, where, sizeof(where));
    }
    unsupported_add(list, has_type ? why : tflite_type_text(record.type, name), where);
}

enum status reader_refuse(struct reader *reader, struct error *error)
{
    struct unsupported operators = {0}, types = {0}, tensors = {0};
    struct text text = {0};
    for (uint32_t i = 0; i < reader->subgraph.operators.count; i++)
        count_operator(reader, i, &operators);
    for (uint32_t i = 0; i < reader->subgraph.tensors.count; i++)
        count_tensor(reader, i, &types, &tensors);
    unsupported_describe(&operators, "operators", &text);
    unsupported_describe(&types, "element types", &text);
    unsupported_describe(&tensors, "tensors", &text);
    unsupported_advise(&operators, types.n_kinds > 0 ? &types : &tensors, &text);
    if (text.length > 0)
        error_set(error, STATUS_UNSUPPORTED, NULL, "%s", text.bytes);
    bool any = text.length > 0;
    text_release(&text);
    return any ? STATUS_UNSUPPORTED : STATUS_OK;
}
