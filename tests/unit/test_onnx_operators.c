/* Every operator of the table in an .onnx file: its nodes, their attributes, and the constants that
 * they read. What they compute is tested where files are read again (test_onnx_files). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "formats/onnx/onnx.h"
#include "graph/infer.h"
#include "node_harness.h"
#include "onnx_harness.h"
#include "onnx_rows.h"

static int add_input(struct graph *graph, const struct onnx_input *input)
{
    if (input->origin == ABSENT)
        return NO_TENSOR;
    if (input->origin == COMPUTED)
        return harness_tensor(graph, input->type, input->shape, 0.0f, 0);
    if (input->origin == LIST)
        return harness_constant(graph, TYPE_I32, input->shape, 0.0f, 0, input->list);
    size_t size = shape_elements(&input->shape) * type_size(input->type);
    void *elements = calloc(1, size);
    int tensor = harness_constant(graph, input->type, input->shape, 0.0f, 0, elements);
    free(elements);
    return tensor;
}

/* A graph of the node alone. */
static struct graph *make_graph(const struct onnx_row *row)
{
    struct graph *graph = graph_new("node");
    struct error error;
    int inputs[8], outputs[3], ends[8], n_inputs = 0, n_ends = 0;
    int n_outputs = row->n_outputs ? row->n_outputs : 1;
    for (int i = 0; i < 8; i++) {
        inputs[i] = add_input(graph, &row->inputs[i]);
        if (inputs[i] != NO_TENSOR)
            n_inputs = i + 1;
        if (row->inputs[i].origin == COMPUTED)
            ends[n_ends++] = inputs[i];
    }
    for (int i = 0; i < n_outputs; i++)
        outputs[i] = harness_tensor(graph, row->types[i], SHAPE(1), 0.0f, 0);
    graph_set_inputs(graph, ends, n_ends);
    const struct node *node =
        graph_add_node(graph, row->op, inputs, n_inputs, outputs, n_outputs, &row->params);
    if (infer_node(graph, node, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    graph_set_outputs(graph, outputs, n_outputs);
    return graph;
}

static void check_expectation(const Onnx__Model *model, const struct onnx_expectation *expectation)
{
    const Onnx__Node *node = onnx_harness_node(model, expectation->op, 0);
    if (expectation->attribute)
        onnx_harness_attribute(node, expectation->attribute, expectation->is);
    else if (strchr(expectation->is, 't') || strchr(expectation->is, 'x'))
        onnx_harness_input(model, node, expectation->input, expectation->is);
    else
        onnx_harness_elements(model, node, expectation->input, expectation->is);
}

static void each_operator_has_a_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < onnx_row_count; i++) {
        struct graph *graph = make_graph(&onnx_rows[i]);
        Onnx__Model *model = onnx_harness_write(graph, TYPE_U8);
        onnx_harness_ops(model, onnx_rows[i].nodes);
        for (int e = 0; e < 6 && onnx_rows[i].expectations[e].op; e++)
            check_expectation(model, &onnx_rows[i].expectations[e]);
        onnx_harness_free(model);
        graph_free(graph);
    }
}

static void no_operator_is_left_out(void **state)
{
    bool found[OP_COUNT] = {false};
    (void)state;
    for (size_t i = 0; i < onnx_row_count; i++)
        found[onnx_rows[i].op] = true;
    for (int op = 0; op < OP_COUNT; op++)
        if (!found[op] && !op_table[op].no_onnx)
            fail_msg("no test of %s", op_name((enum op)op));
}

/* What a file cannot say is refused, and the message names the node. */
static void check_refused(const struct onnx_row *row, const char *text)
{
    const struct model_writing writing = {.activations = TYPE_U8};
    struct graph *graph = make_graph(row);
    struct error error;
    unsigned char *bytes;
    size_t size;
    char place[NODE_TEXT_SIZE + 8];
    assert_int_equal(onnx_write(graph, &writing, &bytes, &size, &error), STATUS_UNSUPPORTED);
    snprintf(place, sizeof(place), "node: node 0 (%s)", op_name(row->op));
    assert_string_equal(error.where, place);
    assert_string_equal(error.text, text);
    graph_free(graph);
}

static void what_has_no_form_is_refused(void **state)
{
    const struct onnx_row gather = {.op = OP_GATHER,
                                    .inputs = {IMAGE, {COMPUTED, TYPE_I32, {2, {1, 3}}, {0}}},
                                    .params = {.gather = {.axis = 2, .batch_dims = 1}}};
    const struct onnx_row response = {.op = OP_LOCAL_RESPONSE_NORMALIZATION, .inputs = {VECTOR}};
    const struct onnx_row sums = {
        .op = OP_CONV_2D,
        .inputs = {{COMPUTED, TYPE_I32, SHAPE_4(1, 4, 4, 1), {0}},
                   {CONSTANT, TYPE_I32, SHAPE_4(1, 1, 1, 1), {0}}},
        .types = {TYPE_I32},
        .params = {.conv = {.stride_h = 1, .stride_w = 1, .dilation_h = 1, .dilation_w = 1}}};
    (void)state;
    check_refused(&gather, "axis 2 after 1 batch dimensions cannot be expressed in .onnx files");
    check_refused(&response, "input is not an image (rank 4)");
    check_refused(&sums, "sums of int32 products cannot be expressed in .onnx files");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_operator_has_a_form),
        cmocka_unit_test(no_operator_is_left_out),
        cmocka_unit_test(what_has_no_form_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
