/* The .tflite format: what is written reads back alike, what is not supported is refused by name,
 * and no bytes whatsoever make a graph that is not sound. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "formats/flatbuffer_builder.h"
#include "formats/flatbuffer_reader.h"
#include "formats/tflite.h"
#include "formats/tflite_tables.h"
#include "graph/infer.h"
#include "graph_harness.h"
#include "node_harness.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define NAME          "m.tflite"

static void need(enum status status, const struct error *error)
{
    if (status != STATUS_OK)
        fail_msg("%s: %s", error->where, error->text);
}

/* A file and what was read from it. */
struct file {
    unsigned char *bytes;
    size_t size;
    struct graph *graph;
};

static void file_release(struct file *file)
{
    graph_free(file->graph);
    free(file->bytes);
}

static struct file write_and_read(const struct graph *graph)
{
    struct file file;
    struct error error = {0};
    need(tflite_write(graph, NULL, &file.bytes, &file.size, &error), &error);
    assert_true(tflite_format.probe(file.bytes, file.size));
    need(tflite_read(NAME, file.bytes, file.size, NULL, &file.graph, &error), &error);
    return file;
}

/* --- round trips ------------------------------------------------------------------------------ */

static bool has_scales(enum type type)
{
    return type_is_quantized(type) || type == TYPE_I32 || type == TYPE_I64;
}

/* Tensor i of a node: shapes, scales and names of all kinds. */
static int add_tensor(struct graph *graph, enum type type, int i, bool is_constant)
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

/* A graph of one node whose first input is the graph's, and whose others are constants, but for one
 * that is absent (or none when it is -1). */
static struct graph *one_node(enum op op, enum type type, int n_inputs, int absent)
{
    const struct param_schema *schema = op_table[op].params;
    struct graph *graph = graph_new("written");
    union op_params params;
    int inputs[4], outputs[3];
    int n_outputs = op_table[op].max_outputs == OP_VARIADIC ? 3 : 1;
    for (int i = 0; i < n_inputs; i++)
        inputs[i] = i == absent ? NO_TENSOR : add_tensor(graph, i == 2 ? TYPE_I32 : type, i, i > 0);
    for (int i = 0; i < n_outputs; i++)
        outputs[i] = add_tensor(graph, type, i, false);
    params_init(&params, schema);
    for (int i = 0; i < schema->count; i++)
        if (schema->fields[i].slot >= 0)
            set_field(&params, &schema->fields[i], i);
    graph->description = "what it is for";
    graph_add_node(graph, op, inputs, n_inputs, outputs, n_outputs, &params);
    graph_set_inputs(graph, inputs, 1);
    graph_set_outputs(graph, outputs, n_outputs);
    return graph;
}

static void check_list(const int *a, int count_a, const int *b, int count_b)
{
    assert_int_equal(count_a, count_b);
    assert_memory_equal(a, b, (size_t)count_a * sizeof(*a));
}

static void check_tensor(const struct tensor *a, const struct tensor *b)
{
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->type, b->type);
    assert_true(shape_equal(&a->shape, &b->shape));
    assert_true(quantization_equal(&a->quant, &b->quant));
    assert_int_equal(a->data == NULL, b->data == NULL);
    if (a->data && tensor_bytes(a))
        assert_memory_equal(a->data, b->data, tensor_bytes(a));
}

static void check_node(const struct node *a, const struct node *b)
{
    assert_int_equal(a->op, b->op);
    check_list(a->inputs, a->n_inputs, b->inputs, b->n_inputs);
    check_list(a->outputs, a->n_outputs, b->outputs, b->n_outputs);
    assert_memory_equal(&a->params, &b->params, sizeof(a->params));
}

static void check_alike(const struct graph *a, const struct graph *b)
{
    assert_string_equal(a->description, b->description);
    check_list(a->inputs, a->n_inputs, b->inputs, b->n_inputs);
    check_list(a->outputs, a->n_outputs, b->outputs, b->n_outputs);
    assert_int_equal(a->n_tensors, b->n_tensors);
    assert_int_equal(a->n_nodes, b->n_nodes);
    for (int i = 0; i < a->n_tensors; i++)
        check_tensor(&a->tensors[i], &b->tensors[i]);
    for (int i = 0; i < a->n_nodes; i++)
        check_node(&a->nodes[i], &b->nodes[i]);
}

static void check_round_trip(struct graph *graph)
{
    struct file file = write_and_read(graph);
    check_alike(graph, file.graph);
    assert_string_equal(file.graph->name, NAME);
    file_release(&file);
    graph_free(graph);
}

/* Operators of this program that the schema does not have. */
static bool is_foreign(int op)
{
    return op_table[op].tflite_code < 0;
}

static void every_operator_reads_back_as_it_was(void **state)
{
    const enum type types[] = {TYPE_F32, TYPE_I8, TYPE_I16, TYPE_U8, TYPE_F16, TYPE_BOOL, TYPE_I64};
    (void)state;
    for (int op = 0; op < OP_COUNT; op++) {
        int least = op_table[op].min_inputs, most = op_table[op].max_inputs;
        most = most == OP_VARIADIC ? 4 : most;
        for (size_t t = 0; !is_foreign(op) && t < LENGTH(types); t++)
            for (int count = least; count <= most; count++) {
                check_round_trip(one_node((enum op)op, types[t], count, NO_TENSOR));
                if (count > least)
                    check_round_trip(one_node((enum op)op, types[t], count, count - 1));
            }
    }
}

static void absent_options_are_defaults(void **state)
{
    (void)state;
    for (int op = 0; op < OP_COUNT; op++) {
        if (is_foreign(op))
            continue;
        struct graph *graph = one_node((enum op)op, TYPE_F32, op_table[op].min_inputs, NO_TENSOR);
        params_init(&graph->nodes[0].params, op_table[op].params);
        check_round_trip(graph);
    }
}

/* To no dimension at all, which is a scalar. */
static void an_empty_list_is_not_an_absent_one(void **state)
{
    (void)state;
    struct graph *graph = one_node(OP_RESHAPE, TYPE_F32, 1, NO_TENSOR);
    graph->nodes[0].params = (union op_params){.vector = {.present = 1, .count = 0}};
    check_round_trip(graph);
}

static void constants_stay_in_the_file_and_equal_ones_are_one(void **state)
{
    const float values[64] = {1.0f, 2.0f};
    struct graph *graph = graph_new("written");
    int in = harness_tensor(graph, TYPE_F32, SHAPE(64), 0.0f, 0);
    size_t sizes[2];
    (void)state;
    for (int i = 0; i < 2; i++) {
        int constant = harness_constant(graph, TYPE_F32, SHAPE(64), 0.0f, 0, values);
        int out = harness_tensor(graph, TYPE_F32, SHAPE(64), 0.0f, 0);
        graph_add_node(graph, OP_ADD, (int[]){in, constant}, 2, &out, 1, NULL);
        graph_set_inputs(graph, &in, 1);
        graph_set_outputs(graph, &out, 1);
        struct file file = write_and_read(graph);
        const unsigned char *data = file.graph->tensors[constant].data;
        assert_true(data >= file.bytes && data + sizeof(values) <= file.bytes + file.size);
        assert_int_equal((uintptr_t)data % 16, 0);
        sizes[i] = file.size;
        file_release(&file);
    }
    assert_in_range(sizes[1] - sizes[0], 1, sizeof(values) - 1);
    graph_free(graph);
}

/* --- versions --------------------------------------------------------------------------------- */

/* What an operator's version depends on: the types of the inputs, '>', that of the output, and
 * marks. f float32, h float16, b int8, u uint8, s int16, i int32, l int64, t bool, B int8 per
 * channel, p int16 without scales, - absent. Marks: the rank when it is not 4; x: input 1 has
 * another shape; c: the output's scale is a quarter. */
struct version_case {
    enum op op;
    int version;
    const char *types;
    union op_params params;
};

/* "types version, ..." of operators without options, or with those that are left out. */
static const struct {
    enum op op;
    const char *versions;
} plain_versions[] = {
    {OP_CONV_2D, "fff>f 1, fbf>f 2, fBf>f 5, bBi>b 3, sBl>s 4, bBi>bx 6, fff>fx 6, sBl>sx 6"},
    {OP_DEPTHWISE_CONV_2D, "fff>f 1, bBi>b 3, fbf>f 4, fBf>f 6, sBl>s 5"},
    {OP_FULLY_CONNECTED, "fff>f 1, ff>f 6, bbi>b 4, bb>b 6, fbf>f 3, fBf>f 12, sbl>s 4"},
    {OP_TRANSPOSE_CONV, "iff>f 1, iBb>b 2, iBbi>b 3, iBb->b 2"},
    {OP_BATCH_MATMUL, "ff>f 1, bb>b 2, ss>s 3, fb>f 1"},
    {OP_ADD, "ff>f 1, bb>b 2, ss>s 1, ll>l 4, ff>f5x 1"},
    {OP_SUB, "ff>f 1, bb>b 2, ss>s 1, ll>l 4, ff>f5x 3, bb>b5x 3, ff>f5 1, bb>bx 2"},
    {OP_MUL, "ff>f 1, bb>b 2, bb>bc 3, ss>s 4, ll>l 5"},
    {OP_DIV, "ff>fx 1, ff>f5x 2"},
    {OP_MAXIMUM, "ff>f 1, bb>bx 2, bb>b5x 3, ss>s 4, ss>s5x 4"},
    {OP_MINIMUM, "ff>f 1, bb>bx 2, bb>b5x 3, ss>s 4, ss>s5x 4"},
    {OP_SQUARED_DIFFERENCE, "ff>f 1, bb>b 2"},
    {OP_POW, "ff>f 1"},
    {OP_AVERAGE_POOL_2D, "f>f 1, b>b 2, s>s 3"},
    {OP_MAX_POOL_2D, "f>f 1, b>b 2, s>s 3"},
    {OP_MEAN, "fi>f 1, bi>b 2, si>s 3"},
    {OP_SUM, "fi>f 1, bi>b 2"},
    {OP_REDUCE_MAX, "fi>f 1, bi>b 2, si>s 3"},
    {OP_REDUCE_MIN, "fi>f 1, bi>b 2, si>s 3"},
    {OP_ARG_MAX, "fi>i 1, bi>i 2"},
    {OP_RELU, "f>f 1, b>b 2, u>u 2, s>s 3"},
    {OP_RELU6, "f>f 1, b>b 2, s>s 3"},
    {OP_RELU_N1_TO_1, "b>b 1"},
    {OP_LEAKY_RELU, "b>b 1, s>s 2"},
    {OP_PRELU, "bb>b 1"},
    {OP_ELU, "f>f 1"},
    {OP_GELU, "f>f 1, b>b 2, u>u 2"},
    {OP_HARD_SWISH, "b>b 1"},
    {OP_LOGISTIC, "f>f 1, b>b 2, s>s 3"},
    {OP_TANH, "f>f 1, b>b 2, s>s 3"},
    {OP_SOFTMAX, "f>f 1, b>b 2, s>s 3"},
    {OP_L2_NORMALIZATION, "f>f 1, b>b 2"},
    {OP_EXP, "f>f 1, b>b 2, s>s 2"},
    {OP_LOG, "f>f 1, b>b 2, s>s 2"},
    {OP_SQRT, "f>f 1, b>b 2, s>s 2"},
    {OP_RSQRT, "f>f 1, b>b 2, s>s 3"},
    {OP_NEG, "f>f 1"},
    {OP_ABS, "f>f 1, b>b 2, u>u 2, s>s 3, p>p 4, i>i 5"},
    {OP_CAST, "i>f 1, f>b 3, b>f 3, h>f 5"},
    {OP_QUANTIZE, "f>b 1, f>s 2, f>B 3"},
    {OP_DEQUANTIZE, "u>f 1, b>f 2, h>f 3, s>f 3, B>f 5"},
    {OP_RESHAPE, "b>b 1"},
    {OP_SQUEEZE, "b>b 1"},
    {OP_EXPAND_DIMS, "bi>b 1"},
    {OP_TRANSPOSE, "fi>f 1, bi>b 2, ti>t 3, fi>f5 4, bi>b5 4, si>s 5, si>s5 5, si>s6 6"},
    {OP_PAD, "fi>f 1, bi>b 2, si>s 3, bi>b5 4, ti>t 5"},
    {OP_PADV2, "fif>f 1, bib>b 2, sis>s 3, bib>b5 4, tit>t 5"},
    {OP_MIRROR_PAD, "fi>f 1, bi>b 2, si>s 3"},
    {OP_CONCATENATION, "ff>f 1, bb>b 2, ss>s 3"},
    {OP_PACK, "ff>f 1, bb>b 2, ss>s 3"},
    {OP_UNPACK, "f>f 1, b>b 2, t>t 3, s>s 4"},
    {OP_SPLIT, "if>f 1, ib>b 2, ii>i 3, is>s 4"},
    {OP_SPLIT_V, "fii>f 1, bii>b 2"},
    {OP_SLICE, "fii>f 1, bii>b 2, sii>s 4, bii>b5 5"},
    {OP_STRIDED_SLICE, "fiii>f 1, biii>b 2, tiii>t 3, biii>b5 4"},
    {OP_GATHER, "fi>f 1, bi>b 2, ti>t 3, si>s 4"},
    {OP_RESIZE_BILINEAR, "fi>f 1, bi>b 2, si>s 4"},
    {OP_RESIZE_NEAREST_NEIGHBOR, "fi>f 1, bi>b 2, si>s 4"},
    {OP_SHAPE, "b>i 1"},
    {OP_DEPTH_TO_SPACE, "f>f 1, b>b 2, u>u 1"},
    {OP_SPACE_TO_DEPTH, "f>f 1, b>b 2, u>u 1"},
    {OP_TILE, "fi>f 1, bi>b 3"},
    {OP_BROADCAST_TO, "fi>f 2, bi>b 3, si>s 3, ti>t 2"},
    {OP_SELECT_V2, "tff>f 1, tbb>b 1"},
    {OP_EQUAL, "ff>t 1, ii>t 1, bb>t 2, ss>t 5"},
    {OP_LOCAL_RESPONSE_NORMALIZATION, "f>f 1"},
};

static const struct version_case special_versions[] = {
    {OP_CONV_2D, 8, "sBl>sx", {.conv.bias_type = TYPE_I64}},
    {OP_DEPTHWISE_CONV_2D, 2, "fff>f", {.conv = {.dilation_h = 2, .dilation_w = 1}}},
    {OP_DEPTHWISE_CONV_2D, 3, "bBi>b", {.conv = {.dilation_h = 1, .dilation_w = 2}}},
    {OP_FULLY_CONNECTED, 5, "fff>f", {.dense.keep_num_dims = 1}},
    {OP_FULLY_CONNECTED, 9, "fbf>f", {.dense.asymmetric_inputs = 1}},
    {OP_FULLY_CONNECTED, 11, "sbl>s", {.dense.bias_type = TYPE_I64}},
    {OP_TRANSPOSE_CONV, 4, "ifff>f", {.conv.activation = ACTIVATION_RELU}},
    {OP_TRANSPOSE_CONV, 5, "iBsl>s", {.conv.bias_type = TYPE_I64}},
    {OP_BATCH_MATMUL, 4, "fb>f", {.matmul.asymmetric_inputs = 1}},
    {OP_ADD, 3, "ss>s", {.arithmetic.pot_scale_int16 = 0}},
    {OP_SUB, 5, "ss>s", {.arithmetic.pot_scale_int16 = 0}},
    {OP_STRIDED_SLICE, 6, "fiii>f5", {.slice.ellipsis_mask = 2}},
    {OP_STRIDED_SLICE, 6, "biii>b", {.slice.new_axis_mask = 1}},
    {OP_STRIDED_SLICE, 8, "fiii>f", {.slice = {.new_axis_mask = 1, .offset = 1}}},
    {OP_GATHER, 5, "bi>b", {.gather.batch_dims = 1}},
    {OP_RESIZE_BILINEAR, 1, "fi>f", {.resize.align_corners = 1}},
    {OP_RESIZE_BILINEAR, 3, "bi>b", {.resize.half_pixel_centers = 1}},
    {OP_RESIZE_NEAREST_NEIGHBOR, 3, "bi>b", {.resize.align_corners = 1}},
    {OP_RESIZE_NEAREST_NEIGHBOR, 3, "fi>f", {.resize.half_pixel_centers = 1}},
};

static int add_lettered(struct graph *graph, char letter, struct shape shape, float scale)
{
    static const float scales[] = {0.5f, 0.25f};
    const enum type types[] = {TYPE_F32, TYPE_F16, TYPE_I8,   TYPE_U8, TYPE_I16,
                               TYPE_I32, TYPE_I64, TYPE_BOOL, TYPE_I8, TYPE_I16};
    const char *at = strchr("fhbusiltBp", letter);
    if (letter == '-')
        return NO_TENSOR;
    assert_non_null(at);
    enum type type = types[at - "fhbusiltBp"];
    bool is_scaled = type_is_quantized(type) && letter != 'p';
    int number = harness_tensor(graph, type, shape, is_scaled ? scale : 0.0f, 0);
    if (letter == 'B')
        harness_per_axis(graph, number, 0, scales);
    return number;
}

static void check_version(const struct version_case *row)
{
    struct graph *graph = graph_new("g");
    const char *arrow = strchr(row->types, '>'), *rank = strpbrk(row->types, "56");
    struct shape shape = {.rank = rank ? *rank - '0' : 4, .dim = {2, 2, 2, 2, 2, 2}};
    int inputs[4], count = (int)(arrow - row->types);
    for (int i = 0; i < count; i++) {
        struct shape own = shape;
        own.dim[own.rank - 1] = i == 1 && strchr(row->types, 'x') ? 1 : 2;
        inputs[i] = add_lettered(graph, row->types[i], own, 0.5f);
    }
    int out = add_lettered(graph, arrow[1], shape, strchr(row->types, 'c') ? 0.125f : 0.5f);
    graph_add_node(graph, row->op, inputs, count, &out, 1, &row->params);
    int version = tflite_operator_version(graph, &graph->nodes[0]);
    if (version != row->version)
        fail_msg("%s of %s: version %d, expected %d", op_name(row->op), row->types, version,
                 row->version);
    graph_free(graph);
}

static void versions_are_those_that_the_schema_asks_for(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(plain_versions); i++) {
        struct version_case row = {.op = plain_versions[i].op};
        const char *rest = plain_versions[i].versions;
        char types[16];
        params_init(&row.params, op_table[row.op].params);
        for (int length; sscanf(rest, " %15s %d%n", types, &row.version, &length) == 2;) {
            row.types = types;
            check_version(&row);
            rest += length + (rest[length] == ',');
        }
        assert_string_equal(rest, "");
    }
    for (size_t i = 0; i < LENGTH(special_versions); i++)
        check_version(&special_versions[i]);
}

static void every_operator_has_a_row_of_versions(void **state)
{
    bool listed[OP_COUNT] = {false};
    (void)state;
    for (size_t i = 0; i < LENGTH(plain_versions); i++)
        listed[plain_versions[i].op] = true;
    for (int op = 0; op < OP_COUNT; op++)
        if (!listed[op] && !is_foreign(op))
            fail_msg("%s: no row of versions", op_name((enum op)op));
}

/* Old readers look at one byte; codes that do not fit it are in a field of their own. */
static void operator_codes_are_in_both_fields(void **state)
{
    const struct {
        enum op op;
        int short_code, code;
    } cases[] = {{OP_RELU, 19, 19}, {OP_BATCH_MATMUL, 126, 126}, {OP_GELU, 127, 150}};
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct graph *graph =
            one_node(cases[i].op, TYPE_I8, op_table[cases[i].op].min_inputs, NO_TENSOR);
        int again = add_tensor(graph, TYPE_I8, 0, false);
        graph_add_node(graph, cases[i].op, graph->nodes[0].inputs, graph->nodes[0].n_inputs, &again,
                       1, NULL);
        struct file file = write_and_read(graph);
        struct flatbuffer reader;
        struct flatbuffer_table root, table;
        struct model_record model;
        struct operator_code_record code;
        struct error error;
        need(flatbuffer_open(&reader, file.bytes, file.size, "TFL3", &root, &error), &error);
        need(flatbuffer_read(&reader, &root, &tflite_model, &model, &error), &error);
        assert_int_equal(model.version, 3);
        assert_int_equal(model.operator_codes.count, 1);
        need(flatbuffer_table_at(&reader, &model.operator_codes, 0, &table, &error), &error);
        need(flatbuffer_read(&reader, &table, &tflite_operator_code, &code, &error), &error);
        assert_int_equal(code.short_code, cases[i].short_code);
        assert_int_equal(code.code, cases[i].code);
        assert_int_equal(code.version, 2);
        file_release(&file);
        graph_free(graph);
    }
}

/* --- what cannot be written ------------------------------------------------------------------- */

static void check_unwritable(struct graph *graph, const char *message)
{
    struct error error = {0};
    unsigned char *bytes;
    size_t size;
    char where[80];
    snprintf(where, sizeof(where), "written: node 0 (%s)", op_name(graph->nodes[0].op));
    assert_int_equal(tflite_write(graph, NULL, &bytes, &size, &error), STATUS_UNSUPPORTED);
    assert_string_equal(error.where, where);
    assert_string_equal(error.text, message);
    graph_free(graph);
}

/* A graph of one node that reads an image of 5x5 of the type. */
static struct graph *of_image(enum op op, enum type type, int list, const union op_params *params)
{
    struct graph *graph = graph_new("written");
    float scale = type == TYPE_F32 ? 0.0f : 0.5f;
    int in = harness_tensor(graph, type, SHAPE(1, 5, 5, 2), scale, 0);
    int inputs[] = {in, list == 0 ? NO_TENSOR : harness_ints(graph, (int32_t[]){list, list}, 2)};
    int out = harness_node(graph, op, inputs, list == 0 ? 1 : 2, params, type, scale, 0);
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, &out, 1);
    return graph;
}

static void what_has_no_form_is_refused_by_name(void **state)
{
    const union op_params pool = {
        .pool = {PADDING_EXPLICIT, 1, 1, 3, 3, ACTIVATION_NONE, {2, 2, 2, 2}}};
    const union op_params above = {.resize = {.nearest = NEAREST_CEIL}};
    int foreign = 0;
    (void)state;
    for (int op = 0; op < OP_COUNT; op++) {
        char message[80];
        snprintf(message, sizeof(message), "operator %s has no form in .tflite files",
                 op_table[op].name);
        if (!is_foreign(op) || op == OP_LAYER_NORMALIZATION) /* which is spelled out */
            continue;
        foreign++;
        check_unwritable(one_node((enum op)op, TYPE_F32, op_table[op].min_inputs, NO_TENSOR),
                         message);
    }
    assert_int_equal(foreign, 4);
    check_unwritable(of_image(OP_AVERAGE_POOL_2D, TYPE_I8, 0, &pool),
                     "padding by a number of cells has no form in .tflite files");
    check_unwritable(of_image(OP_RESIZE_NEAREST_NEIGHBOR, TYPE_F32, 9, &above),
                     "the choice of the nearest pixel has no form in .tflite files");
}

/* It is the runtime's own way of rounding that the file gets. */
static void the_rounding_of_quantize_is_dropped(void **state)
{
    struct graph *graph = one_node(OP_QUANTIZE, TYPE_I8, 1, NO_TENSOR);
    (void)state;
    graph->nodes[0].params.flag.flag = 1;
    struct file file = write_and_read(graph);
    assert_int_equal(file.graph->nodes[0].params.flag.flag, 0);
    file_release(&file);
    graph_free(graph);
}

/* --- what is refused -------------------------------------------------------------------------- */

/* The parts of a file of one node with one constant, to be changed before they are put together. */
struct parts {
    struct model_record model;
    struct operator_code_record code;
    struct operator_record node;
    struct tensor_record tensors[3];         /* input, constant, output */
    struct quantization_record quantization; /* the constant's */
    struct buffer_record buffer;
    int32_t shape[8], inputs[2], outputs[1], ends[2], list[8];
    int rank, n_outputs, n_list, n_bytes, n_scales, n_zeros, subgraphs;
    float scales[2];
    int64_t zeros[2];
    union option_cell options[4];
    const struct flatbuffer_schema *schema; /* of the options; NULL: none */
    const char *custom;
    bool is_sparse;
};

static struct parts sound_parts(void)
{
    struct parts parts = {
        .model.version = 3,
        .code = {.version = 1, .code = 0},
        .tensors = {{.type = 9}, {.type = 9, .buffer = 1}, {.type = 9}},
        .shape = {2, 3},
        .rank = 2,
        .inputs = {0, 1},
        .outputs = {2},
        .ends = {0, 2},
        .n_outputs = 1,
        .n_bytes = 6,
        .scales = {0.5f, 0.25f},
        .n_scales = 1,
        .n_zeros = 1,
        .subgraphs = 1,
        .custom = "",
    };
    return parts;
}

static struct flatbuffer_vector add_copies(struct flatbuffer_builder *builder,
                                           const struct flatbuffer_schema *schema,
                                           const void *record, size_t count)
{
    struct flatbuffer_table tables[4];
    for (size_t i = 0; i < count; i++)
        tables[i] = flatbuffer_add_table(builder, schema, record);
    return flatbuffer_add_tables(builder, tables, count);
}

static void add_node_parts(struct flatbuffer_builder *builder, struct parts *parts)
{
    if (parts->n_list > 0)
        parts->options[0].vector =
            flatbuffer_add_vector(builder, parts->list, (size_t)parts->n_list, 4, 4);
    if (parts->schema)
        parts->node.options = flatbuffer_add_table(builder, parts->schema, parts->options);
    parts->node.inputs = flatbuffer_add_vector(builder, parts->inputs, 2, 4, 4);
    parts->node.outputs = flatbuffer_add_vector(builder, parts->outputs, 1, 4, 4);
    parts->code.custom_code = flatbuffer_add_string(builder, parts->custom);
}

static struct flatbuffer_vector add_tensor_parts(struct flatbuffer_builder *builder,
                                                 struct parts *parts)
{
    static const char *const names[] = {"in", "constant", "out\033"};
    static const struct flatbuffer_schema nothing = {.name = ""};
    struct flatbuffer_table tables[3];
    parts->quantization.zero_point =
        flatbuffer_add_vector(builder, parts->zeros, (size_t)parts->n_zeros, 8, 8);
    parts->quantization.scale =
        flatbuffer_add_vector(builder, parts->scales, (size_t)parts->n_scales, 4, 4);
    for (int i = 0; i < 3; i++) {
        struct tensor_record *tensor = &parts->tensors[i];
        tensor->shape = flatbuffer_add_vector(builder, parts->shape, (size_t)parts->rank, 4, 4);
        tensor->name = flatbuffer_add_string(builder, names[i]);
        if (i == 1)
            tensor->quantization =
                flatbuffer_add_table(builder, &tflite_quantization, &parts->quantization);
        if (i == 1 && parts->is_sparse)
            tensor->sparsity = flatbuffer_add_table(builder, &nothing, &nothing);
        tables[i] = flatbuffer_add_table(builder, &tflite_tensor, tensor);
    }
    return flatbuffer_add_tables(builder, tables, 3);
}

/* Puts the parts together; the bytes are the caller's. */
static unsigned char *assemble(struct parts *parts, size_t *size)
{
    static const unsigned char data[64] = {1, 2, 3, 4, 5, 6};
    struct flatbuffer_builder builder;
    struct subgraph_record subgraph;
    struct flatbuffer_table buffers[2];
    const struct buffer_record nothing = {.offset = 0};
    struct error error = {0};
    unsigned char *bytes;
    flatbuffer_builder_init(&builder, FLATBUFFER_BYTES_MAX);
    buffers[0] = flatbuffer_add_table(&builder, &tflite_buffer, &nothing);
    if (parts->n_bytes > 0)
        parts->buffer.data = flatbuffer_add_vector(&builder, data, (size_t)parts->n_bytes, 1, 16);
    buffers[1] = flatbuffer_add_table(&builder, &tflite_buffer, &parts->buffer);
    parts->model.buffers = flatbuffer_add_tables(&builder, buffers, 2);
    add_node_parts(&builder, parts);
    subgraph.tensors = add_tensor_parts(&builder, parts);
    subgraph.operators = add_copies(&builder, &tflite_operator, &parts->node, 1);
    subgraph.inputs = flatbuffer_add_vector(&builder, parts->ends, 1, 4, 4);
    subgraph.outputs =
        flatbuffer_add_vector(&builder, parts->ends + 1, (size_t)parts->n_outputs, 4, 4);
    subgraph.name = flatbuffer_add_string(&builder, "main");
    parts->model.subgraphs =
        add_copies(&builder, &tflite_subgraph, &subgraph, (size_t)parts->subgraphs);
    parts->model.operator_codes = add_copies(&builder, &tflite_operator_code, &parts->code, 1);
    struct flatbuffer_table root = flatbuffer_add_table(&builder, &tflite_model, &parts->model);
    need(flatbuffer_finish(&builder, &root, "TFL3", &bytes, size, &error), &error);
    return bytes;
}

/* A byte as field 0 or as field 3 of an options table, and a list as field 0. */
static const struct flatbuffer_field byte_0[] = {{.name = "", .kind = FLATBUFFER_8, .slot = 0}};
static const struct flatbuffer_field byte_3[] = {{.name = "", .kind = FLATBUFFER_8, .slot = 3}};
static const struct flatbuffer_field list_0[] = {
    {.name = "", .kind = FLATBUFFER_VECTOR, .slot = 0, .element_size = 4}};
static const struct flatbuffer_schema options_byte_0 = {"", 1, byte_0},
                                      options_byte_3 = {"", 1, byte_3},
                                      options_list_0 = {"", 1, list_0};

/* X(status, part of the message, what is done to the sound parts p). */
#define REFUSALS(X)                                                                                \
    X(UNSUPPORTED, "node 0: custom operator 'My?Op' is not", p.code.code = 32,                     \
      p.custom = "My\tOp")                                                                         \
    X(UNSUPPORTED, "node 0: operator SVDF is not supported", p.code.short_code = 27)               \
    X(UNSUPPORTED, "operator DYNAMIC_UPDATE_SLICE is", p.code.short_code = 127, p.code.code = 151) \
    X(UNSUPPORTED, "operator WHILE is not supported", p.code.code = 119, p.subgraphs = 3)          \
    X(FORMAT, "node 0: operator code 210 is none", p.code.code = 210)                              \
    X(FORMAT, "node 0: operator code 1 of 1", p.node.opcode_index = 1)                             \
    X(UNSUPPORTED, "tensor 1: variable tensor", p.tensors[1].is_variable = 1)                      \
    X(UNSUPPORTED, "tensor 1: sparse tensor", p.is_sparse = true)                                  \
    X(UNSUPPORTED, "tensor 2: data in another file", p.tensors[2].external_buffer = 1)             \
    X(UNSUPPORTED, "tensor 0: element type 5", p.tensors[0].type = 5)                              \
    X(UNSUPPORTED, "tensor 0: element type -1", p.tensors[0].type = -1)                            \
    X(UNSUPPORTED, "tensor 0 ('in'): rank 7, at most 6", p.rank = 7)                               \
    X(FORMAT, "tensor 0 ('in'): impossible shape", p.shape[1] = -3)                                \
    X(FORMAT, "impossible shape", p.shape[0] = p.shape[1] = INT32_MAX)                             \
    X(FORMAT, "tensor 2 ('out?'): buffer 2 of 2", p.tensors[2].buffer = 2)                         \
    X(FORMAT, "tensor 1 ('constant'): 5 bytes of data, expected 6", p.n_bytes = 5)                 \
    X(FORMAT, "7 bytes of data, expected 6", p.n_bytes = 7)                                        \
    X(FORMAT, "data of 6 bytes at byte 99999", p.n_bytes = 0, p.buffer.offset = 99999,             \
      p.buffer.size = 6)                                                                           \
    X(FORMAT, "bytes at byte 2,", p.n_bytes = 0, p.buffer.offset = 2, p.buffer.size = UINT64_MAX)  \
    X(UNSUPPORTED, "custom or blockwise", p.quantization.details_tag = 1)                          \
    X(FORMAT, "2 scales and 1 zero points", p.n_scales = 2)                                        \
    X(FORMAT, "1 scales and 0 zero points", p.n_zeros = 0)                                         \
    X(FORMAT, "zero point 0 is 4294967296", p.zeros[0] = INT64_C(1) << 32)                         \
    X(FORMAT, "zero point -129 is outside int8", p.zeros[0] = -129)                                \
    X(FORMAT, "scale 0 is 0", p.scales[0] = 0.0f)                                                  \
    X(FORMAT, "scale 0 is inf", p.scales[0] = INFINITY)                                            \
    X(FORMAT, "2 scales do not fit dimension 1", p.n_scales = p.n_zeros = 2,                       \
      p.quantization.dimension = 1)                                                                \
    X(FORMAT, "2 scales do not fit dimension -1", p.n_scales = p.n_zeros = 2,                      \
      p.quantization.dimension = -1)                                                               \
    X(FORMAT, "options of kind 21, expected 11", p.node.options_tag = 21,                          \
      p.schema = &options_byte_0)                                                                  \
    X(UNSUPPORTED, "options of kind 2-5", p.node.options_2_tag = 5)                                \
    X(FORMAT, "fused_activation_function is 6", p.node.options_tag = 11,                           \
      p.schema = &options_byte_0, p.options[0].byte = 6)                                           \
    X(FORMAT, "padding is 2", p.code.code = 3, p.node.options_tag = 1, p.schema = &options_byte_0, \
      p.options[0].byte = 2)                                                                       \
    X(FORMAT, "fused_activation_function is 255", p.code.code = 3, p.node.options_tag = 1,         \
      p.schema = &options_byte_3, p.options[0].byte = 255)                                         \
    X(FORMAT, "in_data_type is 5", p.code.code = 53, p.node.options_tag = 37,                      \
      p.schema = &options_byte_0, p.options[0].byte = 5)                                           \
    X(UNSUPPORTED, "7 dimensions, at most 6", p.code.code = 22, p.node.options_tag = 17,           \
      p.schema = &options_list_0, p.n_list = 7)                                                    \
    X(UNSUPPORTED, "schema version 2, expected 3", p.model.version = 2)                            \
    X(FORMAT, "no subgraph", p.subgraphs = 0)                                                      \
    X(FORMAT, "the graph has no output", p.n_outputs = 0)                                          \
    X(FORMAT, "input 0 of the graph", p.ends[0] = -1)                                              \
    X(FORMAT, "input 0 is missing", p.inputs[0] = -1)                                              \
    X(FORMAT, "input 1 is tensor 3 of 3", p.inputs[1] = 3)                                         \
    X(FORMAT, "a constant, an input, or written twice", p.outputs[0] = 1)

static void check_refused(struct parts parts, enum status expected, const char *message)
{
    struct error error = {0};
    struct graph *graph;
    char line[900];
    size_t size;
    unsigned char *bytes = assemble(&parts, &size);
    enum status status = tflite_read(NAME, bytes, size, NULL, &graph, &error);
    error_line(&error, line, sizeof(line));
    if (status != expected || !strstr(line, message) || strncmp(line, NAME, strlen(NAME)) != 0)
        fail_msg("status %d, '%s'; expected %d, '%s'", status, line, expected, message);
    free(bytes);
}

static void what_is_not_supported_is_refused_by_name(void **state)
{
    (void)state;
#define X(status, message, ...)                                                                    \
    {                                                                                              \
        struct parts p = sound_parts();                                                            \
        __VA_ARGS__;                                                                               \
        check_refused(p, STATUS_##status, message);                                                \
    }
    REFUSALS(X)
#undef X
}

static struct graph *read_parts(struct parts parts, unsigned char **bytes)
{
    struct error error = {0};
    struct graph *graph;
    size_t size;
    *bytes = assemble(&parts, &size);
    need(tflite_read(NAME, *bytes, size, NULL, &graph, &error), &error);
    return graph;
}

/* Only the first subgraph is the model's; the others belong to operators that call them. */
static void sound_parts_are_read(void **state)
{
    struct parts parts = sound_parts();
    unsigned char *bytes;
    (void)state;
    parts.subgraphs = 3;
    parts.tensors[0].type = 0; /* ranges that training left on real numbers do not quantize them */
    struct graph *graph = read_parts(parts, &bytes);
    assert_int_equal(graph->nodes[0].op, OP_ADD);
    assert_int_equal(graph->nodes[0].params.arithmetic.pot_scale_int16, 1);
    assert_string_equal(graph->tensors[2].name, "out?");
    assert_int_equal(graph->tensors[1].quant.count, 1);
    assert_memory_equal(graph->tensors[1].data, ((char[]){1, 2, 3, 4, 5, 6}), 6);
    assert_null(graph->tensors[0].data);
    graph_free(graph);
    free(bytes);
}

/* Large models keep their constants behind the tables. */
static void data_behind_the_tables_is_read(void **state)
{
    struct parts parts = sound_parts();
    size_t size;
    struct error error = {0};
    struct graph *graph;
    (void)state;
    parts.n_bytes = 0;
    parts.buffer = (struct buffer_record){.offset = 2048, .size = 6};
    unsigned char *bytes = assemble(&parts, &size), *longer = calloc(1, 2054);
    assert_in_range(size, 1, 2048);
    memcpy(longer, bytes, size);
    memcpy(longer + 2048, "abcdef", 6);
    need(tflite_read(NAME, longer, 2054, NULL, &graph, &error), &error);
    assert_memory_equal(graph->tensors[1].data, "abcdef", 6);
    graph_free(graph);
    assert_int_equal(tflite_read(NAME, longer, 2053, NULL, &graph, &error), STATUS_FORMAT);
    free(bytes);
    free(longer);
}

/* Fields that are stored although they are what is left out otherwise, each with its own width. */
static void options_are_as_wide_as_the_schema_says(void **state)
{
    static const struct flatbuffer_field bytes_0_to_2[] = {
        {.name = "", .kind = FLATBUFFER_8, .slot = 0, .offset = 0, .fallback = 77},
        {.name = "", .kind = FLATBUFFER_8, .slot = 1, .offset = 1, .fallback = 77},
        {.name = "", .kind = FLATBUFFER_8, .slot = 2, .offset = 2, .fallback = 77}};
    static const struct flatbuffer_schema schema = {"", 3, bytes_0_to_2};
    (void)state;
    for (int format = 0; format < 2; format++) {
        struct parts parts = sound_parts();
        unsigned char *bytes;
        parts.code.code = 9;
        parts.node.options_tag = 8;
        parts.schema = &schema;
        memcpy(parts.options, (unsigned char[]){1, (unsigned char)format, 1}, 3);
        struct graph *graph = read_parts(parts, &bytes);
        const struct dense_params *dense = &graph->nodes[0].params.dense;
        assert_int_equal(dense->activation, ACTIVATION_RELU);
        assert_int_equal(dense->weights_format, format);
        assert_int_equal(dense->keep_num_dims, 1);
        assert_int_equal(dense->asymmetric_inputs, 0);
        graph_free(graph);
        free(bytes);
    }
}

/* --- any bytes -------------------------------------------------------------------------------- */

/* Reads a copy that ends where it ends, so that a sanitizer sees any access behind it. */
static void read_any(const unsigned char *bytes, size_t size)
{
    struct error error = {0};
    struct graph *graph;
    void *copy = NULL;
    assert_int_equal(posix_memalign(&copy, 64, size), 0);
    if (size > 0)
        memcpy(copy, bytes, size);
    if (tflite_read(NAME, copy, size, NULL, &graph, &error) == STATUS_OK) {
        need(graph_check(graph, &error), &error);
        for (int i = 0; i < graph->n_nodes; i++)
            if (infer_node(graph, &graph->nodes[i], &error) != STATUS_OK)
                assert_string_not_equal(error.text, "");
        graph_free(graph);
    } else {
        assert_true(strncmp(error.where, NAME, strlen(NAME)) == 0 && error.text[0] != '\0');
    }
    free(copy);
}

/* A small model with every kind of thing in it: lists, options, scales per channel, strings. */
static struct graph *small_model(void)
{
    struct graph *graph = one_node(OP_CONV_2D, TYPE_I8, 3, NO_TENSOR);
    const union op_params shape = {.vector = {1, 2, {3, -1}}};
    int flat = add_tensor(graph, TYPE_I8, 1, false);
    graph_add_node(graph, OP_RESHAPE, graph->outputs, 1, &flat, 1, &shape);
    graph_set_outputs(graph, &flat, 1);
    return graph;
}

static void every_prefix_is_an_error_or_a_sound_graph(void **state)
{
    struct graph *graph = small_model();
    struct file file = write_and_read(graph);
    (void)state;
    for (size_t size = 0; size < file.size; size++)
        read_any(file.bytes, size);
    file_release(&file);
    graph_free(graph);
}

static void every_flipped_bit_is_an_error_or_a_sound_graph(void **state)
{
    struct graph *graph = small_model();
    struct file file = write_and_read(graph);
    (void)state;
    assert_in_range(file.size, 512, 2048);
    for (size_t bit = 0; bit < file.size * 8; bit++) {
        file.bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        read_any(file.bytes, file.size);
        file.bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
    file_release(&file);
    graph_free(graph);
}

/* A file of one table with one field, by hand: a header, a vtable, the table, a string. */
static const unsigned char by_hand[32] = {
    16, 0, 0, 0, 'T', 'E', 'S', 'T', /* the table is at byte 16 */
    6,  0, 8, 0, 4,   0,   0,   0,   /* bytes of the vtable and of the table; field 0 at 4 */
    8,  0, 0, 0, 4,   0,   0,   0,   /* the vtable is 8 before; the field leads 4 further */
    3,  0, 0, 0, 'a', 'b', 'c', 0,
};

/* The status of reading field 0 of such a file as a string or as a number. */
static enum status read_by_hand(const unsigned char *bytes, size_t size, enum flatbuffer_kind kind)
{
    const struct flatbuffer_field field = {.name = "field", .kind = kind};
    const struct flatbuffer_schema schema = {"Table", 1, &field};
    struct flatbuffer file;
    struct flatbuffer_table root;
    struct flatbuffer_vector member = {0};
    struct error error = {0};
    unsigned char *copy = memcpy(malloc(size), bytes, size);
    enum status status = flatbuffer_open(&file, copy, size, "TEST", &root, &error);
    if (status == STATUS_OK)
        status = flatbuffer_read(&file, &root, &schema, &member, &error);
    if (status == STATUS_OK && kind == FLATBUFFER_STRING)
        assert_memory_equal(flatbuffer_elements(&file, &member), "abc", 4);
    assert_true(status == STATUS_OK || error.text[0] != '\0');
    free(copy);
    return status;
}

static void places_outside_the_file_or_the_table_are_refused(void **state)
{
    const struct {
        size_t size;
        int at, bytes;
        int32_t value; /* written there */
    } cases[] = {
        {31, 0, 0, 0},    {27, 0, 0, 0},          {23, 0, 0, 0},          {19, 0, 0, 0},
        {32, 0, 4, 0},    {32, 0, 4, 18},         {32, 0, 4, 32},         {32, 0, 4, INT32_MAX},
        {32, 0, 4, -16},  {32, 4, 1, 'X'},        {32, 16, 4, 7},         {32, 16, 4, 17},
        {32, 16, 4, -16}, {32, 16, 4, INT32_MIN}, {32, 16, 4, INT32_MAX}, {32, 8, 2, 0},
        {32, 8, 2, 2},    {32, 8, 2, 7},          {32, 8, 2, 26},         {32, 8, 2, 0xfffe},
        {32, 10, 2, 3},   {32, 10, 2, 7},         {32, 10, 2, 17},        {32, 10, 2, 0xffff},
        {32, 12, 2, 3},   {32, 12, 2, 5},         {32, 12, 2, 0xffff},    {32, 20, 4, 0},
        {32, 20, 4, 3},   {32, 20, 4, 12},        {32, 20, 4, -4},        {32, 24, 4, 4},
        {32, 24, 4, 2},   {32, 24, 4, -1},        {32, 31, 1, 'd'}};
    (void)state;
    assert_int_equal(read_by_hand(by_hand, 32, FLATBUFFER_STRING), STATUS_OK);
    assert_int_equal(read_by_hand(by_hand, 24, FLATBUFFER_32), STATUS_OK);
    assert_int_equal(read_by_hand(by_hand, 23, FLATBUFFER_32), STATUS_FORMAT);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        unsigned char bytes[32];
        memcpy(bytes, by_hand, sizeof(bytes));
        memcpy(bytes + cases[i].at, &cases[i].value, (size_t)cases[i].bytes);
        bool is_table = cases[i].size == 32 && cases[i].at < 20; /* wrong for every kind of field */
        if (read_by_hand(bytes, cases[i].size, FLATBUFFER_STRING) != STATUS_FORMAT ||
            (is_table && read_by_hand(bytes, 32, FLATBUFFER_32) != STATUS_FORMAT))
            fail_msg("%zu bytes with %d at byte %d are read", cases[i].size, cases[i].value,
                     cases[i].at);
    }
}

/* Offsets may lead to the same table again and again; somebody has to stop. */
static void tables_are_opened_so_many_times_only(void **state)
{
    struct parts parts = sound_parts();
    struct flatbuffer reader;
    struct flatbuffer_table root, table;
    struct model_record model;
    struct error error = {0};
    size_t size;
    unsigned char *bytes = assemble(&parts, &size);
    (void)state;
    need(flatbuffer_open(&reader, bytes, size, "TFL3", &root, &error), &error);
    assert_int_equal(reader.tables_left, FLATBUFFER_TABLES_MAX - 1);
    need(flatbuffer_read(&reader, &root, &tflite_model, &model, &error), &error);
    reader.tables_left = 2;
    need(flatbuffer_table_at(&reader, &model.buffers, 0, &table, &error), &error);
    need(flatbuffer_table_at(&reader, &model.buffers, 0, &table, &error), &error);
    assert_int_equal(flatbuffer_table_at(&reader, &model.buffers, 0, &table, &error),
                     STATUS_FORMAT);
    free(bytes);
}

static void files_have_a_limit(void **state)
{
    struct flatbuffer_builder builder;
    struct flatbuffer_table root = {0};
    struct error error = {0};
    unsigned char *bytes;
    size_t size;
    char block[600] = {0};
    (void)state;
    for (int blocks = 1; blocks <= 2; blocks++) {
        flatbuffer_builder_init(&builder, 1000);
        for (int i = 0; i < blocks; i++)
            root.position = flatbuffer_add_vector(&builder, block, 600, 1, 16).position;
        enum status status = flatbuffer_finish(&builder, &root, "TFL3", &bytes, &size, &error);
        assert_int_equal(status, blocks == 1 ? STATUS_OK : STATUS_UNSUPPORTED);
        if (status == STATUS_OK)
            free(bytes);
        flatbuffer_builder_release(&builder);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operator_reads_back_as_it_was),
        cmocka_unit_test(absent_options_are_defaults),
        cmocka_unit_test(an_empty_list_is_not_an_absent_one),
        cmocka_unit_test(constants_stay_in_the_file_and_equal_ones_are_one),
        cmocka_unit_test(versions_are_those_that_the_schema_asks_for),
        cmocka_unit_test(every_operator_has_a_row_of_versions),
        cmocka_unit_test(operator_codes_are_in_both_fields),
        cmocka_unit_test(what_has_no_form_is_refused_by_name),
        cmocka_unit_test(the_rounding_of_quantize_is_dropped),
        cmocka_unit_test(what_is_not_supported_is_refused_by_name),
        cmocka_unit_test(sound_parts_are_read),
        cmocka_unit_test(data_behind_the_tables_is_read),
        cmocka_unit_test(options_are_as_wide_as_the_schema_says),
        cmocka_unit_test(every_prefix_is_an_error_or_a_sound_graph),
        cmocka_unit_test(every_flipped_bit_is_an_error_or_a_sound_graph),
        cmocka_unit_test(places_outside_the_file_or_the_table_are_refused),
        cmocka_unit_test(tables_are_opened_so_many_times_only),
        cmocka_unit_test(files_have_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
