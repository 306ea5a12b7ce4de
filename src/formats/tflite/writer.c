/* Buffers, codes and tensors of a .tflite file. */
#include <string.h>

#include "formats/nibbles.h"
#include "formats/tflite/flexbuffer.h"
#include "formats/tflite/write_internal.h"

uint32_t writer_buffer(struct writer *writer, const void *bytes, size_t size)
{
    const struct content content = {
        .label = "", .bytes = bytes, .size = size, .number = (int)writer->n_buffers};
    uint32_t buffer = (uint32_t)contents_number(&writer->written, &content);
    if (buffer == writer->n_buffers) {
        writer->contents[buffer] = bytes;
        writer->sizes[buffer] = size;
        writer->n_buffers++;
    }
    return buffer;
}

uint32_t writer_code(struct writer *writer, int builtin, int32_t version, const char *custom)
{
    for (uint32_t i = 0; i < writer->n_codes; i++) {
        const struct code *code = &writer->codes[i];
        bool is_named = custom && code->custom && strcmp(custom, code->custom) == 0;
        if (code->builtin == builtin && code->version == version &&
            (is_named || (!custom && !code->custom)))
            return i;
    }
    writer->codes[writer->n_codes] = (struct code){builtin, version, custom};
    return writer->n_codes++;
}

struct flatbuffer_vector writer_custom_options(struct writer *writer, const struct node *node)
{
    static const enum flexbuffer_type types[] = {[FIELD_INT] = FLEXBUFFER_INT,
                                                 [FIELD_BOOL] = FLEXBUFFER_BOOL,
                                                 [FIELD_FLOAT] = FLEXBUFFER_FLOAT};
    const struct param_schema *schema = op_table[node->op].params;
    struct flexbuffer_entry entries[FLEXBUFFER_ENTRIES_MAX];
    unsigned char bytes[FLEXBUFFER_BYTES_MAX];
    for (int i = 0; i < schema->count; i++) {
        const struct param_field *field = &schema->fields[i];
        entries[i].key = field->name;
        entries[i].type = types[field->kind];
        memcpy(&entries[i].bits, (const char *)&node->params + field->offset,
               sizeof(entries[i].bits));
    }
    size_t size = flexbuffer_write(entries, (size_t)schema->count, bytes);
    return flatbuffer_add_vector(&writer->builder, bytes, size, 1, FLATBUFFER_ALIGNMENT);
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

/* Others have versions of their own for such operands. */
static bool is_narrow(const struct writer *writer, int tensor)
{
    const struct graph *graph = writer->graph;
    bool fits = graph->tensors[tensor].bits == 4;
    for (int n = 0; fits && n < graph->n_nodes; n++)
        for (int i = 0; i < graph->nodes[n].n_inputs; i++)
            fits = fits &&
                   (graph->nodes[n].inputs[i] != tensor || graph->nodes[n].op == OP_DEQUANTIZE);
    for (int i = 0; fits && i < graph_n_sinks(graph); i++)
        fits = graph_sink(graph, i) != tensor;
    return fits;
}

const void *writer_stored(const struct writer *writer, int tensor, size_t *size)
{
    const struct tensor *own = &writer->graph->tensors[tensor];
    *size = tensor_bytes(own);
    return is_narrow(writer, tensor)
               ? nibbles_packed(writer->graph->arena, own->data, shape_elements(&own->shape), size)
               : own->data;
}

int writer_stored_type(const struct writer *writer, int tensor)
{
    return is_narrow(writer, tensor) ? TFLITE_INT4
                                     : type_table[writer->graph->tensors[tensor].type].tflite_code;
}
