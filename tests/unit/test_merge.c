/* What steps do for the nodes behind them on the way: the same results with a step less, on every
 * instruction set, in every mode, and nothing of the kind where somebody would miss what lies
 * between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "engine/session.h"
#include "graph_harness.h"
#include "network_harness.h"
#include "node_harness.h"
#include "rewrite/fuse.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static struct random random_state = {21};

static int between(int low, int high)
{
    return low + (int)random_below(&random_state, (size_t)(high - low + 1));
}

/* --- layers --- */

static int channels_of(const struct graph *graph, int image)
{
    return graph->tensors[image].shape.dim[3];
}

static int conv_of(struct graph *graph, int image, int size, int channels, int32_t activation)
{
    union op_params params = {.conv = {PADDING_SAME, 1, 1, 1, 1, 0, activation, 0, {0}}};
    int weights = network_constant(
        graph, &random_state, SHAPE(channels, size, size, channels_of(graph, image)), -0.2, 0.2);
    int bias = network_constant(graph, &random_state, SHAPE(channels), -0.5, 0.5);
    return harness_node(graph, OP_CONV_2D, (int[]){image, weights, bias}, 3, &params, TYPE_F32, 0,
                        0);
}

static int conv(struct graph *graph, int image, int channels, int32_t activation)
{
    return conv_of(graph, image, between(0, 1) ? 3 : 1, channels, activation);
}

static int depthwise(struct graph *graph, int image)
{
    union op_params params = {.conv = {PADDING_SAME, 1, 1, 1, 1, 1, ACTIVATION_NONE, 0, {0}}};
    int weights = network_constant(graph, &random_state, SHAPE(1, 3, 3, channels_of(graph, image)),
                                   -0.4, 0.4);
    return harness_node(graph, OP_DEPTHWISE_CONV_2D, (int[]){image, weights}, 2, &params, TYPE_F32,
                        0, 0);
}

static int add(struct graph *graph, int a, int b, int32_t activation)
{
    union op_params params = {.arithmetic = {.activation = activation}};
    return harness_node(graph, OP_ADD, (int[]){a, b}, 2, &params, TYPE_F32, 0, 0);
}

static int join(struct graph *graph, const int *parts, int count, int32_t axis)
{
    union op_params params = {.axis = {.axis = axis}};
    return harness_node(graph, OP_CONCATENATION, parts, count, &params, TYPE_F32, 0, 0);
}

static int apply(struct graph *graph, enum op op, int x)
{
    return harness_node(graph, op, &x, 1, NULL, TYPE_F32, 0, 0);
}

static struct graph *image_new(int32_t batch)
{
    return network_new(SHAPE(batch, between(1, 9), between(1, 9), between(1, 40)));
}

static void set_output(struct graph *graph, int out)
{
    graph_set_outputs(graph, &out, 1);
}

/* --- running --- */

/* The graph's output on the instruction set; the number of steps that it took. */
static void *run(struct graph *graph, enum isa isa, bool merges, const void *input, int *steps)
{
    struct plan_options options = {.threads = between(1, 3), .isa = isa, .merges = merges};
    const struct tensor *out = &graph->tensors[graph->outputs[0]];
    struct machine machine = machine_new(graph, &options);
    memcpy(session_input(machine.session, 0), input,
           tensor_bytes(&graph->tensors[graph->inputs[0]]));
    session_run(machine.session);
    void *result = arena_copy(graph->arena, session_output(machine.session, 0), tensor_bytes(out));
    *steps = plan_steps(machine.plan);
    machine_free(&machine);
    return result;
}

static void compare(const struct graph *graph, const void *got, const void *expected)
{
    const struct tensor *out = &graph->tensors[graph->outputs[0]];
    size_t count = shape_elements(&out->shape);
    if (out->type == TYPE_F32)
        harness_near(got, expected, count, 1e-5, 1e-5);
    else
        harness_equal(out->type, got, expected, count);
}

/* Runs it both ways on every instruction set; the steps that merging saves on the best one. */
static int saved_steps(struct graph *graph)
{
    const struct tensor *in = &graph->tensors[graph->inputs[0]];
    void *input = arena_alloc(graph->arena, tensor_bytes(in));
    int saved = 0;
    harness_fill(&random_state, in->type, input, shape_elements(&in->shape), 1.0, false);
    for (int isa = ISA_REFERENCE; isa < ISA_COUNT; isa++) {
        int all, merged;
        if (!isa_available((enum isa)isa))
            continue;
        const void *expected = run(graph, (enum isa)isa, false, input, &all);
        compare(graph, run(graph, (enum isa)isa, true, input, &merged), expected);
        saved = all - merged;
        if (isa == ISA_REFERENCE)
            assert_int_equal(saved, 0);
    }
    return saved;
}

/* Whether there are kernels that merge: those of the reference do not. */
static bool has_fast_kernels(void)
{
    return isa_best() != ISA_REFERENCE;
}

static void check_saved(struct graph *graph, int expected)
{
    int saved = saved_steps(graph);
    assert_int_equal(saved, has_fast_kernels() ? expected : 0);
    graph_free(graph);
}

/* --- tests --- */

static const char *const modes[] = {"fp32", "fp16", "dynamic", "int8-io", "16x8"};

/* Sums are merged where they are float; parts in all modes. */
static void networks_compute_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < 12 * LENGTH(modes); i++) {
        struct graph *graph = image_new(between(1, 2));
        int x = conv(graph, 0, between(1, 70), ACTIVATION_RELU);
        int parts[] = {conv(graph, x, between(1, 70), ACTIVATION_RELU6), depthwise(graph, x),
                       conv(graph, x, between(1, 20), ACTIVATION_NONE)};
        x = join(graph, parts, between(1, 3), between(0, 1) ? 3 : -1);
        int y = conv(graph, x, channels_of(graph, x), ACTIVATION_NONE);
        x = between(0, 1) ? add(graph, x, y, ACTIVATION_RELU) : add(graph, y, x, ACTIVATION_NONE);
        set_output(graph, add(graph, depthwise(graph, x), x, ACTIVATION_RELU_N1_TO_1));
        graph_drop_dead(graph);
        const char *mode = modes[i % LENGTH(modes)];
        network_quantize(graph, mode);
        int saved = saved_steps(graph);
        bool is_float = strcmp(mode, "int8-io") != 0 && strcmp(mode, "16x8") != 0;
        if (has_fast_kernels())
            assert_int_equal(saved, is_float ? 3 : 1);
        graph_free(graph);
    }
}

/* One product alone, in which a matrix has but one row. */
static void dense_sums_are_merged(void **state)
{
    (void)state;
    for (int i = 0; i < 12; i++) {
        int count = between(1, 200);
        struct graph *graph = network_new(SHAPE(between(1, 3), count));
        int weights = network_constant(graph, &random_state, SHAPE(count, count), -0.2, 0.2);
        int y =
            harness_node(graph, OP_FULLY_CONNECTED, (int[]){0, weights}, 2, NULL, TYPE_F32, 0, 0);
        set_output(graph, add(graph, y, 0, ACTIVATION_RELU));
        check_saved(graph, 1);
    }
}

static void what_others_read_stays_in_one_piece(void **state)
{
    (void)state;
    /* a part twice */
    struct graph *graph = image_new(1);
    int x = conv(graph, 0, 5, ACTIVATION_NONE);
    set_output(graph, join(graph, (int[]){x, x}, 2, 3));
    check_saved(graph, 0);
    /* a part that is added, too; the sum is merged into the other product */
    graph = image_new(1);
    x = conv(graph, 0, 5, ACTIVATION_NONE);
    int y = conv(graph, 0, 5, ACTIVATION_NONE);
    set_output(graph, join(graph, (int[]){x, add(graph, x, y, ACTIVATION_NONE)}, 2, 3));
    check_saved(graph, 1);
    /* a part that is an output */
    graph = image_new(1);
    x = conv(graph, 0, 5, ACTIVATION_NONE);
    y = join(graph, (int[]){x, conv(graph, 0, 3, ACTIVATION_NONE)}, 2, 3);
    graph_set_outputs(graph, (int[]){y, x}, 2);
    check_saved(graph, 0);
    /* a part that no product makes */
    graph = image_new(1);
    set_output(graph, join(graph, (int[]){conv(graph, 0, 5, ACTIVATION_NONE), 0}, 2, 3));
    check_saved(graph, 0);
    /* rows beneath each other */
    graph = image_new(1);
    x = conv(graph, 0, 5, ACTIVATION_NONE);
    set_output(graph, join(graph, (int[]){x, conv(graph, 0, 5, ACTIVATION_NONE)}, 2, 1));
    check_saved(graph, 0);
}

static void other_sums_are_left_alone(void **state)
{
    (void)state;
    /* the product has an activation of its own */
    struct graph *graph = image_new(1);
    int channels = channels_of(graph, 0);
    set_output(graph, add(graph, 0, conv(graph, 0, channels, ACTIVATION_RELU), ACTIVATION_NONE));
    check_saved(graph, 0);
    /* with itself */
    graph = image_new(1);
    int x = conv(graph, 0, 7, ACTIVATION_NONE);
    set_output(graph, add(graph, x, x, ACTIVATION_NONE));
    check_saved(graph, 0);
    /* one vector for all pixels */
    graph = image_new(2);
    x = network_constant(graph, &random_state, SHAPE(7), -1.0, 1.0);
    set_output(graph, add(graph, conv(graph, 0, 7, ACTIVATION_NONE), x, ACTIVATION_NONE));
    check_saved(graph, 0);
    /* a constant of its size is as good as anything */
    graph = network_new(SHAPE(1, 3, 3, 4));
    x = network_constant(graph, &random_state, SHAPE(1, 3, 3, 7), -1.0, 1.0);
    set_output(graph, add(graph, conv(graph, 0, 7, ACTIVATION_NONE), x, ACTIVATION_RELU));
    check_saved(graph, 1);
    /* what is added comes later than the product: the later of two products adds the former */
    graph = image_new(1);
    x = conv(graph, 0, 7, ACTIVATION_NONE);
    int y = apply(graph, OP_SQUARE, conv(graph, 0, 7, ACTIVATION_NONE));
    set_output(graph, add(graph, x, y, ACTIVATION_NONE));
    check_saved(graph, 0);
    /* a sum of three: the second has no product of its own */
    graph = image_new(1);
    channels = channels_of(graph, 0);
    x = add(graph, 0, conv(graph, 0, channels, ACTIVATION_NONE), ACTIVATION_NONE);
    set_output(graph, add(graph, x, 0, ACTIVATION_NONE));
    check_saved(graph, 1);
}

/* --- functions of one float --- */

/* Of all kinds of products, whose panels are as wide as their results, wider and narrower, and
 * behind a sum and an activation. */
static void functions_are_merged(void **state)
{
    static const enum op functions[] = {OP_HARD_SWISH, OP_SILU, OP_GELU, OP_LOGISTIC, OP_TANH};
    static const char *const of_floats[] = {"fp32", "fp16", "dynamic"};
    (void)state;
    for (size_t i = 0; i < 6 * LENGTH(functions); i++) {
        struct graph *graph = image_new(between(1, 2));
        enum op op = functions[i % LENGTH(functions)];
        int x = conv(graph, 0, between(1, 150), ACTIVATION_RELU6);
        x = depthwise(graph, apply(graph, op, x));
        x = apply(graph, op, x);
        x = apply(graph, op, add(graph, conv(graph, x, channels_of(graph, x), 0), x, 0));
        set_output(graph, x);
        network_quantize(graph, of_floats[i % LENGTH(of_floats)]);
        int saved = saved_steps(graph);
        if (has_fast_kernels()) /* the sum takes the place of the last function */
            assert_int_equal(saved, 3);
        graph_free(graph);
    }
}

/* Of images that are large enough for Winograd's method, the last cells of which are in part
 * outside. */
static void functions_of_transformed_images_are_merged(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++) {
        struct graph *graph = network_new(SHAPE(1, between(13, 19), between(13, 19), 32));
        int y = conv_of(graph, 0, 3, between(33, 50), ACTIVATION_NONE);
        set_output(graph, apply(graph, i % 2 ? OP_SILU : OP_TANH, y));
        check_saved(graph, 1);
    }
}

/* Of a matrix with a single row, which takes several panels at once. */
static void functions_of_rows_are_merged(void **state)
{
    (void)state;
    for (int i = 0; i < 12; i++) {
        int count = between(1, 300);
        struct graph *graph = network_new(SHAPE(between(1, 2), count));
        int weights = network_constant(graph, &random_state, SHAPE(count, count), -0.2, 0.2);
        int y =
            harness_node(graph, OP_FULLY_CONNECTED, (int[]){0, weights}, 2, NULL, TYPE_F32, 0, 0);
        set_output(graph, apply(graph, OP_HARD_SWISH, y));
        check_saved(graph, 1);
    }
}

static void other_functions_are_left_alone(void **state)
{
    (void)state;
    /* somebody reads what it is made of */
    struct graph *graph = image_new(1);
    int x = conv(graph, 0, 7, ACTIVATION_NONE);
    set_output(graph, add(graph, apply(graph, OP_TANH, x), x, ACTIVATION_NONE));
    check_saved(graph, 0);
    /* which is an output */
    graph = image_new(1);
    x = conv(graph, 0, 7, ACTIVATION_NONE);
    graph_set_outputs(graph, (int[]){apply(graph, OP_TANH, x), x}, 2);
    check_saved(graph, 0);
    /* no product */
    graph = image_new(1);
    set_output(graph, apply(graph, OP_TANH, apply(graph, OP_SILU, 0)));
    check_saved(graph, 0);
    /* two of them: one is merged */
    graph = image_new(1);
    x = apply(graph, OP_SILU, conv(graph, 0, 7, ACTIVATION_NONE));
    set_output(graph, apply(graph, OP_TANH, x));
    check_saved(graph, 1);
}

/* --- functions of one stored number --- */

/* A graph whose input is stored in this type. */
static struct graph *stored_new(enum type type)
{
    struct graph *graph = graph_new("chain");
    int in = harness_tensor(graph, type, SHAPE(1, between(1, 9), between(1, 9), between(1, 40)),
                            0.04f, type == TYPE_I16 ? 0 : between(0, 100));
    graph_set_inputs(graph, &in, 1);
    return graph;
}

/* A node whose output is stored in this type; that of LOGISTIC has the scale that it must have. */
static int function(struct graph *graph, enum op op, int a, int b, enum type type)
{
    float scale = type == TYPE_F32 ? 0.0f : 1.0f / 128;
    int32_t zero = type == TYPE_F32 || type == TYPE_I16 ? 0 : between(0, 30);
    if (op == OP_LOGISTIC) {
        scale = type == TYPE_I16 ? 1.0f / 32768 : 1.0f / 256;
        zero = type == TYPE_I8 ? -128 : 0;
    }
    return harness_node(graph, op, (int[]){a, b}, b == NO_TENSOR ? 1 : 2, NULL, type, scale, zero);
}

/* x * sigmoid(x), and what becomes of it in another type. */
static void functions_of_one_byte_are_looked_up(void **state)
{
    static const enum type types[] = {TYPE_I8, TYPE_U8};
    (void)state;
    for (int i = 0; i < 24; i++) {
        enum type type = types[i % 2], to = types[i / 2 % 2];
        struct graph *graph = stored_new(type);
        int x = i < 12 ? 0 : function(graph, OP_ABS, 0, NO_TENSOR, type);
        int gate = function(graph, OP_LOGISTIC, x, NO_TENSOR, type);
        int y = function(graph, OP_MUL, i % 3 ? x : gate, i % 3 ? gate : x, type);
        set_output(graph, function(graph, OP_QUANTIZE, y, NO_TENSOR, to));
        graph->rounding = i % 5 ? ROUNDING_ONCE : ROUNDING_TWICE;
        check_saved(graph, i < 12 ? 2 : 3);
    }
}

/* What stays float between integers, and takes a number that is the same everywhere. */
static void islands_are_looked_up(void **state)
{
    const float factor = -1.5f;
    (void)state;
    for (int i = 0; i < 12; i++) {
        struct graph *graph = stored_new(TYPE_I8);
        int by = harness_constant(graph, TYPE_F32, SHAPE(1, 1), 0.0f, 0, &factor);
        int x = function(graph, OP_DEQUANTIZE, 0, NO_TENSOR, TYPE_F32);
        int y = function(graph, OP_MUL, function(graph, OP_MUL, x, by, TYPE_F32), x, TYPE_F32);
        set_output(graph, function(graph, OP_QUANTIZE, y, NO_TENSOR, TYPE_U8));
        check_saved(graph, 3);
    }
}

static void other_functions_are_computed(void **state)
{
    (void)state;
    /* what lies between is an output, too */
    struct graph *graph = stored_new(TYPE_I8);
    int gate = function(graph, OP_LOGISTIC, 0, NO_TENSOR, TYPE_I8);
    graph_set_outputs(graph, (int[]){function(graph, OP_MUL, 0, gate, TYPE_I8), gate}, 2);
    check_saved(graph, 0);
    /* or is read elsewhere: then what is behind it is no chain with it, and none alone */
    graph = stored_new(TYPE_I8);
    gate = function(graph, OP_LOGISTIC, 0, NO_TENSOR, TYPE_I8);
    int parts[] = {function(graph, OP_MUL, 0, gate, TYPE_I8), gate};
    graph->tensors[parts[0]].quant = graph->tensors[gate].quant;
    set_output(graph,
               harness_node(graph, OP_CONCATENATION, parts, 2,
                            &(union op_params){.axis = {.axis = 2}}, TYPE_I8, 1.0f / 256, -128));
    check_saved(graph, 0);
    /* two numbers make the sum; of the two functions behind it each is of one */
    graph = stored_new(TYPE_I8);
    int a = function(graph, OP_ABS, 0, NO_TENSOR, TYPE_I8);
    int row = harness_constant(graph, TYPE_I8, SHAPE(graph->tensors[0].shape.dim[3]), 0.1f, 0,
                               arena_alloc(graph->arena, 64));
    int sum = function(graph, OP_ADD, a, row, TYPE_I8);
    set_output(graph, function(graph, OP_LOGISTIC, function(graph, OP_ABS, sum, NO_TENSOR, TYPE_I8),
                               NO_TENSOR, TYPE_I8));
    check_saved(graph, graph->tensors[0].shape.dim[3] == 1 ? 3 : 1);
    /* 16 bits */
    graph = stored_new(TYPE_I16);
    gate = function(graph, OP_LOGISTIC, 0, NO_TENSOR, TYPE_I16);
    set_output(graph, function(graph, OP_MUL, 0, gate, TYPE_I16));
    check_saved(graph, 0);
}

static void unknown_activations_are_refused(void **state)
{
    struct graph *graph = image_new(1);
    int channels = channels_of(graph, 0);
    struct plan_options options = {.threads = 1, .isa = isa_best(), .merges = true};
    struct error error = {0};
    struct plan *plan;
    (void)state;
    set_output(graph, add(graph, conv(graph, 0, channels, ACTIVATION_NONE), 0, 4));
    assert_int_equal(plan_new(graph, &options, &plan, &error), STATUS_UNSUPPORTED);
    assert_non_null(strstr(error.text, "fused activation 4"));
    graph_free(graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_compute_the_same),
        cmocka_unit_test(dense_sums_are_merged),
        cmocka_unit_test(what_others_read_stays_in_one_piece),
        cmocka_unit_test(other_sums_are_left_alone),
        cmocka_unit_test(functions_are_merged),
        cmocka_unit_test(functions_of_transformed_images_are_merged),
        cmocka_unit_test(functions_of_rows_are_merged),
        cmocka_unit_test(other_functions_are_left_alone),
        cmocka_unit_test(functions_of_one_byte_are_looked_up),
        cmocka_unit_test(islands_are_looked_up),
        cmocka_unit_test(other_functions_are_computed),
        cmocka_unit_test(unknown_activations_are_refused),
    };
    return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
