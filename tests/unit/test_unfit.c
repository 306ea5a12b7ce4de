/* Values that one integer scale cannot hold: masks, what is told apart near 0, shares of many
 * classes. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "graph_harness.h"
#include "network_harness.h"
#include "node_harness.h"
#include "quantize/mode.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define IMAGE        SHAPE(1, 4, 4, 2)

static struct random random_state = {1};

/* Attention: rows by each other, some products masked, shares, and what they are for. The mask and
 * what reads it stay float: beside it all products would be the same step of a scale. */
static void masks_leave_their_neighbours_alone(void **state)
{
    static const struct {
        enum op op;
        float mask;
        const char *expected;
    } cases[] = {
        {OP_SELECT_V2, -FLT_MAX,
         "QUANTIZE BATCH_MATMUL DEQUANTIZE SELECT_V2 RESHAPE SOFTMAX QUANTIZE BATCH_MATMUL "
         "DEQUANTIZE"},
        {OP_SELECT_V2, -INFINITY,
         "QUANTIZE BATCH_MATMUL DEQUANTIZE SELECT_V2 RESHAPE SOFTMAX QUANTIZE BATCH_MATMUL "
         "DEQUANTIZE"},
        {OP_ADD, -1e9f,
         "QUANTIZE BATCH_MATMUL DEQUANTIZE ADD RESHAPE SOFTMAX QUANTIZE BATCH_MATMUL DEQUANTIZE"},
        {OP_ADD, -10000.0f,
         "QUANTIZE BATCH_MATMUL DEQUANTIZE ADD RESHAPE SOFTMAX QUANTIZE BATCH_MATMUL DEQUANTIZE"},
        {OP_SELECT_V2, -5.0f,
         "QUANTIZE BATCH_MATMUL SELECT_V2 RESHAPE SOFTMAX BATCH_MATMUL DEQUANTIZE"},
    };
    static const uint8_t chosen[] = {1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1};
    const int32_t same[] = {4, 4};
    const union op_params swapped = {.matmul = {0, 1, 0}}, share = {.scalar = {1.0f}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct graph *graph = network_new(SHAPE(4, 4));
        int mask = harness_constant(graph, TYPE_F32, SHAPE(1), 0.0f, 0, &cases[i].mask);
        int condition = harness_constant(graph, TYPE_BOOL, SHAPE(4, 4), 0.0f, 0, chosen);
        int products =
            harness_node(graph, OP_BATCH_MATMUL, (int[]){0, 0}, 2, &swapped, TYPE_F32, 0, 0);
        int inputs[3] = {products, mask, NO_TENSOR};
        if (cases[i].op == OP_SELECT_V2)
            memcpy(inputs, (int[]){condition, products, mask}, sizeof(inputs));
        int masked = harness_node(graph, cases[i].op, inputs, cases[i].op == OP_SELECT_V2 ? 3 : 2,
                                  NULL, TYPE_F32, 0, 0);
        int moved = harness_node(graph, OP_RESHAPE, (int[]){masked, harness_ints(graph, same, 2)},
                                 2, NULL, TYPE_F32, 0, 0);
        int shares = harness_node(graph, OP_SOFTMAX, &moved, 1, &share, TYPE_F32, 0, 0);
        int out = harness_node(graph, OP_BATCH_MATMUL, (int[]){shares, 0}, 2, NULL, TYPE_F32, 0, 0);
        graph_set_outputs(graph, &out, 1);
        network_quantize(graph, "int8");
        network_check_ops(graph, cases[i].expected);
        graph_free(graph);
    }
}

/* The same where calibration saw it. */
static void what_reaches_too_far_stays_float(void **state)
{
    (void)state;
    for (int k = 0; k < 2; k++) {
        struct graph *graph = network_new(IMAGE);
        int size = network_layer(graph, &random_state, OP_ABS, 0);
        int next = network_layer(graph, &random_state, OP_RELU, size);
        int out = network_layer(graph, &random_state, OP_ABS, next);
        graph_set_outputs(graph, &out, 1);
        network_quantize_range(graph, "int8", next,
                               (struct range){k ? -1.0f : -FLT_MAX, k ? FLT_MAX : 1.0f, true});
        network_check_ops(graph, "QUANTIZE ABS DEQUANTIZE RELU ABS");
        graph_free(graph);
    }
}

/* A mask that is computed of a second input, as BERT does: (1 - kept) * -10000. That calibration
 * saw nothing masked (all tensors range over few units) does not matter. */
static void masks_need_not_be_seen(void **state)
{
    const float one = 1.0f, far = -10000.0f;
    const union op_params share = {.scalar = {1.0f}};
    struct graph *graph = network_new(SHAPE(4, 4));
    int ones = harness_constant(graph, TYPE_F32, SHAPE(1), 0.0f, 0, &one);
    int factor = harness_constant(graph, TYPE_F32, SHAPE(1), 0.0f, 0, &far);
    int left = harness_node(graph, OP_SUB, (int[]){ones, 0}, 2, NULL, TYPE_F32, 0, 0);
    int mask = harness_node(graph, OP_MUL, (int[]){left, factor}, 2, NULL, TYPE_F32, 0, 0);
    int scores = harness_node(graph, OP_BATCH_MATMUL, (int[]){0, 0}, 2, NULL, TYPE_F32, 0, 0);
    int sum = harness_node(graph, OP_ADD, (int[]){scores, mask}, 2, NULL, TYPE_F32, 0, 0);
    int shares = harness_node(graph, OP_SOFTMAX, &sum, 1, &share, TYPE_F32, 0, 0);
    int out = harness_node(graph, OP_BATCH_MATMUL, (int[]){shares, 0}, 2, NULL, TYPE_F32, 0, 0);
    (void)state;
    graph_set_outputs(graph, &out, 1);
    network_quantize(graph, "int8");
    network_check_ops(graph, "QUANTIZE SUB DEQUANTIZE MUL BATCH_MATMUL DEQUANTIZE ADD "
                             "SOFTMAX QUANTIZE BATCH_MATMUL DEQUANTIZE");
    assert_int_equal(graph->n_remarks, 1);
    assert_non_null(strstr(graph->remarks[0], "2 tensors stay float"));
    assert_non_null(strstr(graph->remarks[0], "an attention mask"));
    graph_free(graph);
}

/* Large scores are no mask where a product makes them of raw numbers. */
static void large_logits_are_no_mask(void **state)
{
    struct graph *graph = network_new(IMAGE);
    int logits = network_layer(graph, &random_state, OP_FULLY_CONNECTED, 0);
    int out = network_layer(graph, &random_state, OP_SOFTMAX, logits);
    (void)state;
    graph_set_outputs(graph, &out, 1);
    network_quantize_range(graph, "int8", logits, (struct range){-3000.0f, 2000.0f, true});
    assert_int_equal(graph->n_remarks, 0);
    assert_int_equal(node_output(graph, network_node(graph, OP_SOFTMAX), 0)->type, TYPE_I8);
    graph_free(graph);
}

/* Nor where two products make what is added. What comes in from outside is one. */
static void large_sums_are_masks_with_something_from_outside_alone(void **state)
{
    const union op_params share = {.scalar = {1.0f}};
    (void)state;
    for (int outside = 0; outside < 2; outside++) {
        struct graph *graph = network_new(SHAPE(4, 4));
        int scores = harness_node(graph, OP_BATCH_MATMUL, (int[]){0, 0}, 2, NULL, TYPE_F32, 0, 0);
        int places = harness_node(graph, OP_BATCH_MATMUL, (int[]){0, 0}, 2, NULL, TYPE_F32, 0, 0);
        int sum = harness_node(graph, OP_ADD, (int[]){scores, outside ? 0 : places}, 2, NULL,
                               TYPE_F32, 0, 0);
        int shares = harness_node(graph, OP_SOFTMAX, &sum, 1, &share, TYPE_F32, 0, 0);
        int out =
            harness_node(graph, OP_BATCH_MATMUL, (int[]){shares, places}, 2, NULL, TYPE_F32, 0, 0);
        graph_set_outputs(graph, &out, 1);
        network_quantize_range(graph, "int8", sum, (struct range){-10000.0f, 1500.0f, true});
        assert_int_equal(graph->n_remarks, outside);
        assert_int_equal(node_output(graph, network_node(graph, OP_ADD), 0)->type,
                         outside ? TYPE_F32 : TYPE_I8);
        graph_free(graph);
    }
}

/* x / y, log x, 1 / sqrt(x), x^-0.5: what is read reaches from low to 1. */
static void what_is_told_apart_near_zero_stays_float(void **state)
{
    static const struct {
        enum op op;
        float low;
        const char *int8, *wide;
    } cases[] = {
        {OP_LOG, 1e-6f, "ABS LOG", "ABS LOG"},
        {OP_LOG, 0.01f, "ABS LOG", "QUANTIZE ABS DEQUANTIZE LOG"},
        {OP_LOG, 0.1f, "QUANTIZE ABS LOG DEQUANTIZE", "QUANTIZE ABS DEQUANTIZE LOG"},
        {OP_RSQRT, -1.0f, "ABS RSQRT", "ABS RSQRT"},
        {OP_RSQRT, 0.1f, "QUANTIZE ABS RSQRT DEQUANTIZE", "QUANTIZE ABS DEQUANTIZE RSQRT"},
        {OP_DIV, 0.0f, "ABS DIV", "ABS DIV"},
        {OP_DIV, 0.1f, "QUANTIZE ABS DEQUANTIZE DIV", "QUANTIZE ABS DEQUANTIZE DIV"},
        {OP_POW, 0.0f, "ABS POW", "ABS POW"},
        {OP_SQRT, 0.0f, "QUANTIZE ABS SQRT DEQUANTIZE", "QUANTIZE ABS SQRT DEQUANTIZE"},
    };
    const float power = -0.5f;
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        for (int wide = 0; wide < 2; wide++) {
            struct graph *graph = network_new(IMAGE);
            int exponent = harness_constant(graph, TYPE_F32, SHAPE(1), 0.0f, 0, &power);
            int read = harness_node(graph, OP_ABS, (int[]){0}, 1, NULL, TYPE_F32, 0, 0);
            const int divided[] = {0, read}, raised[] = {read, exponent};
            int out = harness_node(graph, cases[i].op, cases[i].op == OP_DIV ? divided : raised,
                                   cases[i].op == OP_DIV || cases[i].op == OP_POW ? 2 : 1, NULL,
                                   TYPE_F32, 0, 0);
            graph_set_outputs(graph, &out, 1);
            network_quantize_range(graph, wide ? "16x8" : "int8", read,
                                   (struct range){cases[i].low, 1.0f, true});
            network_check_ops(graph, wide ? cases[i].wide : cases[i].int8);
            graph_free(graph);
        }
}

/* A front end: frames, a transform, energies, a bank of filters, its logarithm. All of it stays
 * float but what comes behind; weights of the bank that are not positive end it at the bank. */
static void front_ends_stay_float(void **state)
{
    for (int positive = 0; positive < 2; positive++) {
        struct graph *graph = network_new(SHAPE(3, 4));
        int transform = network_constant(graph, &random_state, SHAPE(5, 4), -1.0, 1.0);
        int bank = network_constant(graph, &random_state, SHAPE(2, 5), positive ? 0.0 : -1.0, 1.0);
        int waves =
            harness_node(graph, OP_FULLY_CONNECTED, (int[]){0, transform}, 2, NULL, TYPE_F32, 0, 0);
        int energy = harness_node(graph, OP_MUL, (int[]){waves, waves}, 2, NULL, TYPE_F32, 0, 0);
        int heard = harness_node(graph, OP_RELU, &energy, 1, NULL, TYPE_F32, 0, 0);
        int bands =
            harness_node(graph, OP_FULLY_CONNECTED, (int[]){heard, bank}, 2, NULL, TYPE_F32, 0, 0);
        int log = harness_node(graph, OP_LOG, &bands, 1, NULL, TYPE_F32, 0, 0);
        int out = harness_node(graph, OP_RELU, &log, 1, NULL, TYPE_F32, 0, 0);
        (void)state;
        graph_set_outputs(graph, &out, 1);
        network_quantize_range(graph, "int8", heard, (struct range){0.0f, 9.0f, true});
        network_check_ops(graph, positive ? "FULLY_CONNECTED MUL RELU FULLY_CONNECTED LOG QUANTIZE "
                                            "RELU DEQUANTIZE"
                                          : "QUANTIZE FULLY_CONNECTED MUL RELU DEQUANTIZE "
                                            "FULLY_CONNECTED LOG QUANTIZE RELU DEQUANTIZE");
        graph_free(graph);
    }
}

/* x + f(x), over and over, then x / sqrt(mean(x^2)): residual sums of products end it, too. */
static void normalization_leaves_the_residual_stream_alone(void **state)
{
    struct graph *graph = network_new(SHAPE(3, 4));
    int stream = 0;
    (void)state;
    for (int i = 0; i < 2; i++) {
        int weights = network_constant(graph, &random_state, SHAPE(4, 4), -1.0, 1.0);
        int branch = harness_node(graph, OP_FULLY_CONNECTED, (int[]){stream, weights}, 2, NULL,
                                  TYPE_F32, 0, 0);
        stream = harness_node(graph, OP_ADD, (int[]){stream, branch}, 2, NULL, TYPE_F32, 0, 0);
    }
    int square = harness_node(graph, OP_MUL, (int[]){stream, stream}, 2, NULL, TYPE_F32, 0, 0);
    int inverse = harness_node(graph, OP_RSQRT, &square, 1, NULL, TYPE_F32, 0, 0);
    int out = harness_node(graph, OP_MUL, (int[]){stream, inverse}, 2, NULL, TYPE_F32, 0, 0);
    graph_set_outputs(graph, &out, 1);
    network_quantize_range(graph, "int8", square, (struct range){0.0f, 9.0f, true});
    network_check_ops(graph, "QUANTIZE FULLY_CONNECTED ADD FULLY_CONNECTED DEQUANTIZE DEQUANTIZE "
                             "ADD MUL RSQRT MUL");
    graph_free(graph);
}

/* log(softmax(x)): the shares stay float, and x does not. */
static void exponentials_make_absolute_precision_enough(void **state)
{
    struct graph *graph = network_new(SHAPE(1, 8));
    const union op_params share = {.scalar = {1.0f}};
    int logits = harness_node(graph, OP_ABS, (int[]){0}, 1, NULL, TYPE_F32, 0, 0);
    int shares = harness_node(graph, OP_SOFTMAX, &logits, 1, &share, TYPE_F32, 0, 0);
    int out = harness_node(graph, OP_LOG, &shares, 1, NULL, TYPE_F32, 0, 0);
    (void)state;
    graph_set_outputs(graph, &out, 1);
    network_quantize(graph, "int8");
    network_check_ops(graph, "QUANTIZE ABS DEQUANTIZE SOFTMAX LOG");
    graph_free(graph);
}

static void shares_of_many_classes_stay_float_where_they_can(void **state)
{
    static const struct {
        int classes;
        const char *mode, *expected, *remark;
        float high;
    } cases[] = {
        {256, "int8", "QUANTIZE ABS SOFTMAX DEQUANTIZE", NULL, 0.9f},
        {256, "int8", "QUANTIZE ABS SOFTMAX DEQUANTIZE", "is at most 0.05 in calibration", 0.05f},
        {257, "int8", "QUANTIZE ABS DEQUANTIZE SOFTMAX", "SOFTMAX of 257 classes stays float",
         0.9f},
        {257, "int8-io", "ABS SOFTMAX", NULL, 0.9f},
        {257, "int8-io", "ABS SOFTMAX", "classes near each other become equal", 0.1f},
        {257, "16x8", "QUANTIZE ABS SOFTMAX DEQUANTIZE", NULL, 0.1f},
    };
    const union op_params share = {.scalar = {1.0f}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct graph *graph = network_new(SHAPE(1, cases[i].classes));
        int logits = harness_node(graph, OP_ABS, (int[]){0}, 1, NULL, TYPE_F32, 0, 0);
        int out = harness_node(graph, OP_SOFTMAX, &logits, 1, &share, TYPE_F32, 0, 0);
        graph_set_outputs(graph, &out, 1);
        network_quantize_range(graph, cases[i].mode, out,
                               (struct range){0.0f, cases[i].high, true});
        network_check_ops(graph, cases[i].expected);
        assert_int_equal(graph->n_remarks, cases[i].remark != NULL);
        if (cases[i].remark)
            assert_non_null(strstr(graph->remarks[0], cases[i].remark));
        graph_free(graph);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masks_leave_their_neighbours_alone),
        cmocka_unit_test(what_reaches_too_far_stays_float),
        cmocka_unit_test(masks_need_not_be_seen),
        cmocka_unit_test(large_logits_are_no_mask),
        cmocka_unit_test(large_sums_are_masks_with_something_from_outside_alone),
        cmocka_unit_test(what_is_told_apart_near_zero_stays_float),
        cmocka_unit_test(front_ends_stay_float),
        cmocka_unit_test(normalization_leaves_the_residual_stream_alone),
        cmocka_unit_test(exponentials_make_absolute_precision_enough),
        cmocka_unit_test(shares_of_many_classes_stay_float_where_they_can),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
