/* What a graph tells of its input: where the channels are, and which table it looks up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "graph/input_facts.h"
#include "graph_harness.h"
#include "node_harness.h"

/* A graph with one input. */
struct subject {
    struct graph *graph;
    int input, last; /* the input, and what was made of it last */
};

static struct subject subject_new(enum type type, struct shape shape)
{
    struct subject subject = {.graph = graph_new("test")};
    subject.input = subject.last = harness_tensor(subject.graph, type, shape, 0.0f, 0);
    graph_set_inputs(subject.graph, &subject.input, 1);
    return subject;
}

static void then(struct subject *subject, enum op op, int operand, const union op_params *params)
{
    const int inputs[] = {subject->last, operand};
    subject->last = harness_node(subject->graph, op, inputs, operand == NO_TENSOR ? 1 : 2, params,
                                 subject->graph->tensors[subject->last].type, 0.0f, 0);
}

static void then_transpose(struct subject *subject, int32_t a, int32_t b, int32_t c, int32_t d)
{
    const int32_t order[] = {a, b, c, d};
    then(subject, OP_TRANSPOSE, harness_ints(subject->graph, order, 4), NULL);
}

static void then_pool(struct subject *subject)
{
    const union op_params params = {.pool = {PADDING_VALID, 1, 1, 2, 2, 0, {0}}};
    then(subject, OP_MAX_POOL_2D, NO_TENSOR, &params);
}

static void expect_axis(struct subject *subject, int axis)
{
    assert_int_equal(graph_input_facts(subject->graph, subject->input).channel_axis, axis);
    graph_free(subject->graph);
}

static void windows_read_channels_last(void **state)
{
    (void)state;
    struct subject subject = subject_new(TYPE_F32, SHAPE(1, 4, 4, 3));
    then(&subject, OP_ABS, NO_TENSOR, NULL);
    then_pool(&subject);
    expect_axis(&subject, 3);
}

static void transpositions_are_followed(void **state)
{
    (void)state;
    struct subject subject = subject_new(TYPE_F32, SHAPE(1, 3, 4, 4));
    then(&subject, OP_ABS, NO_TENSOR, NULL);
    then_transpose(&subject, 0, 2, 3, 1);
    then_pool(&subject);
    expect_axis(&subject, 1);
    subject = subject_new(TYPE_F32, SHAPE(1, 3, 4, 4));
    then_transpose(&subject, 0, 2, 3, 1);
    then_transpose(&subject, 0, 3, 1, 2);
    then_pool(&subject);
    expect_axis(&subject, 3);
}

static void dimensions_of_one_come_and_go(void **state)
{
    const int32_t shape[] = {1, 4, 1, 5};
    (void)state;
    struct subject subject = subject_new(TYPE_F32, SHAPE(1, 4, 5));
    then(&subject, OP_RESHAPE, harness_ints(subject.graph, shape, 4), NULL);
    const union op_params params = {.pool = {PADDING_VALID, 1, 1, 2, 1, 0, {0}}};
    then(&subject, OP_MAX_POOL_2D, NO_TENSOR, &params);
    expect_axis(&subject, 2);
}

static void other_reshapes_end_the_trace(void **state)
{
    const int32_t shape[] = {1, 4, 3, 4};
    (void)state;
    struct subject subject = subject_new(TYPE_F32, SHAPE(1, 3, 4, 4));
    then(&subject, OP_RESHAPE, harness_ints(subject.graph, shape, 4), NULL);
    then_pool(&subject);
    expect_axis(&subject, -1);
}

static void reductions_leave_the_channels(void **state)
{
    static const struct {
        int32_t axes[2];
        int channel;
    } cases[] = {{{2, 3}, 1}, {{-1, -2}, 1}, {{1, 2}, 3}, {{0, 1}, -1}};
    const union op_params params = {.reduce = {0}};
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct subject subject = subject_new(TYPE_F32, SHAPE(1, 3, 4, 4));
        then(&subject, OP_MEAN, harness_ints(subject.graph, cases[i].axes, 2), &params);
        expect_axis(&subject, cases[i].channel);
    }
}

static void tables_have_rows(void **state)
{
    static const float table[30 * 2];
    (void)state;
    struct subject subject = subject_new(TYPE_I32, SHAPE(1, 8));
    const int large = harness_constant(subject.graph, TYPE_F32, SHAPE(30, 2), 0.0f, 0, table);
    const int small = harness_constant(subject.graph, TYPE_F32, SHAPE(12, 5), 0.0f, 0, table);
    const int inputs[][2] = {{large, subject.input}, {small, subject.input}};
    assert_int_equal(graph_input_facts(subject.graph, subject.input).table_rows, 0);
    harness_node(subject.graph, OP_GATHER, inputs[0], 2, NULL, TYPE_F32, 0.0f, 0);
    assert_int_equal(graph_input_facts(subject.graph, subject.input).table_rows, 30);
    harness_node(subject.graph, OP_GATHER, inputs[1], 2, NULL, TYPE_F32, 0.0f, 0);
    assert_int_equal(graph_input_facts(subject.graph, subject.input).table_rows, 12);
    expect_axis(&subject, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_read_channels_last),
        cmocka_unit_test(transpositions_are_followed),
        cmocka_unit_test(dimensions_of_one_come_and_go),
        cmocka_unit_test(other_reshapes_end_the_trace),
        cmocka_unit_test(reductions_leave_the_channels),
        cmocka_unit_test(tables_have_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
