/* The operator table and the graph: every row against the schema, soundness, lists, summaries. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "graph/summary.h"
#include "graph_harness.h"
#include "node_harness.h"
#include "rewrite/compact.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define MANY          OP_VARIADIC

/* --- the operator table ----------------------------------------------------------------------- */

/* From the .tflite schema, by arity: "name code tag-of-the-options, ...". Operators that the schema
 * does not have are counted down from -1. */
static const struct {
    int inputs[2], outputs[2]; /* least and most */
    const char *operators;
} arities[] = {
    {{1, 1},
     {1, 1},
     "AVERAGE_POOL_2D 1 5, DEQUANTIZE 6 38, L2_NORMALIZATION 11 12, LOGISTIC 14 0, MAX_POOL_2D 17 "
     "5, "
     "RELU 19 0, RELU_N1_TO_1 20 0, RELU6 21 0, SOFTMAX 25 9, TANH 28 0, SQUEEZE 43 30, EXP 47 33, "
     "CAST 53 37, NEG 59 42, LOG 73 0, SQRT 75 0, RSQRT 76 0, SHAPE 77 55, LEAKY_RELU 98 75, "
     "ABS 101 78, ELU 111 0, QUANTIZE 114 89, HARD_SWISH 117 91, GELU 150 116, DEPTH_TO_SPACE 5 "
     "94, "
     "LOCAL_RESPONSE_NORMALIZATION 13 13, SPACE_TO_DEPTH 26 19, ERF -1 0, SILU -6 0"},
    {{1, 2}, {1, 1}, "RESHAPE 22 17"},
    {{1, MANY}, {1, 1}, "CONCATENATION 2 10, PACK 83 59"},
    {{1, 1}, {1, MANY}, "UNPACK 88 64"},
    {{2, 2},
     {1, 1},
     "ADD 0 11, MUL 18 21, RESIZE_BILINEAR 23 15, PAD 34 22, GATHER 36 23, TRANSPOSE 39 26, "
     "MEAN 40 27, SUB 41 28, DIV 42 29, PRELU 54 0, MAXIMUM 55 39, ARG_MAX 56 40, MINIMUM 57 39, "
     "EXPAND_DIMS 70 52, SUM 74 27, POW 78 56, REDUCE_MAX 82 27, RESIZE_NEAREST_NEIGHBOR 97 74, "
     "SQUARED_DIFFERENCE 99 76, MIRROR_PAD 100 77, BATCH_MATMUL 126 101, TILE 69 51, EQUAL 71 53, "
     "REDUCE_MIN 89 27, BROADCAST_TO 130 104"},
    {{2, 2}, {1, MANY}, "SPLIT 49 35"},
    {{2, 3},
     {1, 1},
     "CONV_2D 3 1, DEPTHWISE_CONV_2D 4 2, FULLY_CONNECTED 9 8, LAYER_NORMALIZATION -2 0"},
    {{3, 3}, {1, 1}, "PADV2 60 43, SLICE 65 48, SELECT_V2 123 98"},
    {{3, 3}, {1, MANY}, "SPLIT_V 102 79"},
    {{3, 4}, {1, 1}, "TRANSPOSE_CONV 67 49"},
    {{4, 4}, {1, 1}, "STRIDED_SLICE 45 32"},
    {{3, 8}, {3, 3}, "LSTM -3 0"},
    {{3, 6}, {2, 2}, "GRU -4 0"},
    {{1, 1}, {3, 3}, "DYNAMIC_QUANTIZE -5 0"},
};

static enum op op_of(const char *name)
{
    int op = 0;
    while (op < OP_COUNT && strcmp(op_table[op].name, name) != 0)
        op++;
    return (enum op)op;
}

static void check_operator(const char *name, int code, int tag, const int *inputs,
                           const int *outputs)
{
    enum op op = op_of(name);
    assert_int_not_equal(op, OP_COUNT);
    assert_int_equal(op_from_tflite(code), code < 0 ? OP_COUNT : op);
    const struct op_info *info = &op_table[op];
    assert_string_equal(info->name, name);
    assert_string_equal(op_name(op), name);
    if (code < 0)
        assert_null(op_tflite_name(code));
    else
        assert_string_equal(op_tflite_name(code), name);
    assert_non_null(info->infer);
    if (info->tflite_code != code || info->params->tflite_tag != tag)
        fail_msg("%s: code or options", name);
    if (info->min_inputs != inputs[0] || info->max_inputs != inputs[1] ||
        info->min_outputs != outputs[0] || info->max_outputs != outputs[1])
        fail_msg("%s: arity", name);
}

static void operators_are_those_of_the_schema(void **state)
{
    int count = 0;
    (void)state;
    for (size_t i = 0; i < LENGTH(arities); i++) {
        const char *rest = arities[i].operators;
        char name[40];
        int code, tag, length;
        while (sscanf(rest, " %39s %d %d%n", name, &code, &tag, &length) == 3) {
            check_operator(name, code, tag, arities[i].inputs, arities[i].outputs);
            rest += length + (rest[length] == ',');
            count++;
        }
        assert_string_equal(rest, "");
    }
    assert_int_equal(count, OP_COUNT);
}

static void codes_of_other_operators_only_have_names(void **state)
{
    (void)state;
    int found = 0, foreign = 0;
    for (int code = -300; code <= 300; code++)
        found += op_from_tflite(code) != OP_COUNT;
    for (int op = 0; op < OP_COUNT; op++)
        foreign += op_table[op].tflite_code < 0;
    assert_int_equal(found, OP_COUNT - foreign);
    for (int code = 0; code <= 209; code++)
        assert_non_null(op_tflite_name(code));
    assert_string_equal(op_tflite_name(27), "SVDF");
    assert_string_equal(op_tflite_name(209), "STABLEHLO_CASE");
    assert_null(op_tflite_name(210));
    assert_null(op_tflite_name(-1));
    assert_null(op_tflite_name(INT32_MIN));
}

static bool is_input(const struct op_info *info, int input)
{
    return input >= 0 && input < info->max_inputs;
}

static void check_rule(const struct op_info *info)
{
    const struct quant_rule *rule = &info->quant;
    bool has_integers = rule->int8 != SCALE_UNSUPPORTED || rule->int16 != SCALE_UNSUPPORTED;
    bool all = rule->data_inputs == ALL_INPUTS;
    /* 16 bits are for operators that have 8 bits, too. */
    assert_true(rule->int16 == SCALE_UNSUPPORTED || rule->int8 != SCALE_UNSUPPORTED);
    assert_int_equal(has_integers, rule->data_inputs != 0);
    assert_true(all ? info->max_inputs == MANY : rule->data_inputs >> info->max_inputs == 0);
    if (rule->weight_input != NO_INPUT) {
        assert_true(is_input(info, rule->weight_input) && rule->weight_input < info->min_inputs);
        assert_false(rule->data_inputs >> rule->weight_input & 1u);
        assert_in_range(rule->weight_axis, 0, 3);
        /* The bias is the last input and may be left out. */
        assert_int_equal(rule->bias_input, info->max_inputs - 1);
        assert_int_equal(rule->bias_input, info->min_inputs);
    } else {
        assert_int_equal(rule->bias_input, NO_INPUT);
    }
    assert_true(rule->shrink_input == NO_INPUT || is_input(info, rule->shrink_input));
    assert_true(!rule->hybrid || rule->shrink_input != NO_INPUT);
    if (rule->int8 == SCALE_FIXED) {
        assert_true(rule->fixed8.scale > 0.0f && rule->fixed16.scale > 0.0f);
        assert_in_range(rule->fixed8.zero_point + 128, 0, 255);
        assert_int_equal(rule->fixed16.zero_point, 0);
    }
}

static void rules_of_quantization_fit_the_arity(void **state)
{
    (void)state;
    for (int op = 0; op < OP_COUNT; op++)
        check_rule(&op_table[op]);
}

/* Source: the 8-bit quantization specification and the 16x8 one. */
static void fixed_scales_are_those_of_the_specification(void **state)
{
    const struct {
        enum op op;
        float scale8;
        int zero8;
        float scale16;
    } fixed[] = {{OP_LOGISTIC, 0x1p-8f, -128, 0x1p-15f},
                 {OP_SOFTMAX, 0x1p-8f, -128, 0x1p-15f},
                 {OP_TANH, 0x1p-7f, 0, 0x1p-15f},
                 {OP_L2_NORMALIZATION, 0x1p-7f, 0, 0.0f}};
    size_t count = 0;
    (void)state;
    for (int op = 0; op < OP_COUNT; op++)
        count += op_table[op].quant.int8 == SCALE_FIXED;
    assert_int_equal(count, LENGTH(fixed));
    for (size_t i = 0; i < LENGTH(fixed); i++) {
        const struct quant_rule *rule = &op_table[fixed[i].op].quant;
        assert_true(rule->fixed8.scale == fixed[i].scale8);
        assert_int_equal(rule->fixed8.zero_point, fixed[i].zero8);
        if (fixed[i].scale16 > 0.0f)
            assert_true(rule->int16 == SCALE_FIXED && rule->fixed16.scale == fixed[i].scale16);
        else
            assert_int_equal(rule->int16, SCALE_UNSUPPORTED);
    }
}

/* --- parameters ------------------------------------------------------------------------------- */

/* From the schema: "id name bytes[=default]", in the file; the types' default is float32's code. */
#define WINDOW       "0 padding 1, 1 stride_w 4, 2 stride_h 4, "
#define FUSED        " fused_activation_function 1"
#define TYPE_OF_BIAS " quantized_bias_type 1"
static const struct {
    int tag;
    const char *name, *fields;
} options[] = {
    {1, "Conv2DOptions",
     WINDOW "3" FUSED ", 4 dilation_w_factor 4=1, 5 dilation_h_factor 4=1, 6" TYPE_OF_BIAS},
    {2, "DepthwiseConv2DOptions",
     WINDOW "3 depth_multiplier 4, 4" FUSED ", 5 dilation_w_factor 4=1, 6 dilation_h_factor 4=1"},
    {5, "Pool2DOptions", WINDOW "3 filter_width 4, 4 filter_height 4, 5" FUSED},
    {8, "FullyConnectedOptions",
     "0" FUSED
     ", 1 weights_format 1, 2 keep_num_dims 1, 3 asymmetric_quantize_inputs 1, 4" TYPE_OF_BIAS},
    {9, "SoftmaxOptions", "0 beta 4"},
    {10, "ConcatenationOptions", "0 axis 4, 1" FUSED},
    {11, "AddOptions", "0" FUSED ", 1 pot_scale_int16 1=1"},
    {12, "L2NormOptions", "0" FUSED},
    {13, "LocalResponseNormalizationOptions", "0 radius 4, 1 bias 4, 2 alpha 4, 3 beta 4"},
    {15, "ResizeBilinearOptions", "2 align_corners 1, 3 half_pixel_centers 1"},
    {17, "ReshapeOptions", "0 new_shape 0"},
    {19, "SpaceToDepthOptions", "0 block_size 4"},
    {21, "MulOptions", "0" FUSED},
    {23, "GatherOptions", "0 axis 4, 1 batch_dims 4"},
    {27, "ReducerOptions", "0 keep_dims 1"},
    {28, "SubOptions", "0" FUSED ", 1 pot_scale_int16 1=1"},
    {29, "DivOptions", "0" FUSED},
    {30, "SqueezeOptions", "0 squeeze_dims 0"},
    {32, "StridedSliceOptions",
     "0 begin_mask 4, 1 end_mask 4, 2 ellipsis_mask 4, 3 new_axis_mask 4, 4 shrink_axis_mask 4, "
     "5 offset 1"},
    {35, "SplitOptions", "0 num_splits 4"},
    {37, "CastOptions", "0 in_data_type 1, 1 out_data_type 1"},
    {40, "ArgMaxOptions", "0 output_type 1"},
    {49, "TransposeConvOptions", WINDOW "3" FUSED ", 4" TYPE_OF_BIAS},
    {55, "ShapeOptions", "0 out_type 1"},
    {59, "PackOptions", "0 values_count 4, 1 axis 4"},
    {64, "UnpackOptions", "0 num 4, 1 axis 4"},
    {74, "ResizeNearestNeighborOptions", "0 align_corners 1, 1 half_pixel_centers 1"},
    {75, "LeakyReluOptions", "0 alpha 4"},
    {77, "MirrorPadOptions", "0 mode 1"},
    {79, "SplitVOptions", "0 num_splits 4"},
    {94, "DepthToSpaceOptions", "0 block_size 4"},
    {101, "BatchMatMulOptions", "0 adj_x 1, 1 adj_y 1, 2 asymmetric_quantize_inputs 1"},
    {116, "GeluOptions", "0 approximate 1"},
};

/* Bytes of a field in its options table; 0 for a list, which lies elsewhere. */
static int bytes_in_file(enum field_kind kind)
{
    switch (kind) {
    case FIELD_INT:
    case FIELD_FLOAT:
        return 4;
    case FIELD_INTS:
        return 0;
    default:
        return 1;
    }
}

static void describe(const struct param_schema *schema, struct text *text)
{
    text_clear(text);
    text_add_string(text, "");
    for (int i = 0; i < schema->count; i++) {
        const struct param_field *field = &schema->fields[i];
        if (field->slot < 0)
            continue;
        text_printf(text, "%s%d %s %d", text->length ? ", " : "", field->slot, field->name,
                    bytes_in_file(field->kind));
        if (field->fallback)
            text_printf(text, "=%d", field->fallback);
    }
}

static void options_are_those_of_the_schema(void **state)
{
    struct text text = {0};
    (void)state;
    for (int op = 0; op < OP_COUNT; op++) {
        const struct param_schema *schema = op_table[op].params;
        const char *fields = "";
        for (size_t i = 0; i < LENGTH(options); i++)
            if (options[i].tag == schema->tflite_tag) {
                assert_string_equal(schema->name, options[i].name);
                fields = options[i].fields;
            }
        describe(schema, &text);
        if (strcmp(text.bytes, fields) != 0)
            fail_msg("%s: %s, expected %s", op_table[op].name, text.bytes, fields);
    }
    text_release(&text);
}

static size_t bytes_in_memory(enum field_kind kind)
{
    return kind == FIELD_INTS   ? sizeof(struct vector_params)
           : kind == FIELD_PADS ? sizeof(struct pads)
                                : sizeof(int32_t);
}

static void fields_lie_apart_in_the_parameters(void **state)
{
    (void)state;
    for (int op = 0; op < OP_COUNT; op++) {
        unsigned char taken[sizeof(union op_params)] = {0};
        const struct param_schema *schema = op_table[op].params;
        for (int i = 0; i < schema->count; i++) {
            size_t end = schema->fields[i].offset + bytes_in_memory(schema->fields[i].kind);
            for (size_t b = schema->fields[i].offset; b < end; b++) {
                assert_in_range(b, 0, sizeof(taken) - 1);
                assert_false(taken[b]++);
            }
        }
    }
}

/* Whatever has a padding says how many cells it means when that is explicit. */
static void paddings_come_with_cells(void **state)
{
    (void)state;
    for (int op = 0; op < OP_COUNT; op++) {
        const struct param_schema *schema = op_table[op].params;
        int paddings = 0, cells = 0;
        for (int i = 0; i < schema->count; i++) {
            paddings += schema->fields[i].kind == FIELD_PADDING;
            cells += schema->fields[i].kind == FIELD_PADS;
        }
        if (paddings != cells)
            fail_msg("%s: %d paddings and %d cells", op_table[op].name, paddings, cells);
    }
}

static void parameters_start_at_the_defaults_of_the_schema(void **state)
{
    union op_params params;
    (void)state;
    memset(&params, 0xff, sizeof(params));
    params_init(&params, op_table[OP_CONV_2D].params);
    assert_int_equal(params.conv.dilation_h, 1);
    assert_int_equal(params.conv.dilation_w, 1);
    assert_int_equal(params.conv.stride_h, 0);
    assert_int_equal(params.conv.padding, PADDING_SAME);
    params_init(&params, op_table[OP_TRANSPOSE_CONV].params);
    assert_int_equal(params.conv.dilation_h, 1); /* not in the file, but what the rules work with */
    params_init(&params, op_table[OP_ADD].params);
    assert_int_equal(params.arithmetic.pot_scale_int16, 1);
    params_init(&params, op_table[OP_SOFTMAX].params);
    assert_true(params.scalar.value == 0.0f);
    params_init(&params, op_table[OP_RESHAPE].params);
    assert_int_equal(params.vector.present, 0);
}

static void parameters_are_shown_as_words(void **state)
{
    union op_params conv = {
        .conv = {.padding = PADDING_VALID, .stride_w = -7, .activation = 3, .pads = {1, 2, 3, 4}}};
    union op_params list = {.vector = {1, 3, {2, -1, 5}}}, alpha = {.scalar.value = 0.25f};
    union op_params full = {.vector = {1, 6, {INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN}}};
    const struct param_field *fields = op_table[OP_CONV_2D].params->fields;
    const struct param_field *ints = op_table[OP_RESHAPE].params->fields;
    char text[PARAM_TEXT_SIZE];
    (void)state;
    assert_string_equal(param_text(&conv, &fields[0], text), "VALID");
    assert_string_equal(param_text(&conv, &fields[1], text), "-7");
    assert_string_equal(param_text(&conv, &fields[3], text), "RELU6");
    assert_string_equal(param_text(&conv, &fields[6], text), "float32");
    assert_string_equal(param_text(&conv, &fields[7], text), "[1, 2, 3, 4]");
    conv.conv.activation = 4;
    assert_string_equal(param_text(&conv, &fields[3], text), "?");
    conv.conv.padding = PADDING_EXPLICIT;
    assert_string_equal(param_text(&conv, &fields[0], text), "EXPLICIT");
    assert_string_equal(param_text(&list, ints, text), "[2, -1, 5]");
    assert_true(strlen(param_text(&full, ints, text)) < PARAM_TEXT_SIZE);
    assert_string_equal(param_text(&alpha, op_table[OP_LEAKY_RELU].params->fields, text), "0.25");
    alpha.mirror.mode = MIRROR_SYMMETRIC;
    assert_string_equal(param_text(&alpha, op_table[OP_MIRROR_PAD].params->fields, text),
                        "SYMMETRIC");
}

/* --- soundness -------------------------------------------------------------------------------- */

/* The sound graph: a convolution with per-channel int8 weights, an activation, and a sum. */
enum { IN, WEIGHTS, BIAS, OTHER, CONV, RELU, SUM, SPARE, TENSORS };

static struct graph *sound_graph(void)
{
    static const float scales[] = {0.5f, 0.25f, 0.125f};
    static const int32_t zeros[8] = {0};
    struct graph *graph = graph_new("g");
    harness_tensor(graph, TYPE_I8, SHAPE(1, 4, 4, 2), 0.1f, -128);
    harness_constant(graph, TYPE_I8, SHAPE(3, 1, 1, 2), 0.0f, 0, zeros);
    harness_per_axis(graph, WEIGHTS, 0, scales);
    harness_constant(graph, TYPE_I32, SHAPE(3), 0.0f, 0, zeros);
    harness_constant(graph, TYPE_I8, SHAPE(3), 0.1f, 127, zeros);
    for (int i = CONV; i < TENSORS; i++)
        harness_tensor(graph, TYPE_I8, SHAPE(1, 4, 4, 3), 0.1f, 0);
    graph_add_node(graph, OP_CONV_2D, (int[]){IN, WEIGHTS, BIAS}, 3, (int[]){CONV}, 1, NULL);
    graph_add_node(graph, OP_RELU, (int[]){CONV}, 1, (int[]){RELU}, 1, NULL);
    graph_add_node(graph, OP_ADD, (int[]){RELU, OTHER}, 2, (int[]){SUM}, 1, NULL);
    graph_set_inputs(graph, (int[]){IN}, 1);
    graph_set_outputs(graph, (int[]){SUM}, 1);
    return graph;
}

/* X(what is done to the graph, part of the message). */
#define DAMAGES(X)                                                                                 \
    X(tensors[CONV].shape.rank = -1, "impossible shape")                                           \
    X(tensors[CONV].shape.rank = 7, "impossible shape")                                            \
    X(tensors[CONV].shape.dim[0] = -1, "tensor 4 ('t'): impossible shape")                         \
    X(tensors[CONV].shape = SHAPE(1 << 20, 1 << 21), "impossible shape")                           \
    X(tensors[WEIGHTS].quant.count = 2, "2 scales do not fit dimension 0")                         \
    X(tensors[WEIGHTS].quant.axis = 1, "3 scales do not fit dimension 1")                          \
    X(tensors[WEIGHTS].quant.axis = -1, "3 scales do not fit dimension -1")                        \
    X(tensors[WEIGHTS].quant.axis = 4, "3 scales do not fit dimension 4")                          \
    X(tensors[IN].quant.scale = (float[]){NAN}, "scale 0 is nan")                                  \
    X(tensors[IN].quant.scale = (float[]){INFINITY}, "scale 0 is inf")                             \
    X(tensors[IN].quant.scale = (float[]){0.0f}, "scale 0 is 0")                                   \
    X(tensors[WEIGHTS].quant.scale = ((float[]){1, 1, -1}), "scale 2 is -1")                       \
    X(tensors[IN].quant.zero_point = (int32_t[]){-129}, "zero point -129 is outside int8")         \
    X(tensors[IN].quant.zero_point = (int32_t[]){128}, "zero point 128 is outside int8")           \
    X(tensors[WEIGHTS].quant.zero_point = ((int32_t[]){0, 0, 200}), "zero point 200")              \
    X(n_inputs = 0, "0 inputs and 1 outputs")                                                      \
    X(n_outputs = 0, "1 inputs and 0 outputs")                                                     \
    X(inputs[0] = -1, "input 0 of the graph")                                                      \
    X(inputs[0] = TENSORS, "input 0 of the graph")                                                 \
    X(inputs[0] = OTHER, "input 0 of the graph")                                                   \
    X(inputs = ((int[]){IN, IN}), "input 1 of the graph", graph->n_inputs = 2)                     \
    X(outputs[0] = -1, "output 0 of the graph is tensor -1 of 8")                                  \
    X(outputs[0] = TENSORS, "output 0 of the graph is tensor 8 of 8")                              \
    X(outputs[0] = SPARE, "output 0 of the graph ('t') is never written")                          \
    X(nodes[0].n_inputs = 1, "node 0 (CONV_2D): 1 inputs, expected 2 to 3")                        \
    X(nodes[2].inputs = ((int[]){IN, IN, IN}), "node 2 (ADD): 3 inputs, expected 2 to 2",          \
      graph->nodes[2].n_inputs = 3)                                                                \
    X(nodes[1].n_outputs = 0, "node 1 (RELU): 0 outputs, expected 1 to 1")                         \
    X(nodes[1].outputs = ((int[]){RELU, SPARE}), "node 1 (RELU): 2 outputs, expected 1 to 1",      \
      graph->nodes[1].n_outputs = 2)                                                               \
    X(nodes[0].inputs[1] = NO_TENSOR, "node 0 (CONV_2D): input 1 (filter) is missing")                      \
    X(nodes[0].inputs[2] = -2, "input 2 is tensor -2 of 8")                                        \
    X(nodes[0].inputs[0] = TENSORS, "input 0 is tensor 8 of 8")                                    \
    X(nodes[0].inputs[0] = RELU, "input 0 ('t') is read before anything writes it")                \
    X(nodes[1].inputs[0] = RELU, "input 0 ('t') is read before anything writes it")                \
    X(nodes[2].outputs[0] = -1, "output 0 is tensor -1 of 8")                                      \
    X(nodes[2].outputs[0] = TENSORS, "output 0 is tensor 8 of 8")                                  \
    X(nodes[2].outputs[0] = RELU, "is a constant, an input, or written twice")                     \
    X(nodes[2].outputs[0] = OTHER, "is a constant, an input, or written twice")                    \
    X(nodes[2].outputs[0] = IN, "is a constant, an input, or written twice")

static void sound_graphs_are_accepted(void **state)
{
    struct error error;
    struct graph *graph = sound_graph();
    (void)state;
    assert_int_equal(graph_check(graph, &error), STATUS_OK);
    graph->nodes[0].inputs[2] = NO_TENSOR; /* a bias is optional */
    graph->outputs[0] = OTHER;             /* a constant can be an output */
    graph->tensors[BIAS].quant = quantization_per_tensor(graph, 1.0f, INT32_MAX);
    assert_int_equal(graph_check(graph, &error), STATUS_OK);
    graph_free(graph);
}

static void check_refused(struct graph *graph, const char *what, const char *message)
{
    struct error error = {0};
    char line[900];
    assert_int_equal(graph_check(graph, &error), STATUS_FORMAT);
    if (!strstr(error_line(&error, line, sizeof(line)), message) || strncmp(line, "g: ", 3) != 0)
        fail_msg("%s: %s, expected %s", what, line, message);
    graph_free(graph);
}

/* Each damage in turn: the first statement is written to the graph, another one may follow. */
static void unsound_graphs_are_refused_with_the_reason(void **state)
{
    struct graph *graph;
    (void)state;
#define X(change, message, ...)                                                                    \
    graph = sound_graph();                                                                         \
    graph->change;                                                                                 \
    __VA_ARGS__;                                                                                   \
    check_refused(graph, #change, message);
    DAMAGES(X)
#undef X
}

/* --- types and shapes ------------------------------------------------------------------------- */

static void types_are_those_of_the_schema(void **state)
{
    const struct {
        const char *name;
        int code, size;
        int64_t low, high;
    } types[] = {{"float32", 0, 4, 0, 0},
                 {"float16", 1, 2, 0, 0},
                 {"int32", 2, 4, INT32_MIN, INT32_MAX},
                 {"uint8", 3, 1, 0, 255},
                 {"int64", 4, 8, INT64_MIN, INT64_MAX},
                 {"bool", 6, 1, 0, 1},
                 {"int16", 7, 2, -32768, 32767},
                 {"int8", 9, 1, -128, 127},
                 {"float64", 10, 8, 0, 0}};
    int found = 0;
    (void)state;
    assert_int_equal(LENGTH(types), TYPE_COUNT);
    for (size_t i = 0; i < LENGTH(types); i++) {
        enum type type = type_from_tflite(types[i].code);
        assert_int_not_equal(type, TYPE_COUNT);
        assert_string_equal(type_name(type), types[i].name);
        assert_int_equal(type_from_name(types[i].name), type);
        assert_int_equal(type_size(type), types[i].size);
        if (types[i].high != 0)
            assert_true(type_lowest(type) == types[i].low && type_highest(type) == types[i].high);
        found += type_is_quantized(type);
    }
    assert_int_equal(found, 3);
    int known = 0;
    for (int code = -200; code <= 200; code++)
        known += type_from_tflite(code) != TYPE_COUNT;
    assert_int_equal(known, TYPE_COUNT);
    assert_int_equal(type_from_tflite(5), TYPE_COUNT); /* strings */
    assert_int_equal(type_from_name("int4"), TYPE_COUNT);
}

static void shapes_broadcast_like_those_of_numpy(void **state)
{
    const struct shape scalar = {0};
    const struct {
        struct shape a, b, out;
    } fits[] = {
        {SHAPE(2, 3), SHAPE(2, 3), SHAPE(2, 3)}, {SHAPE(2, 3), SHAPE(3), SHAPE(2, 3)},
        {SHAPE(2, 1), SHAPE(1, 3), SHAPE(2, 3)}, {SHAPE(4, 1, 3), SHAPE(2, 1), SHAPE(4, 2, 3)},
        {SHAPE(2, 3), scalar, SHAPE(2, 3)},      {scalar, scalar, scalar},
        {SHAPE(1), SHAPE(0), SHAPE(0)},          {SHAPE(5, 0), SHAPE(1, 1), SHAPE(5, 0)}};
    const struct {
        struct shape a, b;
    } refused[] = {{SHAPE(2), SHAPE(3)}, {SHAPE(2, 3), SHAPE(2)}, {SHAPE(0), SHAPE(2)}};
    struct shape out;
    (void)state;
    for (size_t i = 0; i < LENGTH(fits); i++) {
        assert_true(shape_broadcast(&fits[i].a, &fits[i].b, &out));
        assert_true(shape_equal(&out, &fits[i].out));
        assert_true(shape_broadcast(&fits[i].b, &fits[i].a, &out));
        assert_true(shape_equal(&out, &fits[i].out));
    }
    for (size_t i = 0; i < LENGTH(refused); i++)
        assert_false(shape_broadcast(&refused[i].a, &refused[i].b, &out));
}

static void axes_count_from_either_end(void **state)
{
    int axis = 77;
    (void)state;
    for (int rank = 0; rank <= SHAPE_RANK_MAX; rank++) {
        for (int i = 0; i < rank; i++) {
            assert_true(shape_axis(i, rank, &axis) && axis == i);
            assert_true(shape_axis(i - rank, rank, &axis) && axis == i);
        }
        assert_false(shape_axis(rank, rank, &axis) || shape_axis(-rank - 1, rank, &axis));
        assert_false(shape_axis(INT32_MAX, rank, &axis) || shape_axis(INT32_MIN, rank, &axis));
    }
}

static void shapes_have_a_limit_of_elements(void **state)
{
    const struct shape most = SHAPE(1 << 20, 1 << 20), more = SHAPE(1 << 20, 1 << 20, 2);
    const struct shape hidden = SHAPE(0, INT32_MAX, INT32_MAX), scalar = {0};
    const struct shape text = SHAPE(INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN, -1);
    char buffer[SHAPE_TEXT_SIZE];
    (void)state;
    assert_true(shape_is_valid(&most) && shape_elements(&most) == SHAPE_ELEMENTS_MAX);
    assert_false(shape_is_valid(&more) || shape_is_valid(&hidden));
    assert_true(shape_is_valid(&scalar) && shape_elements(&scalar) == 1);
    assert_int_equal(shape_span(&SHAPE(2, 3, 4, 5), 1, 3), 12);
    assert_int_equal(shape_span(&SHAPE(2, 3), 1, 1), 1);
    assert_string_equal(shape_text(&SHAPE(1, 28, 28, 3), buffer), "1x28x28x3");
    assert_string_equal(shape_text(&scalar, buffer), "scalar");
    assert_true(strlen(shape_text(&text, buffer)) < SHAPE_TEXT_SIZE);
}

/* --- lists ------------------------------------------------------------------------------------ */

static void nodes_are_taken_and_appended_again(void **state)
{
    struct graph *graph = sound_graph();
    char text[NODE_TEXT_SIZE];
    int count;
    struct node *nodes = graph_take_nodes(graph, &count);
    (void)state;
    assert_int_equal(count, 3);
    assert_int_equal(graph->n_nodes, 0);
    for (int round = 0; round < 20; round++)
        graph_keep_node(graph, &nodes[2 - round % 3]); /* the list grows and moves */
    assert_int_equal(graph->n_nodes, 20);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(graph->nodes[i].op, nodes[2 - i % 3].op);
        assert_ptr_equal(graph->nodes[i].inputs, nodes[2 - i % 3].inputs);
    }
    assert_string_equal(node_text(graph, &graph->nodes[2], text), "node 2 (CONV_2D)");
    assert_string_equal(node_text(graph, &nodes[2], text), "a node (ADD)");
    graph_free(graph);
}

static void nodes_copy_their_lists_and_start_with_defaults(void **state)
{
    struct graph *graph = sound_graph();
    int inputs[] = {CONV, WEIGHTS, NO_TENSOR}, output = SPARE;
    const struct node *node = graph_add_node(graph, OP_CONV_2D, inputs, 3, &output, 1, NULL);
    (void)state;
    inputs[0] = output = -5;
    assert_int_equal(node->inputs[0], CONV);
    assert_int_equal(node->outputs[0], SPARE);
    assert_int_equal(node->params.conv.dilation_w, 1);
    assert_ptr_equal(node_input(graph, node, 1), &graph->tensors[WEIGHTS]);
    assert_null(node_input(graph, node, 2));
    assert_null(node_input(graph, node, 3));
    assert_null(node_input(graph, node, -1));
    assert_int_equal(tensor_bytes(node_output(graph, node, 0)), 48);
    graph_free(graph);
}

static void readers_and_outputs_are_uses(void **state)
{
    struct graph *graph = sound_graph();
    (void)state;
    graph->nodes[2].inputs[1] = RELU;
    graph_set_outputs(graph, (int[]){SUM, RELU}, 2);
    const int uses[TENSORS] = {
        [IN] = 1, [WEIGHTS] = 1, [BIAS] = 1, [CONV] = 1, [RELU] = 3, [SUM] = 1};
    for (int i = 0; i < TENSORS; i++)
        assert_int_equal(graph_uses(graph, i), uses[i]);
    graph_free(graph);
}

static void quantizations_are_equal_in_what_counts(void **state)
{
    const float scales[] = {1.0f, 2.0f}, others[] = {1.0f, 3.0f};
    const int32_t zeros[] = {0, 0}, ones[] = {0, 1};
    const struct quantization none = {0}, one = {1, 0, scales, zeros}, two = {2, 1, scales, zeros};
    const struct quantization same = {2, 1, scales, zeros}, moved = {1, 3, others, ones};
    const struct quantization different[] = {
        none, one, {2, 0, scales, zeros}, {2, 1, others, zeros}, {2, 1, scales, ones}};
    (void)state;
    assert_true(quantization_equal(&none, &none) && quantization_equal(&two, &same));
    assert_true(quantization_equal(&one, &moved)); /* the axis of one scale means nothing */
    for (size_t i = 0; i < LENGTH(different); i++)
        assert_false(quantization_equal(&two, &different[i]));
}

static void compacting_keeps_what_is_referred_to_in_order(void **state)
{
    struct graph *graph = sound_graph();
    struct error error;
    (void)state;
    for (int i = 0; i < TENSORS; i++)
        graph->tensors[i].name =
            (const char *[]){"in", "w", "b", "o", "conv", "relu", "sum", "spare"}[i];
    graph->nodes[0].inputs[2] = NO_TENSOR;
    graph_compact(graph); /* the bias and the spare tensor go */
    assert_int_equal(graph->n_tensors, 6);
    for (int i = 0; i < 6; i++)
        assert_string_equal(graph->tensors[i].name,
                            ((const char *[]){"in", "w", "o", "conv", "relu", "sum"})[i]);
    assert_int_equal(graph->nodes[0].inputs[2], NO_TENSOR);
    assert_string_equal(node_input(graph, &graph->nodes[2], 1)->name, "o");
    assert_string_equal(node_output(graph, &graph->nodes[1], 0)->name, "relu");
    assert_string_equal(graph->tensors[graph->outputs[0]].name, "sum");
    assert_int_equal(graph_check(graph, &error), STATUS_OK);
    graph_compact(graph);
    assert_int_equal(graph->n_tensors, 6);
    graph_free(graph);
}

/* --- summaries -------------------------------------------------------------------------------- */

static void conversions_do_not_count_as_nodes(void **state)
{
    struct graph *graph = graph_new("g");
    const int8_t weights[6] = {0};
    int in = harness_tensor(graph, TYPE_F32, SHAPE(2, 3), 0.0f, 0);
    int w = harness_constant(graph, TYPE_I8, SHAPE(2, 3), 0.5f, 0, weights);
    int x = harness_node(graph, OP_RELU, &in, 1, NULL, TYPE_F32, 0.0f, 0);
    x = harness_node(graph, OP_FULLY_CONNECTED, (int[]){x, w}, 2, NULL, TYPE_F32, 0.0f, 0);
    x = harness_node(graph, OP_QUANTIZE, &x, 1, NULL, TYPE_I16, 0.5f, 0);
    x = harness_node(graph, OP_RELU, &x, 1, NULL, TYPE_I16, 0.5f, 0);
    x = harness_node(graph, OP_DEQUANTIZE, &x, 1, NULL, TYPE_F32, 0.0f, 0);
    harness_node(graph, OP_TANH, &x, 1, NULL, TYPE_F32, 0.0f, 0);
    struct graph_summary summary = graph_summarize(graph);
    (void)state;
    assert_int_equal(summary.nodes, 4);
    assert_int_equal(summary.integer, 2); /* the hybrid product and the RELU of int16 */
    assert_int_equal(summary.n_floats, 2);
    assert_int_equal(summary.floats[0], 0);
    assert_int_equal(summary.floats[1], 5);
    graph_summary_release(&summary);
    graph_free(graph);
}

static void parameters_are_constants_of_real_numbers_once(void **state)
{
    struct graph *graph = sound_graph();
    const int32_t shape[] = {48};
    const uint16_t halves[48] = {0};
    (void)state;
    assert_true(graph_parameters(graph) == 6 + 3); /* the bias has no scales here */
    graph->tensors[BIAS].quant = quantization_per_tensor(graph, 1.0f, 0);
    assert_true(graph_parameters(graph) == 6 + 3 + 3);
    int to = harness_ints(graph, shape, 1);
    int half = harness_constant(graph, TYPE_F16, SHAPE(48), 0.0f, 0, halves);
    int x = harness_node(graph, OP_RESHAPE, (int[]){SUM, to}, 2, NULL, TYPE_I8, 0.1f, 0);
    assert_true(graph_parameters(graph) == 12); /* shapes are none */
    int y = harness_node(graph, OP_DEQUANTIZE, &half, 1, NULL, TYPE_F32, 0.0f, 0);
    harness_node(graph, OP_MUL, (int[]){y, half}, 2, NULL, TYPE_F32, 0.0f, 0);
    harness_node(graph, OP_ADD, (int[]){x, half}, 2, NULL, TYPE_I8, 0.1f, 0);
    assert_true(graph_parameters(graph) == 12 + 48);
    graph_free(graph);
}

/* Window parameters: padding, strides, dilations. */
#define STEPS(pad, step)                                                                           \
    {                                                                                              \
        .conv = {(pad), (step), (step), 1, 1, 0, 0, 0, {0} }                                       \
    }

static void products_count_their_multiplications(void **state)
{
    const struct {
        enum op op;
        struct shape data, weights;
        union op_params params;
        double macs;
    } products[] = {
        {OP_CONV_2D, SHAPE(1, 5, 5, 2), SHAPE(3, 3, 3, 2), STEPS(PADDING_VALID, 1), 3 * 3 * 3 * 18},
        {OP_CONV_2D, SHAPE(2, 4, 4, 4), SHAPE(6, 1, 1, 2), STEPS(PADDING_SAME, 1), 2 * 16 * 6 * 2},
        {OP_DEPTHWISE_CONV_2D, SHAPE(1, 5, 5, 2), SHAPE(1, 3, 3, 4), STEPS(PADDING_SAME, 2),
         3 * 3 * 4 * 9},
        {OP_FULLY_CONNECTED, SHAPE(2, 6), SHAPE(4, 6), {{0}}, 2 * 6 * 4},
        {OP_BATCH_MATMUL, SHAPE(2, 3, 4), SHAPE(2, 4, 5), {{0}}, 2 * 3 * 4 * 5},
        {OP_BATCH_MATMUL, SHAPE(2, 4, 3), SHAPE(2, 5, 4), {.matmul = {1, 1, 0}}, 2 * 3 * 4 * 5},
        {OP_ADD, SHAPE(2, 3), SHAPE(2, 3), {{0}}, 0},
    };
    struct graph *graph = graph_new("g");
    double total = 0.0;
    (void)state;
    for (size_t i = 0; i < LENGTH(products); i++) {
        int inputs[] = {harness_tensor(graph, TYPE_F32, products[i].data, 0.0f, 0),
                        harness_tensor(graph, TYPE_F32, products[i].weights, 0.0f, 0)};
        harness_node(graph, products[i].op, inputs, 2, &products[i].params, TYPE_F32, 0.0f, 0);
        assert_true(node_macs(graph, &graph->nodes[graph->n_nodes - 1]) == products[i].macs);
        total += products[i].macs;
    }
    assert_true(graph_macs(graph) == total);
    graph_free(graph);
}

static void transposed_convolutions_multiply_per_input_pixel(void **state)
{
    struct graph *graph = graph_new("g");
    const union op_params params = STEPS(PADDING_SAME, 2);
    int inputs[] = {harness_ints(graph, (int32_t[]){1, 4, 4, 3}, 4),
                    harness_tensor(graph, TYPE_F32, SHAPE(3, 2, 2, 2), 0.0f, 0),
                    harness_tensor(graph, TYPE_F32, SHAPE(1, 2, 2, 2), 0.0f, 0)};
    (void)state;
    harness_node(graph, OP_TRANSPOSE_CONV, inputs, 3, &params, TYPE_F32, 0.0f, 0);
    assert_true(graph_macs(graph) == 2 * 2 * (3 * 2 * 2 * 2));
    graph_free(graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_are_those_of_the_schema),
        cmocka_unit_test(codes_of_other_operators_only_have_names),
        cmocka_unit_test(rules_of_quantization_fit_the_arity),
        cmocka_unit_test(fixed_scales_are_those_of_the_specification),
        cmocka_unit_test(options_are_those_of_the_schema),
        cmocka_unit_test(fields_lie_apart_in_the_parameters),
        cmocka_unit_test(paddings_come_with_cells),
        cmocka_unit_test(parameters_start_at_the_defaults_of_the_schema),
        cmocka_unit_test(parameters_are_shown_as_words),
        cmocka_unit_test(sound_graphs_are_accepted),
        cmocka_unit_test(unsound_graphs_are_refused_with_the_reason),
        cmocka_unit_test(types_are_those_of_the_schema),
        cmocka_unit_test(shapes_broadcast_like_those_of_numpy),
        cmocka_unit_test(axes_count_from_either_end),
        cmocka_unit_test(shapes_have_a_limit_of_elements),
        cmocka_unit_test(nodes_are_taken_and_appended_again),
        cmocka_unit_test(nodes_copy_their_lists_and_start_with_defaults),
        cmocka_unit_test(readers_and_outputs_are_uses),
        cmocka_unit_test(quantizations_are_equal_in_what_counts),
        cmocka_unit_test(compacting_keeps_what_is_referred_to_in_order),
        cmocka_unit_test(conversions_do_not_count_as_nodes),
        cmocka_unit_test(parameters_are_constants_of_real_numbers_once),
        cmocka_unit_test(products_count_their_multiplications),
        cmocka_unit_test(transposed_convolutions_multiply_per_input_pixel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
