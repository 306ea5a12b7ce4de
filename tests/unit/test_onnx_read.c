/* .onnx files as others make them: float16 throughout, shapes left open, weights in their own
 * files. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/half.h"
#include "base/memory.h"
#include "base/text.h"
#include "formats/onnx/codes.h"
#include "formats/onnx/onnx.h"
#include "graph_harness.h"
#include "model/load.h"
#include "network_harness.h"
#include "node_harness.h"
#include "onnx_harness.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

enum { CODE_FLOAT = 1, CODE_HALF = 10 };

static enum status load(const Onnx__Model *model, const struct load_options *options,
                        struct graph **graph, struct error *error)
{
    size_t size = onnx__model__get_packed_size(model);
    unsigned char *bytes =
        aligned_alloc(MEMORY_ALIGNMENT, (size / MEMORY_ALIGNMENT + 1) * MEMORY_ALIGNMENT);
    assert_non_null(bytes);
    onnx__model__pack(model, bytes);
    return graph_load_bytes("model.onnx", bytes, size, options, graph, error);
}

static struct graph *load_or_fail(const Onnx__Model *model, const struct load_options *options)
{
    struct error error = {0};
    struct graph *graph = NULL;
    if (load(model, options, &graph, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    return graph;
}

/* --- versions
 * ---------------------------------------------------------------------------------- */

/* A model of one operator on a 2x4 input, as this program writes it. */
static Onnx__Model *write_relu(void)
{
    struct graph *graph = network_new(SHAPE(2, 4));
    int out = harness_node(graph, OP_RELU, (int[]){0}, 1, NULL, TYPE_F32, 0.0f, 0);
    graph_set_outputs(graph, &out, 1);
    Onnx__Model *model = onnx_harness_write(graph, TYPE_U8);
    graph_free(graph);
    return model;
}

/* Loads a model that states the versions; a version of INT64_MIN is not stated. The message, if
 * there is one, says the file, the version that was found and those that are read. */
static void check_versions(int64_t ir, int64_t opset, enum status expected, const char *message)
{
    Onnx__Model *model = write_relu();
    struct graph *graph = NULL;
    struct error error = {0};
    model->has_ir_version = ir != INT64_MIN;
    model->ir_version = ir;
    model->opset_import[0]->version = opset;
    enum status status = load(model, NULL, &graph, &error);
    if (status != expected)
        fail_msg("IR version %lld, operator set %lld: status %d, expected %d", (long long)ir,
                 (long long)opset, (int)status, (int)expected);
    if (expected == STATUS_OK) {
        graph_free(graph);
    } else {
        assert_string_equal(error.where, "model.onnx");
        assert_string_equal(error.text, message);
    }
    onnx_harness_free(model);
}

static void ir_versions_other_than_known_are_refused(void **state)
{
    (void)state;
    for (int64_t ir = ONNX_IR_FIRST; ir <= ONNX_IR_LAST; ir++)
        check_versions(ir, ONNX_OPSET_USUAL, STATUS_OK, "");
    check_versions(2, ONNX_OPSET_USUAL, STATUS_UNSUPPORTED,
                   "IR version 2 is not supported, expected 3 to 13");
    check_versions(14, ONNX_OPSET_USUAL, STATUS_UNSUPPORTED,
                   "IR version 14 is not supported, expected 3 to 13");
    check_versions(INT64_MAX, ONNX_OPSET_USUAL, STATUS_UNSUPPORTED,
                   "IR version 9223372036854775807 is not supported, expected 3 to 13");
    check_versions(INT64_MIN, ONNX_OPSET_USUAL, STATUS_FORMAT,
                   "the model states no IR version, expected 3 to 13");
}

static void operator_sets_other_than_known_are_refused(void **state)
{
    (void)state;
    for (int64_t opset = ONNX_OPSET_FIRST; opset <= ONNX_OPSET_LAST; opset++)
        check_versions(ONNX_IR_LAST, opset, STATUS_OK, "");
    check_versions(ONNX_IR_LAST, 0, STATUS_UNSUPPORTED,
                   "operator set 0 is not supported, expected 1 to 25");
    check_versions(ONNX_IR_LAST, 26, STATUS_UNSUPPORTED,
                   "operator set 26 is not supported, expected 1 to 25");
}

static void operators_of_other_domains_are_refused(void **state)
{
    Onnx__Model *model = write_relu();
    struct graph *graph = NULL;
    struct error error = {0};
    char *domain = (char *)(uintptr_t) "com.example";
    (void)state;
    model->graph->node[0]->domain = domain;
    assert_int_equal(load(model, NULL, &graph, &error), STATUS_UNSUPPORTED);
    assert_string_equal(
        error.text, "unsupported operators: Relu of domain 'com.example' x1 (first: node 0), in "
                    "operator set 17; fold what is constant (onnxsim, a newer converter), or cut "
                    "the model there");
    model->graph->node[0]->domain = NULL;
    char *standard = model->opset_import[0]->domain;
    model->opset_import[0]->domain = domain;
    assert_int_equal(load(model, NULL, &graph, &error), STATUS_UNSUPPORTED);
    assert_string_equal(error.text,
                        "the model states no operator set of domain 'ai.onnx', expected 1 to 25");
    model->opset_import[0]->domain = standard;
    onnx_harness_free(model);
}

/* The smallest number there is has no negative. */
static void the_least_padding_is_refused(void **state)
{
    Onnx__Model *model = write_relu();
    Onnx__Node *node = model->graph->node[0], whole = *node;
    Onnx__Attribute pads = ONNX__ATTRIBUTE__INIT, *list = &pads;
    int64_t numbers[] = {INT64_MIN, 0, 0, 0};
    struct graph *graph = NULL;
    struct error error = {0};
    (void)state;
    pads.name = (char *)(uintptr_t) "pads";
    pads.has_type = 1;
    pads.type = ONNX_ATTRIBUTE_INTS;
    pads.n_ints = LENGTH(numbers);
    pads.ints = numbers;
    node->op_type = (char *)(uintptr_t) "Pad";
    node->n_attribute = 1;
    node->attribute = &list;
    model->opset_import[0]->version = 10;
    assert_int_equal(load(model, NULL, &graph, &error), STATUS_FORMAT);
    assert_non_null(strstr(error.where, "node 0 (Pad"));
    *node = whole;
    onnx_harness_free(model);
}

/* Escape sequences, and a name that a message cuts within a character. */
static void names_cannot_steer_the_terminal(void **state)
{
    static const char steering[] = "\x1b[31m\x1b]0;t\x07\n";
    Onnx__Model *model = write_relu();
    char *name = model->graph->output[0]->name, cut[120];
    struct graph *graph = NULL;
    struct error error = {0};
    (void)state;
    for (size_t i = 0; i + 3 < sizeof(cut); i += 3)
        memcpy(cut + i, "\xe6\x96\x87", 4);
    const char *const given[] = {steering, cut};
    for (size_t i = 0; i < LENGTH(given); i++) {
        char line[sizeof(error.where) + sizeof(error.text) + 4];
        model->graph->output[0]->name = (char *)(uintptr_t)given[i];
        assert_int_equal(load(model, NULL, &graph, &error), STATUS_FORMAT);
        error_line(&error, line, sizeof(line));
        assert_non_null(strstr(line, i == 0 ? "output '?[31m?]0;t?\?' is not" : "?\?' is not"));
        text_make_printable(line);
        error_set(&error, STATUS_OK, NULL, "%s", line);
        assert_string_equal(error.text, line);
    }
    model->graph->output[0]->name = name;
    onnx_harness_free(model);
}

/* Behind it, two names may differ that are one text in memory. */
static void a_nul_in_a_name_is_refused(void **state)
{
    (void)state;
    struct graph *graph = NULL;
    struct error error = {0};
    Onnx__Model *model = write_relu();
    char *name = model->graph->node[0]->name = xstrdup("half and whole");
    size_t size = onnx__model__get_packed_size(model);
    unsigned char *bytes = xcalloc(size, 1);
    onnx__model__pack(model, bytes);
    unsigned char *found = memmem(bytes, size, name, strlen(name));
    assert_non_null(found);
    found[4] = '\0';
    assert_int_equal(graph_load_bytes("model.onnx", bytes, size, NULL, &graph, &error),
                     STATUS_FORMAT);
    assert_string_equal(error.where, "model.onnx");
    assert_non_null(strstr(error.text, "holds a NUL"));
    onnx_harness_free(model);
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    assert_in_range(ONNX_OPSET_USUAL, ONNX_OPSET_FIRST, ONNX_OPSET_LAST);
    assert_in_range(ONNX_OPSET_WIDE, ONNX_OPSET_FIRST, ONNX_OPSET_LAST);
    assert_in_range(ONNX_IR_USUAL, ONNX_IR_FIRST, ONNX_IR_LAST);
    assert_in_range(ONNX_IR_WIDE, ONNX_IR_FIRST, ONNX_IR_LAST);
}

static void every_type_has_a_code(void **state)
{
    (void)state;
    for (int type = 0; type < TYPE_COUNT; type++) {
        assert_int_not_equal(onnx_type_code((enum type)type), 0);
        /* bfloat16 is widened where it is read. */
        assert_int_equal(onnx_type(onnx_type_code((enum type)type)),
                         type == TYPE_BF16 ? TYPE_COUNT : type);
    }
    assert_int_equal(onnx_type(0), TYPE_COUNT);
    assert_int_equal(onnx_type(ONNX_BFLOAT16), TYPE_COUNT);
}

/* --- operators of early operator sets
 * ---------------------------------------------------------- */

/* Writes a graph of one node with the constant operand. */
static Onnx__Model *write_operand(enum op op, enum type type, struct shape shape,
                                  const float *operand)
{
    struct graph *graph = network_new(SHAPE(2, 2));
    int constant = harness_constant(graph, TYPE_F32, shape, 0.0f, 0, operand);
    int out = harness_node(graph, op, (int[]){0, constant}, 2, NULL, type, 0.0f, 0);
    graph_set_outputs(graph, &out, 1);
    Onnx__Model *model = onnx_harness_write(graph, TYPE_U8);
    graph_free(graph);
    return model;
}

/* Before operator set 4, Concat joined along the second dimension where it did not say one; since,
 * it has to. */
static void an_early_concat_joins_along_the_second_dimension(void **state)
{
    const float operand[] = {5, 6, 7, 8};
    Onnx__Model *model = write_operand(OP_CONCATENATION, TYPE_F32, SHAPE(2, 2), operand);
    Onnx__Node *node = model->graph->node[0];
    struct graph *graph = NULL;
    struct error error = {0};
    (void)state;
    assert_string_equal(node->op_type, "Concat");
    size_t attributes = node->n_attribute;
    node->n_attribute = 0;
    model->opset_import[0]->version = 3;
    graph = load_or_fail(model, NULL);
    assert_true(shape_equal(&graph->tensors[graph->outputs[0]].shape, &SHAPE(2, 4)));
    graph_free(graph);
    model->opset_import[0]->version = 4;
    assert_int_equal(load(model, NULL, &graph, &error), STATUS_FORMAT);
    assert_string_equal(error.text, "attribute 'axis' is missing");
    node->n_attribute = attributes;
    onnx_harness_free(model);
}

/* In operator set 1 the sizes of the parts could be an operand. */
static void an_early_split_takes_its_sizes_from_an_operand(void **state)
{
    struct graph *made = network_new(SHAPE(2, 4));
    const int32_t sizes[] = {1, 3}, axis = 1;
    union op_params params = {.count = {2}};
    int parts[] = {harness_tensor(made, TYPE_F32, SHAPE(2, 1), 0.0f, 0),
                   harness_tensor(made, TYPE_F32, SHAPE(2, 3), 0.0f, 0)};
    const int inputs[] = {0, harness_ints(made, sizes, 2), harness_ints(made, &axis, 0)};
    (void)state;
    graph_add_node(made, OP_SPLIT_V, inputs, 3, parts, 2, &params);
    graph_set_outputs(made, parts, 2);
    Onnx__Model *model = onnx_harness_write(made, TYPE_U8);
    graph_free(made);
    model->opset_import[0]->version = 1;
    struct graph *graph = load_or_fail(model, NULL);
    assert_true(shape_equal(&graph->tensors[graph->outputs[0]].shape, &SHAPE(2, 1)));
    assert_true(shape_equal(&graph->tensors[graph->outputs[1]].shape, &SHAPE(2, 3)));
    graph_free(graph);
    onnx_harness_free(model);
}

/* Loads the model as one of operator set 6 whose only node aligns its operand with the first
 * dimension. */
static struct graph *load_aligned(Onnx__Model *model)
{
    Onnx__Node *node = model->graph->node[0];
    Onnx__Attribute axis = ONNX__ATTRIBUTE__INIT, *attributes = &axis;
    assert_int_equal(node->n_attribute, 0);
    axis.name = (char *)(uintptr_t) "axis";
    axis.has_i = 1;
    node->attribute = &attributes;
    node->n_attribute = 1;
    model->opset_import[0]->version = 6;
    struct graph *graph = load_or_fail(model, NULL);
    node->attribute = NULL;
    node->n_attribute = 0;
    return graph;
}

/* Before operator set 7, operands were aligned with an axis that the node said, by all operators
 * alike.
 *
 *  */
static void early_operands_are_aligned_with_an_axis(void **state)
{
    const float sample[] = {2, 3, 3, 2}, exponents[] = {1, 3}, others[] = {2, 3};
    const float powers[] = {2, 3, 27, 8};
    const uint8_t matches[] = {1, 0, 1, 0};
    void *got;
    (void)state;
    Onnx__Model *model = write_operand(OP_POW, TYPE_F32, SHAPE(2), exponents);
    struct graph *graph = load_aligned(model);
    harness_graph_run(graph, ISA_REFERENCE, 1, (const void *const[]){sample}, &got);
    harness_near(got, powers, LENGTH(powers), 1e-6, 1e-6);
    graph_free(graph);
    onnx_harness_free(model);
    model = write_operand(OP_EQUAL, TYPE_BOOL, SHAPE(2), others);
    graph = load_aligned(model);
    harness_graph_run(graph, ISA_REFERENCE, 1, (const void *const[]){sample}, &got);
    assert_memory_equal(got, matches, sizeof(matches));
    graph_free(graph);
    onnx_harness_free(model);
}

/* --- rounding --------------------------------------------------------------------------------- */

static void integers_are_rounded_as_the_file_says(void **state)
{
    static const struct {
        char *key, *value;
        enum rounding rounding;
    } rows[] = {
        {"quantop.rounding", "twice", ROUNDING_TWICE}, {"quantop.rounding", "once", ROUNDING_ONCE},
        {"quantop.rounding", "thrice", ROUNDING_ONCE}, {"author", "twice", ROUNDING_ONCE},
        {"quantop.rounding", NULL, ROUNDING_ONCE},     {NULL, "twice", ROUNDING_ONCE},
    };
    struct graph *made = network_new(SHAPE(4));
    (void)state;
    int out = harness_node(made, OP_QUANTIZE, (int[]){0}, 1, NULL, TYPE_I8, 0.5f, 0);
    graph_set_outputs(made, &out, 1);
    made->rounding = ROUNDING_ONCE;
    Onnx__Model *model = onnx_harness_write(made, TYPE_U8);
    assert_int_equal(model->n_metadata_props, 0);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        Onnx__Entry entry = ONNX__ENTRY__INIT, *entries = &entry;
        entry.key = rows[i].key;
        entry.value = rows[i].value;
        model->metadata_props = &entries;
        model->n_metadata_props = 1;
        struct graph *graph = load_or_fail(model, NULL);
        assert_int_equal(graph->rounding, rows[i].rounding);
        graph_free(graph);
    }
    model->n_metadata_props = 0;
    model->metadata_props = NULL;
    onnx_harness_free(model);
    graph_free(made);
}

/* --- float16 ---------------------------------------------------------------------------------- */

static void halve_constant(Onnx__Tensor *tensor)
{
    size_t count = tensor->raw_data.len / sizeof(float);
    uint16_t *halves = xcalloc(count + 1, sizeof(*halves));
    if (tensor->data_type != CODE_FLOAT) {
        free(halves);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        float value;
        memcpy(&value, tensor->raw_data.data + i * sizeof(value), sizeof(value));
        halves[i] = half_from_float(value);
    }
    free(tensor->raw_data.data);
    tensor->raw_data.data = (uint8_t *)halves;
    tensor->raw_data.len = count * sizeof(*halves);
    tensor->data_type = CODE_HALF;
}

/* The same model with float16 for float32 everywhere, as converters to half precision make it. */
static void halve(Onnx__Model *model)
{
    Onnx__Graph *graph = model->graph;
    for (size_t i = 0; i < graph->n_initializer; i++)
        halve_constant(graph->initializer[i]);
    for (size_t i = 0; i < graph->n_input; i++)
        graph->input[i]->type->tensor_type->elem_type = CODE_HALF;
    for (size_t i = 0; i < graph->n_output; i++)
        graph->output[i]->type->tensor_type->elem_type = CODE_HALF;
}

static struct graph *make_network(struct random *random)
{
    static const enum op ops[] = {OP_CONV_2D,    OP_RELU6,           OP_DEPTHWISE_CONV_2D,
                                  OP_HARD_SWISH, OP_AVERAGE_POOL_2D, OP_FULLY_CONNECTED,
                                  OP_SOFTMAX};
    struct graph *graph = network_new(SHAPE(1, 8, 8, 4));
    int image = 0;
    for (size_t i = 0; i < LENGTH(ops); i++)
        image = network_layer(graph, random, ops[i], image);
    graph_set_outputs(graph, &image, 1);
    return graph;
}

/* Weights stay in halves, everything is computed in float32: as mode fp16 has it. */
static void halves_are_computed_in_float32(void **state)
{
    struct random random = {5};
    struct graph *graph = make_network(&random);
    Onnx__Model *model = onnx_harness_write(graph, TYPE_U8);
    float sample[8 * 8 * 4];
    void *expected, *got;
    int halves = 0;
    (void)state;
    halve(model);
    struct graph *read = load_or_fail(model, NULL);
    assert_int_equal(read->tensors[read->inputs[0]].type, TYPE_F32);
    assert_int_equal(read->tensors[read->outputs[0]].type, TYPE_F32);
    for (int n = 0; n < read->n_nodes; n++)
        halves += read->nodes[n].op == OP_DEQUANTIZE &&
                  node_input(read, &read->nodes[n], 0)->type == TYPE_F16;
    assert_int_equal(halves, 3); /* two filters and a matrix; not the biases */
    harness_fill(&random, TYPE_F32, sample, LENGTH(sample), 1.0, false);
    harness_graph_run(graph, ISA_REFERENCE, 1, (const void *const[]){sample}, &expected);
    harness_graph_run(read, ISA_REFERENCE, 1, (const void *const[]){sample}, &got);
    harness_near(got, expected, shape_elements(&read->tensors[read->outputs[0]].shape), 2e-3, 2e-3);
    graph_free(read);
    graph_free(graph);
    onnx_harness_free(model);
}

/* --- shapes ----------------------------------------------------------------------------------- */

static Onnx__Dimension *input_dimension(const Onnx__Model *model, size_t i)
{
    return model->graph->input[0]->type->tensor_type->shape->dim[i];
}

static void open_dimension(Onnx__Dimension *dimension, const char *name)
{
    dimension->has_dim_value = 0;
    free(dimension->dim_param);
    dimension->dim_param = xstrdup(name);
}

static void an_open_batch_is_one(void **state)
{
    struct random random = {5};
    struct graph *graph = make_network(&random);
    Onnx__Model *model = onnx_harness_write(graph, TYPE_U8);
    (void)state;
    open_dimension(input_dimension(model, 0), "batch");
    struct graph *read = load_or_fail(model, NULL);
    assert_true(shape_equal(&read->tensors[read->inputs[0]].shape, &SHAPE(1, 8, 8, 4)));
    graph_free(read);
    graph_free(graph);
    onnx_harness_free(model);
}

static void other_open_dimensions_are_given(void **state)
{
    struct random random = {5};
    struct graph *graph = make_network(&random), *read = NULL;
    Onnx__Model *model = onnx_harness_write(graph, TYPE_U8);
    struct error error = {0};
    (void)state;
    open_dimension(input_dimension(model, 1), "height");
    assert_int_equal(load(model, NULL, &read, &error), STATUS_UNSUPPORTED);
    assert_non_null(strstr(error.text, "--shape"));
    const struct model_shape shape = {model->graph->input[0]->name, SHAPE(1, 8, 8, 4)};
    const struct load_options options = {.shapes = &shape, .n_shapes = 1, .all_named = true};
    read = load_or_fail(model, &options);
    assert_true(shape_equal(&read->tensors[read->inputs[0]].shape, &SHAPE(1, 8, 8, 4)));
    graph_free(read);
    graph_free(graph);
    onnx_harness_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ir_versions_other_than_known_are_refused),
        cmocka_unit_test(operator_sets_other_than_known_are_refused),
        cmocka_unit_test(operators_of_other_domains_are_refused),
        cmocka_unit_test(the_least_padding_is_refused),
        cmocka_unit_test(names_cannot_steer_the_terminal),
        cmocka_unit_test(a_nul_in_a_name_is_refused),
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(every_type_has_a_code),
        cmocka_unit_test(an_early_concat_joins_along_the_second_dimension),
        cmocka_unit_test(an_early_split_takes_its_sizes_from_an_operand),
        cmocka_unit_test(early_operands_are_aligned_with_an_axis),
        cmocka_unit_test(integers_are_rounded_as_the_file_says),
        cmocka_unit_test(halves_are_computed_in_float32),
        cmocka_unit_test(an_open_batch_is_one),
        cmocka_unit_test(other_open_dimensions_are_given),
    };
    return cmocka_run_group_tests_name("onnx_read", tests, NULL, NULL);
}
