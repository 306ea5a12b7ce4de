/* Custom operators of .tflite files, which have a name in the place of a code, and their options in
 * a FlexBuffer. */
#include <math.h>
#include <string.h>

#include "formats/tflite/flexbuffer.h"
#include "formats/tflite/read_internal.h"

static enum status read_whole(const struct param_field *field, const struct flexbuffer_value *value,
                              int32_t *number, struct error *error)
{
    bool is_whole =
        value->kind == FLEXBUFFER_WHOLE && value->whole >= INT32_MIN && value->whole <= INT32_MAX;
    bool is_real =
        value->kind == FLEXBUFFER_REAL && value->real >= INT32_MIN && value->real <= INT32_MAX;
    if (!is_whole && !is_real)
        return error_set(error, STATUS_FORMAT, NULL, "option '%s' is no number of 32 bits",
                         field->name);
    *number = is_whole ? (int32_t)value->whole : (int32_t)value->real;
    if (field->kind == FIELD_BOOL)
        *number = *number != 0;
    return STATUS_OK;
}

static enum status read_field(const struct flexbuffer_map *map, const struct param_field *field,
                              union op_params *params, struct error *error)
{
    struct flexbuffer_value value;
    void *member = (char *)params + field->offset;
    int32_t number = 0;
    enum status status = flexbuffer_find(map, field->name, &value, error);
    if (status != STATUS_OK || value.kind == FLEXBUFFER_NULL)
        return status;
    if (field->kind == FIELD_FLOAT && value.kind != FLEXBUFFER_OTHER) {
        float real = value.kind == FLEXBUFFER_REAL ? (float)value.real : (float)value.whole;
        memcpy(member, &real, sizeof(real));
        return STATUS_OK;
    }
    status = read_whole(field, &value, &number, error);
    if (status == STATUS_OK)
        memcpy(member, &number, sizeof(number));
    return status;
}

enum status reader_custom_params(struct reader *reader, const struct operator_record *record,
                                 enum op op, union op_params *params, struct error *error)
{
    const struct param_schema *schema = op_table[op].params;
    const struct flatbuffer_vector *options = &record->custom_options;
    struct flexbuffer_map map;
    if (options->position == 0)
        return error_set(error, STATUS_FORMAT, NULL, "custom operator '%s' has no options",
                         op_table[op].custom);
    enum status status =
        flexbuffer_open(flatbuffer_elements(&reader->file, options), options->count, &map, error);
    for (int i = 0; status == STATUS_OK && i < schema->count; i++)
        status = read_field(&map, &schema->fields[i], params, error);
    return status;
}

/* The stored numbers of a constant times their scale. */
static const float *widen_constant(struct reader *reader, const struct tensor *tensor)
{
    size_t count = shape_elements(&tensor->shape);
    float *values = arena_try(reader->graph->arena, count, sizeof(*values));
    for (size_t i = 0; values && i < count; i++) {
        int32_t stored = tensor->type == TYPE_U8 ? ((const uint8_t *)tensor->data)[i]
                                                 : ((const int8_t *)tensor->data)[i];
        values[i] = tensor->quant.scale[0] * (float)(stored - (int64_t)tensor->quant.zero_point[0]);
    }
    return values;
}

static enum status widen(struct reader *reader, int *input, struct error *error)
{
    struct graph *graph = reader->graph;
    struct tensor made = graph->tensors[*input];
    const struct quantization none = {0};
    int narrow = *input;
    if (made.data && !(made.data = widen_constant(reader, &graph->tensors[narrow])))
        return reader_no_memory(error);
    made.type = TYPE_F32;
    made.quant = none;
    *input = graph_add_tensor(graph, &made);
    if (!made.data)
        graph_add_node(graph, OP_DEQUANTIZE, &narrow, 1, input, 1, NULL);
    return STATUS_OK;
}

enum status reader_widen_inputs(struct reader *reader, struct node *node, struct error *error)
{
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < node->n_inputs; i++) {
        const struct tensor *input = node_input(reader->graph, node, i);
        if (input && (input->type == TYPE_U8 || input->type == TYPE_I8) && input->quant.count == 1)
            status = widen(reader, &node->inputs[i], error);
    }
    return status;
}
