/* What .tflite files cannot say is said in another way, and means the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "formats/model.h"
#include "graph/nearest.h"
#include "rewrite/fuse.h"
#include "rewrite/lower.h"
#include "rewrite/recognize.h"
#include "rewrite_harness.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Lowers the graph, expects these operators, and compares what it computes. */
static struct graph *lower(struct graph *graph, int in, int out, const char *ops)
{
    const float *before[REWRITE_OUTPUTS_MAX];
    struct error error = {0};
    struct graph *lowered;
    char now[256] = "";
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, &out, 1);
    rewrite_outcome(graph, before);
    if (graph_lower(graph, &lowered, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    for (int i = 0; i < lowered->n_nodes; i++) {
        strcat(now, i > 0 ? " " : "");
        strcat(now, op_name(lowered->nodes[i].op));
    }
    assert_string_equal(now, ops);
    rewrite_check(lowered, before);
    return lowered;
}

static void release(struct graph *graph, struct graph *lowered)
{
    graph_free(lowered);
    graph_free(graph);
}

/* Pads of an image of 7x6, and the padding that the node has afterwards. */
static const struct {
    struct pads pads;
    int32_t stride;
    const char *ops;
    enum padding padding;
} windows[] = {
    {{0, 0, 0, 0}, 1, "", PADDING_VALID},     {{1, 1, 1, 1}, 1, "", PADDING_SAME},
    {{1, 0, 1, 1}, 2, "", PADDING_SAME}, /* of 6 columns, SAME adds one on the right */
    {{1, 1, 1, 1}, 2, "PAD ", PADDING_VALID}, {{2, 0, 0, 1}, 1, "PAD ", PADDING_VALID},
};

static void convolutions_pad_beforehand(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(windows); i++) {
        const int32_t stride = windows[i].stride;
        const union op_params params = {.conv = {PADDING_EXPLICIT, stride, stride, 1, 1, 0,
                                                 ACTIVATION_RELU, TYPE_F32, windows[i].pads}};
        struct graph *graph = graph_new("conv");
        char ops[64];
        int in = rewrite_real(graph, SHAPE(1, 7, 6, 2));
        int inputs[] = {in, rewrite_random(graph, SHAPE(3, 3, 3, 2)),
                        rewrite_random(graph, SHAPE(3))};
        int out = harness_node(graph, OP_CONV_2D, inputs, 3, &params, TYPE_F32, 0.0f, 0);
        snprintf(ops, sizeof(ops), "%sCONV_2D", windows[i].ops);
        struct graph *lowered = lower(graph, in, out, ops);
        assert_int_equal(lowered->nodes[lowered->n_nodes - 1].params.conv.padding,
                         windows[i].padding);
        release(graph, lowered);
    }
}

static void transposed_convolutions_cut_off(void **state)
{
    static const struct {
        struct pads pads;
        int32_t height, width;
        const char *ops;
    } rows[] = {
        {{0, 0, 0, 0}, 9, 9, "TRANSPOSE_CONV"},
        {{0, 0, 1, 1}, 8, 8, "TRANSPOSE_CONV"}, /* SAME */
        {{1, 1, 1, 1}, 7, 7, "TRANSPOSE_CONV"}, /* SAME, too */
        {{1, 1, 0, 0}, 8, 8, "TRANSPOSE_CONV SLICE"},
        {{2, 1, 2, 0}, 5, 8, "TRANSPOSE_CONV SLICE"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const union op_params params = {
            .conv = {PADDING_EXPLICIT, 2, 2, 1, 1, 0, ACTIVATION_RELU, TYPE_F32, rows[i].pads}};
        struct graph *graph = graph_new("transposed");
        int in = rewrite_real(graph, SHAPE(1, 4, 4, 2));
        int shape = harness_ints(graph, (int32_t[]){1, rows[i].height, rows[i].width, 3}, 4);
        int inputs[] = {shape, rewrite_random(graph, SHAPE(3, 3, 3, 2)), in,
                        rewrite_random(graph, SHAPE(3))};
        int out = harness_node(graph, OP_TRANSPOSE_CONV, inputs, 4, &params, TYPE_F32, 0.0f, 0);
        release(graph, lower(graph, in, out, rows[i].ops));
    }
}

static void pools_leave_the_cells_around_out(void **state)
{
    static const struct {
        enum op op;
        size_t window;
        const char *ops;
    } rows[] = {
        {OP_MAX_POOL_2D, 1, "MAX_POOL_2D"},
        {OP_MAX_POOL_2D, 3, "PADV2 MAX_POOL_2D"},
        {OP_AVERAGE_POOL_2D, 1, "AVERAGE_POOL_2D"},
        {OP_AVERAGE_POOL_2D, 4, "PAD AVERAGE_POOL_2D MUL"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const int32_t stride = windows[rows[i].window].stride;
        const union op_params params = {.pool = {PADDING_EXPLICIT, stride, stride, 3, 3,
                                                 ACTIVATION_RELU_N1_TO_1,
                                                 windows[rows[i].window].pads}};
        struct graph *graph = graph_new("pool");
        int in = rewrite_real(graph, SHAPE(1, 7, 6, 2));
        int out = rewrite_apply(graph, rows[i].op, in, NO_TENSOR, &params);
        release(graph, lower(graph, in, out, rows[i].ops));
    }
}

/* A mean of integers times a real factor would be rounded twice. */
static void means_of_integers_over_odd_windows_stay(void **state)
{
    const union op_params params = {
        .pool = {PADDING_EXPLICIT, 1, 1, 3, 3, ACTIVATION_NONE, {2, 2, 2, 2}}};
    struct graph *graph = graph_new("pool"), *lowered;
    struct error error;
    int in = harness_tensor(graph, TYPE_I8, SHAPE(1, 7, 6, 2), 0.5f, 3);
    int out = harness_node(graph, OP_AVERAGE_POOL_2D, &in, 1, &params, TYPE_I8, 0.5f, 3);
    (void)state;
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, &out, 1);
    assert_int_equal(graph_lower(graph, &lowered, &error), STATUS_OK);
    assert_int_equal(lowered->n_nodes, 1);
    assert_int_equal(lowered->nodes[0].params.pool.padding, PADDING_EXPLICIT);
    release(graph, lowered);
}

/* What only graphs have that round stored numbers. */
static void means_of_integers_to_another_scale_are_real(void **state)
{
    const union op_params params = {.pool = {PADDING_VALID, 1, 1, 3, 3, ACTIVATION_NONE, {0}}};
    struct graph *graph = graph_new("pool"), *lowered;
    struct error error;
    int in = harness_tensor(graph, TYPE_I8, SHAPE(1, 7, 6, 2), 0.5f, 3);
    int out = harness_node(graph, OP_AVERAGE_POOL_2D, &in, 1, &params, TYPE_I8, 0.25f, 3);
    (void)state;
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, &out, 1);
    assert_int_equal(graph_lower(graph, &lowered, &error), STATUS_OK);
    assert_int_equal(lowered->n_nodes, 3);
    assert_int_equal(lowered->nodes[0].op, OP_DEQUANTIZE);
    assert_int_equal(node_output(lowered, &lowered->nodes[1], 0)->type, TYPE_F32);
    assert_int_equal(lowered->nodes[2].outputs[0], out);
    release(graph, lowered);
}

static void cells_around_integers_are_their_lowest(void **state)
{
    const union op_params params = {
        .pool = {PADDING_EXPLICIT, 1, 1, 3, 3, ACTIVATION_NONE, {2, 2, 2, 2}}};
    struct graph *graph = graph_new("pool"), *lowered;
    struct error error;
    int in = harness_tensor(graph, TYPE_I8, SHAPE(1, 7, 6, 2), 0.5f, 3);
    int out = harness_node(graph, OP_MAX_POOL_2D, &in, 1, &params, TYPE_I8, 0.5f, 3);
    (void)state;
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, &out, 1);
    assert_int_equal(graph_lower(graph, &lowered, &error), STATUS_OK);
    assert_int_equal(lowered->nodes[0].op, OP_PADV2);
    const struct tensor *value = node_input(lowered, &lowered->nodes[0], 2);
    assert_int_equal(*(const int8_t *)value->data, -128);
    assert_true(quantization_equal(&value->quant, &lowered->tensors[in].quant));
    release(graph, lowered);
}

/* Spelled out, and recognized again with the very same parameters. */
static void layer_normalization_comes_back(void **state)
{
    (void)state;
    for (int offsets = 0; offsets < 2; offsets++) {
        const union op_params params = {.norm = {.axis = 1, .epsilon = 1e-4f}};
        struct graph *graph = graph_new("norm");
        int in = rewrite_real(graph, SHAPE(2, 3, 5));
        int inputs[] = {in, rewrite_random(graph, SHAPE(3, 5)), rewrite_random(graph, SHAPE(3, 5))};
        int out = harness_node(graph, OP_LAYER_NORMALIZATION, inputs, 2 + offsets, &params,
                               TYPE_F32, 0.0f, 0);
        struct graph *lowered =
            lower(graph, in, out,
                  offsets ? "MEAN SQUARED_DIFFERENCE MEAN ADD RSQRT SUB MUL MUL ADD"
                          : "MEAN SQUARED_DIFFERENCE MEAN ADD RSQRT SUB MUL MUL");
        graph_recognize(lowered);
        graph_drop_dead(lowered);
        assert_int_equal(lowered->n_nodes, 1);
        assert_memory_equal(lowered->nodes[0].inputs, graph->nodes[0].inputs,
                            (size_t)(2 + offsets) * sizeof(int));
        assert_memory_equal(&lowered->nodes[0].params.norm, &params.norm, sizeof(params.norm));
        release(graph, lowered);
    }
}

static void silu_comes_back(void **state)
{
    struct graph *graph = graph_new("silu");
    int in = rewrite_real(graph, SHAPE(2, 3, 5));
    int out = rewrite_apply(graph, OP_SILU, in, NO_TENSOR, NULL);
    (void)state;
    struct graph *lowered = lower(graph, in, out, "LOGISTIC MUL");
    graph_recognize(lowered);
    graph_drop_dead(lowered);
    assert_int_equal(lowered->n_nodes, 1);
    assert_int_equal(lowered->nodes[0].op, OP_SILU);
    release(graph, lowered);
}

static void nearest_pixels_are_chosen_alike_or_left(void **state)
{
    static const struct {
        struct resize_params params;
        int32_t out;
        bool fits;
    } rows[] = {
        {{0, 0, NEAREST_FLOOR}, 12, true}, /* doubled, as most do */
        {{0, 1, NEAREST_PREFER_FLOOR}, 12, true},
        {{0, 1, NEAREST_PREFER_CEIL}, 12, true},
        {{0, 0, NEAREST_CEIL}, 12, false},
        {{1, 0, NEAREST_PREFER_CEIL}, 11, true}, /* corners meet: halves up */
        {{1, 0, NEAREST_PREFER_FLOOR}, 11, true},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const union op_params params = {.resize = rows[i].params};
        struct graph *graph = graph_new("resize");
        int in = rewrite_real(graph, SHAPE(1, 6, 6, 2));
        int size = harness_ints(graph, (int32_t[]){rows[i].out, rows[i].out}, 2);
        int out = rewrite_apply(graph, OP_RESIZE_NEAREST_NEIGHBOR, in, size, &params);
        struct graph *lowered = lower(graph, in, out, "RESIZE_NEAREST_NEIGHBOR");
        assert_int_equal(lowered->nodes[0].params.resize.nearest == NEAREST_BY_CENTERS,
                         rows[i].fits);
        release(graph, lowered);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(convolutions_pad_beforehand),
        cmocka_unit_test(transposed_convolutions_cut_off),
        cmocka_unit_test(pools_leave_the_cells_around_out),
        cmocka_unit_test(means_of_integers_over_odd_windows_stay),
        cmocka_unit_test(means_of_integers_to_another_scale_are_real),
        cmocka_unit_test(cells_around_integers_are_their_lowest),
        cmocka_unit_test(layer_normalization_comes_back),
        cmocka_unit_test(silu_comes_back),
        cmocka_unit_test(nearest_pixels_are_chosen_alike_or_left),
    };
    return cmocka_run_group_tests_name("lower", tests, NULL, NULL);
}
