/* Tensors of .tflite files: shapes, scales and the elements of constants. */
#include <stdlib.h>
#include <string.h>

#include "formats/tflite/read_internal.h"

/* Constants are used where they lie in the file when they are aligned to this. */
#define DATA_ALIGNMENT 16

static enum status read_shape(struct reader *reader, const struct flatbuffer_vector *vector,
                              struct shape *shape, struct error *error)
{
    if (vector->count > SHAPE_RANK_MAX)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "rank %u, at most %d is supported",
                         vector->count, SHAPE_RANK_MAX);
    shape->rank = (int)vector->count;
    for (uint32_t i = 0; i < vector->count; i++)
        shape->dim[i] = flatbuffer_i32(&reader->file, vector, i);
    for (int i = 0; i < shape->rank; i++) /* left open: 1, as where the file says so elsewhere */
        shape->dim[i] = shape->dim[i] == -1 ? 1 : shape->dim[i];
    if (shape_is_valid(shape))
        return STATUS_OK;
    return error_set(error, STATUS_FORMAT, NULL, "impossible shape");
}

/* A list has one dimension, whatever the file says: old converters gave biases that of the
 * weights. */
static enum status copy_scales(struct reader *reader, const struct quantization_record *record,
                               const struct shape *shape, struct quantization *quant,
                               struct error *error)
{
    uint32_t count = record->scale.count;
    int axis = count == 1 || shape->rank == 1 ? 0 : record->dimension;
    float *scales = reader_room(reader, count, sizeof(*scales), error);
    int32_t *zeros = scales ? reader_room(reader, count, sizeof(*zeros), error) : NULL;
    if (!zeros)
        return error->status;
    memcpy(scales, flatbuffer_elements(&reader->file, &record->scale), count * sizeof(*scales));
    for (uint32_t i = 0; i < count; i++) {
        int64_t zero = flatbuffer_i64(&reader->file, &record->zero_point, i);
        zeros[i] = (int32_t)zero;
        if (zero < INT32_MIN || zero > INT32_MAX)
            return error_set(error, STATUS_FORMAT, NULL,
                             "zero point %u is %lld, expected a 32-bit number", i, (long long)zero);
    }
    *quant = (struct quantization){
        .count = (int)count, .axis = axis, .scale = scales, .zero_point = zeros};
    return STATUS_OK;
}

/* Float tensors may carry ranges that were recorded in training; those do not quantize them. */
static bool takes_scales(enum type type)
{
    return type_is_quantized(type) || type == TYPE_I32 || type == TYPE_I64;
}

/* QuantizationDetails. */
#define BLOCKWISE 2

static enum status read_blocks(struct reader *reader, const struct flatbuffer_table *details,
                               struct tensor *tensor, struct error *error)
{
    struct blockwise_record record;
    if (details->position == 0)
        return error_set(error, STATUS_FORMAT, NULL, "the scales of its blocks are missing");
    enum status status = flatbuffer_read(&reader->file, details, &tflite_blockwise, &record, error);
    return status == STATUS_OK ? stored_scale_blocks(reader, &record, tensor, error) : status;
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
    if (record.details_tag == BLOCKWISE)
        return read_blocks(reader, &record.details, tensor, error);
    if (record.details_tag != 0)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "custom quantization is not supported");
    if (record.scale.count == 0 || !takes_scales(tensor->type))
        return STATUS_OK;
    if (record.zero_point.count != record.scale.count || record.scale.count > INT32_MAX)
        return error_set(error, STATUS_FORMAT, NULL, "%u scales but %u zero points",
                         record.scale.count, record.zero_point.count);
    return copy_scales(reader, &record, &tensor->shape, &tensor->quant, error);
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
    void *copy = reader_room(reader, (size_t)size, 1, error);
    if (!copy)
        return error->status;
    memcpy(copy, bytes, (size_t)size);
    tensor->data = copy;
    return STATUS_OK;
}

/* A tensor with data in its buffer is a constant; so is one of no elements, which has no data. */
static enum status read_data(struct reader *reader, const struct tensor_record *record,
                             struct tensor *tensor, struct error *error)
{
    struct buffer_record buffer;
    const unsigned char *bytes;
    uint64_t size;
    uint32_t number = record->buffer;
    enum status status = reader_buffer(reader, number, &buffer, error);
    if (status == STATUS_OK)
        status = reader_data(reader, &buffer, &bytes, &size, error);
    if (status != STATUS_OK)
        return status;
    if (number != 0 && size == 0 && tensor_bytes(tensor) == 0)
        tensor->data = arena_alloc(reader->graph->arena, 1);
    if (number == 0 || size == 0)
        return STATUS_OK;
    if (record->sparsity.position != 0)
        return stored_densify(reader, &record->sparsity, tensor, bytes, size, error);
    return stored_is_narrow(record->type)
               ? stored_widen(reader, record->type, tensor, bytes, size, error)
               : set_data(reader, tensor, bytes, size, error);
}

static enum status read_tensor(struct reader *reader, uint32_t i, struct error *error)
{
    struct tensor_record record;
    struct tensor tensor = {0};
    enum status status =
        reader_record(reader, &reader->subgraph.tensors, i, &tflite_tensor, &record, error);
    if (status != STATUS_OK)
        return error_within(error, "tensor %u", i);
    tensor.name = reader_string(reader, &record.name, "");
    bool is_resource = record.type == TFLITE_RESOURCE;
    tensor.type = is_resource ? TYPE_I32 /* it only names a variable: see variables.h */
                              : stored_type(record.type);
    status = read_shape(reader, &record.shape, &tensor.shape, error);
    if (status == STATUS_OK)
        status = read_data(reader, &record, &tensor, error);
    if (status == STATUS_OK)
        status = read_quantization(reader, &record.quantization, &tensor, error);
    if (status == STATUS_OK)
        status = reader_check_strings(reader, error);
    if (status != STATUS_OK)
        return error_within(error, "tensor %u ('%s')", i, tensor.name);
    int number = graph_add_tensor(reader->graph, &tensor);
    if (is_resource)
        variables_add_resource(&reader->variables, number);
    return record.is_variable
               ? variables_add_tensor(&reader->variables, reader->graph, number, error)
               : STATUS_OK;
}

enum status reader_tensors(struct reader *reader, struct error *error)
{
    enum status status = STATUS_OK;
    for (uint32_t i = 0; status == STATUS_OK && i < reader->subgraph.tensors.count; i++)
        status = read_tensor(reader, i, error);
    return status;
}

bool reader_is_open(const struct reader *reader, const struct tensor_record *record, uint32_t i)
{
    const struct flatbuffer_vector *shape = &record->shape, *open = &record->shape_signature;
    return (i < shape->count && flatbuffer_i32(&reader->file, shape, i) == -1) ||
           (i < open->count && flatbuffer_i32(&reader->file, open, i) == -1);
}

/* Which dimension of a tensor, behind the first, the file leaves open; 0: none. */
static uint32_t open_dimension(const struct reader *reader, const struct tensor_record *record)
{
    for (uint32_t i = 1; i < record->shape.count; i++)
        if (reader_is_open(reader, record, i))
            return i;
    return 0;
}

enum status reader_check_inputs(struct reader *reader, struct error *error)
{
    struct tensor_record record;
    for (uint32_t i = 0; i < reader->subgraph.inputs.count; i++) {
        uint32_t number = (uint32_t)flatbuffer_i32(&reader->file, &reader->subgraph.inputs, i);
        if (reader_record(reader, &reader->subgraph.tensors, number, &tflite_tensor, &record,
                          error) != STATUS_OK)
            return error->status;
        const char *name = reader->graph->tensors[number].name;
        uint32_t open = open_dimension(reader, &record);
        if (open > 0 && !model_shape_for(reader->reading, name))
            return model_refuse_open(name, open, "", error);
    }
    return STATUS_OK;
}
