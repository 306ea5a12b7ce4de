/* Buffers, codes and tensors of a .tflite file. */
#include <string.h>

#include "formats/tflite/write_internal.h"

uint32_t writer_buffer(struct writer *writer, const void *bytes, size_t size)
{
    for (uint32_t i = 1; i < writer->n_buffers; i++)
        if (writer->sizes[i] == size &&
            (writer->contents[i] == bytes || memcmp(writer->contents[i], bytes, size) == 0))
            return i;
    writer->contents[writer->n_buffers] = bytes;
    writer->sizes[writer->n_buffers] = size;
    return writer->n_buffers++;
}

uint32_t writer_code(struct writer *writer, int builtin, int32_t version)
{
    for (uint32_t i = 0; i < writer->n_codes; i++)
        if (writer->codes[i].builtin == builtin && writer->codes[i].version == version)
            return i;
    writer->codes[writer->n_codes] = (struct code){builtin, version};
    return writer->n_codes++;
}

struct flatbuffer_vector writer_ints(struct writer *writer, const int32_t *values, int count)
{
    return flatbuffer_add_vector(&writer->builder, values, (size_t)count, sizeof(*values), 4);
}

static struct flatbuffer_table add_quantization(struct writer *writer,
                                                const struct quantization *quant)
{
    struct quantization_record record = {.dimension = quant->count > 1 ? quant->axis : 0};
    size_t count = (size_t)quant->count;
    if (count == 0)
        return (struct flatbuffer_table){0};
    int64_t *zeros = flatbuffer_reserve(&writer->builder, count, sizeof(*zeros), sizeof(*zeros),
                                        &record.zero_point);
    for (size_t i = 0; zeros && i < count; i++)
        zeros[i] = quant->zero_point[i];
    record.scale = flatbuffer_add_vector(&writer->builder, quant->scale, count, sizeof(float), 4);
    return flatbuffer_add_table(&writer->builder, &tflite_quantization, &record);
}

struct flatbuffer_table writer_tensor(struct writer *writer, const struct tensor *tensor, int type,
                                      uint32_t buffer, bool is_variable)
{
    struct tensor_record record = {
        .type = (int8_t)type,
        .buffer = buffer,
        .is_variable = is_variable,
    };
    record.shape = writer_ints(writer, tensor->shape.dim, tensor->shape.rank);
    record.name = flatbuffer_add_string(&writer->builder, tensor->name);
    record.quantization = add_quantization(writer, &tensor->quant);
    return flatbuffer_add_table(&writer->builder, &tflite_tensor, &record);
}
