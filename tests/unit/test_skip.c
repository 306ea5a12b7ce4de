/* Layers that stay float: how they are named, and what each mode makes of the others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "graph_harness.h"
#include "network_harness.h"
#include "node_harness.h"
#include "quantize/quantizer.h"
#include "quantize/skip.h"
#include "worker/plan_layers.h"

#define COUNT(array)  (sizeof(array) / sizeof((array)[0]))
#define WIDTH         32
#define LAYERS        3
#define SHARED_WEIGHT 2 /* of the layers below, reads the weights of the one before it */

static struct random random_state = {1};

/* Three dense layers 32 -> 32, with names as files have them. */
static struct graph *dense_layers(bool shares)
{
    static const char *const names[LAYERS] = {"a/b;c:1", "x,y+z%", "last=1"};
    struct graph *graph = network_new(SHAPE(1, WIDTH));
    int at = 0, weights = NO_TENSOR;
    for (int i = 0; i < LAYERS; i++) {
        if (!shares || i < SHARED_WEIGHT) {
            weights = network_constant(graph, &random_state, SHAPE(WIDTH, WIDTH), -1.0, 1.0);
            graph->tensors[weights].name = arena_printf(graph->arena, "kernel%d", i);
        }
        int bias = network_constant(graph, &random_state, SHAPE(WIDTH), -1.0, 1.0);
        at = harness_node(graph, OP_FULLY_CONNECTED, (int[]){at, weights, bias}, 3, NULL, TYPE_F32,
                          0, 0);
        graph->tensors[at].name = names[i];
    }
    graph_set_outputs(graph, &at, 1);
    return graph;
}

static void check_marks(const char *list, bool shares, const char *expected)
{
    struct graph *graph = dense_layers(shares);
    struct error error = {0};
    bool marks[LAYERS] = {0};
    char got[LAYERS + 1] = "";
    if (skip_mark(graph, "skip", list, marks, &error) != STATUS_OK)
        fail_msg("%s: %s", list, error.text);
    for (int i = 0; i < LAYERS; i++)
        got[i] = marks[i] ? '1' : '0';
    if (strcmp(got, expected) != 0)
        fail_msg("%s marks %s, expected %s", list, got, expected);
    graph_free(graph);
}

static void layers_are_found_by_name(void **state)
{
    (void)state;
    check_marks("a/b;c:1", false, "100");
    check_marks("x%2Cy%2bz%25", false, "010");
    check_marks("last=1+a/b;c:1", false, "101");
    check_marks("kernel1", false, "010");
    check_marks("kernel0", true, "100");
    check_marks("FULLY_CONNECTED", false, "111");
    check_marks("#2+#0", false, "101");
    check_marks("CONV_2D", false, "000");
}

static void what_is_no_name_is_refused(void **state)
{
    static const struct {
        const char *list, *message;
    } cases[] = {
        {"last=2", "no layer and no operator is named 'last=2', nearest is 'last=1'"},
        {"FULY_CONNECTED", "is named 'FULY_CONNECTED', nearest is 'FULLY_CONNECTED'"},
        {"something else", "is named 'something else', the first layer is 'a/b;c:1'"},
        {"#3", "is named '#3'"},
        {"#-1", "is named '#-1'"},
        {"a/b;c:1+", "is named ''"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct graph *graph = dense_layers(false);
        struct error error = {0};
        bool marks[LAYERS] = {0};
        assert_int_equal(skip_mark(graph, "skip", cases[i].list, marks, &error), STATUS_INVALID);
        if (!strstr(error.text, cases[i].message))
            fail_msg("%s: %s", cases[i].list, error.text);
        graph_free(graph);
    }
    /* weights of two layers name none of them */
    struct graph *graph = dense_layers(true);
    struct error error = {0};
    bool marks[LAYERS] = {0};
    assert_int_equal(skip_mark(graph, "skip", "kernel1", marks, &error), STATUS_INVALID);
    graph_free(graph);
}

/* An operator of which there is none is no mistake where several models are compared. */
static void an_operator_that_is_not_there_is_remarked_on(void **state)
{
    struct graph *graph = dense_layers(false);
    struct error error;
    bool marks[LAYERS] = {0};
    (void)state;
    assert_int_equal(skip_mark(graph, "skip", "CONV_2D", marks, &error), STATUS_OK);
    assert_int_equal(graph->n_remarks, 1);
    assert_string_equal(graph->remarks[0], "option 'skip': the model has no CONV_2D");
    graph_free(graph);
}

static void marks_are_written_so_that_they_are_read_again(void **state)
{
    (void)state;
    for (int set = 1; set < 1 << LAYERS; set++)
        for (int same = 0; same < 2; same++) {
            struct graph *graph = dense_layers(false);
            struct text list = {0};
            struct error error = {0};
            bool marks[LAYERS], again[LAYERS] = {0};
            if (same) /* a name that stands for two layers says nothing */
                graph->tensors[graph->nodes[1].outputs[0]].name = "last=1";
            for (int i = 0; i < LAYERS; i++)
                marks[i] = (set >> i & 1) != 0;
            skip_describe(graph, marks, &list);
            assert_null(strchr(list.bytes, ','));
            assert_int_equal(skip_mark(graph, "skip", list.bytes, again, &error), STATUS_OK);
            assert_memory_equal(again, marks, sizeof(marks));
            text_release(&list);
            graph_free(graph);
        }
}

static void modes_leave_marked_layers_alone(void **state)
{
    static const struct {
        const char *mode, *operators;
    } cases[] = {
        {"int8", "QUANTIZE FULLY_CONNECTED DEQUANTIZE FULLY_CONNECTED QUANTIZE FULLY_CONNECTED "
                 "DEQUANTIZE"},
        {"int8-io", "FULLY_CONNECTED DEQUANTIZE FULLY_CONNECTED QUANTIZE FULLY_CONNECTED"},
        {"16x8", "QUANTIZE FULLY_CONNECTED DEQUANTIZE FULLY_CONNECTED QUANTIZE FULLY_CONNECTED "
                 "DEQUANTIZE"},
        {"dynamic", "FULLY_CONNECTED FULLY_CONNECTED FULLY_CONNECTED"},
        {"fp16", "DEQUANTIZE DEQUANTIZE DEQUANTIZE DEQUANTIZE FULLY_CONNECTED FULLY_CONNECTED "
                 "FULLY_CONNECTED"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct graph *graph = dense_layers(false);
        const int weights = graph->nodes[1].inputs[1], bias = graph->nodes[1].inputs[2];
        graph->nodes[1].stays_float = true;
        network_quantize(graph, cases[i].mode);
        network_check_ops(graph, cases[i].operators);
        int found = 0;
        for (int n = 0; n < graph->n_nodes; n++) {
            const struct node *node = &graph->nodes[n];
            if (node->op != OP_FULLY_CONNECTED)
                continue;
            bool is_same = node->inputs[1] == weights && node->inputs[2] == bias;
            assert_int_equal(is_same, found == 1);
            assert_int_equal(is_same, node->stays_float);
            found++;
        }
        assert_int_equal(found, LAYERS);
        assert_int_equal(graph->tensors[weights].type, TYPE_F32);
        graph_free(graph);
    }
}

/* Checks that a product has constants of these types, which are those of the same product in a
 * network of mode 16x8 alone where it is wide. */
static void check_width(const struct graph *made, const struct node *node,
                        const struct graph *wide_made, const struct node *wide_node, bool is_wide)
{
    const struct tensor *weights = node_input(made, node, 1), *bias = node_input(made, node, 2),
                        *wide_weights = node_input(wide_made, wide_node, 1),
                        *wide_bias = node_input(wide_made, wide_node, 2);
    assert_int_equal(node_input(made, node, 0)->type, is_wide ? TYPE_I16 : TYPE_I8);
    assert_int_equal(node_output(made, node, 0)->type, is_wide ? TYPE_I16 : TYPE_I8);
    assert_int_equal(weights->type, TYPE_I8);
    assert_int_equal(bias->type, is_wide ? TYPE_I64 : TYPE_I32);
    assert_memory_equal(weights->data, wide_weights->data, tensor_bytes(weights));
    if (is_wide)
        assert_memory_equal(bias->data, wide_bias->data, tensor_bytes(bias));
}

/* Between int16 and int8 there is a QUANTIZE, between int8 and int16 float32. */
static void wide_layers_are_those_of_16x8(void **state)
{
    static const struct {
        const char *mode, *wide, *operators;
    } cases[] = {
        {"int8", "000", "QUANTIZE FULLY_CONNECTED FULLY_CONNECTED FULLY_CONNECTED DEQUANTIZE"},
        {"int8", "010",
         "QUANTIZE FULLY_CONNECTED DEQUANTIZE QUANTIZE FULLY_CONNECTED QUANTIZE FULLY_CONNECTED "
         "DEQUANTIZE"},
        {"int8", "110",
         "QUANTIZE FULLY_CONNECTED FULLY_CONNECTED QUANTIZE FULLY_CONNECTED DEQUANTIZE"},
        {"int8", "001",
         "QUANTIZE FULLY_CONNECTED FULLY_CONNECTED DEQUANTIZE QUANTIZE FULLY_CONNECTED DEQUANTIZE"},
        {"int8", "111", "QUANTIZE FULLY_CONNECTED FULLY_CONNECTED FULLY_CONNECTED DEQUANTIZE"},
        {"int8-io", "100",
         "DEQUANTIZE QUANTIZE FULLY_CONNECTED QUANTIZE FULLY_CONNECTED FULLY_CONNECTED"},
        {"int8-io:io=uint8", "001",
         "QUANTIZE FULLY_CONNECTED FULLY_CONNECTED DEQUANTIZE QUANTIZE FULLY_CONNECTED QUANTIZE "
         "QUANTIZE"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        random_state = (struct random){5};
        struct graph *graph = dense_layers(false);
        random_state = (struct random){5};
        struct graph *all = dense_layers(false);
        for (int n = 0; n < LAYERS; n++)
            graph->nodes[n].is_wide = cases[i].wide[n] == '1';
        network_quantize(graph, cases[i].mode);
        network_quantize(all, "16x8");
        network_check_ops(graph, cases[i].operators);
        int found = 0;
        for (int n = 0; n < graph->n_nodes; n++)
            if (graph->nodes[n].op == OP_FULLY_CONNECTED) {
                check_width(graph, &graph->nodes[n], all, &all->nodes[found + 1],
                            cases[i].wide[found] == '1');
                found++;
            }
        assert_int_equal(found, LAYERS);
        graph_free(graph);
        graph_free(all);
    }
}

/* What stays float is not wide; what has no form of 16 bits keeps 8, and the graph says so. */
static void what_cannot_be_wide_is_not(void **state)
{
    struct graph *graph = dense_layers(false);
    int lengths = harness_node(graph, OP_L2_NORMALIZATION, graph->outputs, 1, NULL, TYPE_F32, 0, 0);
    (void)state;
    graph_set_outputs(graph, &lengths, 1);
    for (int n = 0; n <= LAYERS; n++)
        graph->nodes[n].is_wide = true;
    graph->nodes[0].stays_float = graph->nodes[1].stays_float = true;
    skip_report(graph);
    network_quantize(graph, "int8");
    network_check_ops(graph, "FULLY_CONNECTED FULLY_CONNECTED QUANTIZE FULLY_CONNECTED QUANTIZE "
                             "L2_NORMALIZATION DEQUANTIZE");
    assert_int_equal(node_output(graph, &graph->nodes[3], 0)->type, TYPE_I16);
    assert_int_equal(node_output(graph, &graph->nodes[5], 0)->type, TYPE_I8);
    assert_int_equal(graph->n_remarks, 3);
    assert_string_equal(graph->remarks[1],
                        "2 of 4 layers have activations of 16 bits as asked: FULLY_CONNECTED "
                        "'last=1', L2_NORMALIZATION 't'");
    assert_string_equal(graph->remarks[2], "option 'wide': 1 of the layers have no form of 16 bits "
                                           "and are as without it");
    graph_free(graph);
}

static void the_graph_says_what_stays_float(void **state)
{
    struct graph *graph = dense_layers(false);
    (void)state;
    skip_report(graph);
    assert_int_equal(graph->n_remarks, 0);
    graph->nodes[0].stays_float = graph->nodes[2].stays_float = true;
    skip_report(graph);
    assert_int_equal(graph->n_remarks, 1);
    assert_string_equal(graph->remarks[0],
                        "2 of 3 layers stay float as asked: FULLY_CONNECTED 'a/b;c:1', "
                        "FULLY_CONNECTED 'last=1'");
    graph_free(graph);
}

static int count_type(const struct graph *graph, enum op op, enum type weights)
{
    int count = 0;
    for (int n = 0; n < graph->n_nodes; n++)
        count +=
            graph->nodes[n].op == op && node_input(graph, &graph->nodes[n], 1)->type == weights;
    return count;
}

/* One calibration serves any number of graphs, whatever stays float in them, and none changes the
 * float graph. */
static void a_quantizer_makes_one_graph_after_the_other(void **state)
{
    struct dataset_spec calibration;
    struct quantizer *quantizer;
    struct error error = {0};
    (void)state;
    dataset_spec_init(&calibration);
    calibration.samples = "random:4";
    if (quantizer_open("synth:mlp", "int8:skip=#0", NULL, &quantizer, &error) != STATUS_OK ||
        quantizer_calibrate(quantizer, &calibration, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    const struct graph *graph = quantizer_graph(quantizer);
    int dense = count_type(graph, OP_FULLY_CONNECTED, TYPE_F32);
    bool *keep_float = calloc((size_t)graph->n_nodes, sizeof(bool));
    bool *wide = calloc((size_t)graph->n_nodes, sizeof(bool));
    assert_int_equal(quantizer_samples(quantizer), 4);
    assert_true(dense >= 3);
    for (int kept = 1; kept < graph->n_nodes; kept++) {
        struct graph *made;
        bool is_layer = graph->nodes[kept].op == OP_FULLY_CONNECTED;
        keep_float[kept] = true;
        const struct layer_plan plan = {keep_float, wide};
        if (quantizer_apply(quantizer, &plan, &made, &error) != STATUS_OK)
            fail_msg("%s", error.text);
        assert_int_equal(count_type(made, OP_FULLY_CONNECTED, TYPE_F32), 1 + is_layer);
        assert_int_equal(count_type(made, OP_FULLY_CONNECTED, TYPE_I8), dense - 1 - is_layer);
        graph_free(made);
        keep_float[kept] = false;
    }
    assert_int_equal(count_type(graph, OP_FULLY_CONNECTED, TYPE_F32), dense);
    free(keep_float);
    free(wide);
    quantizer_free(quantizer);
}

/* Plans: 'f' stays float32, 'w' has 16 bits. What lies behind a layer, before the next one, is as
 * the former. */
static void what_lies_behind_a_layer_is_as_the_layer(void **state)
{
    static const struct {
        const char *plan, *nodes; /* of three layers; of these and what lies behind each */
    } cases[] = {
        {"...", "......"}, {"ff.", "ffff.."}, {"ww.", "wwww.."}, {"fw.", "ffww.."},
        {".wf", "..wwff"}, {"f.w", "ff..ww"}, {"fff", "ffffff"}, {"www", "wwwwww"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct graph *graph = network_new(SHAPE(1, WIDTH));
        int at = 0;
        for (int n = 0; n < LAYERS; n++) {
            int weights = network_constant(graph, &random_state, SHAPE(WIDTH, WIDTH), -1.0, 1.0);
            at = harness_node(graph, OP_FULLY_CONNECTED, (int[]){at, weights}, 2, NULL, TYPE_F32, 0,
                              0);
            at = harness_node(graph, OP_ABS, &at, 1, NULL, TYPE_F32, 0, 0);
        }
        graph_set_outputs(graph, &at, 1);
        struct plan_layers plan = plan_layers_of(graph);
        bool is_kept[LAYERS];
        char got[2 * LAYERS + 1] = "";
        assert_int_equal(plan.count, LAYERS);
        for (int n = 0; n < LAYERS; n++) {
            is_kept[n] = cases[i].plan[n] != '.';
            plan.takes_wide[n] = cases[i].plan[n] == 'w';
        }
        plan_layers_expand(&plan, is_kept);
        for (int n = 0; n < 2 * LAYERS; n++)
            got[n] = plan.keep_float[n] ? 'f' : plan.wide[n] ? 'w' : '.';
        if (strcmp(got, cases[i].nodes) != 0)
            fail_msg("%s becomes %s, expected %s", cases[i].plan, got, cases[i].nodes);
        plan_layers_release(&plan);
        graph_free(graph);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layers_are_found_by_name),
        cmocka_unit_test(what_is_no_name_is_refused),
        cmocka_unit_test(an_operator_that_is_not_there_is_remarked_on),
        cmocka_unit_test(marks_are_written_so_that_they_are_read_again),
        cmocka_unit_test(modes_leave_marked_layers_alone),
        cmocka_unit_test(wide_layers_are_those_of_16x8),
        cmocka_unit_test(what_cannot_be_wide_is_not),
        cmocka_unit_test(the_graph_says_what_stays_float),
        cmocka_unit_test(what_lies_behind_a_layer_is_as_the_layer),
        cmocka_unit_test(a_quantizer_makes_one_graph_after_the_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
