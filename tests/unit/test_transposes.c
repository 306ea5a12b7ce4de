/* Sinking transpositions: what comes in as NCHW keeps none between its operators. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rewrite/fuse.h"
#include "rewrite/transposes.h"
#include "rewrite_harness.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static int transpose(struct graph *graph, int x, const int32_t *order, int rank)
{
    return rewrite_apply(graph, OP_TRANSPOSE, x, harness_ints(graph, order, rank), NULL);
}

static int to_nhwc(struct graph *graph, int x)
{
    return transpose(graph, x, (const int32_t[]){0, 2, 3, 1}, 4);
}

static int to_nchw(struct graph *graph, int x)
{
    return transpose(graph, x, (const int32_t[]){0, 3, 1, 2}, 4);
}

/* 3x3, from `in` channels to as many as out; x and the result are NCHW. */
static int conv(struct graph *graph, int x, int in, int out)
{
    const union op_params params = {.conv = {PADDING_SAME, 1, 1, 1, 1, 0, 0, 0, {0}}};
    int filter = rewrite_random(graph, SHAPE(out, 3, 3, in));
    return to_nchw(graph, rewrite_apply(graph, OP_CONV_2D, to_nhwc(graph, x), filter, &params));
}

/* Everything that a letter means keeps [1, 4, 6, 6]. */
static int add_letter(struct graph *graph, char letter, int x)
{
    const union op_params join = {.axis = {.axis = 1}}, leaky = {.scalar = {0.1f}};
    const union op_params masks = {.slice = {.begin_mask = 3, .end_mask = 3}};
    switch (letter) {
    case 'C':
        return conv(graph, x, 4, 4);
    case 'R':
        return rewrite_apply(graph, OP_RELU, x, NO_TENSOR, NULL);
    case 'L':
        return rewrite_apply(graph, OP_LEAKY_RELU, x, NO_TENSOR, &leaky);
    case 'A': /* a residual */
        return rewrite_apply(graph, OP_ADD, x, conv(graph, x, 4, 4), NULL);
    case 'B': /* a constant per channel, of lower rank */
        return rewrite_apply(graph, OP_MUL, x, rewrite_random(graph, SHAPE(4, 1, 1)), NULL);
    case 'N': /* a number */
        return rewrite_apply(graph, OP_ADD, rewrite_number(graph, 0.5), x, NULL);
    case 'P': /* a constant per pixel */
        return rewrite_apply(graph, OP_SUB, x, rewrite_random(graph, SHAPE(6, 6)), NULL);
    case 'J':
        x = rewrite_apply(graph, OP_CONCATENATION, x, conv(graph, x, 4, 3), &join);
        return conv(graph, x, 7, 4);
    case 'S': { /* channels 1 and 2 */
        int begin = harness_ints(graph, (int32_t[]){0, 1, 0, 0}, 4);
        int size = harness_ints(graph, (int32_t[]){1, 2, 6, -1}, 4);
        x = harness_node(graph, OP_SLICE, (int[]){x, begin, size}, 3, NULL, TYPE_F32, 0.0f, 0);
        return conv(graph, x, 2, 4);
    }
    case 'T': { /* rows 1, 3 and 5 reversed, and padded again */
        int begin = harness_ints(graph, (int32_t[]){0, 0, 5, 0}, 4);
        int end = harness_ints(graph, (int32_t[]){0, 0, 0, 6}, 4);
        int strides = harness_ints(graph, (int32_t[]){1, 1, -2, 1}, 4);
        int pads = harness_ints(graph, (int32_t[]){0, 0, 0, 0, 1, 2, 0, 0}, 8);
        graph->tensors[pads].shape = SHAPE(4, 2);
        x = harness_node(graph, OP_STRIDED_SLICE, (int[]){x, begin, end, strides}, 4, &masks,
                         TYPE_F32, 0.0f, 0);
        return rewrite_apply(graph, OP_PAD, x, pads, NULL);
    }
    default: { /* 'Q': squeeze and excite */
        const union op_params keep = {.reduce = {1}};
        int axes = harness_ints(graph, (int32_t[]){2, -1}, 2);
        int mean = rewrite_apply(graph, OP_MEAN, x, axes, &keep);
        mean = rewrite_apply(graph, OP_LOGISTIC, conv(graph, mean, 4, 4), NO_TENSOR, NULL);
        return rewrite_apply(graph, OP_MUL, x, mean, NULL);
    }
    }
}

static void sink(struct graph *graph, int in, int out)
{
    const float *before[REWRITE_OUTPUTS_MAX];
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, &out, 1);
    rewrite_outcome(graph, before);
    graph_sink_transposes(graph);
    graph_drop_dead(graph);
    rewrite_check(graph, before);
}

/* Between an NCHW input and an NCHW output. */
static void check_letters(const char *letters)
{
    struct graph *graph = graph_new(letters);
    int in = rewrite_real(graph, SHAPE(1, 4, 6, 6)), x = conv(graph, in, 4, 4);
    for (const char *letter = letters; *letter; letter++)
        x = add_letter(graph, *letter, x);
    sink(graph, in, x);
    if (rewrite_count(graph, OP_TRANSPOSE) != 2)
        fail_msg("%s: %d transpositions left, expected the two at the ends", letters,
                 rewrite_count(graph, OP_TRANSPOSE));
    graph_free(graph);
}

static void networks_keep_them_at_their_ends(void **state)
{
    static const char *const networks[] = {"",  "R", "L", "A", "B",       "N",     "P",  "J",
                                           "S", "T", "Q", "C", "CRARBRA", "JQSTR", "TQA"};
    (void)state;
    for (size_t i = 0; i < LENGTH(networks); i++)
        check_letters(networks[i]);
}

static void random_networks_compute_the_same(void **state)
{
    static const char letters[] = "CRLABNPJSTQ";
    struct random random = {3};
    (void)state;
    for (int i = 0; i < 40; i++) {
        char network[8] = "";
        for (int l = 0; l < 7; l++)
            network[l] = letters[random_below(&random, sizeof(letters) - 1)];
        check_letters(network);
    }
}

/* The transposition before a classifier goes into its weights. */
static void flattened_images_are_none(void **state)
{
    const union op_params keep = {.dense = {.bias_type = TYPE_F32}};
    struct graph *graph = graph_new("g");
    int in = rewrite_real(graph, SHAPE(1, 6, 6, 4)), x = to_nchw(graph, in);
    (void)state;
    x = rewrite_apply(graph, OP_RELU, x, NO_TENSOR, NULL);
    x = rewrite_apply(graph, OP_RESHAPE, x, harness_ints(graph, (int32_t[]){1, 144}, 2), NULL);
    x = rewrite_apply(graph, OP_FULLY_CONNECTED, x, rewrite_random(graph, SHAPE(5, 144)), &keep);
    sink(graph, in, x);
    assert_int_equal(rewrite_count(graph, OP_TRANSPOSE), 0);
    graph_free(graph);
}

static void where_no_element_moves_it_is_a_reshape(void **state)
{
    struct graph *graph = graph_new("g");
    int in = rewrite_real(graph, SHAPE(1, 1, 1, 8)), x = to_nchw(graph, in);
    (void)state;
    sink(graph, in, rewrite_apply(graph, OP_RELU, x, NO_TENSOR, NULL));
    assert_int_equal(rewrite_count(graph, OP_TRANSPOSE), 0);
    assert_int_equal(rewrite_count(graph, OP_RESHAPE), 1);
    graph_free(graph);
}

/* What works along the last dimension minds, unless that stays the last. */
static void softmax_along_another_dimension_keeps_it(void **state)
{
    const union op_params beta = {.scalar = {1.0f}};
    (void)state;
    for (int last = 0; last < 2; last++) {
        struct graph *graph = graph_new("g");
        int in = rewrite_real(graph, SHAPE(2, 3, 4));
        const int32_t orders[2][3] = {{0, 2, 1}, {1, 0, 2}};
        int x = transpose(graph, in, orders[last], 3);
        x = rewrite_apply(graph, OP_SOFTMAX, x, NO_TENSOR, &beta);
        sink(graph, in, transpose(graph, x, orders[last], 3));
        assert_int_equal(rewrite_count(graph, OP_TRANSPOSE), last ? 0 : 2);
        graph_free(graph);
    }
}

/* An axis of a quantized constant goes where the dimension goes. */
static void stored_filters_are_permuted_with_their_scales(void **state)
{
    const int8_t elements[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    const float scales[3] = {0.5f, 0.25f, 0.125f};
    struct graph *graph = graph_new("g");
    int in = rewrite_real(graph, SHAPE(2, 4));
    int stored = harness_constant(graph, TYPE_I8, SHAPE(4, 3), 0.5f, 0, elements);
    (void)state;
    harness_per_axis(graph, stored, 1, scales);
    int wide = rewrite_apply(graph, OP_DEQUANTIZE, stored, NO_TENSOR, NULL);
    wide = transpose(graph, wide, (const int32_t[]){1, 0}, 2);
    const union op_params keep = {.dense = {.bias_type = TYPE_F32}};
    sink(graph, in, rewrite_apply(graph, OP_FULLY_CONNECTED, in, wide, &keep));
    assert_int_equal(rewrite_count(graph, OP_TRANSPOSE), 0);
    const struct node *dequantize =
        graph_producer(graph, graph->nodes[graph->n_nodes - 1].inputs[1]);
    const struct tensor *permuted = node_input(graph, dequantize, 0);
    assert_int_equal(permuted->quant.axis, 0);
    assert_memory_equal(permuted->data, ((int8_t[]){1, 4, 7, 10, 2, 5}), 6);
    graph_free(graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_keep_them_at_their_ends),
        cmocka_unit_test(random_networks_compute_the_same),
        cmocka_unit_test(flattened_images_are_none),
        cmocka_unit_test(where_no_element_moves_it_is_a_reshape),
        cmocka_unit_test(softmax_along_another_dimension_keeps_it),
        cmocka_unit_test(stored_filters_are_permuted_with_their_scales),
    };
    return cmocka_run_group_tests_name("transposes", tests, NULL, NULL);
}
