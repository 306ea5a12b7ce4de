/* Rewrites that leave a graph's function unchanged: fusing, dropping dead nodes, folding constants.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/fold.h"
#include "rewrite/fuse.h"
#include "rewrite_harness.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Fuses, and checks what was done and that every output is what it was. */
static void check_fused(struct graph *graph, struct fuse_counts expected, int nodes)
{
    const float *before[REWRITE_OUTPUTS_MAX];
    rewrite_outcome(graph, before);
    struct fuse_counts counts = graph_fuse(graph);
    assert_int_equal(counts.scales, expected.scales);
    assert_int_equal(counts.offsets, expected.offsets);
    assert_int_equal(counts.activations, expected.activations);
    assert_int_equal(counts.dead, expected.dead);
    assert_int_equal(graph->n_nodes, nodes);
    rewrite_check(graph, before);
}

/* --- fusing ----------------------------------------------------------------------------------- */

/* Products with 4 channels, whose output is as wide as it is deep. */
static const struct {
    enum op op;
    struct shape data, weights;
} products[] = {
    {OP_CONV_2D, SHAPE(1, 4, 4, 3), SHAPE(4, 3, 3, 3)},
    {OP_DEPTHWISE_CONV_2D, SHAPE(1, 4, 4, 2), SHAPE(1, 3, 3, 4)},
    {OP_FULLY_CONNECTED, SHAPE(4, 6), SHAPE(4, 6)},
    {OP_TRANSPOSE_CONV, SHAPE(1, 4, 4, 3), SHAPE(4, 3, 3, 3)},
};

/* Appends the product, with a bias or without; data is the graph's input. */
static int add_product(struct graph *graph, size_t kind, int data, int weights, int bias)
{
    enum op op = products[kind].op;
    union op_params params = {.conv = {PADDING_SAME, 1, 1, 1, 1, 0, 0, 0, {0}}};
    int inputs[4] = {data, weights, bias};
    int count = bias == NO_TENSOR ? 2 : 3;
    if (op == OP_FULLY_CONNECTED)
        params = (union op_params){{0}};
    if (op == OP_TRANSPOSE_CONV) {
        memcpy(inputs,
               (int[]){harness_ints(graph, (int32_t[]){1, 4, 4, 4}, 4), weights, data, bias},
               sizeof(inputs));
        count++;
    }
    return harness_node(graph, op, inputs, count, &params, TYPE_F32, 0.0f, 0);
}

/* What may follow a product, as letters. */
static int add_letter(struct graph *graph, char letter, int x)
{
    const struct shape channel = SHAPE(4), row = SHAPE(1, 4), one = {0};
    const union op_params relu6 = {.arithmetic.activation = ACTIVATION_RELU6};
    switch (letter) {
    case 'M':
        return rewrite_apply(graph, OP_MUL, x, rewrite_random(graph, channel), NULL);
    case 'm':
        return rewrite_apply(graph, OP_MUL, rewrite_random(graph, one), x,
                             NULL); /* constant on the left */
    case 'A':
        return rewrite_apply(graph, OP_ADD, x, rewrite_random(graph, one), NULL);
    case 'a':
        return rewrite_apply(graph, OP_ADD, rewrite_random(graph, row), x, NULL);
    case 'S':
        return rewrite_apply(graph, OP_SUB, x, rewrite_random(graph, channel), NULL);
    case 'D': /* c - x is no offset */
        return rewrite_apply(graph, OP_SUB, rewrite_random(graph, channel), x, NULL);
    case 'F':
        return rewrite_apply(graph, OP_MUL, x, rewrite_random(graph, channel), &relu6);
    case 'W': /* one value per index of the last dimension but one */
        return rewrite_apply(graph, OP_MUL, x, rewrite_random(graph, SHAPE(4, 1)), NULL);
    case 'X': /* adds a dimension */
        return rewrite_apply(graph, OP_MUL, x, rewrite_random(graph, SHAPE(1, 1, 1, 1, 1)), NULL);
    case 'R':
        return rewrite_apply(graph, OP_RELU, x, NO_TENSOR, NULL);
    case '6':
        return rewrite_apply(graph, OP_RELU6, x, NO_TENSOR, NULL);
    case '1':
        return rewrite_apply(graph, OP_RELU_N1_TO_1, x, NO_TENSOR, NULL);
    default:
        return rewrite_apply(graph, OP_TANH, x, NO_TENSOR, NULL);
    }
}

/* A product, what follows it, and what fusing makes of it. */
static const struct chain {
    const char *letters;
    struct fuse_counts counts;
    int nodes;
    int32_t activation; /* of the product afterwards */
} chains[] = {
    {"", {0, 0, 0, 0}, 1, ACTIVATION_NONE},      {"MA", {1, 1, 0, 0}, 1, ACTIVATION_NONE},
    {"mS", {1, 1, 0, 0}, 1, ACTIVATION_NONE},    {"aM", {1, 1, 0, 0}, 1, ACTIVATION_NONE},
    {"MmSaA", {2, 3, 0, 0}, 1, ACTIVATION_NONE}, {"R", {0, 0, 1, 0}, 1, ACTIVATION_RELU},
    {"MA6", {1, 1, 1, 0}, 1, ACTIVATION_RELU6},  {"S1", {0, 1, 1, 0}, 1, ACTIVATION_RELU_N1_TO_1},
    {"F", {1, 0, 0, 0}, 1, ACTIVATION_RELU6},    {"FA", {1, 0, 0, 0}, 2, ACTIVATION_RELU6},
    {"R6", {0, 0, 1, 0}, 2, ACTIVATION_RELU},    {"RM", {0, 0, 1, 0}, 2, ACTIVATION_RELU},
    {"RMR", {0, 0, 2, 0}, 2, ACTIVATION_RELU},   {"D", {0, 0, 0, 0}, 2, ACTIVATION_NONE},
    {"D6", {0, 0, 1, 0}, 2, ACTIVATION_NONE},    {"W", {0, 0, 0, 0}, 2, ACTIVATION_NONE},
    {"X", {0, 0, 0, 0}, 2, ACTIVATION_NONE},     {"TR", {0, 0, 0, 0}, 3, ACTIVATION_NONE},
};

static int32_t activation_of(const struct node *node)
{
    return node->op == OP_FULLY_CONNECTED ? node->params.dense.activation
                                          : node->params.conv.activation;
}

static void check_chain(const struct chain *chain, size_t kind, bool has_bias)
{
    struct graph *graph = graph_new("g");
    int in = rewrite_real(graph, products[kind].data);
    int weights = rewrite_random(graph, products[kind].weights);
    int x = add_product(graph, kind, in, weights,
                        has_bias ? rewrite_random(graph, SHAPE(4)) : NO_TENSOR);
    for (const char *letter = chain->letters; *letter; letter++)
        x = add_letter(graph, *letter, x);
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, &x, 1);
    check_fused(graph, chain->counts, chain->nodes);
    assert_int_equal(activation_of(&graph->nodes[0]), chain->activation);
    graph_free(graph);
}

static void batch_norms_and_activations_become_part_of_products(void **state)
{
    (void)state;
    for (size_t c = 0; c < LENGTH(chains); c++)
        for (size_t kind = 0; kind < LENGTH(products); kind++) {
            check_chain(&chains[c], kind, false);
            check_chain(&chains[c], kind, true);
        }
}

/* A product whose result is seen by somebody else; letter is what would be folded. */
static void check_seen(char letter, bool by_output)
{
    struct graph *graph = graph_new("g");
    int in = rewrite_real(graph, products[0].data);
    int x = add_product(graph, 0, in, rewrite_random(graph, products[0].weights), NO_TENSOR);
    int y = add_letter(graph, letter, x);
    int sum = rewrite_apply(graph, OP_ADD, y, by_output ? y : x, NULL);
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, (int[]){sum, x}, by_output ? 2 : 1);
    check_fused(graph, (struct fuse_counts){0}, 3);
    graph_free(graph);
}

static void what_is_seen_in_between_is_not_fused(void **state)
{
    (void)state;
    for (const char *letter = "MASR6"; *letter; letter++) {
        check_seen(*letter, false);
        check_seen(*letter, true);
    }
}

/* Two products of the same weights and bias, only one of which is scaled. */
static void shared_weights_are_not_changed(void **state)
{
    struct graph *graph = graph_new("g");
    int in = rewrite_real(graph, products[0].data);
    int weights = rewrite_random(graph, products[0].weights),
        bias = rewrite_random(graph, SHAPE(4));
    int x = add_product(graph, 0, in, weights, bias), y = add_product(graph, 0, in, weights, bias);
    int ends[] = {add_letter(graph, 'a', add_letter(graph, 'M', x)), y};
    (void)state;
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, ends, 2);
    check_fused(graph, (struct fuse_counts){.scales = 1, .offsets = 1}, 2);
    graph_free(graph);
}

/* Weights, a bias or a factor that is computed cannot be folded. */
static void what_is_computed_is_not_folded(void **state)
{
    (void)state;
    for (int computed = 0; computed < 3; computed++) {
        struct graph *graph = graph_new("g");
        const struct shape shapes[] = {products[0].weights, SHAPE(4), SHAPE(4)};
        int in = rewrite_real(graph, products[0].data),
            other = rewrite_real(graph, shapes[computed]), tensors[3];
        for (int i = 0; i < 3; i++)
            tensors[i] = i == computed ? other : rewrite_random(graph, shapes[i]);
        int x = add_product(graph, 0, in, tensors[0], tensors[1]);
        x = rewrite_apply(graph, OP_MUL, x, tensors[2], NULL);
        graph_set_inputs(graph, (int[]){in, other}, 2);
        graph_set_outputs(graph, &x, 1);
        check_fused(graph, (struct fuse_counts){0}, 2);
        graph_free(graph);
    }
}

/* One node with a RELU behind it. */
static void check_activation_behind(enum op op, bool has_operand, const union op_params *params,
                                    bool is_fused)
{
    struct graph *graph = graph_new("g");
    int in = rewrite_real(graph, SHAPE(1, 4, 4, 2));
    int x = rewrite_apply(graph, op, in, has_operand ? in : NO_TENSOR, params);
    x = rewrite_apply(graph, OP_RELU, x, NO_TENSOR, NULL);
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, &x, 1);
    check_fused(graph, (struct fuse_counts){.activations = is_fused}, is_fused ? 1 : 2);
    graph_free(graph);
}

static void activations_are_fused_where_kernels_honour_them(void **state)
{
    const union op_params pool = {.pool = {PADDING_SAME, 1, 1, 2, 2, 0, {0}}},
                          axis = {.axis = {3, 0}};
    const union op_params clamped = {.arithmetic.activation = ACTIVATION_RELU_N1_TO_1};
    (void)state;
    check_activation_behind(OP_MAX_POOL_2D, false, &pool, true);
    check_activation_behind(OP_AVERAGE_POOL_2D, false, &pool, true);
    check_activation_behind(OP_ADD, true, NULL, true);
    check_activation_behind(OP_SUB, true, NULL, true);
    check_activation_behind(OP_MUL, true, NULL, true);
    check_activation_behind(OP_DIV, true, NULL, true);
    check_activation_behind(OP_ADD, true, &clamped, false);
    check_activation_behind(OP_CONCATENATION, true, &axis, false);
    check_activation_behind(OP_L2_NORMALIZATION, false, NULL, false);
    check_activation_behind(OP_MAXIMUM, true, NULL, false);
}

/* Weights of integers are not multiplied, and a clamp goes into the node before it only where both
 * have the same scale. */
static void integers_are_only_clamped_before(void **state)
{
    const int8_t weights[8] = {1, 2, 3, 4};
    const union op_params params = {.conv = {PADDING_SAME, 1, 1, 1, 1, 0, 0, 0, {0}}};
    (void)state;
    for (int same = 0; same < 2; same++) {
        struct graph *graph = graph_new("g");
        int in = harness_tensor(graph, TYPE_I8, SHAPE(1, 2, 2, 2), 0.5f, 0);
        int w = harness_constant(graph, TYPE_I8, SHAPE(4, 1, 1, 2), 0.25f, 0, weights);
        int factor = harness_constant(graph, TYPE_I8, SHAPE(4), 0.25f, 0, weights);
        int x = harness_node(graph, OP_CONV_2D, (int[]){in, w}, 2, &params, TYPE_I8, 0.5f, 0);
        x = harness_node(graph, OP_MUL, (int[]){x, factor}, 2, NULL, TYPE_I8, 0.5f, 0);
        x = harness_node(graph, OP_RELU, &x, 1, NULL, TYPE_I8, same ? 0.5f : 0.25f, 0);
        graph_set_inputs(graph, &in, 1);
        graph_set_outputs(graph, &x, 1);
        struct fuse_counts counts = graph_fuse(graph);
        assert_int_equal(counts.scales + counts.offsets + counts.dead, 0);
        assert_int_equal(counts.activations, same);
        assert_int_equal(graph->n_nodes, 3 - same);
        graph_free(graph);
    }
}

/* The scale of attention goes into the weights of the queries, wherever it stands. */
static void scales_of_attention_go_into_weights(void **state)
{
    const union op_params swapped = {.matmul = {.adj_y = 1}};
    const union op_params keep = {.dense = {.keep_num_dims = 1, .bias_type = TYPE_F32}};
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        struct graph *graph = graph_new("attention");
        int in = rewrite_real(graph, SHAPE(1, 5, 8));
        int heads = harness_ints(graph, (int32_t[]){1, 5, 2, 4}, 4);
        int order = harness_ints(graph, (int32_t[]){0, 2, 1, 3}, 4);
        int sides[2];
        for (int i = 0; i < 2; i++) {
            int inputs[] = {in, rewrite_random(graph, SHAPE(8, 8)),
                            rewrite_random(graph, SHAPE(8))};
            int x = harness_node(graph, OP_FULLY_CONNECTED, inputs, 3, &keep, TYPE_F32, 0.0f, 0);
            x = rewrite_apply(graph, OP_RESHAPE, x, heads, NULL);
            sides[i] = rewrite_apply(graph, OP_TRANSPOSE, x, order, NULL);
        }
        if (kind < 2) /* before the product */
            sides[kind] =
                rewrite_apply(graph, OP_MUL, sides[kind], rewrite_number(graph, 0.5), NULL);
        int out = rewrite_apply(graph, OP_BATCH_MATMUL, sides[0], sides[1], &swapped);
        if (kind == 2)
            out = rewrite_apply(graph, OP_DIV, out, rewrite_number(graph, 2.0), NULL);
        if (kind == 3)
            out = rewrite_apply(graph, OP_MUL, rewrite_number(graph, 0.5), out, NULL);
        graph_set_inputs(graph, &in, 1);
        graph_set_outputs(graph, &out, 1);
        check_fused(graph, (struct fuse_counts){.scales = 1}, 7);
        graph_free(graph);
    }
}

/* --- dead nodes ------------------------------------------------------------------------------- */

static void nodes_that_nobody_reads_are_dropped(void **state)
{
    struct graph *graph = graph_new("g");
    int in = rewrite_real(graph, SHAPE(2, 6)), halves[2];
    int dead = rewrite_apply(graph, OP_TANH, in, NO_TENSOR, NULL);
    int axis = harness_ints(graph, (int32_t[]){1}, 0);
    (void)state;
    rewrite_apply(graph, OP_ADD, dead, in, NULL); /* makes the one before it dead, too */
    for (int i = 0; i < 2; i++)
        halves[i] = rewrite_real(graph, SHAPE(2, 3));
    graph_add_node(graph, OP_SPLIT, (int[]){axis, in}, 2, halves, 2, NULL);
    int x = rewrite_apply(graph, OP_LOGISTIC, halves[1], NO_TENSOR, NULL);
    rewrite_apply(graph, OP_EXP, x, NO_TENSOR, NULL);
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, &x, 1);
    assert_int_equal(graph_drop_dead(graph), 3);
    assert_int_equal(graph->n_nodes, 2); /* a node with one output of use stays whole */
    assert_int_equal(graph->nodes[0].op, OP_SPLIT);
    assert_int_equal(graph->nodes[1].op, OP_LOGISTIC);
    assert_int_equal(graph_drop_dead(graph), 0);
    graph_free(graph);
}

static void dead_readers_do_not_prevent_fusing(void **state)
{
    struct graph *graph = graph_new("g");
    int in = rewrite_real(graph, products[0].data);
    int x = add_product(graph, 0, in, rewrite_random(graph, products[0].weights), NO_TENSOR);
    (void)state;
    rewrite_apply(graph, OP_TANH, x, NO_TENSOR, NULL);
    x = add_letter(graph, 'R', x);
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, &x, 1);
    check_fused(graph, (struct fuse_counts){.activations = 1, .dead = 1}, 1);
    graph_free(graph);
}

/* --- constants -------------------------------------------------------------------------------- */

static void fold(struct graph *graph, int nodes)
{
    struct error error = {0};
    if (fold_constants(graph, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    assert_int_equal(graph->n_nodes, nodes);
}

static void constant_subgraphs_vanish(void **state)
{
    const float a[] = {1.0f, -2.0f, 3.0f}, b[] = {10.0f};
    struct graph *graph = graph_new("g");
    int in = rewrite_real(graph, SHAPE(2, 3));
    int sum = rewrite_apply(graph, OP_ADD, harness_constant(graph, TYPE_F32, SHAPE(3), 0.0f, 0, a),
                            harness_constant(graph, TYPE_F32, SHAPE(1), 0.0f, 0, b), NULL);
    int negative = rewrite_apply(graph, OP_NEG, sum, NO_TENSOR, NULL);
    int out = rewrite_apply(graph, OP_MUL, in, negative, NULL);
    (void)state;
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, (int[]){out, sum}, 2);
    fold(graph, 1);
    assert_int_equal(graph->nodes[0].op, OP_MUL);
    assert_ptr_equal(node_input(graph, &graph->nodes[0], 1), &graph->tensors[negative]);
    assert_memory_equal(graph->tensors[negative].data, ((float[]){-11.0f, -8.0f, -13.0f}), 12);
    assert_memory_equal(graph->tensors[sum].data, ((float[]){11.0f, 8.0f, 13.0f}), 12);
    assert_null(graph->tensors[out].data);
    fold(graph, 1); /* once is enough */
    graph_free(graph);
}

static void every_output_of_a_folded_node_is_constant(void **state)
{
    const float values[] = {1, 2, 3, 4, 5, 6};
    struct graph *graph = graph_new("g");
    int in = rewrite_real(graph, SHAPE(3)),
        halves[] = {rewrite_real(graph, SHAPE(9)), rewrite_real(graph, SHAPE(9))};
    int whole = harness_constant(graph, TYPE_F32, SHAPE(6), 0.0f, 0, values);
    int axis = harness_ints(graph, (int32_t[]){0}, 0);
    (void)state;
    graph_add_node(graph, OP_SPLIT, (int[]){axis, whole}, 2, halves, 2, NULL);
    int out = rewrite_apply(graph, OP_ADD, in, in, NULL);
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, (int[]){out, halves[0], halves[1]}, 3);
    fold(graph, 1);
    assert_int_equal(graph->tensors[halves[1]].shape.dim[0], 3); /* was 9 in the file */
    assert_memory_equal(graph->tensors[halves[0]].data, values, 12);
    assert_memory_equal(graph->tensors[halves[1]].data, values + 3, 12);
    graph_free(graph);
}

/* What converters make of reshape(x, (shape(x)[0], -1)). */
static void shapes_are_constants(void **state)
{
    const union op_params first = {.slice.shrink_axis_mask = 1}, pack = {.pack = {2, 0}};
    const union op_params type = {.type.type = TYPE_I32};
    struct graph *graph = graph_new("g");
    int in = rewrite_real(graph, SHAPE(5, 2, 3)), rest = harness_ints(graph, (int32_t[]){-1}, 0);
    int zero = harness_ints(graph, (int32_t[]){0}, 1), one = harness_ints(graph, (int32_t[]){1}, 1);
    int list = harness_tensor(graph, TYPE_I32, SHAPE(3), 0.0f, 0);
    int size = harness_tensor(graph, TYPE_I32, (struct shape){0}, 0.0f, 0);
    int sizes = harness_tensor(graph, TYPE_I32, SHAPE(2), 0.0f, 0);
    int flat = rewrite_real(graph, SHAPE(1));
    (void)state;
    graph_add_node(graph, OP_SHAPE, &in, 1, &list, 1, &type);
    graph_add_node(graph, OP_STRIDED_SLICE, (int[]){list, zero, one, one}, 4, &size, 1, &first);
    graph_add_node(graph, OP_PACK, (int[]){size, rest}, 2, &sizes, 1, &pack);
    graph_add_node(graph, OP_RESHAPE, (int[]){in, sizes}, 2, &flat, 1, NULL);
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, &flat, 1);
    fold(graph, 1);
    assert_int_equal(graph->nodes[0].op, OP_RESHAPE);
    assert_memory_equal(graph->tensors[list].data, ((int32_t[]){5, 2, 3}), 12);
    assert_memory_equal(graph->tensors[sizes].data, ((int32_t[]){5, -1}), 8);
    assert_true(shape_equal(&graph->tensors[flat].shape, &SHAPE(5, 6)));
    graph_free(graph);
}

static void how_constants_are_stored_stays(void **state)
{
    const uint16_t halves[3] = {0x3c00, 0x4000, 0x4200}; /* 1, 2, 3 */
    const float reals[3] = {1.0f, 2.0f, 3.0f};
    struct graph *graph = graph_new("g");
    int in = rewrite_real(graph, SHAPE(3));
    int half = harness_constant(graph, TYPE_F16, SHAPE(3), 0.0f, 0, halves);
    int full = harness_constant(graph, TYPE_F32, SHAPE(3), 0.0f, 0, reals);
    (void)state;
    int widened = rewrite_apply(graph, OP_DEQUANTIZE, half, NO_TENSOR, NULL);
    int quantized = harness_node(graph, OP_QUANTIZE, &full, 1, NULL, TYPE_I8, 0.5f, 0);
    int back = rewrite_apply(graph, OP_DEQUANTIZE, quantized, NO_TENSOR, NULL);
    int out =
        rewrite_apply(graph, OP_ADD, rewrite_apply(graph, OP_MUL, in, widened, NULL), back, NULL);
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, &out, 1);
    fold(graph, 5);
    assert_null(graph->tensors[widened].data);
    assert_null(graph->tensors[quantized].data);
    graph_free(graph);
}

static void folding_names_the_node_that_does_not_fit(void **state)
{
    struct graph *graph = graph_new("g");
    struct error error = {0};
    int in = rewrite_real(graph, SHAPE(3)), out = rewrite_real(graph, SHAPE(3));
    int wide = rewrite_random(graph, SHAPE(4)),
        x = rewrite_apply(graph, OP_TANH, in, NO_TENSOR, NULL);
    (void)state;
    graph_add_node(graph, OP_ADD, (int[]){x, wide}, 2, &out, 1, NULL);
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, &out, 1);
    assert_int_equal(fold_constants(graph, &error), STATUS_FORMAT);
    assert_string_equal(error.where, "g: node 1 (ADD)");
    graph_free(graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batch_norms_and_activations_become_part_of_products),
        cmocka_unit_test(what_is_seen_in_between_is_not_fused),
        cmocka_unit_test(shared_weights_are_not_changed),
        cmocka_unit_test(what_is_computed_is_not_folded),
        cmocka_unit_test(activations_are_fused_where_kernels_honour_them),
        cmocka_unit_test(integers_are_only_clamped_before),
        cmocka_unit_test(scales_of_attention_go_into_weights),
        cmocka_unit_test(nodes_that_nobody_reads_are_dropped),
        cmocka_unit_test(dead_readers_do_not_prevent_fusing),
        cmocka_unit_test(constant_subgraphs_vanish),
        cmocka_unit_test(every_output_of_a_folded_node_is_constant),
        cmocka_unit_test(shapes_are_constants),
        cmocka_unit_test(how_constants_are_stored_stays),
        cmocka_unit_test(folding_names_the_node_that_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
