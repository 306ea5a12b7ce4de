/* Ranges of float32 tensors that are quantized at run time, noted where they are made: the same
 * results, bit for bit, as of steps that look for them, for all kinds of makers and readers. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/plan_internal.h"
#include "graph_harness.h"
#include "network_harness.h"
#include "node_harness.h"

static struct random random_state = {57};

static int between(int low, int high)
{
    return low + (int)random_below(&random_state, (size_t)(high - low + 1));
}

static int channels_of(const struct graph *graph, int image)
{
    return graph->tensors[image].shape.dim[3];
}

/* Weights are so many that they become int8. */
static int conv_of(struct graph *graph, int image, int channels, int32_t activation)
{
    union op_params params = {.conv = {PADDING_SAME, 1, 1, 1, 1, 0, activation, 0, {0}}};
    int weights = network_constant(graph, &random_state,
                                   SHAPE(channels, 1, 1, channels_of(graph, image)), -0.3, 0.3);
    return harness_node(graph, OP_CONV_2D, (int[]){image, weights}, 2, &params, TYPE_F32, 0, 0);
}

static int conv(struct graph *graph, int image, int32_t activation)
{
    return conv_of(graph, image, between(60, 90), activation);
}

static int depthwise(struct graph *graph, int image, int size)
{
    union op_params params = {.conv = {PADDING_SAME, 1, 1, 1, 1, 1, ACTIVATION_NONE, 0, {0}}};
    int weights = network_constant(graph, &random_state,
                                   SHAPE(1, size, size, channels_of(graph, image)), -0.4, 0.4);
    return harness_node(graph, OP_DEPTHWISE_CONV_2D, (int[]){image, weights}, 2, &params, TYPE_F32,
                        0, 0);
}

static int apply(struct graph *graph, enum op op, int x)
{
    return harness_node(graph, op, &x, 1, NULL, TYPE_F32, 0, 0);
}

static int with(struct graph *graph, enum op op, int a, int b)
{
    return harness_node(graph, op, (int[]){a, b}, 2, NULL, TYPE_F32, 0, 0);
}

/* Something else between two products: what the first one makes has an end below 0, or not, is
 * changed by a step that is merged or by one of its own, or is of another maker altogether. */
static int between_products(struct graph *graph, int x, int kind)
{
    int row = network_constant(graph, &random_state, SHAPE(channels_of(graph, x)), -3.0, 3.0);
    switch (kind) {
    case 0:
        return depthwise(graph, x, 5);
    case 1:
        return depthwise(graph, x, 7);
    case 2:
        return apply(graph, OP_HARD_SWISH, x);
    case 3:
        return with(graph, OP_MUL, x, row);
    case 4:
        return with(graph, OP_ADD, x, apply(graph, OP_ABS, x));
    default:
        return x;
    }
}

static int readers(const struct plan *plan)
{
    int count = 0;
    for (int s = 0; s < plan->n_steps; s++)
        count += plan->steps[s].range_maker >= 0;
    return count;
}

/* The output with merged steps or without; how many steps know the range of their input. */
static void *run(struct graph *graph, enum isa isa, bool merges, const void *input, int *known)
{
    struct plan_options options = {.threads = between(1, 3), .isa = isa, .merges = merges};
    struct machine machine = machine_new(graph, &options);
    memcpy(session_input(machine.session, 0), input,
           tensor_bytes(&graph->tensors[graph->inputs[0]]));
    *known = readers(machine.plan);
    session_run(machine.session);
    if (merges) { /* ranges of an earlier run are forgotten */
        float *again = session_input(machine.session, 0);
        for (size_t i = 0; i < tensor_bytes(&graph->tensors[graph->inputs[0]]) / 4; i++)
            again[i] = ((const float *)input)[i] * 9.0f;
        session_run(machine.session);
        memcpy(again, input, tensor_bytes(&graph->tensors[graph->inputs[0]]));
        session_run(machine.session);
    }
    const struct tensor *out = &graph->tensors[graph->outputs[0]];
    void *result = arena_copy(graph->arena, session_output(machine.session, 0), tensor_bytes(out));
    machine_free(&machine);
    return result;
}

/* Compares both on every instruction set; the least number of steps that know a range on those that
 * have fast kernels. */
static int compare(struct graph *graph, int odd)
{
    const struct tensor *in = &graph->tensors[graph->inputs[0]];
    const struct tensor *out = &graph->tensors[graph->outputs[0]];
    float *input = arena_alloc(graph->arena, tensor_bytes(in));
    static const float odd_values[] = {NAN, INFINITY, -INFINITY, -0.0f, 3e38f, 1e-42f};
    int least = -1;
    harness_fill(&random_state, in->type, input, shape_elements(&in->shape), 1.0, false);
    if (odd >= 0)
        input[random_below(&random_state, shape_elements(&in->shape))] = odd_values[odd];
    for (int isa = ISA_REFERENCE; isa < ISA_COUNT; isa++) {
        int none, known;
        if (!isa_available((enum isa)isa))
            continue;
        const void *expected = run(graph, (enum isa)isa, false, input, &none);
        const void *got = run(graph, (enum isa)isa, true, input, &known);
        assert_int_equal(none, 0);
        assert_memory_equal(got, expected, tensor_bytes(out));
        if (isa > ISA_REFERENCE && (least < 0 || known < least))
            least = known;
    }
    return least;
}

static void check_known(struct graph *graph, int known, int expected)
{
    if (isa_best() != ISA_REFERENCE)
        assert_int_equal(known, expected);
    graph_free(graph);
}

static void all_makers_note_the_same_ranges(void **state)
{
    /* depthwise convolutions read one, too; steps that are no products note none */
    static const int expected[] = {2, 2, 1, 0, 0, 1};
    (void)state;
    for (int i = 0; i < 36; i++) {
        int kind = i % 6;
        struct graph *graph =
            network_new(SHAPE(between(1, 3), between(3, 9), between(3, 9), between(20, 90)));
        int x = conv(graph, 0, i / 6 % 2 ? ACTIVATION_RELU6 : ACTIVATION_NONE);
        x = conv(graph, between_products(graph, x, kind), ACTIVATION_NONE);
        graph_set_outputs(graph, &x, 1);
        network_quantize(graph, "dynamic");
        int known = compare(graph, i < 12 ? -1 : i % 7 - 1);
        check_known(graph, known, expected[kind]);
    }
}

static int dense(struct graph *graph, int x, int count)
{
    int weights = network_constant(graph, &random_state, SHAPE(80, count), -0.2, 0.2);
    return harness_node(graph, OP_FULLY_CONNECTED, (int[]){x, weights}, 2, NULL, TYPE_F32, 0, 0);
}

static int view(struct graph *graph, int x, int rows)
{
    const struct shape *shape = &graph->tensors[x].shape;
    const int32_t sides[] = {rows, (int32_t)shape_elements(shape) / rows};
    int to = harness_ints(graph, sides, 2);
    return harness_node(graph, OP_RESHAPE, (int[]){x, to}, 2, NULL, TYPE_F32, 0, 0);
}

/* A convolution of a batch, whose images have one scale each, and a matrix of its pixels. */
static struct graph *matrix_new(int batch, int rows)
{
    struct graph *graph = network_new(SHAPE(batch, 4, 4, 32));
    int x = conv_of(graph, 0, 64, ACTIVATION_RELU);
    x = dense(graph, view(graph, x, rows), batch * 16 * 64 / rows);
    graph_set_outputs(graph, &x, 1);
    network_quantize(graph, "dynamic");
    return graph;
}

static void only_ranges_of_the_same_images_are_taken(void **state)
{
    (void)state;
    /* one row of all that the convolution makes */
    struct graph *graph = matrix_new(2, 1);
    check_known(graph, compare(graph, -1), 1);
    /* rows that are images */
    graph = matrix_new(2, 2);
    check_known(graph, compare(graph, -1), 1);
    /* so many rows that finding their ranges is as quick */
    graph = matrix_new(2, 32);
    check_known(graph, compare(graph, -1), 0);
    /* rows that end within an image's row of pixels */
    graph = matrix_new(1, 64);
    check_known(graph, compare(graph, -1), 0);
    /* two readers, of which the second divides the tensor in another way */
    graph = network_new(SHAPE(2, 4, 4, 32));
    int x = conv(graph, 0, ACTIVATION_NONE), y = conv(graph, x, ACTIVATION_NONE);
    x = dense(graph, view(graph, x, 1), 32 * channels_of(graph, x));
    graph_set_outputs(graph, (int[]){y, x}, 2);
    network_quantize(graph, "dynamic");
    check_known(graph, compare(graph, -1), 1);
}

static void parts_of_a_tensor_are_not_taken_for_it(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++) {
        union op_params params = {.axis = {.axis = i < 3 ? 3 : 2}};
        struct graph *graph = network_new(SHAPE(between(1, 2), 5, 5, 40));
        int parts[] = {conv(graph, 0, ACTIVATION_NONE), 0};
        parts[1] = i < 3 ? conv(graph, 0, ACTIVATION_RELU) : parts[0];
        int x = harness_node(graph, OP_CONCATENATION, parts, 2, &params, TYPE_F32, 0, 0);
        x = conv(graph, x, ACTIVATION_NONE);
        graph_set_outputs(graph, &x, 1);
        network_quantize(graph, "dynamic");
        check_known(graph, compare(graph, -1), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_makers_note_the_same_ranges),
        cmocka_unit_test(only_ranges_of_the_same_images_are_taken),
        cmocka_unit_test(parts_of_a_tensor_are_not_taken_for_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
