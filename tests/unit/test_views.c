/* Legal oddities of quantized files: bytes that are taken for numbers of another scale, weights
 * with negative scales, biases whose scales lie along a dimension that they lack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "graph_harness.h"
#include "network_harness.h"
#include "node_harness.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const int8_t sample[] = {-128, -50, 0, 1, 99, 127};

/* A graph whose input is int8 [1, 2, 3, 1] in steps of 0.5 from 3. */
static struct graph *begin(void)
{
    struct graph *graph = graph_new("views");
    int input = harness_tensor(graph, TYPE_I8, SHAPE(1, 2, 3, 1), 0.5f, 3);
    graph->rounding = ROUNDING_TWICE;
    graph_set_inputs(graph, &input, 1);
    return graph;
}

/* A node that moves bytes and says that they are steps of another scale. */
static int move(struct graph *graph, enum op op, int x, float scale, int32_t zero_point)
{
    const int32_t order[] = {0, 3, 1, 2}, back[] = {0, 2, 3, 1}, axis = 1, flat[] = {2, 3};
    union op_params params;
    int inputs[] = {x, NO_TENSOR}, count = op == OP_SQUEEZE ? 1 : 2;
    params_init(&params, op_table[op].params);
    if (op == OP_TRANSPOSE)
        inputs[1] = harness_ints(graph, graph->tensors[x].shape.dim[1] == 2 ? order : back, 4);
    else if (op == OP_EXPAND_DIMS)
        inputs[1] = harness_ints(graph, &axis, 0);
    else
        inputs[1] = harness_ints(graph, flat, 2);
    return harness_node(graph, op, inputs, count, &params, TYPE_I8, scale, zero_point);
}

static void compare(struct graph *graph, const float expected[6])
{
    void *got;
    harness_graph_run(graph, isa_best(), 1, (const void *const[]){sample}, &got);
    harness_equal(TYPE_F32, got, expected, 6);
}

/* Real numbers as output, read from .tflite and from what .onnx file that becomes: the bytes in
 * steps of the scale. */
static void check(struct graph *graph, int x, float scale, int32_t zero_point)
{
    float expected[6];
    int out = harness_node(graph, OP_DEQUANTIZE, &x, 1, NULL, TYPE_F32, 0.0f, 0);
    graph_set_outputs(graph, &out, 1);
    for (int i = 0; i < 6; i++)
        expected[i] = scale * (float)(sample[i] - zero_point);
    struct graph *lite = harness_through_file(graph, ".tflite");
    struct graph *onnx = harness_through_file(lite, ".onnx");
    compare(lite, expected);
    compare(onnx, expected);
    graph_free(onnx);
    graph_free(lite);
    graph_free(graph);
}

static void views_take_bytes_for_other_numbers(void **state)
{
    static const enum op ops[] = {OP_RESHAPE, OP_SQUEEZE, OP_EXPAND_DIMS};
    (void)state;
    for (size_t i = 0; i < LENGTH(ops); i++) {
        struct graph *graph = begin();
        check(graph, move(graph, ops[i], 0, 0.25f, -1), 0.25f, -1);
    }
    struct graph *graph = begin();
    check(graph, move(graph, OP_RESHAPE, move(graph, OP_RESHAPE, 0, 0.25f, -1), 2.0f, 7), 2.0f, 7);
}

/* Two transpositions that cancel, the scale with them if it were forgotten. */
static void transpositions_take_bytes_for_other_numbers(void **state)
{
    (void)state;
    struct graph *graph = begin();
    int x = move(graph, OP_TRANSPOSE, 0, 0.125f, 5);
    check(graph, move(graph, OP_TRANSPOSE, x, 0.25f, -1), 0.25f, -1);
    graph = begin();
    x = move(graph, OP_TRANSPOSE, 0, 0.125f, 5);
    check(graph, move(graph, OP_TRANSPOSE, x, 0.5f, 3), 0.5f, 3);
    graph = begin();
    x = move(graph, OP_TRANSPOSE, 0, 0.5f, 3);
    check(graph, move(graph, OP_TRANSPOSE, x, 0.125f, 5), 0.125f, 5);
}

/* A convolution of 1x1 whose second channel has a negative scale: its output is that of the first
 * one, below zero. */
static struct graph *negative_conv(bool is_onnx)
{
    struct graph *graph = begin();
    const int8_t weights[] = {64, 64};
    const int32_t biases[] = {8, 8};
    const float scales[] = {0.0078125f, -0.0078125f}, steps[] = {0.00390625f, -0.00390625f};
    union op_params params;
    int inputs[3] = {0};
    params_init(&params, op_table[OP_CONV_2D].params);
    params.conv.padding = PADDING_VALID;
    params.conv.stride_w = params.conv.stride_h = 1;
    inputs[1] = harness_constant(graph, TYPE_I8, SHAPE(2, 1, 1, 1), 1.0f, 0, weights);
    inputs[2] = harness_constant(graph, TYPE_I32, SHAPE(2), 1.0f, 0, biases);
    harness_per_axis(graph, inputs[1], 0, scales);
    harness_per_axis(graph, inputs[2], 0, steps);
    if (!is_onnx) /* as old converters wrote it */
        graph->tensors[inputs[2]].quant.axis = 3;
    int out = harness_node(graph, OP_CONV_2D, inputs, 3, &params, TYPE_I8, 0.25f, 0);
    graph_set_outputs(graph, &out, 1);
    return graph;
}

static void weights_may_have_negative_scales(void **state)
{
    static const char *const names[] = {".tflite", ".onnx"};
    static const enum isa isas[] = {ISA_REFERENCE, ISA_GENERIC};
    void *got;
    (void)state;
    for (size_t n = 0; n < LENGTH(names); n++) {
        struct graph *graph = negative_conv(n == 1), *read = harness_through_file(graph, names[n]);
        for (size_t i = 0; i <= LENGTH(isas); i++) {
            harness_graph_run(read, i < LENGTH(isas) ? isas[i] : isa_best(), 1,
                              (const void *const[]){sample}, &got);
            for (int p = 0; p < 6; p++) { /* 0.5 (q - 3) * 0.5 + 8/256, in steps of 0.25 */
                const int8_t *pixel = (const int8_t *)got + 2 * p;
                int expected = sample[p] - 3 < -128 ? -128 : sample[p] - 3;
                assert_int_equal(pixel[0], expected);
                assert_int_equal(pixel[1], sample[p] - 3 < -127 ? 127 : 3 - sample[p]);
            }
        }
        graph_free(read);
        graph_free(graph);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(views_take_bytes_for_other_numbers),
        cmocka_unit_test(transpositions_take_bytes_for_other_numbers),
        cmocka_unit_test(weights_may_have_negative_scales),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
