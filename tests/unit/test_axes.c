/* Axes that a file counts from the end mean what they mean counted from the front, in every
 * operator that has some, with transpositions around it that rewrites move through it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "graph_harness.h"
#include "network_harness.h"
#include "node_harness.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* An operator, its axes and what else it takes. */
struct spelling {
    enum op op;
    int axes[4], count; /* from the front */
    int rank;           /* of what they count: that of the input, or one more */
    int list;           /* input that has them; -1: parameters */
};

static const struct spelling spellings[] = {
    {OP_CONCATENATION, {3}, 1, 4, -1},
    {OP_CONCATENATION, {1}, 1, 4, -1},
    {OP_PACK, {2}, 1, 5, -1},
    {OP_PACK, {4}, 1, 5, -1},
    {OP_UNPACK, {1}, 1, 4, -1},
    {OP_GATHER, {2}, 1, 4, -1},
    {OP_SQUEEZE, {0}, 1, 4, -1},
    {OP_TRANSPOSE, {0, 3, 1, 2}, 4, 4, 1},
    {OP_TRANSPOSE, {0, 2, 3, 1}, 4, 4, 1},
    {OP_TRANSPOSE, {0, 1, 2, 3}, 4, 4, 1},
    {OP_MEAN, {2, 3}, 2, 4, 1},
    {OP_SUM, {1}, 1, 4, 1},
    {OP_REDUCE_MAX, {3}, 1, 4, 1},
    {OP_REDUCE_MIN, {1, 2}, 2, 4, 1},
    {OP_ARG_MAX, {1}, 1, 4, 1},
    {OP_ARG_MIN, {2}, 1, 4, 1},
    {OP_REDUCE_PROD, {3}, 1, 4, 1},
    {OP_REDUCE_ANY, {1, 3}, 2, 4, 1},
    {OP_REDUCE_ALL, {2}, 1, 4, 1},
    {OP_CUMSUM, {2}, 1, 4, 1},
    {OP_REVERSE_V2, {1, 3}, 2, 4, 1},
    {OP_ONE_HOT, {2}, 1, 5, -1},
    {OP_ONE_HOT, {4}, 1, 5, -1},
    {OP_EXPAND_DIMS, {4}, 1, 5, 1},
    {OP_EXPAND_DIMS, {1}, 1, 5, 1},
    {OP_SPLIT, {2}, 1, 4, 0},
    {OP_SPLIT_V, {3}, 1, 4, 2},
};

static bool is_one_axis(enum op op)
{
    return op == OP_ARG_MAX || op == OP_ARG_MIN || op == OP_CUMSUM || op == OP_EXPAND_DIMS ||
           op == OP_SPLIT || op == OP_SPLIT_V;
}

/* Types of the first input and of the output. */
static enum type type_of(enum op op, bool is_output)
{
    if (op == OP_REDUCE_ANY || op == OP_REDUCE_ALL)
        return TYPE_BOOL;
    bool is_whole = is_output ? op == OP_ARG_MAX || op == OP_ARG_MIN : op == OP_ONE_HOT;
    return is_whole ? TYPE_I32 : TYPE_F32;
}

static int transpose(struct graph *graph, int x, const int32_t *order)
{
    const int inputs[] = {x, harness_ints(graph, order, 4)};
    return harness_node(graph, OP_TRANSPOSE, inputs, 2, NULL, TYPE_F32, 0.0f, 0);
}

static union op_params params_of(const struct spelling *spelling, const int32_t *axes,
                                 bool is_negative)
{
    union op_params params;
    params_init(&params, op_table[spelling->op].params);
    switch (spelling->op) {
    case OP_CONCATENATION:
    case OP_ONE_HOT:
        params.axis.axis = axes[0];
        break;
    case OP_PACK:
    case OP_UNPACK:
        params.pack.axis = axes[0];
        params.pack.count = spelling->op == OP_PACK ? 2 : 4;
        break;
    case OP_GATHER:
        params.gather.axis = axes[0];
        params.gather.batch_dims = is_negative ? -1 : 0;
        break;
    case OP_SQUEEZE:
        params.vector = (struct vector_params){1, 1, {axes[0]}};
        break;
    case OP_SPLIT:
    case OP_SPLIT_V:
        params.count.count = 2;
        break;
    case OP_ARG_MAX:
    case OP_ARG_MIN:
        params.type.type = TYPE_I32;
        break;
    default:
        break;
    }
    return params;
}

/* Inputs of the operator on x, an image [1, 4, 6, 2]. */
static int inputs_of(struct graph *graph, const struct spelling *spelling, const int32_t *axes,
                     int x, int *inputs)
{
    static const int32_t ids[] = {3, 0}, sizes[] = {1, 1}, depth = 5;
    static const float values[] = {1.0f, -1.0f};
    enum type type = type_of(spelling->op, false);
    int list = harness_ints(graph, axes, is_one_axis(spelling->op) ? 0 : spelling->count);
    int count = 1;
    inputs[0] = type == TYPE_F32 ? x : harness_node(graph, OP_CAST, &x, 1, NULL, type, 0.0f, 0);
    if (spelling->op == OP_ONE_HOT) {
        inputs[count++] = harness_ints(graph, &depth, 1);
        inputs[count++] = harness_constant(graph, TYPE_F32, SHAPE(1), 0.0f, 0, &values[0]);
        inputs[count++] = harness_constant(graph, TYPE_F32, SHAPE(1), 0.0f, 0, &values[1]);
    }
    if (spelling->op == OP_CONCATENATION || spelling->op == OP_PACK)
        inputs[count++] = x;
    if (spelling->op == OP_GATHER)
        inputs[count++] = harness_ints(graph, ids, 2);
    if (spelling->op == OP_SPLIT_V)
        inputs[count++] = harness_ints(graph, sizes, 2);
    if (spelling->list == 0)
        inputs[count++] = x;
    if (spelling->list >= 0)
        inputs[spelling->list] = list;
    return spelling->list == count ? count + 1 : count;
}

static int outputs_of(enum op op)
{
    return op == OP_UNPACK ? 4 : op == OP_SPLIT || op == OP_SPLIT_V ? 2 : 1;
}

/* A transposition, the operator, and, where the result has four dimensions, one back. */
static struct graph *make(const struct spelling *spelling, bool is_negative)
{
    struct graph *graph = network_new(SHAPE(1, 6, 2, 4));
    int x = transpose(graph, 0, (const int32_t[]){0, 3, 1, 2}), inputs[4], outputs[4];
    int32_t axes[4];
    for (int i = 0; i < spelling->count; i++)
        axes[i] = spelling->axes[i] - (is_negative ? spelling->rank : 0);
    union op_params params = params_of(spelling, axes, is_negative);
    enum type type = type_of(spelling->op, true);
    int n_inputs = inputs_of(graph, spelling, axes, x, inputs), count = outputs_of(spelling->op);
    for (int i = 0; i < count; i++)
        outputs[i] = harness_tensor(graph, type, SHAPE(1), 0.0f, 0);
    struct error error = {0};
    struct node *node =
        graph_add_node(graph, spelling->op, inputs, n_inputs, outputs, count, &params);
    if (op_table[spelling->op].infer(graph, node, &error) != STATUS_OK)
        fail_msg("%s: %s", op_name(spelling->op), error.text);
    if (graph->tensors[outputs[0]].shape.rank == 4 && type == TYPE_F32)
        outputs[0] = transpose(graph, outputs[0], (const int32_t[]){0, 2, 3, 1});
    graph_set_outputs(graph, outputs, count);
    return graph;
}

/* As a file, read again and rewritten. */
static void check(const struct spelling *spelling, bool is_negative, enum isa isa)
{
    float sample[48];
    void *expected[4], *got[4];
    struct graph *plain = make(spelling, false), *made = make(spelling, is_negative);
    struct graph *read = harness_through_file(made, ".tflite");
    for (int i = 0; i < 48; i++)
        sample[i] = (float)(i * 29 % 48) - 20.0f;
    harness_graph_run(plain, ISA_REFERENCE, 1, (const void *const[]){sample}, expected);
    harness_graph_run(read, isa, 1, (const void *const[]){sample}, got);
    assert_int_equal(plain->n_outputs, read->n_outputs);
    for (int i = 0; i < plain->n_outputs; i++) {
        const struct tensor *a = &plain->tensors[plain->outputs[i]];
        if (!shape_equal(&a->shape, &read->tensors[read->outputs[i]].shape))
            fail_msg("%s: another shape", op_name(spelling->op));
        harness_equal(a->type, got[i], expected[i], shape_elements(&a->shape));
    }
    graph_free(read);
    graph_free(made);
    graph_free(plain);
}

static void both_spellings_are_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(spellings); i++)
        for (int negative = 0; negative < 2; negative++) {
            check(&spellings[i], negative, ISA_REFERENCE);
            check(&spellings[i], negative, isa_best());
        }
}

/* Whether the row of an operator speaks of axes. LAYER_NORMALIZATION is in no file that counts them
 * from the end. */
static bool has_axes(enum op op)
{
    bool has = false;
    for (int i = 0; i < OP_INPUTS_MAX && op_table[op].inputs[i].name; i++)
        has = has || strncmp(op_table[op].inputs[i].name, "ax", 2) == 0 ||
              strcmp(op_table[op].inputs[i].name, "permutation") == 0;
    for (int i = 0; i < op_table[op].params->count; i++)
        has = has || strcmp(op_table[op].params->fields[i].name, "axis") == 0 ||
              strcmp(op_table[op].params->fields[i].name, "squeeze_dims") == 0;
    return has && op_table[op].tflite_code >= 0;
}

static void every_operator_with_axes_is_compared(void **state)
{
    (void)state;
    for (int op = 0; op < OP_COUNT; op++) {
        bool is_compared = false;
        for (size_t i = 0; i < LENGTH(spellings); i++)
            is_compared = is_compared || (int)spellings[i].op == op;
        if (has_axes((enum op)op) != is_compared)
            fail_msg("%s: %s", op_name((enum op)op), is_compared ? "has no axes" : "not compared");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_spellings_are_one),
        cmocka_unit_test(every_operator_with_axes_is_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
