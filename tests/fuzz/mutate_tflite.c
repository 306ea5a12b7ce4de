/* Places of a .tflite file that hold numbers, found by its description; they change where they
 * are. */
#include <string.h>

#include "formats/tflite/flatbuffer_reader.h"
#include "formats/tflite/tables.h"
#include "graph/op.h"
#include "tests/fuzz/mutate.h"

/* What of a file shall change: each has the same chance, however much of it there is. */
enum subject { SHAPES, TYPES, SCALES, ZERO_POINTS, ENDS, OPTIONS, CODES, DATA, SUBJECTS };

struct place {
    size_t position, bytes;
    bool is_float;
};

struct walk {
    struct flatbuffer file;
    enum subject subject;
    struct lottery lottery;
    struct place chosen;
};

static void offer(struct walk *walk, enum subject subject, size_t position, size_t bytes,
                  bool is_float)
{
    if (subject == walk->subject && position + bytes <= walk->file.size &&
        lottery_draw(&walk->lottery))
        walk->chosen = (struct place){position, bytes, is_float};
}

static void offer_vector(struct walk *walk, enum subject subject,
                         const struct flatbuffer_vector *vector, size_t bytes, bool is_float)
{
    if (vector->position == 0 || vector->count == 0)
        return;
    size_t i = random_below(walk->lottery.random, vector->count);
    offer(walk, subject, vector->position + 4 + i * bytes, bytes, is_float);
}

/* A number inside of a table, where it is present. */
static void offer_field(struct walk *walk, enum subject subject,
                        const struct flatbuffer_table *table, const struct flatbuffer_field *field,
                        bool is_float)
{
    size_t entry = 4 + 2 * (size_t)field->slot;
    uint16_t at = 0;
    if (table->position == 0 || entry + 2 > table->vtable_size)
        return;
    memcpy(&at, walk->file.bytes + table->vtable + entry, sizeof(at));
    if (at != 0)
        offer(walk, subject, table->position + at, flatbuffer_inline_size(field->kind), is_float);
}

/* All numbers of a table that are its own. */
static void offer_fields(struct walk *walk, enum subject subject,
                         const struct flatbuffer_table *table,
                         const struct flatbuffer_schema *schema)
{
    for (size_t i = 0; i < schema->count; i++)
        if (schema->fields[i].kind < FLATBUFFER_VECTOR)
            offer_field(walk, subject, table, &schema->fields[i], false);
}

/* The table and the record of element i of a list. */
static bool element(struct walk *walk, const struct flatbuffer_vector *list, uint32_t i,
                    const struct flatbuffer_schema *schema, struct flatbuffer_table *table,
                    void *record)
{
    struct error error;
    return flatbuffer_table_at(&walk->file, list, i, table, &error) == STATUS_OK &&
           flatbuffer_read(&walk->file, table, schema, record, &error) == STATUS_OK;
}

static void walk_tensor(struct walk *walk, const struct flatbuffer_table *table,
                        const struct tensor_record *tensor)
{
    struct quantization_record quantization;
    struct error error;
    offer_vector(walk, SHAPES, &tensor->shape, 4, false);
    offer_fields(walk, TYPES, table, &tflite_tensor);
    if (tensor->quantization.position == 0 ||
        flatbuffer_read(&walk->file, &tensor->quantization, &tflite_quantization, &quantization,
                        &error) != STATUS_OK)
        return;
    offer_vector(walk, SCALES, &quantization.scale, 4, true);
    offer_vector(walk, ZERO_POINTS, &quantization.zero_point, 8, false);
    offer_fields(walk, ZERO_POINTS, &tensor->quantization, &tflite_quantization);
}

/* Options are those of whatever operator has such; others have none here. */
static void walk_options(struct walk *walk, const struct operator_record *record)
{
    struct flatbuffer_field fields[TFLITE_OPTIONS_MAX];
    for (int op = 0; op < OP_COUNT; op++) {
        const struct param_schema *params = op_table[op].params;
        if (record->options_tag == 0 || params->tflite_tag != record->options_tag)
            continue;
        struct flatbuffer_schema schema = tflite_options(params, fields);
        for (size_t i = 0, n = 0; n < schema.count; i++)
            if (params->fields[i].slot >= 0)
                offer_field(walk, OPTIONS, &record->options, &schema.fields[n++],
                            params->fields[i].kind == FIELD_FLOAT);
        return;
    }
}

static void walk_subgraph(struct walk *walk, const struct subgraph_record *subgraph)
{
    struct flatbuffer_table table;
    struct tensor_record tensor;
    struct operator_record operator;
    for (uint32_t i = 0; i < subgraph->tensors.count; i++)
        if (element(walk, &subgraph->tensors, i, &tflite_tensor, &table, &tensor))
            walk_tensor(walk, &table, &tensor);
    offer_vector(walk, ENDS, &subgraph->inputs, 4, false);
    offer_vector(walk, ENDS, &subgraph->outputs, 4, false);
    for (uint32_t i = 0; i < subgraph->operators.count; i++) {
        if (!element(walk, &subgraph->operators, i, &tflite_operator, &table, &operator))
            continue;
        offer_vector(walk, ENDS, &operator.inputs, 4, false);
        offer_vector(walk, ENDS, &operator.outputs, 4, false);
        offer_vector(walk, OPTIONS, &operator.custom_options, 1, false);
        offer_fields(walk, CODES, &table, &tflite_operator);
        walk_options(walk, &operator);
    }
}

/* Elements of a constant: floats, int32 or int64, bytes; nobody knows which. */
static void walk_data(struct walk *walk, const struct flatbuffer_vector *data)
{
    static const size_t sizes[] = {4, 4, 1, 8};
    if (data->position == 0 || data->count == 0)
        return;
    size_t kind = random_below(walk->lottery.random, 4);
    size_t at = random_below(walk->lottery.random, data->count) / sizes[kind] * sizes[kind];
    offer(walk, DATA, data->position + 4 + at, sizes[kind], kind == 0);
}

static void walk_model(struct walk *walk, const struct model_record *model)
{
    struct flatbuffer_table table;
    struct subgraph_record subgraph;
    struct operator_code_record code;
    struct buffer_record buffer;
    for (uint32_t i = 0; i < model->subgraphs.count; i++)
        if (element(walk, &model->subgraphs, i, &tflite_subgraph, &table, &subgraph))
            walk_subgraph(walk, &subgraph);
    for (uint32_t i = 0; i < model->operator_codes.count; i++)
        if (element(walk, &model->operator_codes, i, &tflite_operator_code, &table, &code))
            offer_fields(walk, CODES, &table, &tflite_operator_code);
    for (uint32_t i = 0; i < model->buffers.count; i++)
        if (element(walk, &model->buffers, i, &tflite_buffer, &table, &buffer))
            walk_data(walk, &buffer.data);
}

size_t mutate_tflite(struct random *random, uint8_t *data, size_t size)
{
    struct walk walk = {.subject = (enum subject)random_below(random, SUBJECTS),
                        .lottery = {.random = random}};
    struct flatbuffer_table root;
    struct model_record model;
    struct error error;
    if (flatbuffer_open(&walk.file, data, size, TFLITE_IDENTIFIER, &root, &error) != STATUS_OK ||
        flatbuffer_read(&walk.file, &root, &tflite_model, &model, &error) != STATUS_OK)
        return 0;
    walk_model(&walk, &model);
    if (walk.lottery.seen == 0)
        return 0;
    if (walk.chosen.is_float)
        mutate_float(random, data + walk.chosen.position);
    else
        mutate_integer(random, data + walk.chosen.position, walk.chosen.bytes);
    return size;
}
