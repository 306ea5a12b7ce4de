/* The graph: soundness, types and shapes, lists, summaries. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "graph/node_facts.h"
#include "graph/node_params.h"
#include "graph/summary.h"
#include "graph_harness.h"
#include "node_harness.h"
#include "rewrite/compact.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

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
    X(tensors[WEIGHTS].quant.block = 5, "3 scales do not fit dimension 0")                         \
    X(tensors[WEIGHTS].bits = 3, "elements do not fit 3 bits")                                     \
    X(tensors[IN].bits = 4, "elements do not fit 4 bits")                                          \
    X(tensors[WEIGHTS].quant.axis = 1, "3 scales do not fit dimension 1")                          \
    X(tensors[WEIGHTS].quant.axis = -1, "3 scales do not fit dimension -1")                        \
    X(tensors[WEIGHTS].quant.axis = 4, "3 scales do not fit dimension 4")                          \
    X(tensors[IN].quant.scale = (float[]){NAN}, "scale 0 is nan")                                  \
    X(tensors[IN].quant.scale = (float[]){INFINITY}, "scale 0 is inf")                             \
    X(tensors[IN].quant.scale = (float[]){0.0f}, "scale 0 is 0")                                   \
    X(tensors[IN].quant.scale = (float[]){-1.0f}, "scale 0 is -1")                                 \
    X(tensors[WEIGHTS].quant.scale = ((float[]){1, -1, 0}), "scale 2 is 0")                        \
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
    X(nodes[0].inputs[1] = NO_TENSOR, "node 0 (CONV_2D): input 1 (filter) is missing")             \
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
                 {"float64", 10, 8, 0, 0},
                 {"bfloat16", 18, 2, 0, 0}};
    int found = 0;
    (void)state;
    assert_int_equal(LENGTH(types), TYPE_COUNT);
    for (size_t i = 0; i < LENGTH(types); i++) {
        enum type type = type_from_name(types[i].name);
        assert_int_not_equal(type, TYPE_COUNT);
        assert_int_equal(type_table[type].tflite_code, types[i].code);
        assert_int_equal(type_from_tflite(types[i].code), type == TYPE_BF16 ? TYPE_COUNT : type);
        assert_string_equal(type_name(type), types[i].name);
        assert_int_equal(type_size(type), types[i].size);
        if (types[i].high != 0)
            assert_true(type_lowest(type) == types[i].low && type_highest(type) == types[i].high);
        found += type_is_quantized(type);
    }
    assert_int_equal(found, 3);
    int known = 0;
    for (int code = -200; code <= 200; code++)
        known += type_from_tflite(code) != TYPE_COUNT;
    assert_int_equal(known, TYPE_COUNT - 1); /* no runtime of .tflite files has bfloat16 */
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
    const struct quantization none = {0}, one = {1, 0, 0, scales, zeros},
                              two = {2, 1, 0, scales, zeros};
    const struct quantization same = {2, 1, 0, scales, zeros}, moved = {1, 3, 0, others, ones};
    const struct quantization different[] = {none,
                                             one,
                                             {2, 0, 0, scales, zeros},
                                             {2, 1, 8, scales, zeros},
                                             {2, 1, 0, others, zeros},
                                             {2, 1, 0, scales, ones}};
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

/* Windows and strides are told as height x width. */
static void windows_are_told_of_convolutions_and_pools(void **state)
{
    static const struct {
        enum op op;
        int height, width, stride_h, stride_w;
        const char *window, *activation;
    } rows[] = {{OP_CONV_2D, 3, 5, 1, 1, "3x5", ""},
                {OP_CONV_2D, 1, 1, 2, 2, "1x1/2", "RELU6"},
                {OP_DEPTHWISE_CONV_2D, 3, 3, 2, 1, "3x3/2x1", "RELU6"},
                {OP_AVERAGE_POOL_2D, 7, 2, 3, 3, "7x2/3", ""},
                {OP_ADD, 0, 0, 0, 0, "", "RELU6"}};
    static const float zeros[3 * 5 * 4] = {0};
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct graph *graph = graph_new("g");
        union op_params params;
        struct text window = {0}, activation = {0};
        bool is_pool = rows[i].op == OP_AVERAGE_POOL_2D;
        params_init(&params, op_table[rows[i].op].params);
        struct node node = {.op = rows[i].op, .params = params};
        int32_t *fused = node_fused_activation(&node);
        *fused = rows[i].activation[0] ? ACTIVATION_RELU6 : ACTIVATION_NONE;
        if (is_pool) {
            node.params.pool.filter_h = rows[i].height;
            node.params.pool.filter_w = rows[i].width;
        }
        if (rows[i].op != OP_ADD) {
            *node_param(&node, "stride_h") = rows[i].stride_h;
            *node_param(&node, "stride_w") = rows[i].stride_w;
        }
        harness_tensor(graph, TYPE_F32, SHAPE(1, 8, 8, 4), 0.0f, 0);
        harness_constant(graph, TYPE_F32, SHAPE(1, rows[i].height, rows[i].width, 4), 0.0f, 0,
                         zeros);
        node.inputs = (int[]){0, 1};
        node.n_inputs = is_pool ? 1 : 2;
        node_print_window(graph, &node, &window);
        node_print_activation(&node, &activation);
        assert_string_equal(window.bytes ? window.bytes : "", rows[i].window);
        assert_string_equal(activation.bytes ? activation.bytes : "", rows[i].activation);
        text_release(&window);
        text_release(&activation);
        graph_free(graph);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
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
        cmocka_unit_test(windows_are_told_of_convolutions_and_pools),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
