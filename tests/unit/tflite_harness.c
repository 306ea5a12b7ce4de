#include "tflite_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "formats/tflite/tflite.h"
#include "need.h"
#include "node_harness.h"

void lite_file_release(struct lite_file *file)
{
    graph_free(file->graph);
    free(file->bytes);
}

struct lite_file lite_write_and_read(const struct graph *graph)
{
    struct lite_file file;
    struct error error = {0};
    need(tflite_write(graph, NULL, &file.bytes, &file.size, &error), &error);
    assert_true(tflite_format.probe(file.bytes, file.size));
    need(tflite_read(LITE_NAME, file.bytes, file.size, NULL, &file.graph, &error), &error);
    return file;
}

static bool has_scales(enum type type)
{
    return type_is_quantized(type) || type == TYPE_I32 || type == TYPE_I64;
}

int lite_tensor(struct graph *graph, enum type type, int i, bool is_constant)
{
    static const float scales[] = {0.5f, 0.25f, 2.0f};
    static const int64_t elements[] = {0x0102030405060708, -1, 77, 1 << 20, 5, 6};
    const struct shape shapes[] = {SHAPE(1, 2, 3), SHAPE(2, 3), {0}, SHAPE(0)};
    struct shape shape = shapes[i % 4];
    float scale = has_scales(type) ? 0.5f * (float)(i + 1) : 0.0f;
    int32_t zero = type_is_quantized(type) ? i : 0;
    int number = is_constant ? harness_constant(graph, type, shape, scale, zero, elements)
                             : harness_tensor(graph, type, shape, scale, zero);
    if (is_constant && type_is_quantized(type) && shape.rank == 2)
        harness_per_axis(graph, number, 1, scales);
    graph->tensors[number].name = arena_printf(graph->arena, "tensor %d of %s", i, type_name(type));
    return number;
}

/* A value for the field that is not what files leave out. */
static void set_field(union op_params *params, const struct param_field *field, int number)
{
    static const struct vector_params list = {1, 3, {4, -1, 2}};
    void *member = (char *)params + field->offset;
    int32_t value = field->fallback + 3 + number;
    float real = -0.375f;
    if (field->kind == FIELD_BOOL || field->kind == FIELD_PADDING || field->kind == FIELD_MIRROR)
        value = !field->fallback;
    if (field->kind == FIELD_ACTIVATION)
        value = ACTIVATION_RELU6;
    if (field->kind == FIELD_TYPE)
        value = TYPE_I64;
    if (field->kind == FIELD_INTS)
        memcpy(member, &list, sizeof(list));
    else
        memcpy(member, field->kind == FIELD_FLOAT ? (void *)&real : (void *)&value, sizeof(value));
}

struct graph *lite_node(enum op op, enum type type, int n_inputs, int absent)
{
    const struct param_schema *schema = op_table[op].params;
    struct graph *graph = graph_new("written");
    union op_params params;
    int inputs[4], outputs[OP_OUTPUTS_MAX];
    int n_outputs = op_table[op].max_outputs == OP_VARIADIC ? 3 : op_table[op].max_outputs;
    for (int i = 0; i < n_inputs; i++)
        inputs[i] =
            i == absent ? NO_TENSOR : lite_tensor(graph, i == 2 ? TYPE_I32 : type, i, i > 0);
    for (int i = 0; i < n_outputs; i++)
        outputs[i] = lite_tensor(graph, type, i, false);
    params_init(&params, schema);
    for (int i = 0; i < schema->count; i++)
        if (schema->fields[i].slot >= 0 || op_table[op].custom)
            set_field(&params, &schema->fields[i], i);
    graph->description = "what it is for";
    graph_add_node(graph, op, inputs, n_inputs, outputs, n_outputs, &params);
    graph_set_inputs(graph, inputs, 1);
    graph_set_outputs(graph, outputs, n_outputs);
    return graph;
}

struct flatbuffer_vector lite_ints(struct flatbuffer_builder *builder, const int32_t *values,
                                   int count)
{
    return flatbuffer_add_vector(builder, values, (size_t)count, sizeof(*values), 4);
}

struct flatbuffer_vector lite_list(struct flatbuffer_builder *builder,
                                   const struct flatbuffer_schema *schema, const void *records,
                                   size_t apart, size_t count)
{
    struct flatbuffer_table *tables = xcalloc(count, sizeof(*tables));
    for (size_t i = 0; i < count; i++)
        tables[i] = flatbuffer_add_table(builder, schema, (const char *)records + i * apart);
    struct flatbuffer_vector list = flatbuffer_add_tables(builder, tables, count);
    free(tables);
    return list;
}

struct flatbuffer_vector lite_buffers(struct flatbuffer_builder *builder,
                                      const struct lite_bytes *contents, int count)
{
    struct buffer_record records[5] = {{.offset = 0}};
    assert_in_range(count, 0, 4);
    for (int i = 0; i < count; i++)
        records[i + 1].data =
            flatbuffer_add_vector(builder, contents[i].bytes, (size_t)contents[i].size, 1, 16);
    return lite_list(builder, &tflite_buffer, records, sizeof(records[0]), (size_t)count + 1);
}

unsigned char *lite_finish(struct flatbuffer_builder *builder, const struct model_record *model,
                           size_t *size)
{
    struct flatbuffer_table root = flatbuffer_add_table(builder, &tflite_model, model);
    struct error error = {0};
    unsigned char *bytes;
    need(flatbuffer_finish(builder, &root, TFLITE_IDENTIFIER, &bytes, size, &error), &error);
    return bytes;
}

struct graph *lite_read(const unsigned char *bytes, size_t size)
{
    struct error error = {0};
    struct graph *graph;
    need(tflite_read(LITE_NAME, bytes, size, NULL, &graph, &error), &error);
    return graph;
}

void lite_refused(enum status status, const struct error *error, enum status expected,
                  const char *words)
{
    char line[900];
    error_line(error, line, sizeof(line));
    if (status != expected || !strstr(line, words) ||
        strncmp(line, LITE_NAME, strlen(LITE_NAME)) != 0)
        fail_msg("status %d, '%s'; expected %d, '%s'", (int)status, line, (int)expected, words);
}

void lite_read_refused(const unsigned char *bytes, size_t size, enum status expected,
                       const char *words)
{
    struct error error = {0};
    struct graph *graph;
    enum status status = tflite_read(LITE_NAME, bytes, size, NULL, &graph, &error);
    lite_refused(status, &error, expected, words);
}
