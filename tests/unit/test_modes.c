/* The modes: their table and their text, and what those without calibration make of small
 * graphs. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/half.h"
#include "graph_harness.h"
#include "network_harness.h"
#include "node_harness.h"
#include "quantize/candidate.h"
#include "quantize/mode.h"
#include "quantize/observer.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct random random_state = {1};

/* Dynamic range and half precision */

static void dynamic_range_shrinks_constants_that_are_worth_it(void **state)
{
    static const struct {
        const char *mode;
        int outputs, inputs; /* of a FULLY_CONNECTED */
        enum type stored;
        int scales;
    } cases[] = {
        {"dynamic", 32, 32, TYPE_I8, 32},
        {"dynamic", 33, 31, TYPE_F32, 0}, /* 1023 elements */
        {"dynamic", 1, 1024, TYPE_I8, 1},
        {"dynamic:weights=per-tensor", 32, 32, TYPE_I8, 1},
        {"dynamic:dense=per-tensor", 32, 32, TYPE_I8, 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct graph *graph = network_new(SHAPE(1, cases[i].inputs));
        int weights = network_constant(graph, &random_state,
                                       SHAPE(cases[i].outputs, cases[i].inputs), -1.0, 1.0);
        int bias = network_constant(graph, &random_state, SHAPE(cases[i].outputs), -1.0, 1.0);
        int out = harness_node(graph, OP_FULLY_CONNECTED, (int[]){0, weights, bias}, 3, NULL,
                               TYPE_F32, 0, 0);
        graph_set_outputs(graph, &out, 1);
        network_quantize(graph, cases[i].mode);
        network_check_ops(graph, "FULLY_CONNECTED");
        const struct node *node = &graph->nodes[0];
        assert_int_equal(node_input(graph, node, 1)->type, cases[i].stored);
        assert_int_equal(node_input(graph, node, 1)->quant.count, cases[i].scales);
        assert_int_equal(node_input(graph, node, 2)->type, TYPE_F32);
        assert_int_equal(node_input(graph, node, 0)->type, TYPE_F32);
        assert_int_equal(node->params.dense.asymmetric_inputs, cases[i].stored == TYPE_I8);
        graph_free(graph);
    }
}

/* As TFLite's kernels read the weights of convolutions in groups, whatever was asked for. */
static void groups_of_channels_have_a_scale_each(void **state)
{
    static const struct {
        enum op op;
        struct shape filter;
        int scales;
    } rows[] = {
        {OP_DEPTHWISE_CONV_2D, SHAPE(1, 6, 6, 32), 32},
        {OP_CONV_2D, SHAPE(32, 6, 6, 8), 32},
        {OP_CONV_2D, SHAPE(32, 6, 6, 32), 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct graph *graph = network_new(SHAPE(1, 6, 6, 32));
        union op_params params;
        params_init(&params, op_table[rows[i].op].params);
        params.conv.stride_h = params.conv.stride_w = 1;
        int inputs[] = {0, network_constant(graph, &random_state, rows[i].filter, -1.0, 1.0)};
        int out = harness_node(graph, rows[i].op, inputs, 2, &params, TYPE_F32, 0, 0);
        graph_set_outputs(graph, &out, 1);
        network_quantize(graph, "dynamic:weights=per-tensor");
        assert_int_equal(node_input(graph, &graph->nodes[0], 1)->quant.count, rows[i].scales);
        graph_free(graph);
    }
}

/* Products have hybrid kernels; elsewhere the constant is widened before use. */
static void dynamic_range_widens_where_no_kernel_takes_integers(void **state)
{
    static const struct {
        enum op op;
        struct shape data, constant;
        const char *expected;
    } cases[] = {
        {OP_CONV_2D, {4, {1, 4, 4, 16}}, {4, {8, 3, 3, 16}}, "CONV_2D"},
        {OP_DEPTHWISE_CONV_2D, {4, {1, 4, 4, 128}}, {4, {1, 3, 3, 128}}, "DEPTHWISE_CONV_2D"},
        {OP_BATCH_MATMUL, {2, {4, 32}}, {2, {32, 32}}, "BATCH_MATMUL"},
        {OP_ADD, {2, {32, 32}}, {2, {32, 32}}, "ADD"},
        {OP_TRANSPOSE_CONV, {4, {1, 4, 4, 16}}, {4, {8, 3, 3, 16}}, "DEQUANTIZE TRANSPOSE_CONV"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct graph *graph = network_new(cases[i].data);
        union op_params params;
        const int32_t size[] = {1, 4, 4, 8};
        int constant = network_constant(graph, &random_state, cases[i].constant, -1.0, 1.0);
        int inputs[3] = {0, constant, 0}, count = 2;
        params_init(&params, op_table[cases[i].op].params);
        if (cases[i].data.rank == 4)
            params.conv.stride_h = params.conv.stride_w = 1;
        if (cases[i].op == OP_TRANSPOSE_CONV) {
            inputs[0] = harness_ints(graph, size, 4);
            count = 3;
        }
        int out = harness_node(graph, cases[i].op, inputs, count, &params, TYPE_F32, 0, 0);
        graph_set_outputs(graph, &out, 1);
        network_quantize(graph, "dynamic");
        network_check_ops(graph, cases[i].expected);
        const struct node *first = &graph->nodes[0];
        bool widened = first->op == OP_DEQUANTIZE;
        const struct tensor *stored = node_input(graph, first, widened ? 0 : 1);
        assert_int_equal(stored->type, cases[i].op == OP_ADD ? TYPE_F32 : TYPE_I8);
        if (widened || cases[i].op == OP_BATCH_MATMUL)
            assert_int_equal(stored->quant.count, 1);
        graph_free(graph);
    }
}

static void half_precision_stores_constants_once(void **state)
{
    static const float values[] = {1.0f, 65504.0f, -65504.0f, INFINITY, 2049.0f, 1e-9f};
    static const double expected[] = {1.0, 65504.0, -65504.0, INFINITY, 2048.0, 0.0};
    struct graph *graph = network_new(SHAPE(1, 6));
    const int32_t shape[] = {6};
    int constant = harness_constant(graph, TYPE_F32, SHAPE(6), 0.0f, 0, values);
    int sum = harness_node(graph, OP_ADD, (int[]){0, constant}, 2, NULL, TYPE_F32, 0, 0);
    int last = harness_node(graph, OP_MUL, (int[]){sum, constant}, 2, NULL, TYPE_F32, 0, 0);
    int out = harness_node(graph, OP_RESHAPE, (int[]){last, harness_ints(graph, shape, 1)}, 2, NULL,
                           TYPE_F32, 0, 0);
    (void)state;
    graph_set_outputs(graph, &out, 1);
    network_quantize(graph, "fp16");
    network_check_ops(graph, "DEQUANTIZE ADD MUL RESHAPE");
    const struct tensor *stored = node_input(graph, &graph->nodes[0], 0);
    assert_int_equal(stored->type, TYPE_F16);
    for (size_t i = 0; i < COUNT(expected); i++) {
        double got = (double)half_to_float(((const uint16_t *)stored->data)[i]);
        assert_true(!(got < expected[i]) && !(got > expected[i]));
    }
    assert_int_equal(graph->nodes[1].inputs[1], graph->nodes[0].outputs[0]);
    assert_int_equal(graph->nodes[2].inputs[1], graph->nodes[0].outputs[0]);
    assert_int_equal(node_input(graph, &graph->nodes[3], 1)->type, TYPE_I32);
    assert_int_equal(graph->n_remarks, 0);
    graph_free(graph);
}

static void what_half_precision_cannot_hold_stays_as_it_is(void **state)
{
    static const float values[] = {1.0f, 1e6f, -65505.0f};
    struct graph *graph = network_new(SHAPE(1, 3));
    int constant = harness_constant(graph, TYPE_F32, SHAPE(3), 0.0f, 0, values);
    int out = harness_node(graph, OP_ADD, (int[]){0, constant}, 2, NULL, TYPE_F32, 0, 0);
    (void)state;
    graph_set_outputs(graph, &out, 1);
    network_quantize(graph, "fp16");
    network_check_ops(graph, "ADD");
    assert_int_equal(graph->nodes[0].inputs[1], constant);
    assert_int_equal(graph->n_remarks, 1);
    assert_non_null(strstr(graph->remarks[0], "2 of its values lie beyond float16's 65504, up to "
                                              "1e+06"));
    graph_free(graph);
}

/* Weights alone: the number of bits, scales, and where they are. */
static void weights_are_stored_and_widened(void **state)
{
    static const struct {
        const char *mode;
        enum type type;
        int bits, scales, block;
    } cases[] = {
        {"bf16", TYPE_BF16, 0, 0, 0},
        {"w8", TYPE_I8, 0, 16, 0},
        {"w8:weights=per-tensor", TYPE_I8, 0, 1, 0},
        {"w4", TYPE_I8, 4, 16, 0},
        {"w4:block=32", TYPE_I8, 4, 64, 32},
        {"w4:block=128", TYPE_I8, 4, 16, 128},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct graph *graph = network_new(SHAPE(1, 128));
        float weights[16 * 128], few[8 * 16] = {0.5f};
        for (size_t k = 0; k < COUNT(weights); k++)
            weights[k] = (float)(k % 31) - 15.0f + (float)(k / 128);
        int large = harness_constant(graph, TYPE_F32, SHAPE(16, 128), 0.0f, 0, weights);
        int small = harness_constant(graph, TYPE_F32, SHAPE(8, 16), 0.0f, 0, few);
        int first =
            harness_node(graph, OP_FULLY_CONNECTED, (int[]){0, large}, 2, NULL, TYPE_F32, 0.0f, 0);
        int out = harness_node(graph, OP_FULLY_CONNECTED, (int[]){first, small}, 2, NULL, TYPE_F32,
                               0.0f, 0);
        graph_set_outputs(graph, &out, 1);
        network_quantize(graph, cases[i].mode);
        network_check_ops(graph, "DEQUANTIZE FULLY_CONNECTED FULLY_CONNECTED");
        const struct tensor *stored = node_input(graph, &graph->nodes[0], 0);
        assert_int_equal(stored->type, cases[i].type);
        assert_int_equal(stored->bits, cases[i].bits);
        assert_int_equal(stored->quant.count, cases[i].scales);
        assert_int_equal(stored->quant.block, cases[i].block);
        for (size_t k = 0; cases[i].bits == 4 && k < COUNT(weights); k++) {
            float scale = stored->quant.scale[quantization_entry(stored, k)];
            float value = scale * (float)((const int8_t *)stored->data)[k];
            assert_true(fabsf(value - weights[k]) <= scale * 0.51f ||
                        fabsf(weights[k]) > 7.0f * scale);
        }
        assert_ptr_equal(node_input(graph, &graph->nodes[2], 1)->data, graph->tensors[small].data);
        graph_free(graph);
    }
}

/* The table and its text */

static void every_row_of_the_table_is_complete(void **state)
{
    unsigned all = 0;
    int baselines = 0;
    (void)state;
    for (size_t i = 0; i < mode_option_count; i++) {
        assert_int_equal(all & mode_option_table[i].bit, 0);
        assert_ptr_equal(mode_option_of(mode_option_table[i].bit), &mode_option_table[i]);
        all |= mode_option_table[i].bit;
    }
    for (size_t i = 0; i < mode_count; i++) {
        const struct mode *mode = mode_table[i];
        assert_ptr_equal(mode_find(mode->name), mode); /* so each name is there once */
        assert_true(strlen(mode->title) > 0 && strlen(mode->text) > 30);
        assert_true(strlen(mode->promise_size) > 0 && strlen(mode->promise_speed) > 0);
        assert_true(strlen(mode->place) > 0);
        assert_non_null(mode->apply);
        assert_int_equal(mode->options & ~all, 0);
        assert_int_equal((mode->options & HAS_OBSERVER) != 0, mode->needs_calibration);
        baselines += mode->is_baseline;
        assert_null(strpbrk(mode->name, ":,= "));
    }
    assert_int_equal(baselines, 1);
    assert_true(mode_find("fp32")->is_baseline);
    assert_true(mode_find("as-is")->takes_quantized && mode_find("as-is")->by_name_only);
    assert_null(mode_find("int"));
}

/* Parses mode:option=value and writes it again. */
static void check_option(const struct mode *mode, const char *name, const char *value,
                         bool is_shown)
{
    const struct mode *parsed;
    struct mode_options options;
    struct error error = {0};
    struct text in = {0}, out = {0};
    struct arena *arena = arena_new();
    text_printf(&in, "%s:%s=%s", mode->name, name, value);
    if (mode_parse(in.bytes, arena, &parsed, &options, &error) != STATUS_OK)
        fail_msg("%s: %s", in.bytes, error.text);
    assert_ptr_equal(parsed, mode);
    mode_format(parsed, &options, &out);
    assert_string_equal(out.bytes, is_shown ? in.bytes : mode->name);
    text_release(&in);
    text_release(&out);
    arena_free(arena);
}

static void every_option_of_every_mode_can_be_set(void **state)
{
    (void)state;
    for (size_t k = 0; k < mode_option_count; k++) {
        const struct mode_option *option = &mode_option_table[k];
        int modes = 0;
        assert_true(strlen(option->text) > 10);
        for (size_t i = 0; i < mode_count; i++) {
            if ((mode_table[i]->options & option->bit) == 0)
                continue;
            modes++;
            if (option->kind == OPTION_NUMBER) {
                check_option(mode_table[i], option->name, option->values, false);
                check_option(mode_table[i], option->name, "62.5", true);
                continue;
            }
            if (option->kind == OPTION_NAMES) {
                check_option(mode_table[i], option->name, option->values, true);
                continue;
            }
            /* where nobody else asks for samples, a bias that is to be corrected does, and an
             * observer that is given is not tried otherwise */
            bool asks = (option->bit == HAS_BIAS && !mode_table[i]->needs_calibration) ||
                        (option->bit == HAS_OBSERVER && mode_table[i]->activations == TYPE_I8);
            char *values = strdup(option->values), *rest = values, *value;
            for (bool is_default = true; (value = strsep(&rest, "|")); is_default = false)
                check_option(mode_table[i], option->name, value, !is_default || asks);
            free(values);
        }
        assert_true(modes > 0);
    }
}

/* Options that follow the calibration until somebody chooses them, of which those of one observer
 * have an effect with it alone. */
static void what_the_calibration_decides_can_be_left_open(void **state)
{
    struct mode_options fresh, options;
    unsigned open = 0, of_observers = 0;
    (void)state;
    mode_options_init(&fresh);
    for (size_t i = 0; i < mode_option_count; i++) {
        options = fresh;
        if (!mode_option_table[i].leave_open)
            continue;
        open |= mode_option_table[i].bit;
        mode_option_table[i].leave_open(&options);
        assert_int_equal(options.observer == NULL, mode_option_table[i].bit == HAS_OBSERVER);
        assert_int_equal(options.percentile <= 0.0, mode_option_table[i].bit == HAS_PERCENTILE);
    }
    for (size_t i = 0; i < observer_count; i++)
        of_observers |= observer_table[i].options;
    struct text names = {0};
    for (size_t i = 0; i < observer_count; i++)
        text_printf(&names, "%s%s", i > 0 ? "|" : "", observer_table[i].name);
    assert_string_equal(names.bytes, OBSERVER_NAMES);
    text_release(&names);
    assert_int_equal(open, HAS_OBSERVER | HAS_PERCENTILE);
    assert_int_equal(of_observers, HAS_PERCENTILE);
}

static void text_is_brought_into_its_shortest_form(void **state)
{
    static const struct {
        const char *text, *canonical;
    } cases[] = {
        {"int8:percentile=99.9,observer=percentile", "int8:observer=percentile,percentile=99.9"},
        {"int8-io:io=uint8,dense=per-tensor,weights=per-channel",
         "int8-io:dense=per-tensor,io=uint8"},
        {"dynamic:weights=per-tensor,weights=per-channel", "dynamic"},
        {"16x8:percentile=99.990", "16x8"},
        {"int8:percentile=100", "int8:percentile=100"},
        {"int8:effort=1,bias=corrected", "int8"},
        {"int8:effort=0", "int8:effort=0"},
        {"int8:effort=0,bias=plain", "int8:effort=0"},
        {"int8:bias=corrected,effort=0", "int8:effort=0,bias=corrected"},
        {"int8:equalize=activations,effort=1,equalize=no", "int8"},
        /* not tried otherwise (trials.h), as it was given */
        {"int8:effort=2,weights=per-tensor,equalize=yes",
         "int8:weights=per-tensor,effort=2,equalize=yes"},
        {"int8:equalize=activations,effort=2", "int8:effort=2,equalize=activations"},
        {"int8:observer=search,effort=2", "int8:observer=search,effort=2"},
        {"int8:observer=search,effort=1", "int8:observer=search"},
        {"int8-io:observer=search", "int8-io:observer=search"},
        {"16x8:observer=search", "16x8"},
        {"16x8:observer=search,effort=2", "16x8:effort=2"},
        {"int8:equalize=yes,effort=2", "int8:effort=2,equalize=yes"},
        {"16x8:equalize=no,effort=2,fit=auto", "16x8:effort=2,fit=auto,equalize=no"},
        {"int8:effort=2,effort=0", "int8:effort=0"},
        {"w4:block=channel,bias=corrected", "w4:bias=corrected"},
        {"dynamic:bias=corrected,fit=auto", "dynamic:bias=corrected"},
        {"dynamic:fit=moments,scales=output", "dynamic:fit=moments,scales=output"},
        {"fp16:skip=a/b;c=d:e%2Cf+CONV_2D", "fp16:skip=a/b;c=d:e%2Cf+CONV_2D"},
    };
    struct arena *arena = arena_new();
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct mode *mode;
        struct mode_options options;
        struct error error;
        struct text out = {0};
        assert_int_equal(mode_parse(cases[i].text, arena, &mode, &options, &error), STATUS_OK);
        mode_format(mode, &options, &out);
        assert_string_equal(out.bytes, cases[i].canonical);
        text_release(&out);
    }
    arena_free(arena);
}

static void wrong_text_is_refused_with_the_nearest(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"int9", "unknown mode 'int9', nearest is 'int8'"},
        {"fp61", "unknown mode 'fp61', nearest is 'fp16'"},
        {"int8io", "unknown mode 'int8io', nearest is 'int8-io'"},
        {"INT8", "unknown mode 'INT8', see 'quantop modes'"},
        {"", "unknown mode '', see 'quantop modes'"},
        {":weights=per-tensor", "unknown mode '', see 'quantop modes'"},
        {"int8:", "'' is not of the form option=value"},
        {"int8:weights", "'weights' is not of the form option=value"},
        {"int8:weights=per-tensor,", "'' is not of the form option=value"},
        {"int8:weigths=per-tensor", "mode 'int8' has no option 'weigths', nearest is 'weights'"},
        {"int8:io=uint8", "mode 'int8' has no option 'io'"},
        {"fp32:weights=per-tensor", "mode 'fp32' has no option 'weights'"},
        {"fp32:weigths=per-tensor", "mode 'fp32' has no option 'weigths'"},
        {"dynamic:observr=minmax", "mode 'dynamic' has no option 'observr'"},
        {"int8:=per-tensor", "mode 'int8' has no option ''"},
        {"int8:weights=per-channels",
         "option 'weights' is 'per-channels', expected per-channel|per-tensor"},
        {"int8:weights=per", "option 'weights' is 'per', expected per-channel|per-tensor"},
        {"int8:weights=", "option 'weights' is '', expected per-channel|per-tensor"},
        {"int8:percentile=101", "option 'percentile' is '101', expected 50 to 100"},
        {"int8:percentile=49.9", "option 'percentile' is '49.9', expected 50 to 100"},
        {"int8:percentile=nan", "option 'percentile' is 'nan', expected 50 to 100"},
        {"int8:percentile=99%", "option 'percentile' is '99%', expected 50 to 100"},
        {"int8:skip=", "option 'skip' is '', expected names between '+'"},
        {"int8:skip=a++b", "option 'skip' is 'a++b', expected names between '+'"},
        {"fp32:skip=a", "mode 'fp32' has no option 'skip'"},
        {"int8:wide=a++b", "option 'wide' is 'a++b', expected names between '+'"},
        {"16x8:wide=a", "mode '16x8' has no option 'wide'"},
    };
    struct arena *arena = arena_new();
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct mode *mode;
        struct mode_options options;
        struct error error = {0};
        assert_int_equal(mode_parse(cases[i].text, arena, &mode, &options, &error), STATUS_INVALID);
        assert_string_equal(error.text, cases[i].message);
    }
    arena_free(arena);
}

/* The largest int8 weight of a network in the mode. */
static int largest_weight(const char *mode)
{
    struct dataset_spec calibration;
    struct candidate candidate;
    struct error error;
    int largest = 0;
    dataset_spec_init(&calibration);
    calibration.samples = "random:8";
    const struct candidate_order order = {.model =
                                              "synth:mobilenet-v1:width=0.25,size=32,classes=4",
                                          .mode = mode,
                                          .calibration = &calibration};
    if (candidate_make(&order, &candidate, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    for (int i = 0; i < candidate.graph->n_tensors; i++) {
        const struct tensor *tensor = &candidate.graph->tensors[i];
        const int8_t *values = tensor->data;
        for (size_t k = 0; values && tensor->type == TYPE_I8 && k < shape_elements(&tensor->shape);
             k++)
            largest = abs(values[k]) > largest ? abs(values[k]) : largest;
    }
    candidate_release(&candidate);
    return largest;
}

/* 255 * 63 * 2 fits 16 bits. */
static void weights_of_7_bits_end_at_63(void **state)
{
    (void)state;
    assert_int_equal(largest_weight("int8"), 127);
    assert_int_equal(largest_weight("int8:weight_bits=7"), 63);
    assert_int_equal(largest_weight("int8:weight_bits=7,fit=moments"), 63);
    assert_int_equal(largest_weight("int8-io:weight_bits=7,weights=per-tensor"), 63);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dynamic_range_shrinks_constants_that_are_worth_it),
        cmocka_unit_test(groups_of_channels_have_a_scale_each),
        cmocka_unit_test(dynamic_range_widens_where_no_kernel_takes_integers),
        cmocka_unit_test(half_precision_stores_constants_once),
        cmocka_unit_test(what_half_precision_cannot_hold_stays_as_it_is),
        cmocka_unit_test(weights_are_stored_and_widened),
        cmocka_unit_test(every_row_of_the_table_is_complete),
        cmocka_unit_test(every_option_of_every_mode_can_be_set),
        cmocka_unit_test(what_the_calibration_decides_can_be_left_open),
        cmocka_unit_test(text_is_brought_into_its_shortest_form),
        cmocka_unit_test(wrong_text_is_refused_with_the_nearest),
        cmocka_unit_test(weights_of_7_bits_end_at_63),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
