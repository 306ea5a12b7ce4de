/* Variables of a graph: what the engine carries from run to run, what passes and files make of
 * them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "engine/session.h"
#include "formats/model.h"
#include "formats/onnx/onnx.h"
#include "formats/tflite/tflite.h"
#include "graph/sequence.h"
#include "graph/summary.h"
#include "graph_harness.h"
#include "model/load.h"
#include "need.h"
#include "node_harness.h"
#include "quantize/float_graph.h"
#include "quantize/integer.h"
#include "quantize/layers.h"
#include "rewrite/compact.h"
#include "rewrite/fuse.h"
#include "tflite_harness.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Two numbers at a time. */
static int vector(struct graph *graph)
{
    return harness_tensor(graph, TYPE_F32, SHAPE(1, 2), 0.0f, 0);
}

static int add_of(struct graph *graph, int a, int b)
{
    return harness_node(graph, OP_ADD, (const int[]){a, b}, 2, NULL, TYPE_F32, 0.0f, 0);
}

static void set_ends(struct graph *graph, int input, int output)
{
    graph_set_inputs(graph, &input, 1);
    graph_set_outputs(graph, &output, 1);
}

static void need_sound(const struct graph *graph)
{
    struct error error = {0};
    need(graph_check(graph, &error), &error);
}

/* The sum of all inputs so far, from initial on. */
static struct graph *accumulator(const float *initial)
{
    struct graph *graph = graph_new("sum");
    int x = vector(graph), held = vector(graph), sum = add_of(graph, x, held);
    const struct state state = {"total", held, sum, initial};
    set_ends(graph, x, sum);
    graph_set_states(graph, &state, 1);
    need_sound(graph);
    return graph;
}

/* --- running ---------------------------------------------------------------------------------- */

static struct machine start(const struct graph *graph)
{
    const struct plan_options options = {.threads = 1, .isa = isa_best(), .merges = true};
    return machine_new(graph, &options);
}

/* Runs the input {x, 10 x}; the first output begins with first, and ends with second. */
static void expect_run(struct machine *machine, float x, float first, float second)
{
    float *input = session_input(machine->session, 0);
    input[0] = x;
    input[1] = 10.0f * x;
    session_run(machine->session);
    const float *output = session_output(machine->session, 0);
    if (!(output[0] == first && output[1] == second))
        fail_msg("%g and %g, expected %g and %g", (double)output[0], (double)output[1],
                 (double)first, (double)second);
}

static void states_are_carried_from_run_to_run(void **state)
{
    static const float initial[] = {5.0f, 7.0f};
    struct machine machine, other;
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct graph *graph = accumulator(i ? initial : NULL);
        float a = i ? 5.0f : 0.0f, b = i ? 7.0f : 0.0f;
        machine = start(graph);
        other = start(graph);
        expect_run(&machine, 1.0f, a + 1.0f, b + 10.0f);
        expect_run(&machine, 2.0f, a + 3.0f, b + 30.0f);
        expect_run(&other, 4.0f, a + 4.0f, b + 40.0f); /* has states of its own */
        session_reset(machine.session);
        expect_run(&machine, 2.0f, a + 2.0f, b + 20.0f);
        expect_run(&machine, 0.5f, a + 2.5f, b + 25.0f);
        machine_free(&machine);
        machine_free(&other);
        graph_free(graph);
    }
}

/* Each variable takes what the next one held: all at once, whatever their order. An output that is
 * a variable is what that was during the run. */
static void states_take_over_from_states_at_once(void **state)
{
    (void)state;
    for (int turn = 0; turn < 2; turn++) {
        struct graph *graph = graph_new("delay");
        struct machine machine;
        int x = vector(graph), first = vector(graph), second = vector(graph);
        struct state forth[] = {{"newer", first, x, NULL}, {"older", second, first, NULL}};
        const struct state back[] = {forth[1], forth[0]};
        int sum = add_of(graph, x, x), outputs[] = {second, sum};
        graph_set_inputs(graph, &x, 1);
        graph_set_outputs(graph, outputs, 2);
        graph_set_states(graph, turn ? back : forth, 2);
        need_sound(graph);
        machine = start(graph);
        expect_run(&machine, 1.0f, 0.0f, 0.0f);
        expect_run(&machine, 2.0f, 0.0f, 0.0f);
        expect_run(&machine, 3.0f, 1.0f, 10.0f);
        expect_run(&machine, 4.0f, 2.0f, 20.0f);
        machine_free(&machine);
        graph_free(graph);
    }
}

/* Zeros of a quantized variable are what its zero point stands for. */
static void quantized_states_begin_with_real_zeros(void **state)
{
    struct graph *graph = graph_new("zeros");
    struct machine machine;
    (void)state;
    int x = harness_tensor(graph, TYPE_I8, SHAPE(1, 2), 0.5f, -7);
    int held = harness_tensor(graph, TYPE_I8, SHAPE(1, 2), 0.5f, -7);
    const struct state variable = {"v", held, x, NULL};
    set_ends(graph, x, held);
    graph_set_states(graph, &variable, 1);
    machine = start(graph);
    session_run(machine.session);
    const int8_t *output = session_output(machine.session, 0);
    assert_int_equal(output[0], -7);
    assert_int_equal(output[1], -7);
    machine_free(&machine);
    graph_free(graph);
}

/* --- passes ----------------------------------------------------------------------------------- */

static void states_that_do_not_fit_are_refused(void **state)
{
    const struct {
        int tensor, next;
        const char *text;
    } cases[] = {
        {0, 2, "variable 'total' is not a tensor of its own"},
        {1, 99, "variable 'total' is not a tensor of its own"},
        {-1, 2, "variable 'total' is not a tensor of its own"},
        {2, 1, "'t') is a constant, an input, or written twice"},
        {1, 3, "variable 'total' is float32 1x2 and does not take 't', which is float32 3"},
        {1, 4, "variable 'total' is float32 1x2 and does not take 't', which is int8 1x2"},
        {1, 5, "the next value of variable 0 of the graph ('t') is never written"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct graph *graph = accumulator(NULL);
        struct error error = {0};
        harness_tensor(graph, TYPE_F32, SHAPE(3), 0.0f, 0);
        harness_tensor(graph, TYPE_I8, SHAPE(1, 2), 0.5f, 0);
        vector(graph);
        graph->states[0].tensor = cases[i].tensor;
        graph->states[0].next = cases[i].next;
        if (cases[i].tensor == 2)
            graph->nodes[0].inputs[1] = 0;
        assert_int_equal(graph_check(graph, &error), STATUS_FORMAT);
        if (!strstr(error.text, cases[i].text))
            fail_msg("'%s', expected '%s'", error.text, cases[i].text);
        graph_free(graph);
    }
}

/* What only a state takes is alive, and keeps its number's meaning. */
static void passes_keep_what_states_need(void **state)
{
    struct graph *graph = graph_new("kept");
    struct machine machine;
    (void)state;
    int unused = vector(graph), x = vector(graph), held = vector(graph);
    int twice = add_of(graph, x, x), next = add_of(graph, twice, held),
        out = add_of(graph, x, held);
    int dead = add_of(graph, unused, x);
    const struct state variable = {"v", held, next, NULL};
    set_ends(graph, x, out);
    graph_set_inputs(graph, (const int[]){x, unused}, 2);
    graph_set_states(graph, &variable, 1);
    assert_int_equal(graph_drop_dead(graph), 1);
    assert_int_equal(graph_uses(graph, dead), 0);
    assert_int_equal(graph_uses(graph, next), 1);
    graph_set_inputs(graph, &x, 1);
    graph_compact(graph);
    need_sound(graph);
    machine = start(graph);
    expect_run(&machine, 1.0f, 1.0f, 10.0f);
    expect_run(&machine, 1.0f, 3.0f, 30.0f);
    expect_run(&machine, 1.0f, 5.0f, 50.0f);
    machine_free(&machine);
    graph_free(graph);
}

/* A dense layer of sums: integers between a variable that stays as it is. */
static struct graph *dense_of_sums(void)
{
    const float weights[] = {0.5f, -0.25f, 0.125f, 1.0f};
    struct graph *graph = accumulator(NULL);
    int w = harness_constant(graph, TYPE_F32, SHAPE(2, 2), 0.0f, 0, weights);
    int out =
        harness_node(graph, OP_FULLY_CONNECTED, (const int[]){2, w}, 2, NULL, TYPE_F32, 0.0f, 0);
    graph_set_outputs(graph, &out, 1);
    need_sound(graph);
    return graph;
}

static void states_stay_float_between_integers(void **state)
{
    const struct integer_scheme scheme = {.activation = TYPE_I8, .bias = TYPE_I32};
    const struct mode_options options = {0};
    struct graph *graph = dense_of_sums();
    struct error error = {0};
    struct machine machine;
    struct range items[16];
    (void)state;
    for (size_t i = 0; i < LENGTH(items); i++)
        items[i] = (struct range){.seen = true, .low = -16.0f, .high = 16.0f};
    const struct ranges ranges = {.items = items, .count = graph->n_tensors};
    need(integer_quantize(graph, &scheme, &options, &ranges, &error), &error);
    const struct tensor *held = &graph->tensors[graph->states[0].tensor];
    assert_int_equal(held->type, TYPE_F32);
    assert_int_equal(graph->tensors[graph->states[0].next].type, TYPE_F32);
    int integers = 0;
    for (int n = 0; n < graph->n_nodes; n++)
        integers += node_output(graph, &graph->nodes[n], 0)->type == TYPE_I8;
    assert_true(integers >= 2);
    machine = start(graph);
    for (int i = 1; i <= 3; i++) {
        float *input = session_input(machine.session, 0);
        input[0] = input[1] = 2.0f;
        session_run(machine.session);
        const float *out = session_output(machine.session, 0);
        assert_true(out[0] > 0.5f * (float)i - 0.3f && out[0] < 0.5f * (float)i + 0.3f);
        assert_true(out[1] > 2.25f * (float)i - 0.3f && out[1] < 2.25f * (float)i + 0.3f);
    }
    machine_free(&machine);
    graph_free(graph);
}

/* --- files ------------------------------------------------------------------------------------ */

/* Both machines give the same for some random inputs, each in turn. */
static void expect_same_runs(const struct graph *a, const struct graph *b)
{
    struct random random = {.state = 9};
    struct machine one, two;
    const struct tensor *in = &a->tensors[a->inputs[0]], *out = &a->tensors[a->outputs[0]];
    one = start(a);
    two = start(b);
    for (int i = 0; i < 4; i++) {
        harness_fill(&random, in->type, session_input(one.session, 0), shape_elements(&in->shape),
                     1.0, false);
        memcpy(session_input(two.session, 0), session_input(one.session, 0), tensor_bytes(in));
        session_run(one.session);
        session_run(two.session);
        harness_equal(out->type, session_output(one.session, 0), session_output(two.session, 0),
                      shape_elements(&out->shape));
    }
    machine_free(&one);
    machine_free(&two);
}

static void variables_are_resources_in_tflite_files(void **state)
{
    static const float initial[] = {5.0f, 7.0f};
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct graph *graph = accumulator(i ? initial : NULL);
        struct graph *back = harness_through_file(graph, ".tflite");
        assert_int_equal(back->n_states, 1);
        assert_string_equal(back->states[0].name, "total");
        expect_same_runs(graph, back);
        graph_free(back);
        graph_free(graph);
    }
}

/* An LSTM or SVDF of random constants, with its states. */
static struct graph *layer(enum op op, enum type type, struct random *random)
{
    const struct shape lstm[] = {
        SHAPE(1, 3, 4), {0},         SHAPE(5, 4), SHAPE(5, 4), SHAPE(5, 4), {0},        SHAPE(5, 5),
        SHAPE(5, 5),    SHAPE(5, 5), {0},         {0},         {0},         {0},        SHAPE(5),
        SHAPE(5),       SHAPE(5),    {0},         {0},         SHAPE(1, 5), SHAPE(1, 5)};
    const struct shape svdf[] = {SHAPE(1, 4), SHAPE(6, 4), SHAPE(6, 3), SHAPE(3), SHAPE(1, 18)};
    bool is_lstm = op == OP_UNIDIRECTIONAL_SEQUENCE_LSTM, is_float = type == TYPE_F32;
    int count = is_lstm ? (int)LENGTH(lstm) : (int)LENGTH(svdf), inputs[LENGTH(lstm)], outputs[3];
    int first_state = is_lstm ? SEQUENCE_STATE : SVDF_STATE, n_states = count - first_state;
    struct graph *graph = graph_new("layer");
    struct state states[2];
    for (int i = 0; i < count; i++) {
        const struct shape *shape = is_lstm ? &lstm[i] : &svdf[i];
        bool is_wide = is_lstm ? i == SEQUENCE_CELLS : i == SVDF_TIME || i == SVDF_STATE;
        bool is_bias = is_lstm ? i >= SEQUENCE_BIAS && i < SEQUENCE_PROJECTION : i == SVDF_BIAS;
        enum type own = is_float ? TYPE_F32 : is_bias ? TYPE_I32 : is_wide ? TYPE_I16 : TYPE_I8;
        float scale = is_float || is_bias ? 0.0f : is_wide ? 0x1p-12f : 0.01f;
        unsigned char bytes[512];
        harness_fill(random, own, bytes, shape_elements(shape), is_bias ? 100.0 : 1.0, false);
        inputs[i] = shape->rank == 0 ? NO_TENSOR
                    : i == 0 || i >= first_state
                        ? harness_tensor(graph, own, *shape, scale, 0)
                        : harness_constant(graph, own, *shape, scale, 0, bytes);
    }
    union op_params params;
    params_init(&params, op_table[op].params);
    if (is_lstm) {
        params.sequence.activation = ACTIVATION_TANH;
        params.sequence.hidden_scale = is_float ? 0.0f : 0.01f;
    } else {
        params.svdf.rank = 2;
    }
    outputs[0] = harness_tensor(graph, type, is_lstm ? SHAPE(1, 3, 5) : SHAPE(1, 3),
                                is_float ? 0.0f : 0.01f, 0);
    for (int i = 0; i < n_states; i++) {
        struct tensor next = graph->tensors[inputs[first_state + i]];
        outputs[1 + i] = graph_add_tensor(graph, &next);
        states[i] = (struct state){next.name, inputs[first_state + i], outputs[1 + i], NULL};
    }
    graph_add_node(graph, op, inputs, count, outputs, 1 + n_states, &params);
    set_ends(graph, inputs[0], outputs[0]);
    graph_set_states(graph, states, n_states);
    need_sound(graph);
    return graph;
}

static void operators_change_variable_tensors_in_tflite_files(void **state)
{
    static const enum op ops[] = {OP_UNIDIRECTIONAL_SEQUENCE_LSTM, OP_SVDF};
    struct random random = {.state = 3};
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct graph *graph = layer(ops[i / 2], i % 2 ? TYPE_I8 : TYPE_F32, &random);
        struct graph *back = harness_through_file(graph, ".tflite");
        assert_int_equal(back->n_states, graph->n_states);
        assert_int_equal(back->n_nodes, 1);
        /* Three gates of both matrices, three steps; features and times of six filters. */
        assert_true(node_macs(back, back->nodes) ==
                    (i / 2 ? 6.0 * 4 + 6 * 3 : 3.0 * (3 * 5 * 4 + 3 * 5 * 5)));
        assert_int_equal(back->nodes[0].n_outputs, 1 + graph->n_states);
        assert_memory_equal(&back->nodes[0].params, &graph->nodes[0].params,
                            sizeof(graph->nodes[0].params));
        expect_same_runs(graph, back);
        graph_free(back);
        graph_free(graph);
    }
}

/* The name is there in the tensor and in the operators of both subgraphs. */
static void variables_that_nothing_initializes_are_refused(void **state)
{
    (void)state;
    struct graph *graph = accumulator(NULL);
    struct error error = {0};
    unsigned char *bytes;
    size_t size, changed = 0;
    need(tflite_write(graph, NULL, &bytes, &size, &error), &error);
    for (size_t i = 0; i + 5 < size; i++) {
        struct graph *back = NULL;
        if (memcmp(bytes + i, "total", 5) != 0)
            continue;
        bytes[i] = 'T';
        if (tflite_read(LITE_NAME, bytes, size, NULL, &back, &error) == STATUS_OK) {
            graph_free(back); /* the name of the tensor */
        } else {
            changed++;
            assert_non_null(strstr(error.text, "is read and nothing initializes it"));
        }
        bytes[i] = 't';
    }
    assert_int_equal(changed, 2);
    free(bytes);
    graph_free(graph);
}

/* Weights of a layer are int8 together, where they are many. */
static void dynamic_range_shrinks_all_weights_of_a_layer(void **state)
{
    static const enum op ops[] = {OP_UNIDIRECTIONAL_SEQUENCE_LSTM, OP_SVDF};
    struct random random = {.state = 5};
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct graph *graph = layer(ops[i / 2], TYPE_F32, &random);
        struct node *nodes;
        int count, kept = 0;
        const size_t weights = i / 2 ? 6 * 4 + 6 * 3 : 3 * 5 * 4 + 3 * 5 * 5;
        nodes = graph_take_nodes(graph, &count);
        layer_shrink(graph, &nodes[0], i % 2 ? weights + 1 : weights);
        need_sound(graph);
        for (int k = 0; k < graph->nodes[0].n_inputs; k++) {
            const struct tensor *input = node_input(graph, &graph->nodes[0], k);
            kept += input && input->type == TYPE_I8;
        }
        assert_int_equal(kept, i % 2 ? 0 : i / 2 ? 2 : 6);
        struct graph *back = harness_through_file(graph, ".tflite");
        expect_same_runs(graph, back);
        graph_free(back);
        graph_free(graph);
    }
}

static void expect_unwritable(struct graph *graph, const struct model_format *format,
                              const char *text)
{
    struct error error = {0};
    unsigned char *bytes;
    size_t size;
    char line[900];
    const struct model_writing writing = {.activations = TYPE_U8};
    assert_int_equal(format->write(graph, &writing, &bytes, &size, &error), STATUS_UNSUPPORTED);
    error_line(&error, line, sizeof(line));
    if (!strstr(line, text))
        fail_msg("'%s', expected '%s'", line, text);
    graph_free(graph);
}

static void what_a_format_has_no_form_for_is_refused_by_name(void **state)
{
    struct random random = {.state = 4};
    (void)state;
    expect_unwritable(accumulator(NULL), &onnx_format, "variable 'total', which is kept from run");
    struct graph *graph = layer(OP_SVDF, TYPE_F32, &random);
    graph_set_inputs(graph, (const int[]){graph->inputs[0], graph->states[0].tensor}, 2);
    graph->n_states = 0;
    expect_unwritable(graph, &tflite_format,
                      "node 0 (SVDF): its state cannot be a variable tensor");
    graph = layer(OP_SVDF, TYPE_F32, &random);
    graph_set_inputs(graph, (const int[]){graph->inputs[0], graph->states[0].tensor}, 2);
    graph->n_states = 0;
    expect_unwritable(graph, &onnx_format, "operator SVDF cannot be expressed in .onnx files");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_are_carried_from_run_to_run),
        cmocka_unit_test(states_take_over_from_states_at_once),
        cmocka_unit_test(quantized_states_begin_with_real_zeros),
        cmocka_unit_test(states_that_do_not_fit_are_refused),
        cmocka_unit_test(passes_keep_what_states_need),
        cmocka_unit_test(states_stay_float_between_integers),
        cmocka_unit_test(variables_are_resources_in_tflite_files),
        cmocka_unit_test(operators_change_variable_tensors_in_tflite_files),
        cmocka_unit_test(dynamic_range_shrinks_all_weights_of_a_layer),
        cmocka_unit_test(variables_that_nothing_initializes_are_refused),
        cmocka_unit_test(what_a_format_has_no_form_for_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
