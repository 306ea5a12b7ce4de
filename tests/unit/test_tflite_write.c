/* Writing the .tflite format: what is written reads back alike, operators have the versions that
 * the schema asks for, and what has no form in such files is refused by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "formats/tflite/flatbuffer_builder.h"
#include "formats/tflite/flatbuffer_reader.h"
#include "formats/tflite/tables.h"
#include "formats/tflite/tflite.h"
#include "graph_harness.h"
#include "need.h"
#include "node_harness.h"
#include "tflite_harness.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* --- round trips ------------------------------------------------------------------------------ */

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
    struct lite_file file = lite_write_and_read(graph);
    check_alike(graph, file.graph);
    assert_string_equal(file.graph->name, LITE_NAME);
    lite_file_release(&file);
    graph_free(graph);
}

/* Operators of this program that the schema does not have. */
static bool is_foreign(int op)
{
    return op_table[op].tflite_code < 0;
}

/* As they are written: a CONV_2D without a bias gets one. */
static int fewest_inputs(int op)
{
    return op == OP_CONV_2D ? 3 : op_table[op].min_inputs;
}

/* That no runtime has for the type; custom operators are of real numbers once they are read. */
static bool is_unknown(int op, enum type type)
{
    return (type == TYPE_I16 && op_table[op].versions.int16 == 0) ||
           (op_table[op].custom && type != TYPE_F32);
}

/* Operators that files give variables: tests/unit/test_states.c writes them. */
static bool has_states(int op)
{
    return op == OP_SVDF || op == OP_UNIDIRECTIONAL_SEQUENCE_LSTM;
}

static void every_operator_reads_back_as_it_was(void **state)
{
    const enum type types[] = {TYPE_F32, TYPE_I8, TYPE_I16, TYPE_U8, TYPE_F16, TYPE_BOOL, TYPE_I64};
    assert_true(tflite_format.keeps_types);
    (void)state;
    for (int op = 0; op < OP_COUNT; op++) {
        int least = fewest_inputs(op), most = op_table[op].max_inputs;
        most = most == OP_VARIADIC ? 4 : most;
        for (size_t t = 0; !is_foreign(op) && !has_states(op) && t < LENGTH(types); t++)
            for (int count = least; count <= most && !is_unknown(op, types[t]); count++) {
                check_round_trip(lite_node((enum op)op, types[t], count, NO_TENSOR));
                if (count > least)
                    check_round_trip(lite_node((enum op)op, types[t], count, count - 1));
            }
    }
}

static void absent_options_are_defaults(void **state)
{
    (void)state;
    for (int op = 0; op < OP_COUNT; op++) {
        if (is_foreign(op) || has_states(op) || op_table[op].custom)
            continue;
        struct graph *graph = lite_node((enum op)op, TYPE_F32, fewest_inputs(op), NO_TENSOR);
        params_init(&graph->nodes[0].params, op_table[op].params);
        check_round_trip(graph);
    }
}

/* To no dimension at all, which is a scalar. */
static void an_empty_list_is_not_an_absent_one(void **state)
{
    (void)state;
    struct graph *graph = lite_node(OP_RESHAPE, TYPE_F32, 1, NO_TENSOR);
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
        struct lite_file file = lite_write_and_read(graph);
        const unsigned char *data = file.graph->tensors[constant].data;
        assert_true(data >= file.bytes && data + sizeof(values) <= file.bytes + file.size);
        assert_int_equal((uintptr_t)data % 16, 0);
        sizes[i] = file.size;
        lite_file_release(&file);
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
    {OP_FLOOR_DIV, "ff>f 2, ii>i 1, ll>l 1"},
    {OP_FLOOR_MOD, "ff>f 1, ii>i 1"},
    {OP_FLOOR, "f>f 1"},
    {OP_CEIL, "f>f 1"},
    {OP_ROUND, "f>f 1"},
    {OP_SIGN, "f>f 1, i>i 2"},
    {OP_SQUARE, "f>f 1"},
    {OP_SIN, "f>f 1"},
    {OP_COS, "f>f 1"},
    {OP_EMBEDDING_LOOKUP, "if>f 1, ib>b 1"},
    {OP_BATCH_TO_SPACE_ND, "fii>f 1, bii>b 2, fii>f5 3, sii>s 4, sii>s5 4"},
    {OP_SPACE_TO_BATCH_ND, "fii>f 1, bii>b 2, bii>b5 3, sii>s 4"},
    {OP_TOPK_V2, "fi>f 1, bi>b 2, si>s 3"},
    {OP_LOG_SOFTMAX, "f>f 1"},
    {OP_ARG_MIN, "fi>i 1, bi>i 2"},
    {OP_REDUCE_PROD, "fi>f 1"},
    {OP_ONE_HOT, "iiff>f 1"},
    {OP_REDUCE_ANY, "ti>t 1"},
    {OP_REDUCE_ALL, "ti>t 1"},
    {OP_ZEROS_LIKE, "f>f 1"},
    {OP_FILL, "if>f 1, it>t 2, ib>b 3, is>s 3"},
    {OP_RANGE, "fff>f 1, iii>i 1, lll>l 2"},
    {OP_REVERSE_V2, "fi>f 1, ti>t 2, bi>b 3"},
    {OP_GATHER_ND, "fi>f 1, bi>b 1, si>s 3, ti>t 5"},
    {OP_WHERE, "t>l 1, f>l 2"},
    {OP_RANK, "f>i 1"},
    {OP_SCATTER_ND, "ifi>f 1"},
    {OP_CUMSUM, "fi>f 1"},
    {OP_BROADCAST_ARGS, "ii>i 1"},
    {OP_DYNAMIC_UPDATE_SLICE, "ffi>f 1, ffl>f 2, bbi>b 1, ssi>s 4"},
    {OP_EQUAL, "ff>t 1, ii>t 1, bb>t 2, ss>t 5"},
    {OP_NOT_EQUAL, "ff>t 1, tt>t 1, bb>t 2, ss>t 4"},
    {OP_LESS, "ff>t 1, ll>t 1, bb>t 2, ss>t 3"},
    {OP_LESS_EQUAL, "ff>t 1, bb>t 2"},
    {OP_GREATER, "ff>t 1, bb>t 2"},
    {OP_GREATER_EQUAL, "ff>t 1, bb>t 2, ss>t 3"},
    {OP_LOGICAL_AND, "tt>t 1"},
    {OP_LOGICAL_OR, "tt>t 1"},
    {OP_LOGICAL_NOT, "t>t 1"},
    {OP_SELECT, "tff>f 1, tff>f5 3, tbb>b 1"},
    {OP_LOCAL_RESPONSE_NORMALIZATION, "f>f 1"},
    {OP_SVDF, "fff>f 1, fbb>f 2, bbs>b 3"},
    {OP_DETECTION_POSTPROCESS, "fff>f 1"},
    {OP_UNIDIRECTIONAL_SEQUENCE_LSTM, "fffff>f 1, f-bbb>f 2, bbbbb>b 1"},
};

static const struct version_case special_versions[] = {
    {OP_CONV_2D, 8, "sBl>sx", {.conv.bias_type = TYPE_I64}},
    {OP_DEPTHWISE_CONV_2D, 2, "fff>f", {.conv = {.dilation_h = 2, .dilation_w = 1}}},
    {OP_DEPTHWISE_CONV_2D, 3, "bBi>b", {.conv = {.dilation_h = 1, .dilation_w = 2}}},
    {OP_FULLY_CONNECTED, 5, "fff>f", {.dense.keep_num_dims = 1}},
    {OP_FULLY_CONNECTED, 9, "fbf>f", {.dense.asymmetric_inputs = 1}},
    {OP_FULLY_CONNECTED, 11, "sbl>s", {.dense.bias_type = TYPE_I64}},
    {OP_SVDF, 4, "fbb>f", {.svdf.asymmetric_inputs = 1}},
    {OP_UNIDIRECTIONAL_SEQUENCE_LSTM, 3, "f-bbb>f", {.sequence.asymmetric_inputs = 1}},
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
    int inputs[5], count = (int)(arrow - row->types);
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
            lite_node(cases[i].op, TYPE_I8, op_table[cases[i].op].min_inputs, NO_TENSOR);
        int again = lite_tensor(graph, TYPE_I8, 0, false);
        graph_add_node(graph, cases[i].op, graph->nodes[0].inputs, graph->nodes[0].n_inputs, &again,
                       1, NULL);
        struct lite_file file = lite_write_and_read(graph);
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
        lite_file_release(&file);
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

/* What ConvInteger and MatMulInteger become. */
static struct graph *whole_product(void)
{
    struct graph *graph = lite_node(OP_BATCH_MATMUL, TYPE_I32, 2, NO_TENSOR);
    for (int i = 0; i < graph->n_tensors; i++)
        graph->tensors[i].quant.count = 0;
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
        char message[160];
        snprintf(message, sizeof(message), "operator %s cannot be expressed in .tflite files: %s",
                 op_table[op].name, op_table[op].no_tflite);
        if (!is_foreign(op) || op == OP_LAYER_NORMALIZATION || op == OP_SILU) /* spelled out */
            continue;
        foreign++;
        check_unwritable(lite_node((enum op)op, TYPE_F32, op_table[op].min_inputs, NO_TENSOR),
                         message);
    }
    assert_int_equal(foreign, 5);
    check_unwritable(whole_product(),
                     "sums of int32 products cannot be expressed in .tflite files");
    check_unwritable(lite_node(OP_SPACE_TO_DEPTH, TYPE_I16, 1, NO_TENSOR),
                     "no runtime of .tflite files has SPACE_TO_DEPTH of int16");
    check_unwritable(of_image(OP_AVERAGE_POOL_2D, TYPE_I8, 0, &pool),
                     "padding by a number of cells cannot be expressed in .tflite files");
    check_unwritable(of_image(OP_RESIZE_NEAREST_NEIGHBOR, TYPE_F32, 9, &above),
                     "the choice of the nearest pixel cannot be expressed in .tflite files");
}

/* LiteRT finds inputs and outputs by name: none is without, none has that of another. */
static void ends_have_names_of_their_own(void **state)
{
    static const char *const given[] = {"", "", "same", "same"};
    static const char *const written[] = {"tensor_0", "tensor_1", "same", "same_3"};
    struct graph *graph = graph_new("written");
    (void)state;
    for (int i = 0; i < 2; i++)
        harness_tensor(graph, TYPE_F32, SHAPE(2), 0.0f, 0);
    for (int i = 0; i < 2; i++)
        harness_node(graph, OP_NEG, &i, 1, NULL, TYPE_F32, 0.0f, 0);
    for (int i = 0; i < 4; i++)
        graph->tensors[i].name = given[i];
    graph_set_inputs(graph, (int[]){0, 1}, 2);
    graph_set_outputs(graph, (int[]){2, 3}, 2);
    struct lite_file file = lite_write_and_read(graph);
    for (int i = 0; i < 4; i++)
        assert_string_equal(file.graph->tensors[i].name, written[i]);
    lite_file_release(&file);
    graph_free(graph);
}

/* Beside the rounding, which is this program's entry; an archive at the end is told of. */
static void metadata_are_kept(void **state)
{
    static const struct metadata_entry entry = {"TFLITE_METADATA", "words", 5};
    static const unsigned char archive[22] = {'P', 'K', 5, 6};
    struct graph *graph = lite_node(OP_QUANTIZE, TYPE_I8, 1, NO_TENSOR), *packed;
    struct error error;
    (void)state;
    graph->rounding = ROUNDING_ONCE;
    graph->metadata = &entry;
    graph->n_metadata = 1;
    struct lite_file file = lite_write_and_read(graph);
    assert_int_equal(file.graph->rounding, ROUNDING_ONCE);
    assert_int_equal(file.graph->n_metadata, 1);
    assert_string_equal(file.graph->metadata[0].name, entry.name);
    assert_int_equal(file.graph->metadata[0].size, entry.size);
    assert_memory_equal(file.graph->metadata[0].bytes, entry.bytes, entry.size);
    assert_string_equal(file.graph->left_out, "");
    unsigned char *bytes = xcalloc(file.size + sizeof(archive), 1);
    memcpy(bytes, file.bytes, file.size);
    memcpy(bytes + file.size, archive, sizeof(archive));
    need(tflite_read("packed", bytes, file.size + sizeof(archive), NULL, &packed, &error), &error);
    assert_string_equal(packed->left_out, "files packed behind the model");
    graph_free(packed);
    free(bytes);
    lite_file_release(&file);
    graph_free(graph);
}

/* Files say how they round where it is not what their format means. */
static void the_rounding_is_kept(void **state)
{
    struct graph *graph = lite_node(OP_QUANTIZE, TYPE_I8, 1, NO_TENSOR);
    (void)state;
    for (int way = ROUNDING_TWICE; way <= ROUNDING_ONCE; way++) {
        graph->rounding = (enum rounding)way;
        struct lite_file file = lite_write_and_read(graph);
        assert_int_equal(file.graph->rounding, way);
        lite_file_release(&file);
    }
    graph_free(graph);
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

/* --- signatures ------------------------------------------------------------------------------- */

/* Of several only the one that the graph is; what it does not name has the tensor's own name. */
static void the_signature_is_kept(void **state)
{
    struct graph *graph = lite_node(OP_ADD, TYPE_F32, 2, -1);
    struct graph_entry list[] = {{.name = "other"}, {.name = "serving"}};
    const char *inputs[] = {"left"}, *outputs[] = {NULL};
    struct graph_entries entries = {list, 2, 1, true, true, inputs, outputs};
    struct text text = {0};
    (void)state;
    graph->entries = &entries;
    struct lite_file file = lite_write_and_read(graph);
    const struct graph_entries *read = file.graph->entries;
    assert_true(read->are_signatures && !read->is_part);
    assert_int_equal(read->count, 1);
    assert_string_equal(read->list[0].name, "serving");
    assert_string_equal(read->list[0].inputs, "'left' float32 1x2x3");
    assert_string_equal(read->inputs[0], "left");
    assert_string_equal(read->outputs[0], graph->tensors[graph->outputs[0]].name);
    entries_describe(read, &text);
    assert_int_equal(text.length, 0);
    entries_describe(&entries, &text);
    assert_string_equal(text.bytes, "signature 'serving' is taken, 'other' is left out");
    text_release(&text);
    lite_file_release(&file);
    graph_free(graph);
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
        cmocka_unit_test(ends_have_names_of_their_own),
        cmocka_unit_test(metadata_are_kept),
        cmocka_unit_test(the_rounding_is_kept),
        cmocka_unit_test(files_have_a_limit),
        cmocka_unit_test(the_signature_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
