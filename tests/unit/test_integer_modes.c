/* What the integer modes make of small graphs: scales, conversions, products. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "graph/summary.h"
#include "graph_harness.h"
#include "network_harness.h"
#include "node_harness.h"
#include "quantize/mode.h"
#include "rewrite/lower.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define IMAGE        SHAPE(1, 4, 4, 4)

static struct random random_state = {1};

static void check_scale(const struct tensor *tensor, double scale, int32_t zero_point)
{
    assert_int_equal(tensor->quant.count, 1);
    if (fabs((double)tensor->quant.scale[0] - scale) > 3e-7 * scale)
        fail_msg("scale %.9g, expected %.9g", (double)tensor->quant.scale[0], scale);
    assert_int_equal(tensor->quant.zero_point[0], zero_point);
}

/* Scales */

/* A graph of one layer; its output is the graph's. */
static struct graph *one_layer(enum op op)
{
    struct graph *graph = network_new(IMAGE);
    int out = network_layer(graph, &random_state, op, 0);
    graph_set_outputs(graph, &out, 1);
    return graph;
}

enum class { SAME, FREE, FIXED, FLOAT, TRUTH };

/* What the specification says of each operator, in int8 and in 16x8. */
static const struct {
    enum op op;
    enum class narrow, wide;
} rules[] = {
    {OP_CONV_2D, FREE, FREE},
    {OP_DEPTHWISE_CONV_2D, FREE, FREE},
    {OP_TRANSPOSE_CONV, FREE, FREE},
    {OP_FULLY_CONNECTED, FREE, FREE},
    {OP_BATCH_MATMUL, FREE, FREE},
    {OP_ADD, FREE, FREE},
    {OP_SUB, FREE, FREE},
    {OP_MUL, FREE, FREE},
    {OP_DIV, FLOAT, FLOAT},
    {OP_MAXIMUM, SAME, SAME},
    {OP_MINIMUM, SAME, SAME},
    {OP_SQUARED_DIFFERENCE, FREE, FLOAT},
    {OP_PRELU, FREE, FLOAT},
    {OP_AVERAGE_POOL_2D, SAME, SAME},
    {OP_MAX_POOL_2D, SAME, SAME},
    {OP_MEAN, FREE, FREE},
    {OP_SUM, FREE, SAME},
    {OP_REDUCE_MAX, SAME, SAME},
    {OP_RELU, FREE, FREE},
    {OP_RELU6, FREE, FREE},
    {OP_RELU_N1_TO_1, FREE, FLOAT},
    {OP_LEAKY_RELU, FREE, FREE},
    {OP_ELU, FLOAT, FLOAT},
    {OP_HARD_SWISH, FREE, FLOAT},
    {OP_GELU, FREE, FLOAT},
    {OP_LOGISTIC, FIXED, FIXED},
    {OP_TANH, FIXED, FIXED},
    {OP_SOFTMAX, FIXED, FIXED},
    {OP_L2_NORMALIZATION, FIXED, FLOAT},
    {OP_ABS, FREE, FREE},
    {OP_NEG, FLOAT, FLOAT},
    {OP_FLOOR, FLOAT, FLOAT},
    {OP_CEIL, FLOAT, FLOAT},
    {OP_ROUND, FLOAT, FLOAT},
    {OP_SIGN, FLOAT, FLOAT},
    {OP_SQUARE, FLOAT, FLOAT},
    {OP_SIN, FLOAT, FLOAT},
    {OP_COS, FLOAT, FLOAT},
    {OP_FLOOR_DIV, FLOAT, FLOAT},
    {OP_FLOOR_MOD, FLOAT, FLOAT},
    {OP_EXP, FREE, FREE},
    {OP_LOG, FREE, FLOAT},
    {OP_SQRT, FREE, FREE},
    {OP_RSQRT, FREE, FLOAT},
    {OP_RESHAPE, SAME, SAME},
    {OP_EXPAND_DIMS, SAME, SAME},
    {OP_SQUEEZE, SAME, SAME},
    {OP_TRANSPOSE, SAME, SAME},
    {OP_PAD, SAME, SAME},
    {OP_PADV2, SAME, SAME},
    {OP_MIRROR_PAD, SAME, SAME},
    {OP_CONCATENATION, SAME, SAME},
    {OP_PACK, SAME, SAME},
    {OP_UNPACK, SAME, SAME},
    {OP_SPLIT, SAME, SAME},
    {OP_SPLIT_V, SAME, SAME},
    {OP_SLICE, SAME, SAME},
    {OP_STRIDED_SLICE, SAME, SAME},
    {OP_GATHER, SAME, SAME},
    {OP_RESIZE_BILINEAR, SAME, SAME},
    {OP_RESIZE_NEAREST_NEIGHBOR, SAME, SAME},
    {OP_DEPTH_TO_SPACE, SAME, FLOAT},
    {OP_SPACE_TO_DEPTH, SAME, FLOAT},
    {OP_TILE, SAME, SAME},
    {OP_BROADCAST_TO, SAME, SAME},
    {OP_SELECT_V2, SAME, SAME},
    {OP_GATHER_ND, SAME, SAME},
    {OP_EMBEDDING_LOOKUP, SAME, FLOAT},
    {OP_SCATTER_ND, FLOAT, FLOAT},
    {OP_DYNAMIC_UPDATE_SLICE, SAME, SAME},
    {OP_REVERSE_V2, SAME, SAME},
    {OP_SPACE_TO_BATCH_ND, SAME, SAME},
    {OP_BATCH_TO_SPACE_ND, SAME, SAME},
    {OP_FILL, SAME, SAME},
    {OP_CUMSUM, FLOAT, FLOAT},
    {OP_REDUCE_PROD, FLOAT, FLOAT},
    {OP_TOPK_V2, FLOAT, FLOAT},
    {OP_ONE_HOT, FLOAT, FLOAT},
    {OP_LOG_SOFTMAX, FLOAT, FLOAT},
    {OP_SELECT, SAME, SAME},
    {OP_EQUAL, TRUTH, TRUTH},
    {OP_NOT_EQUAL, TRUTH, TRUTH},
    {OP_LESS, TRUTH, TRUTH},
    {OP_LESS_EQUAL, TRUTH, TRUTH},
    {OP_GREATER, TRUTH, TRUTH},
    {OP_GREATER_EQUAL, TRUTH, TRUTH},
    {OP_LOGICAL_AND, TRUTH, TRUTH},
    {OP_LOGICAL_OR, TRUTH, TRUTH},
    {OP_LOGICAL_NOT, TRUTH, TRUTH},
    {OP_REDUCE_MIN, SAME, SAME},
    {OP_LOCAL_RESPONSE_NORMALIZATION, FLOAT, FLOAT},
    {OP_ERF, FLOAT, FLOAT},
    {OP_LAYER_NORMALIZATION, FLOAT, FLOAT},
    {OP_LSTM, FLOAT, FLOAT},
    {OP_GRU, FLOAT, FLOAT},
    {OP_SIMPLE_RNN, FLOAT, FLOAT},
};

static void check_class(const struct graph *graph, enum op op, enum class expected, enum type type)
{
    const struct node *node = network_node(graph, op);
    const struct tensor *out = node_output(graph, node, 0);
    int same = 0, different = 0;
    for (int i = 0; i < node->n_inputs + node->n_outputs; i++) {
        const struct tensor *tensor = i < node->n_inputs
                                          ? node_input(graph, node, i)
                                          : node_output(graph, node, i - node->n_inputs);
        if (!tensor || tensor == out || tensor->quant.count == 0)
            continue;
        if (quantization_equal(&tensor->quant, &out->quant) && tensor->type == type)
            same++;
        else
            different++;
    }
    if (expected == TRUTH) { /* of real numbers, or of truth values */
        assert_int_equal(out->type, TYPE_BOOL);
        assert_int_equal(different, 0);
        return;
    }
    bool is_float = out->type == TYPE_F32;
    if (is_float != (expected == FLOAT) || (!is_float && out->type != type))
        fail_msg("%s writes %s", op_name(op), type_name(out->type));
    if ((expected == SAME && (same == 0 || different > 0)) || (expected == FREE && same > 0) ||
        (expected == FLOAT && same + different > 0))
        fail_msg("%s: %d tensors share the output's scale, %d do not", op_name(op), same,
                 different);
    struct graph_summary summary = graph_summarize(graph);
    assert_int_equal(summary.n_floats > 0, expected == FLOAT);
    graph_summary_release(&summary);
}

static void operators_follow_their_rules(void **state)
{
    (void)state;
    assert_int_equal(COUNT(rules) + 1, layer_count + foreign_layer_count); /* SILU has none */
    for (size_t i = 0; i < COUNT(rules); i++)
        for (int wide = 0; wide < 2; wide++) {
            struct graph *graph = one_layer(rules[i].op);
            /* What is next to 0 stays float for some (near_zero.h). */
            int read = network_node(graph, rules[i].op)->inputs[0];
            network_quantize_range(graph, wide ? "16x8" : "int8",
                                   op_table[rules[i].op].quant.int8 == SCALE_FREE ? read
                                                                                  : NO_TENSOR,
                                   (struct range){0.5f, 4.0f, true});
            check_class(graph, rules[i].op, wide ? rules[i].wide : rules[i].narrow,
                        wide ? TYPE_I16 : TYPE_I8);
            for (int t = 0; t < graph->n_tensors && wide; t++)
                for (int c = 0; c < graph->tensors[t].quant.count; c++)
                    assert_int_equal(graph->tensors[t].quant.zero_point[c], 0);
            graph_free(graph);
        }
}

static void silu_becomes_what_has_integer_forms(void **state)
{
    struct graph *graph = one_layer(OP_SILU);
    (void)state;
    network_quantize(graph, "int8");
    network_check_ops(graph, "QUANTIZE LOGISTIC MUL DEQUANTIZE");
    graph_free(graph);
}

/* Also where nothing below puts the parts together again. */
static void all_parts_of_a_tensor_share_its_scale(void **state)
{
    static const enum op ops[] = {OP_SPLIT, OP_SPLIT_V, OP_UNPACK};
    (void)state;
    for (size_t i = 0; i < COUNT(ops); i++) {
        struct graph *graph = one_layer(ops[i]);
        graph->n_nodes--;
        const struct node *node = network_node(graph, ops[i]);
        graph_set_outputs(graph, node->outputs, node->n_outputs);
        network_quantize(graph, "int8");
        check_class(graph, ops[i], SAME, TYPE_I8);
        graph_free(graph);
    }
}

static void some_outputs_have_fixed_scales(void **state)
{
    static const struct {
        enum op op;
        double scale;
        int32_t zero_point;
    } cases[] = {{OP_LOGISTIC, 1.0 / 256, -128},
                 {OP_SOFTMAX, 1.0 / 256, -128},
                 {OP_TANH, 1.0 / 128, 0},
                 {OP_L2_NORMALIZATION, 1.0 / 128, 0}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        for (int wide = 0; wide < 2; wide++) {
            struct graph *graph = one_layer(cases[i].op);
            network_quantize(graph, wide ? "16x8" : "int8");
            const struct node *node = network_node(graph, cases[i].op);
            const struct tensor *out = node_output(graph, node, 0);
            if (!wide)
                check_scale(out, cases[i].scale, cases[i].zero_point);
            else if (cases[i].op != OP_L2_NORMALIZATION)
                check_scale(out, 1.0 / 32768, 0);
            if (!wide) /* the input is free: tensor 0 ranges over -1 .. 1 */
                check_scale(node_input(graph, node, 0), 2.0 / 255, -1);
            graph_free(graph);
        }
}

/* SOFTMAX's scale cannot hold what it is put together with: that input is requantized. */
static void a_tie_that_cannot_be_is_a_requantization(void **state)
{
    struct graph *graph = network_new(IMAGE);
    union op_params join = {.axis = {.axis = 3}};
    int soft = network_layer(graph, &random_state, OP_SOFTMAX, 0);
    int out = harness_node(graph, OP_CONCATENATION, (int[]){soft, 0}, 2, &join, TYPE_F32, 0, 0);
    (void)state;
    graph_set_outputs(graph, &out, 1);
    network_quantize(graph, "int8");
    network_check_ops(graph, "QUANTIZE SOFTMAX QUANTIZE CONCATENATION DEQUANTIZE");
    check_scale(node_output(graph, network_node(graph, OP_SOFTMAX), 0), 1.0 / 256, -128);
    const struct node *node = network_node(graph, OP_CONCATENATION);
    /* output 2 ranges over -3 .. 5 and is tied to the input */
    for (int i = 0; i < 2; i++)
        check_scale(node_input(graph, node, i), 8.0 / 255, -32);
    check_scale(node_output(graph, node, 0), 8.0 / 255, -32);
    graph_free(graph);
}

static void constants_take_their_own_scale_or_the_groups(void **state)
{
    struct graph *graph = network_new(SHAPE(1, 2));
    const float values[] = {-0.5f, 2.05f};
    int constant = harness_constant(graph, TYPE_F32, SHAPE(2), 0.0f, 0, values);
    int sum = harness_node(graph, OP_ADD, (int[]){0, constant}, 2, NULL, TYPE_F32, 0, 0);
    int out = harness_node(graph, OP_MAXIMUM, (int[]){sum, constant}, 2, NULL, TYPE_F32, 0, 0);
    const int8_t own[] = {-128, 127};
    (void)state;
    graph_set_outputs(graph, &out, 1);
    network_quantize(graph, "int8");
    const struct tensor *operand = node_input(graph, network_node(graph, OP_ADD), 1);
    check_scale(operand, 0.01, -78);
    harness_equal(TYPE_I8, operand->data, own, 2);
    /* tensors 2 and 3 of -3 .. 5 and -4 .. 7 share 11 / 255 */
    operand = node_input(graph, network_node(graph, OP_MAXIMUM), 1);
    check_scale(operand, 11.0 / 255, -35);
    harness_equal(TYPE_I8, operand->data, ((int8_t[]){-47, 13}), 2);
    graph_free(graph);
}

/* Which nodes stand where */

#define CHAIN_MAX 4

/* What becomes of a chain of nodes. */
static const struct {
    const char *mode;
    enum op chain[CHAIN_MAX]; /* ends at OP_COUNT */
    const char *expected;
    enum type in, out;
} chains[] = {
    {"int8", {OP_ABS, OP_COUNT}, "QUANTIZE ABS DEQUANTIZE", TYPE_F32, TYPE_F32},
    {"int8",
     {OP_ABS, OP_ELU, OP_ABS, OP_COUNT},
     "QUANTIZE ABS DEQUANTIZE ELU QUANTIZE ABS DEQUANTIZE",
     TYPE_F32,
     TYPE_F32},
    {"int8", {OP_NEG, OP_ELU, OP_COUNT}, "NEG ELU", TYPE_F32, TYPE_F32},
    {"int8", {OP_ABS, OP_NEG, OP_COUNT}, "QUANTIZE ABS DEQUANTIZE NEG", TYPE_F32, TYPE_F32},
    {"16x8",
     {OP_ABS, OP_HARD_SWISH, OP_ABS, OP_COUNT},
     "QUANTIZE ABS DEQUANTIZE HARD_SWISH QUANTIZE ABS DEQUANTIZE",
     TYPE_F32,
     TYPE_F32},
    {"int8-io", {OP_ABS, OP_SOFTMAX, OP_COUNT}, "ABS SOFTMAX", TYPE_I8, TYPE_I8},
    {"int8-io", {OP_NEG, OP_COUNT}, "DEQUANTIZE NEG QUANTIZE", TYPE_I8, TYPE_I8},
    {"int8-io:io=uint8",
     {OP_ABS, OP_SOFTMAX, OP_COUNT},
     "QUANTIZE ABS SOFTMAX QUANTIZE",
     TYPE_U8,
     TYPE_U8},
    {"int8-io:io=uint8",
     {OP_NEG, OP_COUNT},
     "QUANTIZE DEQUANTIZE NEG QUANTIZE QUANTIZE",
     TYPE_U8,
     TYPE_U8},
    {"fp32", {OP_ABS, OP_COUNT}, "ABS", TYPE_F32, TYPE_F32},
    {"fp16", {OP_ABS, OP_COUNT}, "ABS", TYPE_F32, TYPE_F32},
    {"dynamic", {OP_ABS, OP_COUNT}, "ABS", TYPE_F32, TYPE_F32},
    {"as-is", {OP_ABS, OP_NEG, OP_COUNT}, "ABS NEG", TYPE_F32, TYPE_F32},
};

static void conversions_stand_only_where_they_must(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(chains); i++) {
        struct graph *graph = network_new(IMAGE);
        int out = 0, floats = 0, nodes = 0;
        for (const enum op *op = chains[i].chain; *op != OP_COUNT; op++) {
            out = network_layer(graph, &random_state, *op, out);
            nodes++;
            floats += *op == OP_ELU || *op == OP_NEG || *op == OP_HARD_SWISH;
        }
        graph_set_outputs(graph, &out, 1);
        network_quantize(graph, chains[i].mode);
        network_check_ops(graph, chains[i].expected);
        assert_int_equal(graph->tensors[graph->inputs[0]].type, chains[i].in);
        assert_int_equal(graph->tensors[graph->outputs[0]].type, chains[i].out);
        struct graph_summary summary = graph_summarize(graph);
        assert_int_equal(summary.nodes, nodes);
        if (strchr(chains[i].mode, '8'))
            assert_int_equal(summary.n_floats, floats);
        assert_int_equal(summary.integer + summary.n_floats, nodes);
        graph_summary_release(&summary);
        graph_free(graph);
    }
}

/* uint8 counts the steps of int8 from 0. */
static void integer_inputs_and_outputs_keep_their_scales(void **state)
{
    (void)state;
    for (int unsigned_io = 0; unsigned_io < 2; unsigned_io++) {
        struct graph *graph = network_new(IMAGE);
        int sum = network_layer(graph, &random_state, OP_ABS, 0);
        int out = network_layer(graph, &random_state, OP_SOFTMAX, sum), shift = 128 * unsigned_io;
        graph_set_outputs(graph, (int[]){out, sum}, 2);
        network_quantize(graph, unsigned_io ? "int8-io:io=uint8" : "int8-io");
        check_scale(&graph->tensors[graph->inputs[0]], 2.0 / 255, -1 + shift);
        check_scale(&graph->tensors[graph->outputs[0]], 1.0 / 256, -128 + shift);
        check_scale(&graph->tensors[graph->outputs[1]], 5.0 / 255, -26 + shift);
        assert_int_equal(graph->n_outputs, 2);
        graph_free(graph);
    }
}

static void one_conversion_serves_all_readers(void **state)
{
    struct graph *graph = network_new(IMAGE);
    int size = network_layer(graph, &random_state, OP_ABS, 0);
    int first = network_layer(graph, &random_state, OP_ELU, size);
    int second = network_layer(graph, &random_state, OP_NEG, size);
    int third = network_layer(graph, &random_state, OP_RELU, first);
    int fourth = network_layer(graph, &random_state, OP_TANH, first);
    (void)state;
    graph_set_outputs(graph, (int[]){size, second, third, fourth}, 4);
    network_quantize(graph, "int8");
    network_check_ops(graph,
                      "QUANTIZE ABS DEQUANTIZE ELU NEG QUANTIZE RELU TANH DEQUANTIZE DEQUANTIZE");
    graph_free(graph);
}

static void what_was_never_seen_stays_float(void **state)
{
    struct graph *graph = network_new(IMAGE);
    int size = network_layer(graph, &random_state, OP_ABS, 0);
    int next = network_layer(graph, &random_state, OP_RELU, size);
    int out = network_layer(graph, &random_state, OP_ABS, next);
    (void)state;
    graph_set_outputs(graph, &out, 1);
    network_quantize_range(graph, "int8-io", next, (struct range){0});
    network_check_ops(graph, "ABS DEQUANTIZE RELU ABS QUANTIZE");
    graph_free(graph);
}

/* Where calibration saw only zeros there is next to no step left, which most kernels reach and some
 * do not. Those nodes stay float, and the file can be run. */
static void what_no_kernel_can_scale_stays_float(void **state)
{
    static const struct {
        enum op op;
        const char *mode;
        float high; /* of the output */
        bool stays;
    } cases[] = {
        {OP_ADD, "int8", 2e-6f, true},     {OP_ADD, "int8", 1e-3f, false},
        {OP_ADD, "16x8", 2e-6f, true},     {OP_HARD_SWISH, "int8", 2e-6f, true},
        {OP_CONV_2D, "16x8", 2e-6f, true}, {OP_CONV_2D, "16x8", 0.1f, false},
        {OP_CONV_2D, "int8", 0.0f, false}, {OP_BATCH_MATMUL, "16x8", 0.0f, false},
        {OP_SUB, "int8", 0.0f, false},     {OP_MUL, "int8", 0.0f, false},
        {OP_RELU, "16x8", 0.0f, false},    {OP_SQUARED_DIFFERENCE, "int8", 0.0f, false},
    };
    const float zeros[64] = {0};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        for (int isa = ISA_REFERENCE; isa <= (int)isa_best(); isa++) {
            struct graph *graph = one_layer(cases[i].op);
            const void *inputs[] = {zeros};
            void *outputs[1];
            network_quantize_range(graph, cases[i].mode, graph->outputs[0],
                                   (struct range){0.0f, cases[i].high, true});
            struct graph_summary summary = graph_summarize(graph);
            if ((summary.n_floats > 0) != cases[i].stays)
                fail_msg("%s in %s: %d nodes stay float", op_name(cases[i].op), cases[i].mode,
                         summary.n_floats);
            graph_summary_release(&summary);
            harness_graph_run(graph, (enum isa)isa, 1, inputs, outputs);
            graph_free(graph);
        }
}

static void products_with_computed_weights_stay_float(void **state)
{
    struct graph *graph = network_new(SHAPE(4, 4));
    int weights = harness_node(graph, OP_ABS, (int[]){0}, 1, NULL, TYPE_F32, 0, 0);
    int out = harness_node(graph, OP_FULLY_CONNECTED, (int[]){0, weights}, 2, NULL, TYPE_F32, 0, 0);
    (void)state;
    graph_set_outputs(graph, &out, 1);
    network_quantize(graph, "int8");
    network_check_ops(graph, "QUANTIZE ABS DEQUANTIZE FULLY_CONNECTED");
    graph_free(graph);
}

/* Products */

/* CHANNELS filters on the image, and a bias where biased. */
#define CHANNELS 5

static struct graph *product(enum op op, bool biased)
{
    struct graph *graph = network_new(IMAGE);
    union op_params params;
    const int32_t size[] = {1, 4, 4, CHANNELS};
    bool is_transposed = op == OP_TRANSPOSE_CONV, is_depthwise = op == OP_DEPTHWISE_CONV_2D;
    struct shape filter = op == OP_FULLY_CONNECTED ? SHAPE(CHANNELS, 4)
                          : is_depthwise           ? SHAPE(1, 2, 2, 4)
                                                   : SHAPE(CHANNELS, 2, 2, 4);
    int data = is_transposed ? 2 : 0, inputs[4] = {0, 0, 0, 0};
    params_init(&params, op_table[op].params);
    if (op != OP_FULLY_CONNECTED)
        params.conv.stride_h = params.conv.stride_w = 1;
    inputs[1] = network_constant(graph, &random_state, filter, -1.0, 1.0);
    if (is_transposed)
        inputs[0] = harness_ints(graph, size, 4);
    if (biased)
        inputs[data == 2 ? 3 : 2] =
            network_constant(graph, &random_state, SHAPE(is_depthwise ? 4 : CHANNELS), -1.0, 1.0);
    int out = harness_node(graph, op, inputs, (data ? 3 : 2) + biased, &params, TYPE_F32, 0, 0);
    graph_set_outputs(graph, &out, 1);
    return graph;
}

/* How a product is stored. */
static const struct {
    const char *mode;
    enum op op;
    int scales, axis;
    enum type data, bias;
} products[] = {
    {"int8", OP_CONV_2D, CHANNELS, 0, TYPE_I8, TYPE_I32},
    {"int8", OP_DEPTHWISE_CONV_2D, 4, 3, TYPE_I8, TYPE_I32},
    {"int8", OP_TRANSPOSE_CONV, CHANNELS, 0, TYPE_I8, TYPE_I32},
    {"int8", OP_FULLY_CONNECTED, CHANNELS, 0, TYPE_I8, TYPE_I32},
    {"int8-io:io=uint8", OP_CONV_2D, CHANNELS, 0, TYPE_I8, TYPE_I32},
    {"int8:weights=per-tensor", OP_CONV_2D, 1, 0, TYPE_I8, TYPE_I32},
    {"int8:weights=per-tensor", OP_DEPTHWISE_CONV_2D, 1, 0, TYPE_I8, TYPE_I32},
    {"int8:weights=per-tensor", OP_FULLY_CONNECTED, 1, 0, TYPE_I8, TYPE_I32},
    {"int8:dense=per-tensor", OP_CONV_2D, CHANNELS, 0, TYPE_I8, TYPE_I32},
    {"int8:dense=per-tensor", OP_FULLY_CONNECTED, 1, 0, TYPE_I8, TYPE_I32},
    {"16x8", OP_CONV_2D, CHANNELS, 0, TYPE_I16, TYPE_I64},
    {"16x8", OP_DEPTHWISE_CONV_2D, 4, 3, TYPE_I16, TYPE_I64},
    {"16x8", OP_TRANSPOSE_CONV, CHANNELS, 0, TYPE_I16, TYPE_I64},
    {"16x8:dense=per-tensor", OP_FULLY_CONNECTED, 1, 0, TYPE_I16, TYPE_I64},
};

static void weights_are_quantized_as_the_options_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(products); i++) {
        struct graph *graph = product(products[i].op, true);
        int data = products[i].op == OP_TRANSPOSE_CONV ? 2 : 0;
        network_quantize(graph, products[i].mode);
        const struct node *node = network_node(graph, products[i].op);
        const struct tensor *in = node_input(graph, node, data);
        const struct tensor *weights = node_input(graph, node, 1);
        const struct tensor *bias = node_input(graph, node, data ? 3 : 2);
        assert_int_equal(in->type, products[i].data);
        assert_int_equal(weights->type, TYPE_I8);
        assert_int_equal(bias->type, products[i].bias);
        assert_int_equal(weights->quant.count, products[i].scales);
        assert_int_equal(weights->quant.axis, products[i].axis);
        assert_int_equal(bias->quant.count, products[i].scales);
        for (int c = 0; c < products[i].scales; c++) {
            double scale = (double)in->quant.scale[0] * (double)weights->quant.scale[c];
            assert_true(fabs((double)bias->quant.scale[c] - scale) <= 2e-7 * scale);
        }
        if (products[i].op != OP_DEPTHWISE_CONV_2D) { /* its options have no such field */
            int32_t stated = products[i].op == OP_FULLY_CONNECTED ? node->params.dense.bias_type
                                                                  : node->params.conv.bias_type;
            assert_int_equal(stated, products[i].bias == TYPE_I64 ? TYPE_I64 : TYPE_F32);
        }
        graph_free(graph);
    }
}

/* As the file has it: TFLite's kernel of CONV_2D insists on a bias; the others do without. */
static void a_convolution_without_bias_gets_one_of_zeros(void **state)
{
    static const enum op ops[] = {OP_CONV_2D, OP_TRANSPOSE_CONV, OP_FULLY_CONNECTED};
    static const struct {
        const char *mode;
        enum type bias;
        int scales;
    } rows[] = {{"fp32", TYPE_F32, 0},
                {"int8", TYPE_I32, CHANNELS},
                {"int8:weights=per-tensor", TYPE_I32, 1},
                {"16x8", TYPE_I64, CHANNELS}};
    static const char zeros[CHANNELS * 8];
    struct error error;
    (void)state;
    for (size_t i = 0; i < COUNT(ops) * COUNT(rows); i++) {
        enum op op = ops[i % COUNT(ops)];
        struct graph *graph = product(op, false), *lowered;
        network_quantize(graph, rows[i / COUNT(ops)].mode);
        assert_int_equal(graph_lower(graph, &lowered, &error), STATUS_OK);
        const struct node *node = network_node(lowered, op);
        const struct tensor *bias = node_input(lowered, node, 2);
        if (op != OP_CONV_2D) {
            assert_int_equal(node->n_inputs, op == OP_TRANSPOSE_CONV ? 3 : 2);
        } else {
            assert_int_equal(bias->type, rows[i / COUNT(ops)].bias);
            assert_int_equal(bias->quant.count, rows[i / COUNT(ops)].scales);
            assert_int_equal(shape_elements(&bias->shape), CHANNELS);
            assert_memory_equal(bias->data, zeros, tensor_bytes(bias));
        }
        graph_free(lowered);
        graph_free(graph);
    }
}

static void sums_in_int16_have_no_powers_of_two(void **state)
{
    static const enum op ops[] = {OP_ADD, OP_SUB};
    (void)state;
    for (size_t i = 0; i < COUNT(ops); i++) {
        struct graph *graph = one_layer(ops[i]);
        network_quantize(graph, "16x8");
        assert_int_equal(network_node(graph, ops[i])->params.arithmetic.pot_scale_int16, 0);
        graph_free(graph);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_follow_their_rules),
        cmocka_unit_test(silu_becomes_what_has_integer_forms),
        cmocka_unit_test(all_parts_of_a_tensor_share_its_scale),
        cmocka_unit_test(some_outputs_have_fixed_scales),
        cmocka_unit_test(a_tie_that_cannot_be_is_a_requantization),
        cmocka_unit_test(constants_take_their_own_scale_or_the_groups),
        cmocka_unit_test(conversions_stand_only_where_they_must),
        cmocka_unit_test(integer_inputs_and_outputs_keep_their_scales),
        cmocka_unit_test(one_conversion_serves_all_readers),
        cmocka_unit_test(what_was_never_seen_stays_float),
        cmocka_unit_test(what_no_kernel_can_scale_stays_float),
        cmocka_unit_test(products_with_computed_weights_stay_float),
        cmocka_unit_test(weights_are_quantized_as_the_options_say),
        cmocka_unit_test(a_convolution_without_bias_gets_one_of_zeros),
        cmocka_unit_test(sums_in_int16_have_no_powers_of_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
