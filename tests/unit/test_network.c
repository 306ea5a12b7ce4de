/* What is told of a candidate's file operator by operator, from the graph to what results know. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "graph/node_facts.h"
#include "graph/summary.h"
#include "quantize/candidate.h"
#include "results/network.h"
#include "results_harness.h"
#include "rewrite_harness.h"
#include "worker/network.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- from a candidate ------------------------------------------------------------------------- */

static void make(const char *mode, const char *suffix, struct candidate *candidate)
{
    const char *const formats[] = {suffix, NULL};
    struct dataset_spec calibration = {
        .samples = "random:4", .type = TYPE_COUNT, .count = 4, .scale = 1.0};
    const struct candidate_order order = {.model = "synth:mobilenet-v2:width=0.35,size=32",
                                          .mode = mode,
                                          .calibration = &calibration,
                                          .formats = formats};
    struct error error;
    if (candidate_make(&order, candidate, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

/* Results that know of row 0 what the worker says of the candidate, through a line of a journal. */
static struct results *tell(const struct candidate *candidate)
{
    struct results *results = results_new();
    struct error error;
    json_t *event = network_event(candidate);
    json_object_set_new(event, "candidate", json_integer(0));
    char *line = json_dumps(event, JSON_COMPACT | JSON_REAL_PRECISION(9));
    json_decref(event);
    event = json_loads(line, 0, NULL);
    harness_trial(results, 0, "mode", -1);
    if (results_apply(results, event, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    json_decref(event);
    free(line);
    return results;
}

static void check_tensor(const struct tensor *expected, const struct network_tensor *told)
{
    char shape[SHAPE_TEXT_SIZE];
    assert_string_equal(told->name, expected->name);
    assert_string_equal(told->type, type_name(expected->type));
    assert_string_equal(told->shape, shape_text(&expected->shape, shape));
    assert_int_equal((int)told->scales, expected->quant.count);
    assert_int_equal(isnan(told->bytes), expected->data == NULL);
    if (expected->data)
        assert_int_equal((size_t)told->bytes, tensor_bytes(expected));
    if (expected->quant.count != 1)
        return;
    float scale = expected->quant.scale[0];
    assert_true(fabs(told->scale[0] - (double)scale) <= 1e-8 * (double)scale);
    assert_int_equal((int)told->zero_point, expected->quant.zero_point[0]);
}

static void check_operator(const struct graph *graph, const struct network *network, int n)
{
    const struct node *node = &graph->nodes[n];
    const struct network_operator *told = &network->operators[n];
    double bytes;
    assert_string_equal(told->op, op_name(node->op));
    assert_true(told->macs == node_macs(graph, node));
    assert_true(told->parameters == node_parameters(graph, node));
    node_constants(graph, node, &bytes);
    assert_true(told->constant_bytes == bytes);
    assert_int_equal(told->n_inputs, node->n_inputs);
    assert_int_equal(told->n_outputs, node->n_outputs);
    for (int i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] == NO_TENSOR)
            assert_int_equal(told->inputs[i], -1);
        else
            check_tensor(&graph->tensors[node->inputs[i]], &network->tensors[told->inputs[i]]);
    for (int i = 0; i < node->n_outputs; i++) {
        const struct network_tensor *output = &network->tensors[told->outputs[i]];
        check_tensor(&graph->tensors[node->outputs[i]], output);
        assert_int_equal(output->writer, n);
    }
}

static void a_file_is_told_operator_by_operator(void **state)
{
    static const char *const modes[] = {"fp32", "dynamic", "int8:effort=0", "16x8:effort=0", "w4"};
    (void)state;
    for (size_t m = 0; m < COUNT(modes); m++) {
        struct candidate candidate;
        make(modes[m], ".tflite", &candidate);
        const struct graph *graph = candidate.graph;
        struct results *results = tell(&candidate);
        const struct network *network = results_network(results, 0);
        assert_non_null(network);
        assert_null(results_network_absent(results, 0));
        assert_int_equal(network->n_operators, graph->n_nodes);
        assert_true(network->count == graph->n_nodes);
        assert_true(network->parameters == graph_parameters(graph));
        assert_true(network->macs == graph_macs(graph));
        assert_string_equal(network->version, "schema version 3");
        for (int n = 0; n < graph->n_nodes; n++)
            check_operator(graph, network, n);
        assert_int_equal(network->inputs.count, 1);
        assert_string_equal(network->tensors[network->inputs.tensors[0]].shape, "1x32x32x3");
        assert_string_equal(network->tensors[network->outputs.tensors[0]].shape, "1x1000");
        results_free(results);
        candidate_release(&candidate);
    }
}

/* The range of an output in calibration lies in what its integers hold, which extremes decide. */
static void ranges_are_those_of_calibration(void **state)
{
    struct candidate candidate;
    int seen = 0;
    (void)state;
    make("int8:effort=0,observer=minmax", ".tflite", &candidate);
    struct results *results = tell(&candidate);
    const struct network *network = results_network(results, 0);
    for (size_t i = 0; i < network->n_operators; i++) {
        const struct network_tensor *out = &network->tensors[network->operators[i].outputs[0]];
        if (strcmp(network->operators[i].op, "CONV_2D") != 0)
            continue;
        double step = out->scale[0];
        assert_true(out->seen[0] >= out->held[0] - step && out->seen[1] <= out->held[1] + step);
        assert_true(out->seen[1] > out->held[1] - 2.0 * step);
        seen++;
    }
    assert_true(seen > 20);
    results_free(results);
    candidate_release(&candidate);
    make("fp32", ".tflite", &candidate); /* calibrates nothing */
    results = tell(&candidate);
    network = results_network(results, 0);
    for (size_t i = 0; i < network->n_tensors; i++)
        assert_true(isnan(network->tensors[i].seen[0]));
    results_free(results);
    candidate_release(&candidate);
}

static void weights_have_scales_along_their_channels(void **state)
{
    struct candidate candidate;
    (void)state;
    make("int8:effort=0", ".tflite", &candidate);
    struct results *results = tell(&candidate);
    const struct network *network = results_network(results, 0);
    const struct network_operator *conv = &network->operators[1];
    assert_string_equal(conv->op, "CONV_2D");
    assert_string_equal(conv->window, "3x3/2");
    assert_string_equal(conv->activation, "RELU6");
    assert_non_null(strstr(conv->params, "padding=SAME"));
    const struct network_tensor *weights = &network->tensors[conv->weights];
    assert_string_equal(weights->type, "int8");
    assert_true(weights->scales == 16.0 && weights->axis == 0.0);
    assert_true(weights->scale[0] > 0.0 && weights->scale[0] < weights->scale[1]);
    results_free(results);
    candidate_release(&candidate);
}

static void versions_are_those_of_the_file(void **state)
{
    struct candidate candidate;
    (void)state;
    make("16x8:effort=0", ".onnx", &candidate);
    struct results *results = tell(&candidate);
    assert_string_equal(results_network(results, 0)->format, "onnx");
    assert_string_equal(results_network(results, 0)->version, "IR version 10, operator set 21");
    results_free(results);
    candidate_release(&candidate);
}

/* What is told is what is computed here; where the file has it otherwise, that is said. */
static void what_files_spell_otherwise_is_said(void **state)
{
    static const struct {
        const char *mode, *suffix, *says; /* NULL: nothing */
    } rows[] = {
        {"int8:effort=0", ".tflite", NULL},
        {"int8:effort=0", ".onnx",
         "; images are NCHW; activations shown as int8 are uint8, their zero points 128 higher"},
        {"int8:effort=0,activations=int8", ".onnx", "; images are NCHW"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct candidate candidate;
        make(rows[i].mode, rows[i].suffix, &candidate);
        struct results *results = tell(&candidate);
        const char *spelling = results_network(results, 0)->spelling;
        char expected[200] = "";
        if (rows[i].says)
            snprintf(expected, sizeof(expected), "%d operators in the place of these %d%s",
                     candidate.origins.count, candidate.graph->n_nodes, rows[i].says);
        assert_string_equal(spelling, expected);
        results_free(results);
        candidate_release(&candidate);
    }
}

/* A chain of operators whose names are as long as a stranger likes. */
static struct graph *chain(int count, size_t name_length)
{
    struct graph *graph = graph_new("chain");
    int x = rewrite_real(graph, SHAPE(2, 8));
    graph_set_inputs(graph, &x, 1);
    char *name = arena_alloc(graph->arena, name_length + 1);
    memset(name, '"', name_length);
    for (int i = 0; i < count; i++) {
        x = rewrite_apply(graph, OP_ABS, x, NO_TENSOR, NULL);
        graph->tensors[x].name = name;
    }
    graph_set_outputs(graph, &x, 1);
    return graph;
}

static size_t told_bytes(const struct candidate *candidate)
{
    json_t *event = network_event(candidate);
    char *line = json_dumps(event, JSON_COMPACT);
    size_t length = strlen(line);
    free(line);
    json_decref(event);
    return length;
}

static void of_large_graphs_the_first_operators_are_told(void **state)
{
    static const struct {
        int operators;
        size_t name_length, least, most; /* operators told */
    } rows[] = {{100, 3, 100, 100}, {20000, 3, 4096, 4096}, {6000, 100000, 1000, 4095}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct candidate candidate = {.graph = chain(rows[i].operators, rows[i].name_length),
                                      .format = model_format_for(".tflite")};
        assert_in_range(told_bytes(&candidate), 1, 4 << 20);
        struct results *results = tell(&candidate);
        const struct network *network = results_network(results, 0);
        assert_true(network->count == rows[i].operators);
        assert_in_range(network->n_operators, rows[i].least, rows[i].most);
        assert_int_equal(network->outputs.count, 1);
        graph_free(candidate.graph);
        results_free(results);
    }
}

/* --- events ----------------------------------------------------------------------------------- */

#define TENSORS                                                                                    \
    "[{'name':'x','type':'float32','shape':'1x4'},"                                                \
    "{'name':'w','type':'int8','shape':'4x4','bytes':16,'scale':[0.1,0.2],'scales':4,'axis':0},"   \
    "{'name':'y','type':'int8','shape':'1x4','scale':0.5,'zero_point':-3,'seen':[-1,2]}]"
#define OPERATORS                                                                                  \
    "[{'op':'FULLY_CONNECTED','inputs':[0,1,-1],'outputs':[2],'weights':1,'macs':16,"              \
    "'parameters':16}]"
#define TOTALS                                                                                     \
    "'format':'tflite','count':1,'parameters':16,'macs':16,'constants':{'int8':16},"               \
    "'inputs':[0],'outputs':[2],'variables':[]"
#define NETWORK(totals, ends, tensors, operators)                                                  \
    "{'event':'network','candidate':0," totals ",'ends':" ends ",'tensors':" tensors               \
    ",'operators':" operators "}"
#define SOUND NETWORK(TOTALS, "[1,1,0]", TENSORS, OPERATORS)

static struct results *one_row(void)
{
    struct results *results = results_new();
    harness_trial(results, 0, "int8", -1);
    return results;
}

static void an_event_is_taken_whole(void **state)
{
    struct results *results = one_row();
    (void)state;
    assert_null(results_network(results, 0)); /* as in an older journal */
    assert_null(results_network_absent(results, 0));
    harness_apply(results, SOUND);
    const struct network *network = results_network(results, 0);
    const struct network_tensor *out = &network->tensors[2];
    assert_true(out->held[0] == -62.5 && out->held[1] == 65.0);
    assert_true(out->seen[0] == -1.0 && out->seen[1] == 2.0);
    assert_int_equal(out->writer, 0);
    assert_int_equal(network->tensors[0].writer, -1);
    assert_true(network->operators[0].constant_bytes == 16.0);
    assert_string_equal(network->constants[0].type, "int8");
    harness_apply(results, NETWORK("'format':'onnx','count':0,'parameters':0,'macs':0,"
                                   "'constants':{},'inputs':[],'outputs':[],'variables':[]",
                                   "[0,0,0]", "[]", "[]"));
    assert_string_equal(results_network(results, 0)->format, "onnx"); /* the later one counts */
    results_free(results);
}

static void what_is_malformed_is_refused(void **state)
{
    static const struct {
        const char *event, *key;
    } rows[] = {
        {"{'event':'network','candidate':1}", "candidate"},
        {"{'event':'network','candidate':0}", "parameters"},
        {NETWORK("'count':-1,'parameters':1,'macs':1", "[]", "[]", "[]"), "count"},
        {NETWORK("'count':1,'parameters':1,'macs':'x'", "[]", "[]", "[]"), "macs"},
        {NETWORK("'count':1,'parameters':1,'macs':1", "[]", "[]", "[]"), "constants"},
        {NETWORK("'count':1,'parameters':1,'macs':1,'constants':{'a':-1}", "[]", "[]", "[]"),
         "constants"},
        {NETWORK(TOTALS, "[1,1,0]", "{}", OPERATORS), "tensors"},
        {NETWORK(TOTALS, "[1,1,0]", "[{'bytes':-1}]", OPERATORS), "tensors"},
        {NETWORK(TOTALS, "[1,1,0]", "[{'scale':0.5}]", OPERATORS), "tensors"},
        {NETWORK(TOTALS, "[1,1,0]", "[{'scale':[2,1],'scales':2}]", OPERATORS), "tensors"},
        {NETWORK(TOTALS, "[1,1,0]", "[{'scale':[1,2],'scales':1}]", OPERATORS), "tensors"},
        {NETWORK(TOTALS, "[1,1,0]", "[{'seen':[1]}]", OPERATORS), "tensors"},
        {NETWORK(TOTALS, "[1,1,0]", "[{'seen':[2,1]}]", OPERATORS), "tensors"},
        {NETWORK(TOTALS, "[1,1,0]", TENSORS, "{}"), "operators"},
        {NETWORK(TOTALS, "[1,1,0]", TENSORS, "[{'inputs':[3],'outputs':[2]}]"), "operators"},
        {NETWORK(TOTALS, "[1,1,0]", TENSORS, "[{'inputs':[-2],'outputs':[2]}]"), "operators"},
        {NETWORK(TOTALS, "[1,1,0]", TENSORS, "[{'inputs':[0],'outputs':[-1]}]"), "operators"},
        {NETWORK(TOTALS, "[1,1,0]", TENSORS, "[{'inputs':[0],'outputs':[]}]"), "operators"},
        {NETWORK(TOTALS, "[1,1,0]", TENSORS, "[{'inputs':[0],'outputs':[2,2]}]"), "operators"},
        {NETWORK(TOTALS, "[1,1,0]", TENSORS, "[{'inputs':[0],'outputs':[2],'weights':3}]"),
         "operators"},
        {NETWORK(TOTALS, "[1,1,0]", TENSORS,
                 "[{'inputs':[0],'outputs':[2]},{'inputs':[0],'outputs':[1]}]"),
         "operators"}, /* more than there are */
        {NETWORK(TOTALS, "[0,1,0]", TENSORS, OPERATORS), "inputs"},
        {NETWORK(TOTALS, "[1,'x',0]", TENSORS, OPERATORS), "outputs"},
        {NETWORK(TOTALS, "[1,1]", TENSORS, OPERATORS), "variables"},
    };
    struct results *results = one_row();
    (void)state;
    harness_apply(results, SOUND);
    const struct network *before = results_network(results, 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct error error;
        json_t *event = harness_json("%s", rows[i].event);
        char text[64];
        snprintf(text, sizeof(text), "'%s' is missing or wrong", rows[i].key);
        assert_int_equal(results_apply(results, event, &error), STATUS_FORMAT);
        if (!strstr(error.text, text))
            fail_msg("%s: %s", rows[i].event, error.text);
        assert_ptr_equal(results_network(results, 0), before);
        json_decref(event);
    }
    results_free(results);
}

static void kinds_and_conversions_are_those_of_the_whole(void **state)
{
    struct results *results = one_row();
    struct text text = {0};
    (void)state;
    results_print_kinds(results, 0, &text);
    assert_int_equal(text.length, 0);
    assert_true(isnan(results_conversions(results, 0)));
    harness_apply(results, "{'event':'prepared','candidate':0,'bytes':1,'operators':["
                           "{'op':'QUANTIZE','type':'int8','count':2},"
                           "{'op':'CONV_2D','type':'int8','weights':'int8','count':9},"
                           "{'op':'DEQUANTIZE','type':'float32','count':1}]}");
    results_print_kinds(results, 0, &text);
    assert_string_equal(text.bytes, "2 QUANTIZE int8, 9 CONV_2D int8 x int8, 1 DEQUANTIZE float32");
    assert_true(results_conversions(results, 0) == 3.0);
    text_release(&text);
    results_free(results);
}

static void counterparts_have_the_same_output(void **state)
{
    struct candidate candidates[2];
    struct results *results[2];
    int found = 0;
    (void)state;
    make("int8:effort=0", ".tflite", &candidates[0]);
    make("fp32", ".tflite", &candidates[1]);
    for (size_t i = 0; i < 2; i++)
        results[i] = tell(&candidates[i]);
    const struct network *own = results_network(results[0], 0);
    const struct network *other = results_network(results[1], 0);
    for (size_t i = 0; i < own->n_operators; i++) {
        int at = network_counterpart(own, i, other);
        found += at >= 0;
        if (at >= 0 && strcmp(own->operators[i].op, "DEQUANTIZE") != 0)
            assert_string_equal(own->operators[i].op, other->operators[at].op);
    }
    assert_true(found >= (int)other->n_operators);
    for (size_t i = 0; i < 2; i++) {
        results_free(results[i]);
        candidate_release(&candidates[i]);
    }
}

/* A name that several outputs have, or none, tells nothing. */
static void what_is_ambiguous_has_no_counterpart(void **state)
{
    static const struct {
        const char *names[2];
        int counterpart;
    } rows[] = {{{"y", "z"}, 0}, {{"z", "y"}, 1}, {{"y", "y"}, -1}, {{"z", "z"}, -1}};
    struct results *results = one_row();
    (void)state;
    harness_trial(results, 1, "fp32", -1);
    harness_apply(results, SOUND);
    for (size_t i = 0; i < COUNT(rows); i++) {
        harness_apply(results,
                      "{'event':'network','candidate':1,'count':2,'parameters':0,'macs':0,"
                      "'constants':{},'inputs':[],'outputs':[],'variables':[],'ends':[0,0,0],"
                      "'tensors':[{'name':'%s','shape':'1x4'},{'name':'%s','shape':'1x4'}],"
                      "'operators':[{'inputs':[],'outputs':[0]},{'inputs':[],'outputs':[1]}]}",
                      rows[i].names[0], rows[i].names[1]);
        assert_int_equal(
            network_counterpart(results_network(results, 0), 0, results_network(results, 1)),
            rows[i].counterpart);
    }
    results_free(results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_told_operator_by_operator),
        cmocka_unit_test(ranges_are_those_of_calibration),
        cmocka_unit_test(weights_have_scales_along_their_channels),
        cmocka_unit_test(versions_are_those_of_the_file),
        cmocka_unit_test(what_files_spell_otherwise_is_said),
        cmocka_unit_test(of_large_graphs_the_first_operators_are_told),
        cmocka_unit_test(an_event_is_taken_whole),
        cmocka_unit_test(what_is_malformed_is_refused),
        cmocka_unit_test(kinds_and_conversions_are_those_of_the_whole),
        cmocka_unit_test(counterparts_have_the_same_output),
        cmocka_unit_test(what_is_ambiguous_has_no_counterpart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
