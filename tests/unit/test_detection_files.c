/* DETECTION_POSTPROCESS: its way through files and modes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "detection_harness.h"
#include "formats/model.h"
#include "graph/comparable.h"
#include "graph/infer.h"
#include "graph_harness.h"
#include "kernel_cases.h"
#include "model/load.h"
#include "need.h"
#include "network_harness.h"
#include "tflite_harness.h"

static void options_survive_a_file(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        void *inputs[2];
        struct graph *graph = detection_example_graph(&detection_examples[i % 6], TYPE_F32, inputs);
        graph->nodes[0].params = detection_random_params();
        struct lite_file file = lite_write_and_read(graph);
        assert_int_equal(file.graph->n_nodes, 1);
        assert_int_equal(file.graph->nodes[0].op, OP_DETECTION_POSTPROCESS);
        assert_memory_equal(&file.graph->nodes[0].params.detection,
                            &graph->nodes[0].params.detection, sizeof(struct detection_params));
        lite_file_release(&file);
        graph_free(graph);
    }
}

/* Of a file cut short, or with a byte changed, there is a graph or an error. */
static void damaged_files_are_no_crash(void **state)
{
    void *inputs[2];
    struct graph *graph = detection_example_graph(&detection_examples[0], TYPE_U8, inputs), *read;
    struct error error;
    struct lite_file file = lite_write_and_read(graph);
    (void)state;
    for (size_t i = 0; i < 4 * file.size; i++) {
        size_t at = i % file.size;
        unsigned char before = file.bytes[at];
        file.bytes[at] = (unsigned char)random_below(&case_random, 256);
        if (graph_load_bytes("m", memcpy(xcalloc(file.size, 1), file.bytes, file.size), file.size,
                             NULL, &read, &error) == STATUS_OK)
            graph_free(read);
        file.bytes[at] = before;
    }
    lite_file_release(&file);
    graph_free(graph);
}

/* Encodings and scores out of an image; two anchors per pixel of 2 x 2. */
static struct graph *small_detector(void)
{
    struct random random = {7};
    struct graph *graph = network_new(SHAPE(1, 2, 2, 8));
    union op_params params = detection_example_params();
    const int32_t to[][3] = {{1, 8, 4}, {1, 8, 2}};
    int heads[3], out[OUTPUTS];
    for (int i = 0; i < 2; i++) {
        int weights = network_constant(graph, &random, SHAPE(to[i][2] * 2, 1, 1, 8), -0.5, 0.5);
        union op_params conv;
        params_init(&conv, op_table[OP_CONV_2D].params);
        conv.conv.stride_h = conv.conv.stride_w = 1;
        int bias = network_constant(graph, &random, SHAPE(to[i][2] * 2), -0.5, 0.5);
        int made =
            harness_node(graph, OP_CONV_2D, (int[]){0, weights, bias}, 3, &conv, TYPE_F32, 0.0f, 0);
        heads[i] = harness_node(graph, OP_RESHAPE, (int[]){made, harness_ints(graph, to[i], 3)}, 2,
                                NULL, TYPE_F32, 0.0f, 0);
    }
    heads[1] = harness_node(graph, OP_LOGISTIC, &heads[1], 1, NULL, TYPE_F32, 0.0f, 0);
    heads[2] = network_constant(graph, &random, SHAPE(8, 4), 0.1, 1.0);
    for (int i = 0; i < OUTPUTS; i++) {
        out[i] = harness_tensor(graph, TYPE_F32, SHAPE(1), 0.0f, 0);
        graph->tensors[out[i]].name = arena_printf(graph->arena, "out%d", i);
    }
    struct error error;
    const struct node *node =
        graph_add_node(graph, OP_DETECTION_POSTPROCESS, heads, 3, out, OUTPUTS, &params);
    need(infer_node(graph, node, &error), &error);
    graph_set_outputs(graph, out, OUTPUTS);
    return graph;
}

static void it_stays_float_in_every_mode(void **state)
{
    static const char *const modes[] = {"fp32", "fp16", "dynamic", "int8", "int8-io", "16x8"};
    (void)state;
    for (size_t i = 0; i < ROWS(modes); i++) {
        struct graph *graph = small_detector();
        network_quantize(graph, modes[i]);
        const struct node *node = network_node(graph, OP_DETECTION_POSTPROCESS);
        detection_check_shapes(graph, 3); /* outputs are real numbers, in int8-io as well */
        for (int k = 0; k < 3; k++)
            assert_int_equal(node_input(graph, node, k)->type, TYPE_F32);
        for (int k = 0; k < OUTPUTS; k++)
            assert_int_equal(node_output(graph, node, k)->type, TYPE_F32);
        if (i >= 3) {
            assert_int_equal(network_node(graph, OP_CONV_2D)->op, OP_CONV_2D);
            assert_int_not_equal(node_input(graph, network_node(graph, OP_CONV_2D), 0)->type,
                                 TYPE_F32);
        }
        struct graph *read = harness_through_file(graph, ".tflite");
        float image[32] = {0.0f};
        const void *inputs[] = {image};
        void *outputs[OUTPUTS];
        harness_graph_run(read, isa_best(), 2, inputs, outputs);
        graph_free(read);
        graph_free(graph);
    }
}

/* What a list is made of, and whatever is made of the list, is compared by what it is chosen from;
 * what was not computed is not. */
static void encodings_and_scores_are_compared(void **state)
{
    struct graph *graph = small_detector();
    int list[2 * OUTPUTS + 2], count = graph->outputs[COUNT];
    const struct node *node = network_node(graph, OP_DETECTION_POSTPROCESS);
    int expected[] = {node->inputs[0], node->inputs[1]};
    (void)state;
    assert_true(graph_hides_boxes(graph));
    assert_int_equal(graph_comparable(graph, list), 2);
    assert_memory_equal(list, expected, sizeof(expected));
    int other = harness_node(graph, OP_TANH, (int[]){0}, 1, NULL, TYPE_F32, 0.0f, 0);
    int behind = harness_node(graph, OP_ADD, (int[]){other, count}, 2, NULL, TYPE_F32, 0.0f, 0);
    graph_set_outputs(graph, (int[]){other, behind}, 2);
    assert_int_equal(graph_comparable(graph, list), 3);
    assert_int_equal(list[0], other);
    assert_memory_equal(list + 1, expected, sizeof(expected));
    graph_set_outputs(graph, &other, 1);
    assert_false(graph_hides_boxes(graph));
    graph_free(graph);
    void *inputs[2];
    graph = detection_example_graph(&detection_examples[0], TYPE_F32, inputs);
    assert_false(graph_hides_boxes(graph));
    assert_int_equal(graph_comparable(graph, list), OUTPUTS);
    assert_memory_equal(list, graph->outputs, OUTPUTS * sizeof(*list));
    graph_free(graph);
}

static void onnx_files_do_not_have_it(void **state)
{
    const struct model_format *format = model_format_for(".onnx");
    struct graph *graph = small_detector();
    unsigned char *bytes;
    size_t size;
    struct error error;
    (void)state;
    assert_int_equal(model_write(format, graph, NULL, &bytes, &size, &error), STATUS_UNSUPPORTED);
    assert_non_null(strstr(error.text,
                           "operator DETECTION_POSTPROCESS cannot be expressed in .onnx "
                           "files: no operator there suppresses boxes as it does"));
    graph_free(graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_survive_a_file),
        cmocka_unit_test(damaged_files_are_no_crash),
        cmocka_unit_test(it_stays_float_in_every_mode),
        cmocka_unit_test(encodings_and_scores_are_compared),
        cmocka_unit_test(onnx_files_do_not_have_it),
    };
    case_random.state = 5;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
