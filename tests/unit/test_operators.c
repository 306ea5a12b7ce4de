/* The operator table: every row against the schema, and whether it says all that a row has to
 * say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "formats/onnx/read/import.h"
#include "formats/onnx/write/export.h"
#include "formats/tflite/tables.h"
#include "graph/graph.h"
#include "graph/infer.h"
#include "graph/node_params.h"
#include "kernels/kernel.h"

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
     "LOGICAL_NOT 87 63, FLOOR 8 0, SIN 66 0, SQUARE 92 66, "
     "CEIL 104 0, COS 108 84, ROUND 116 0, SIGN 158 123, LOCAL_RESPONSE_NORMALIZATION 13 13, "
     "SPACE_TO_DEPTH 26 19, ERF -1 0, SILU "
     "-6 0"},
    {{1, 2}, {1, 1}, "RESHAPE 22 17"},
    {{1, MANY}, {1, 1}, "CONCATENATION 2 10, PACK 83 59"},
    {{1, 1}, {1, MANY}, "UNPACK 88 64"},
    {{2, 2},
     {1, 1},
     "ADD 0 11, MUL 18 21, RESIZE_BILINEAR 23 15, PAD 34 22, GATHER 36 23, TRANSPOSE 39 26, "
     "MEAN 40 27, SUB 41 28, DIV 42 29, PRELU 54 0, MAXIMUM 55 39, ARG_MAX 56 40, MINIMUM 57 39, "
     "EXPAND_DIMS 70 52, SUM 74 27, POW 78 56, REDUCE_MAX 82 27, RESIZE_NEAREST_NEIGHBOR 97 74, "
     "SQUARED_DIFFERENCE 99 76, MIRROR_PAD 100 77, BATCH_MATMUL 126 101, TILE 69 51, EQUAL 71 53, "
     "REDUCE_MIN 89 27, BROADCAST_TO 130 104, LESS 58 41, GREATER 61 44, GREATER_EQUAL 62 45, "
     "LESS_EQUAL 63 46, NOT_EQUAL 72 54, LOGICAL_OR 84 60, LOGICAL_AND 86 62, FLOOR_DIV 90 65, "
     "FLOOR_MOD 95 72"},
    {{2, 2}, {1, MANY}, "SPLIT 49 35"},
    {{2, 3},
     {1, 1},
     "CONV_2D 3 1, DEPTHWISE_CONV_2D 4 2, FULLY_CONNECTED 9 8, LAYER_NORMALIZATION -2 0"},
    {{3, 3}, {1, 1}, "PADV2 60 43, SLICE 65 48, SELECT_V2 123 98, SELECT 64 47"},
    {{3, 3}, {1, MANY}, "SPLIT_V 102 79"},
    {{3, 4}, {1, 1}, "TRANSPOSE_CONV 67 49"},
    {{4, 4}, {1, 1}, "STRIDED_SLICE 45 32"},
    {{3, 8}, {3, 3}, "LSTM -3 0"},
    {{3, 5}, {2, 2}, "SVDF 27 6"},
    {{1, 24}, {3, 3}, "UNIDIRECTIONAL_SEQUENCE_LSTM 44 71"},
    {{3, 6}, {2, 2}, "GRU -4 0, SIMPLE_RNN -7 0"},
    {{1, 1}, {3, 3}, "DYNAMIC_QUANTIZE -5 0"},
    {{1, 1}, {1, 1}, "LOG_SOFTMAX 50 36, ZEROS_LIKE 93 67, WHERE 109 85, RANK 110 86"},
    {{2, 2},
     {1, 1},
     "EMBEDDING_LOOKUP 7 0, ARG_MIN 79 57, REDUCE_PROD 81 27, REDUCE_ANY 91 27, FILL 94 68, "
     "REVERSE_V2 105 81, GATHER_ND 107 83, CUMSUM 128 102, REDUCE_ALL 140 27, BROADCAST_ARGS 145 "
     "0"},
    {{3, 3},
     {1, 1},
     "BATCH_TO_SPACE_ND 37 24, SPACE_TO_BATCH_ND 38 25, RANGE 96 73, SCATTER_ND 122 97, "
     "DYNAMIC_UPDATE_SLICE 151 117"},
    {{4, 4}, {1, 1}, "ONE_HOT 85 61"},
    {{2, 2}, {2, 2}, "TOPK_V2 48 34"},
    {{3, 3}, {4, 4}, "DETECTION_POSTPROCESS 32 0"},
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
    const struct op_info *info = &op_table[op];
    assert_int_equal(op_from_tflite(code), code < 0 || info->custom ? OP_COUNT : op);
    assert_string_equal(info->name, name);
    assert_string_equal(op_name(op), name);
    if (code < 0)
        assert_null(tflite_operator_name(code));
    else
        assert_string_equal(tflite_operator_name(code), info->custom ? "CUSTOM" : name);
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
        foreign += op_table[op].tflite_code < 0 || op_table[op].custom;
    assert_int_equal(found, OP_COUNT - foreign);
    for (int code = 0; code <= 209; code++)
        assert_non_null(tflite_operator_name(code));
    assert_string_equal(tflite_operator_name(27), "SVDF");
    assert_string_equal(tflite_operator_name(209), "STABLEHLO_CASE");
    assert_null(tflite_operator_name(210));
    assert_null(tflite_operator_name(-1));
    assert_null(tflite_operator_name(INT32_MIN));
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

/* --- rows that say everything ----------------------------------------------------------------- */

/* Ends the test unless what a row says holds; `said` names it. */
static void row_says(const struct op_info *info, bool holds, const char *said)
{
    if (!holds)
        fail_msg("%s: %s", info->name, said);
}

static bool has(const struct op_info *info, enum op_trait trait)
{
    return (info->traits & (uint32_t)trait) != 0;
}

/* Exactly the operands that the arity counts have a name and dimensions. */
static void check_operands(const struct op_info *info, const struct op_operand *operands, int most,
                           int slots)
{
    int described = most == MANY ? 1 : most;
    row_says(info, described <= slots, "more operands than can be described");
    for (int i = 0; i < slots; i++) {
        const struct op_operand *operand = &operands[i];
        bool is_said = operand->name && operand->name[0] && operand->dims;
        row_says(info, i < described ? is_said : !operand->name && !operand->dims,
                 "an operand without name or dimensions, or one too many");
        row_says(info,
                 !is_said ||
                     strspn(operand->dims, "NHWCOIMKLRTDG0123456789.") == strlen(operand->dims),
                 "a letter that op.h does not explain");
        row_says(info,
                 !is_said || !strchr(operand->dims, '.') || strncmp(operand->dims, "...", 3) == 0,
                 "dots that do not stand in front");
    }
}

static void inputs_and_outputs_are_described(void **state)
{
    (void)state;
    for (int op = 0; op < OP_COUNT; op++) {
        const struct op_info *info = &op_table[op];
        check_operands(info, info->inputs, info->max_inputs, OP_INPUTS_MAX);
        check_operands(info, info->outputs, info->max_outputs, OP_OUTPUTS_MAX);
        row_says(info, strcmp(op_input_name((enum op)op, 0), info->inputs[0].name) == 0, "a name");
    }
    assert_string_equal(op_input_name(OP_CONV_2D, 2), "bias");
    assert_string_equal(op_input_name(OP_CONCATENATION, 7), "part");
}

static void weights_are_described_by_their_channels(void **state)
{
    (void)state;
    for (int op = 0; op < OP_COUNT; op++) {
        const struct op_info *info = &op_table[op];
        const struct quant_rule *rule = &info->quant;
        if (rule->weight_input == NO_INPUT)
            continue;
        const char *dims = info->inputs[rule->weight_input].dims;
        row_says(info, (int)strlen(dims) > rule->weight_axis, "an axis that the weights lack");
        row_says(info, dims[rule->weight_axis] == 'O', "scales along another axis than O");
        row_says(info, strcmp(info->inputs[rule->bias_input].dims, "O") == 0, "a bias per O");
        row_says(info, info->family == FAMILY_PRODUCT, "weights outside of products");
    }
}

static void rows_state_versions_or_why_there_are_none(void **state)
{
    (void)state;
    for (int op = 0; op < OP_COUNT; op++) {
        const struct op_info *info = &op_table[op];
        const struct tflite_versions *versions = &info->versions;
        int least = info->tflite_code < 0 ? 0 : 1, most = info->tflite_code < 0 ? 0 : 8;
        row_says(info, (info->tflite_code < 0) == (info->no_tflite != NULL),
                 "a code, or the reason why there is none");
        row_says(info, !info->no_tflite || info->no_tflite[0], "an empty reason");
        row_says(info, versions->uint8 >= least && versions->uint8 <= most, "version for uint8");
        row_says(info, versions->int8 >= least && versions->int8 <= most, "version for int8");
        row_says(info, versions->int16 >= 0 && versions->int16 <= most, "version for int16");
        row_says(info, versions->int16 > 0 || info->quant.int16 == SCALE_UNSUPPORTED,
                 "quantized to int16, of which no runtime has it");
    }
}

static bool is_read_from_onnx(const char *name)
{
    const struct onnx_row *row;
    for (size_t i = 0; (row = onnx_row_at(i)) != NULL; i++)
        if (strcmp(row->name, name) == 0)
            return true;
    return false;
}

static void operators_have_readers_and_writers(void **state)
{
    (void)state;
    for (int op = 0; op < OP_COUNT; op++) {
        const struct op_info *info = &op_table[op];
        row_says(info, (info->onnx_name == NULL) == (info->no_onnx != NULL),
                 "a name in .onnx files, or the reason why there is none");
        row_says(info, (export_functions[op] == NULL) == (info->no_onnx != NULL),
                 "a function that writes it to .onnx files, or the reason why there is none");
        if (info->no_onnx)
            continue;
        row_says(info, is_read_from_onnx(info->onnx_name), "no row that reads it from .onnx files");
    }
}

static void operators_have_reference_kernels(void **state)
{
    bool found[OP_COUNT] = {false};
    (void)state;
    for (size_t i = 0; i < kernel_count(); i++)
        found[kernel_at(i)->op] |= kernel_at(i)->isa == ISA_REFERENCE;
    for (int op = 0; op < OP_COUNT; op++)
        row_says(&op_table[op], found[op], "no reference kernel");
}

/* --- traits ----------------------------------------------------------------------------------- */

static bool is_everywhere(const struct op_info *info, const char *dims)
{
    int inputs = info->max_inputs == MANY ? 1 : info->max_inputs;
    for (int i = 0; i < inputs; i++)
        if (strcmp(info->inputs[i].dims, dims) != 0)
            return false;
    return info->max_outputs == 1 && strcmp(info->outputs[0].dims, dims) == 0;
}

static bool has_field(const struct op_info *info, enum field_kind kind)
{
    for (int i = 0; i < info->params->count; i++)
        if (info->params->fields[i].kind == kind)
            return true;
    return false;
}

static void check_family(const struct op_info *info)
{
    const struct quant_rule *rule = &info->quant;
    row_says(info, info->family != FAMILY_NONE, "no family");
    row_says(info, info->traits != 0, "no traits: TRAIT_PLAIN says that there are none");
    row_says(info, !has(info, TRAIT_PLAIN) || info->traits == TRAIT_PLAIN, "plain, yet not");
    if (info->family == FAMILY_FUNCTION)
        row_says(info, info->max_inputs == 1 && has(info, TRAIT_ELEMENTWISE), "a function");
    if (info->family == FAMILY_ARITHMETIC)
        row_says(info, info->min_inputs == 2 && has(info, TRAIT_ELEMENTWISE), "arithmetic");
    if (info->family == FAMILY_REDUCTION)
        row_says(info, info->infer == infer_reduce, "a reduction");
    if (info->family == FAMILY_POOL)
        row_says(info, has_field(info, FIELD_PADDING) && rule->weight_input == NO_INPUT, "a pool");
    if (info->family == FAMILY_MOVE)
        row_says(info,
                 (rule->int8 == SCALE_SAME || rule->int8 == SCALE_UNSUPPORTED) &&
                     rule->int16 == (info->versions.int16 ? rule->int8 : SCALE_UNSUPPORTED),
                 "a move: of one scale, if of any");
}

static void check_traits(const struct op_info *info)
{
    const struct quant_rule *rule = &info->quant;
    bool is_same = rule->int8 == SCALE_SAME && rule->int16 == SCALE_SAME;
    if (has(info, TRAIT_ELEMENTWISE))
        row_says(info, is_everywhere(info, "..."), "elementwise, of any shape");
    if (has(info, TRAIT_ALONG_LAST))
        row_says(info, info->infer == infer_same && !has(info, TRAIT_ELEMENTWISE),
                 "along the last");
    if (has(info, TRAIT_VIEW))
        row_says(info, has(info, TRAIT_PASSES_SCALE) && rule->data_inputs == 1u, "a view");
    if (has(info, TRAIT_PASSES_SCALE))
        row_says(info, is_same && has(info, TRAIT_SHIFTABLE), "passes its scale");
    if (has(info, TRAIT_PASSES_FACTOR))
        row_says(info, rule->data_inputs != 0 && info->max_outputs == 1, "passes a factor");
    if (rule->int8 == SCALE_SAME)
        row_says(info, has(info, TRAIT_SHIFTABLE) != (info == &op_table[OP_AVERAGE_POOL_2D]),
                 "one scale: shiftable, unless it sums up integers");
    if (has(info, TRAIT_STORAGE))
        row_says(info, info->family == FAMILY_CONVERSION && rule->int8 == SCALE_UNSUPPORTED,
                 "storage");
}

static void families_and_traits_are_stated_and_fit(void **state)
{
    (void)state;
    for (int op = 0; op < OP_COUNT; op++) {
        check_family(&op_table[op]);
        check_traits(&op_table[op]);
    }
}

/* Each activation but NONE is one operator, a function of one tensor. */
static void activations_are_operators(void **state)
{
    int found[ACTIVATION_RELU6 + 1] = {0};
    (void)state;
    for (int op = 0; op < OP_COUNT; op++) {
        const struct op_info *info = &op_table[op];
        found[info->activation]++;
        row_says(info, info->activation == ACTIVATION_NONE || info->family == FAMILY_FUNCTION,
                 "an activation of several tensors");
    }
    for (int i = ACTIVATION_NONE + 1; i <= ACTIVATION_RELU6; i++)
        assert_int_equal(found[i], 1);
}

/* Kernels apply every activation that parameters can state, but for two that no file uses. */
static void fused_activations_are_found_in_the_parameters(void **state)
{
    (void)state;
    for (int op = 0; op < OP_COUNT; op++) {
        const struct op_info *info = &op_table[op];
        struct node node = {.op = (enum op)op};
        bool is_ignored = op == OP_CONCATENATION || op == OP_L2_NORMALIZATION;
        row_says(info, has(info, TRAIT_FUSES) == (has_field(info, FIELD_ACTIVATION) && !is_ignored),
                 "fuses an activation, or has no place for one");
        params_init(&node.params, info->params);
        int32_t *activation = node_fused_activation(&node);
        assert_int_equal(activation != NULL, has(info, TRAIT_FUSES));
        assert_int_equal(node_activation(&node), ACTIVATION_NONE);
        if (activation)
            *activation = ACTIVATION_RELU6;
        assert_int_equal(node_activation(&node), activation ? ACTIVATION_RELU6 : ACTIVATION_NONE);
    }
}

static void parameters_are_found_by_name_and_kind(void **state)
{
    struct node conv = {.op = OP_CONV_2D}, sum = {.op = OP_ADD}, pool = {.op = OP_MAX_POOL_2D};
    (void)state;
    assert_ptr_equal(node_param(&conv, "quantized_bias_type"), &conv.params.conv.bias_type);
    assert_ptr_equal(node_param(&sum, "pot_scale_int16"), &sum.params.arithmetic.pot_scale_int16);
    assert_null(node_param(&sum, "quantized_bias_type"));
    assert_ptr_equal(node_field(&conv, FIELD_PADDING), &conv.params.conv.padding);
    assert_ptr_equal(node_field(&pool, FIELD_PADS), &pool.params.pool.pads);
    assert_null(node_field(&sum, FIELD_PADDING));
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
    {6, "SVDFOptions", "0 rank 4, 1" FUSED ", 2 asymmetric_quantize_inputs 1"},
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
    {57, "ArgMinOptions", "0 output_type 1"},
    {61, "OneHotOptions", "0 axis 4"},
    {64, "UnpackOptions", "0 num 4, 1 axis 4"},
    {71, "UnidirectionalSequenceLSTMOptions",
     "0" FUSED ", 1 cell_clip 4, 2 proj_clip 4, 3 time_major 1, 4 asymmetric_quantize_inputs 1, "
     "5 diagonal_recurrent_tensors 1"},
    {74, "ResizeNearestNeighborOptions", "0 align_corners 1, 1 half_pixel_centers 1"},
    {75, "LeakyReluOptions", "0 alpha 4"},
    {77, "MirrorPadOptions", "0 mode 1"},
    {79, "SplitVOptions", "0 num_splits 4"},
    {94, "DepthToSpaceOptions", "0 block_size 4"},
    {101, "BatchMatMulOptions", "0 adj_x 1, 1 adj_y 1, 2 asymmetric_quantize_inputs 1"},
    {102, "CumsumOptions", "0 exclusive 1, 1 reverse 1"},
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_are_those_of_the_schema),
        cmocka_unit_test(codes_of_other_operators_only_have_names),
        cmocka_unit_test(rules_of_quantization_fit_the_arity),
        cmocka_unit_test(fixed_scales_are_those_of_the_specification),
        cmocka_unit_test(inputs_and_outputs_are_described),
        cmocka_unit_test(weights_are_described_by_their_channels),
        cmocka_unit_test(rows_state_versions_or_why_there_are_none),
        cmocka_unit_test(operators_have_readers_and_writers),
        cmocka_unit_test(operators_have_reference_kernels),
        cmocka_unit_test(families_and_traits_are_stated_and_fit),
        cmocka_unit_test(activations_are_operators),
        cmocka_unit_test(fused_activations_are_found_in_the_parameters),
        cmocka_unit_test(parameters_are_found_by_name_and_kind),
        cmocka_unit_test(options_are_those_of_the_schema),
        cmocka_unit_test(fields_lie_apart_in_the_parameters),
        cmocka_unit_test(paddings_come_with_cells),
        cmocka_unit_test(parameters_start_at_the_defaults_of_the_schema),
        cmocka_unit_test(parameters_are_shown_as_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
