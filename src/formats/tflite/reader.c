/* Records, strings and buffers of a .tflite file. */
#include <string.h>

#include "base/text.h"
#include "formats/tflite/read_internal.h"

enum status reader_record(struct reader *reader, const struct flatbuffer_vector *tables, uint32_t i,
                          const struct flatbuffer_schema *schema, void *record, struct error *error)
{
    struct flatbuffer_table table;
    enum status status = flatbuffer_table_at(&reader->file, tables, i, &table, error);
    return status == STATUS_OK ? flatbuffer_read(&reader->file, &table, schema, record, error)
                               : status;
}

const char *reader_string(struct reader *reader, const struct flatbuffer_vector *string,
                          const char *fallback)
{
    if (string->position == 0)
        return fallback;
    struct error ignored;
    char *copy = reader_room(reader, (size_t)string->count + 1, 1, &ignored);
    if (!copy) {
        reader->lacks_strings = true;
        return fallback;
    }
    memcpy(copy, flatbuffer_elements(&reader->file, string), (size_t)string->count + 1);
    text_make_printable(copy);
    return copy;
}

enum status reader_check_strings(const struct reader *reader, struct error *error)
{
    return reader->lacks_strings
               ? error_set(error, STATUS_UNSUPPORTED, NULL,
                           "names that tables share, of more than the file can stand for")
               : STATUS_OK;
}

enum status reader_no_memory(struct error *error)
{
    return error_set(error, STATUS_MEMORY, NULL, "not enough memory for the model");
}

void *reader_room(struct reader *reader, size_t count, size_t size, struct error *error)
{
    struct graph *graph = reader->graph;
    return allowance_take(&graph->allowance, graph->arena, count, size, error);
}

enum status reader_tensor_list(struct reader *reader, const struct flatbuffer_vector *vector,
                               const char *what, int least, int **list, struct error *error)
{
    uint32_t count = reader->subgraph.tensors.count;
    *list = reader_room(reader, vector->count, sizeof(**list), error);
    if (!*list)
        return error->status;
    if (vector->count > INT32_MAX)
        return reader_no_memory(error);
    for (uint32_t i = 0; i < vector->count; i++) {
        int tensor = flatbuffer_i32(&reader->file, vector, i);
        if (tensor < least || (tensor >= 0 && (uint32_t)tensor >= count))
            return error_set(error, STATUS_FORMAT, NULL, "%s %u is tensor %d of %u", what, i,
                             tensor, count);
        (*list)[i] = tensor < 0 ? tensor : tensor + reader->first_tensor;
    }
    return STATUS_OK;
}

enum status reader_code(struct reader *reader, uint32_t index, struct operator_code_record *record,
                        int32_t *code, struct error *error)
{
    const struct flatbuffer_vector *codes = &reader->model.operator_codes;
    if (index >= codes->count)
        return error_set(error, STATUS_FORMAT, NULL,
                         "operator code %u is out of range, the file has %u", index, codes->count);
    enum status status = reader_record(reader, codes, index, &tflite_operator_code, record, error);
    *code = record->code > record->short_code ? record->code : record->short_code;
    return status;
}

enum op reader_op(struct reader *reader, const struct operator_code_record *record, int32_t code)
{
    if (code == OP_CUSTOM_CODE)
        return op_from_custom(reader_string(reader, &record->custom_code, ""));
    return code == TFLITE_DENSIFY ? OP_RESHAPE : op_from_tflite(code);
}

enum status reader_buffer(struct reader *reader, uint32_t number, struct buffer_record *buffer,
                          struct error *error)
{
    const struct flatbuffer_vector *buffers = &reader->model.buffers;
    if (number >= buffers->count)
        return error_set(error, STATUS_FORMAT, NULL, "buffer %u is out of range, the file has %u",
                         number, buffers->count);
    return reader_record(reader, buffers, number, &tflite_buffer, buffer, error);
}

enum status reader_data(struct reader *reader, const struct buffer_record *buffer,
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
