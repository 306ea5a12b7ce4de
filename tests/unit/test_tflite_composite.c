/* Operators of .tflite files that a subgraph spells out: they are read in its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "formats/tflite/tflite.h"
#include "graph/entries.h"
#include "graph_harness.h"
#include "model/load.h"
#include "need.h"
#include "tflite_harness.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

enum { ADD, COMPOSITE, WHILE };
static const int32_t codes[] = {0, 206, 119};

#define SUBGRAPHS 3
#define TENSORS   5
#define NODES     3

/* A node of two inputs and one output; called: the subgraph of a COMPOSITE. */
struct part {
    int code, inputs[2], output, called;
};

/* All tensors are float32 [1, 4]; tensor 1 of subgraph 0 is {10, 20, 30, 40}. */
struct body {
    int inputs[2], n_inputs, output, n_nodes;
    struct part nodes[NODES];
};

struct file {
    struct body bodies[SUBGRAPHS];
    int n_bodies;
};

/* Whether a subgraph leaves the 4 open. */
static bool is_open[SUBGRAPHS];

static struct flatbuffer_vector add_tensors(struct flatbuffer_builder *builder, int subgraph)
{
    static const int shape[] = {1, 4}, open[] = {1, -1};
    struct tensor_record records[TENSORS];
    for (int i = 0; i < TENSORS; i++) {
        char name[] = {(char)('a' + i), '\0'};
        records[i] = (struct tensor_record){.buffer = subgraph == 0 && i == 1};
        records[i].shape = lite_ints(builder, shape, 2);
        if (is_open[subgraph])
            records[i].shape_signature = lite_ints(builder, open, 2);
        records[i].name = flatbuffer_add_string(builder, name);
    }
    return lite_list(builder, &tflite_tensor, records, sizeof(records[0]), TENSORS);
}

static struct flatbuffer_vector add_nodes(struct flatbuffer_builder *builder,
                                          const struct body *body)
{
    struct operator_record records[NODES];
    for (int i = 0; i < body->n_nodes; i++) {
        const struct part *part = &body->nodes[i];
        struct decomposition_record options = {.subgraph = part->called};
        records[i] = (struct operator_record){.opcode_index = (uint32_t)part->code};
        records[i].inputs = lite_ints(builder, part->inputs, 2);
        records[i].outputs = lite_ints(builder, &part->output, 1);
        if (part->code == COMPOSITE) {
            options.name = flatbuffer_add_string(builder, "test.doubled");
            records[i].options_2_tag = 21;
            records[i].options_2 = flatbuffer_add_table(builder, &tflite_decomposition, &options);
        }
    }
    return lite_list(builder, &tflite_operator, records, sizeof(records[0]), (size_t)body->n_nodes);
}

static struct flatbuffer_vector add_bodies(struct flatbuffer_builder *builder,
                                           const struct file *file)
{
    struct subgraph_record records[SUBGRAPHS];
    for (int i = 0; i < file->n_bodies; i++) {
        const struct body *body = &file->bodies[i];
        records[i] = (struct subgraph_record){0};
        records[i].tensors = add_tensors(builder, i);
        records[i].inputs = lite_ints(builder, body->inputs, body->n_inputs);
        records[i].outputs = lite_ints(builder, &body->output, 1);
        records[i].operators = add_nodes(builder, body);
    }
    return lite_list(builder, &tflite_subgraph, records, sizeof(records[0]),
                     (size_t)file->n_bodies);
}

static struct flatbuffer_vector add_codes(struct flatbuffer_builder *builder)
{
    struct operator_code_record records[LENGTH(codes)];
    for (size_t i = 0; i < LENGTH(codes); i++)
        records[i] =
            (struct operator_code_record){.version = 1,
                                          .code = codes[i],
                                          .short_code = (int8_t)(codes[i] < 127 ? codes[i] : 127)};
    return lite_list(builder, &tflite_operator_code, records, sizeof(records[0]), LENGTH(codes));
}

static enum status read_file(const struct file *file, struct graph **graph, struct error *error)
{
    static const float constant[] = {10.0f, 20.0f, 30.0f, 40.0f};
    struct flatbuffer_builder builder;
    struct model_record model = {.version = TFLITE_VERSION};
    size_t size;
    flatbuffer_builder_init(&builder, FLATBUFFER_BYTES_MAX);
    model.buffers = lite_buffers(&builder, &(struct lite_bytes){constant, sizeof(constant)}, 1);
    model.operator_codes = add_codes(&builder);
    model.subgraphs = add_bodies(&builder, file);
    unsigned char *bytes = lite_finish(&builder, &model, &size);
    return graph_load_bytes(LITE_NAME, bytes, size, NULL, graph, error);
}

/* The elements that come out of {1, 2, 3, 4}; nothing of the file is left out. */
static void expect(const struct file *file, const float *expected, const char *ops)
{
    static const float sample[] = {1.0f, 2.0f, 3.0f, 4.0f};
    struct graph *graph = NULL;
    struct error error = {0};
    void *outputs[1];
    char found[120] = "";
    struct text left_out = {0};
    need(read_file(file, &graph, &error), &error);
    for (int i = 0; i < graph->n_nodes; i++) {
        strcat(found, i > 0 ? " " : "");
        strcat(found, op_name(graph->nodes[i].op));
    }
    assert_string_equal(found, ops);
    entries_describe(graph->entries, &left_out);
    assert_false(graph->entries->is_part || left_out.length > 0);
    harness_graph_run(graph, ISA_REFERENCE, 1, (const void *const[]){sample}, outputs);
    assert_memory_equal(outputs[0], expected, 4 * sizeof(*expected));
    graph_free(graph);
}

static void refuse(struct file file, enum status expected, const char *message)
{
    struct graph *graph = NULL;
    struct error error = {0};
    lite_refused(read_file(&file, &graph, &error), &error, expected, message);
}

/* e = composite(a, b) + a, where b is the constant. */
static const struct body outer = {{0}, 1, 4, 2, {{COMPOSITE, {0, 1}, 3, 1}, {ADD, {3, 0}, 4, 0}}};
/* d = 2 (a + b) */
static const struct body doubled = {{0, 1}, 2, 3, 2, {{ADD, {0, 1}, 2, 0}, {ADD, {2, 2}, 3, 0}}};

static void the_subgraph_takes_the_place_of_its_operator(void **state)
{
    static const float expected[] = {23.0f, 46.0f, 69.0f, 92.0f};
    const struct file file = {{outer, doubled}, 2};
    (void)state;
    expect(&file, expected, "ADD ADD ADD");
}

/* c = composite(a, b) + b in between. */
static void composites_stand_inside_of_each_other(void **state)
{
    static const float expected[] = {33.0f, 66.0f, 99.0f, 132.0f};
    const struct file file = {
        {outer, {{0, 1}, 2, 2, 2, {{COMPOSITE, {0, 1}, 4, 2}, {ADD, {4, 1}, 2, 0}}}, doubled}, 3};
    (void)state;
    expect(&file, expected, "ADD ADD ADD ADD");
}

/* What is left open inside is known around it: shapes are asked for of the graph's inputs alone. */
static void open_shapes_inside_are_those_of_the_operands(void **state)
{
    static const float expected[] = {23.0f, 46.0f, 69.0f, 92.0f};
    const struct file file = {{outer, doubled}, 2};
    (void)state;
    is_open[1] = true;
    expect(&file, expected, "ADD ADD ADD");
    is_open[0] = true;
    refuse(file, STATUS_UNSUPPORTED, "dimension 1 of input 'a' (unnamed) is left open");
    is_open[0] = is_open[1] = false;
}

/* An output that is an input is copied. */
static void an_input_may_be_handed_through(void **state)
{
    static const float expected[] = {11.0f, 22.0f, 33.0f, 44.0f};
    const struct file file = {{outer, {{0, 1}, 2, 1, 0, {{0}}}}, 2};
    struct graph *graph = NULL;
    struct error error = {0};
    void *outputs[1];
    (void)state;
    need(read_file(&file, &graph, &error), &error);
    harness_graph_run(graph, ISA_REFERENCE, 1,
                      (const void *const[]){(const float[]){1.0f, 2.0f, 3.0f, 4.0f}}, outputs);
    assert_memory_equal(outputs[0], expected, sizeof(expected));
    graph_free(graph);
}

static void what_is_wrong_is_refused(void **state)
{
    struct file file = {{outer, doubled}, 2};
    (void)state;
    file.bodies[0].nodes[0].called = 7;
    refuse(file, STATUS_FORMAT, "subgraph 7 is out of range, there are 2");
    file.bodies[0].nodes[0].called = -1;
    refuse(file, STATUS_FORMAT, "subgraph -1 is out of range");
    file.bodies[0].nodes[0].called = 0; /* itself */
    refuse(file, STATUS_FORMAT, "2 inputs and 1 outputs, but its subgraph 0 has 1 and 1");
    file = (struct file){{outer, doubled}, 2};
    file.bodies[1].n_inputs = 1;
    refuse(file, STATUS_FORMAT, "2 inputs and 1 outputs, but its subgraph 1 has 1 and 1");
    file.bodies[1] = (struct body){{0, 1}, 2, 3, 1, {{COMPOSITE, {0, 1}, 3, 1}}};
    refuse(file, STATUS_UNSUPPORTED, "composites more than 16 deep");
    file.bodies[1] = doubled;
    file.bodies[1].output = 9;
    refuse(file, STATUS_FORMAT, "output 0 is no tensor");
    file.bodies[1] = doubled;
    file.bodies[0].output = TENSORS + 2; /* which the composite brings in */
    refuse(file, STATUS_FORMAT, "the graph's output 0 is tensor 7 of 5");
    file.bodies[0] = outer;
    file.bodies[1].inputs[1] = -1;
    refuse(file, STATUS_FORMAT, "input 1 is no tensor");
    file.bodies[1] = doubled;
    file.bodies[1].nodes[1].code = WHILE;
    refuse(file, STATUS_UNSUPPORTED,
           "composite 'test.doubled', subgraph 1: unsupported operators: WHILE x1");
    file.bodies[1] = doubled;
    file.bodies[1].n_nodes = 1; /* the output is not computed */
    refuse(file, STATUS_FORMAT, "input 0 ('d') is read before anything writes it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_subgraph_takes_the_place_of_its_operator),
        cmocka_unit_test(composites_stand_inside_of_each_other),
        cmocka_unit_test(open_shapes_inside_are_those_of_the_operands),
        cmocka_unit_test(an_input_may_be_handed_through),
        cmocka_unit_test(what_is_wrong_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
