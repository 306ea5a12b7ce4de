/* Sums, differences and products of two int8 tensors: all 65,536 pairs of numbers, with scales of
 * any ratio, zero points and activations, against the reference on every instruction set. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "graph_harness.h"
#include "node_harness.h"
#include "patience.h"

static struct random random_state = {77};

static int between(int low, int high)
{
    return low + (int)random_below(&random_state, (size_t)(high - low + 1));
}

/* Each number of the first operand in a row, each of the second in a column, and some columns more
 * than any block has. */
#define VALUES  256
#define COLUMNS (VALUES + 37)

static int8_t numbers[2][VALUES * COLUMNS];

static void fill_numbers(void)
{
    for (int i = 0; i < VALUES * COLUMNS; i++) {
        numbers[0][i] = (int8_t)(i / COLUMNS + INT8_MIN);
        numbers[1][i] = (int8_t)(i % COLUMNS + INT8_MIN);
    }
}

struct scales {
    float scale[3];
    int32_t zero[3];
};

static struct scales random_scales(int i)
{
    static const float ties[] = {0.25f, 0.5f, 1.0f, 2.0f};
    struct scales made;
    for (int k = 0; k < 3; k++) {
        made.zero[k] = between(INT8_MIN, INT8_MAX);
        made.scale[k] =
            i % 3 == 0 ? ties[between(0, 3)] : (float)exp(random_unit(&random_state) * 4.0 - 4.0);
        if (i % 7 == 6) /* results that leave int32, or are all 0 */
            made.scale[k] = (float)exp(random_unit(&random_state) * 80.0 - 40.0);
    }
    return made;
}

static struct graph *node_new(enum op op, const struct scales *scales, int32_t activation)
{
    struct graph *graph = graph_new("bytes");
    int in[2];
    for (int i = 0; i < 2; i++)
        in[i] = harness_tensor(graph, TYPE_I8, SHAPE(VALUES, COLUMNS), scales->scale[i],
                               scales->zero[i]);
    const union op_params params = {.arithmetic = {.activation = activation}};
    int out = harness_node(graph, op, in, 2, &params, TYPE_I8, scales->scale[2], scales->zero[2]);
    graph_set_inputs(graph, in, 2);
    graph_set_outputs(graph, &out, 1);
    graph->rounding = ROUNDING_ONCE;
    return graph;
}

static void check(enum op op)
{
    static const int32_t activations[] = {ACTIVATION_NONE, ACTIVATION_RELU, ACTIVATION_RELU6,
                                          ACTIVATION_RELU_N1_TO_1};
    const void *inputs[] = {numbers[0], numbers[1]};
    int cases = 7 * PATIENCE;
    fill_numbers();
    for (int i = 0; i < cases; i++) {
        struct scales scales = random_scales(i);
        struct graph *graph = node_new(op, &scales, activations[between(0, 3)]);
        void *expected, *got;
        harness_graph_run(graph, ISA_REFERENCE, 1, inputs, &expected);
        for (int isa = ISA_REFERENCE + 1; isa < ISA_COUNT; isa++) {
            if (!isa_available((enum isa)isa))
                continue;
            harness_graph_run(graph, (enum isa)isa, 1, inputs, &got);
            harness_equal(TYPE_I8, got, expected, VALUES * COLUMNS);
        }
        graph_free(graph);
    }
}

static void sums_agree(void **state)
{
    (void)state;
    check(OP_ADD);
}

static void differences_agree(void **state)
{
    (void)state;
    check(OP_SUB);
}

static void products_agree(void **state)
{
    (void)state;
    check(OP_MUL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_agree),
        cmocka_unit_test(differences_agree),
        cmocka_unit_test(products_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
