/* Operators that files spell out in several are found again, in all the spellings. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rewrite/fuse.h"
#include "rewrite/recognize.h"
#include "rewrite_harness.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static int binary(struct graph *graph, enum op op, int a, int b)
{
    return rewrite_apply(graph, op, a, b, NULL);
}

static int with_number(struct graph *graph, enum op op, int x, double value)
{
    return binary(graph, op, x, rewrite_number(graph, value));
}

static int unary(struct graph *graph, enum op op, int x)
{
    return rewrite_apply(graph, op, x, NO_TENSOR, NULL);
}

/* Recognizes, drops the rest, and expects these nodes in this order. */
static void expect(struct graph *graph, int in, int out, const enum op *ops, int count)
{
    const float *before[REWRITE_OUTPUTS_MAX];
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, &out, 1);
    rewrite_outcome(graph, before);
    graph_recognize(graph);
    graph_drop_dead(graph);
    if (graph->n_nodes != count)
        fail_msg("%s: %d nodes are left, expected %d", graph->name, graph->n_nodes, count);
    for (int i = 0; i < count; i++)
        assert_string_equal(op_name(graph->nodes[i].op), op_name(ops[i]));
    rewrite_check(graph, before);
    graph_free(graph);
}

/* --- gates ------------------------------------------------------------------------------------ */

/* Gates: what x is multiplied with, beside a number. */
static int erf_by_product(struct graph *graph, int x)
{
    int erf = unary(graph, OP_ERF, with_number(graph, OP_MUL, x, 0.70710678));
    return with_number(graph, OP_ADD, erf, 1.0);
}

static int erf_by_quotient(struct graph *graph, int x)
{
    int erf = unary(graph, OP_ERF, with_number(graph, OP_DIV, x, 1.41421356));
    return binary(graph, OP_ADD, rewrite_number(graph, 1.0), erf);
}

static int tanh_of(struct graph *graph, int x, int cube)
{
    int sum = binary(graph, OP_ADD, x, with_number(graph, OP_MUL, cube, 0.044715));
    int gate = unary(graph, OP_TANH, with_number(graph, OP_MUL, sum, 0.79788456));
    return with_number(graph, OP_ADD, gate, 1.0);
}

static int tanh_by_power(struct graph *graph, int x)
{
    return tanh_of(graph, x, with_number(graph, OP_POW, x, 3.0));
}

static int tanh_by_products(struct graph *graph, int x)
{
    return tanh_of(graph, x, binary(graph, OP_MUL, binary(graph, OP_MUL, x, x), x));
}

static int hard_sigmoid(struct graph *graph, int x)
{
    return unary(graph, OP_RELU6, with_number(graph, OP_ADD, x, 3.0));
}

static int fused_hard_sigmoid(struct graph *graph, int x)
{
    const union op_params relu6 = {.arithmetic.activation = ACTIVATION_RELU6};
    return rewrite_apply(graph, OP_ADD, rewrite_number(graph, 3.0), x, &relu6);
}

static int logistic(struct graph *graph, int x)
{
    return unary(graph, OP_LOGISTIC, x);
}

static const struct {
    const char *name;
    int (*gate)(struct graph *graph, int x);
    double number;
    enum op op;
} gates[] = {
    {"erf(x * 0.7)", erf_by_product, 0.5, OP_GELU},
    {"erf(x / 1.4)", erf_by_quotient, 0.5, OP_GELU},
    {"tanh, power", tanh_by_power, 0.5, OP_GELU},
    {"tanh, products", tanh_by_products, 0.5, OP_GELU},
    {"relu6", hard_sigmoid, 1.0 / 6.0, OP_HARD_SWISH},
    {"fused relu6", fused_hard_sigmoid, 1.0 / 6.0, OP_HARD_SWISH},
    {"logistic", logistic, 1.0, OP_SILU},
};

/* number * x * gate, multiplied in any order. */
static int multiply(struct graph *graph, int x, int gate, double number, int order)
{
    if (!(number < 1.0))
        return order % 2 ? binary(graph, OP_MUL, x, gate) : binary(graph, OP_MUL, gate, x);
    switch (order) {
    case 0:
        return with_number(graph, OP_MUL, binary(graph, OP_MUL, x, gate), number);
    case 1:
        return binary(graph, OP_MUL, with_number(graph, OP_MUL, x, number), gate);
    case 2:
        return binary(graph, OP_MUL, with_number(graph, OP_MUL, gate, number), x);
    default:
        return with_number(graph, OP_DIV, binary(graph, OP_MUL, gate, x), 1.0 / number);
    }
}

static void gated_units_are_found_in_every_order(void **state)
{
    (void)state;
    for (size_t g = 0; g < LENGTH(gates); g++) {
        for (int order = 0; order < 4; order++) {
            struct graph *graph = graph_new(gates[g].name);
            int in = rewrite_real(graph, SHAPE(2, 5, 3)), gate = gates[g].gate(graph, in);
            int out = multiply(graph, in, gate, gates[g].number, order);
            expect(graph, in, out, &gates[g].op, 1);
        }
    }
}

/* x may be a product itself. */
static void what_is_gated_may_be_a_product(void **state)
{
    static const enum op ops[] = {OP_MUL, OP_GELU};
    struct graph *graph = graph_new("product");
    int in = rewrite_real(graph, SHAPE(4, 3));
    int x = binary(graph, OP_MUL, in, rewrite_random(graph, SHAPE(3)));
    (void)state;
    expect(graph, in, multiply(graph, x, erf_by_product(graph, x), 0.5, 1), ops, 2);
}

static void near_misses_are_left(void **state)
{
    static const enum op ops[] = {OP_MUL, OP_ERF, OP_ADD, OP_MUL, OP_MUL};
    (void)state;
    for (int miss = 0; miss < 3; miss++) {
        struct graph *graph = graph_new("miss");
        int in = rewrite_real(graph, SHAPE(4, 3));
        int erf = unary(graph, OP_ERF, with_number(graph, OP_MUL, in, miss == 0 ? 0.7 : M_SQRT1_2));
        int gate = with_number(graph, OP_ADD, erf, miss == 1 ? 1.1 : 1.0);
        expect(graph, in, multiply(graph, in, gate, miss == 2 ? 0.25 : 0.5, 0), ops, 5);
    }
}

/* --- layer normalization ---------------------------------------------------------------------- */

struct spelling {
    enum op square;   /* POW, MUL, SQUARED_DIFFERENCE */
    bool by_quotient; /* DIV by SQRT, else MUL by RSQRT */
    bool has_offsets;
    int axes; /* how many dimensions, the last ones */
};

static int squares(struct graph *graph, enum op op, int x, int mean, int difference)
{
    if (op == OP_POW)
        return with_number(graph, OP_POW, difference, 2.0);
    return op == OP_MUL ? binary(graph, OP_MUL, difference, difference)
                        : binary(graph, OP_SQUARED_DIFFERENCE, x, mean);
}

static int spelled_norm(struct graph *graph, int x, const struct spelling *spelling)
{
    const union op_params keep = {.reduce = {1}};
    struct shape shape = graph->tensors[x].shape, factors = {.rank = spelling->axes};
    int32_t axes[2] = {-1, 1};
    int list = harness_ints(graph, axes, spelling->axes);
    for (int i = 0; i < factors.rank; i++)
        factors.dim[i] = shape.dim[shape.rank - factors.rank + i];
    int mean = rewrite_apply(graph, OP_MEAN, x, list, &keep);
    int difference = binary(graph, OP_SUB, x, mean);
    int square = squares(graph, spelling->square, x, mean, difference);
    int variance = rewrite_apply(graph, OP_MEAN, square, list, &keep);
    int sum = with_number(graph, OP_ADD, variance, 1e-3);
    int root = unary(graph, spelling->by_quotient ? OP_SQRT : OP_RSQRT, sum);
    int normal = binary(graph, spelling->by_quotient ? OP_DIV : OP_MUL, difference, root);
    int result = binary(graph, OP_MUL, normal, rewrite_random(graph, factors));
    return spelling->has_offsets ? binary(graph, OP_ADD, rewrite_random(graph, factors), result)
                                 : result;
}

static void layer_normalization_is_found_in_every_spelling(void **state)
{
    static const enum op op = OP_LAYER_NORMALIZATION,
                         kinds[] = {OP_POW, OP_MUL, OP_SQUARED_DIFFERENCE};
    (void)state;
    for (int i = 0; i < 24; i++) {
        const struct spelling spelling = {kinds[i % 3], i / 3 % 2 == 1, i / 6 % 2 == 1, 1 + i / 12};
        struct graph *graph = graph_new("norm");
        int in = rewrite_real(graph, SHAPE(2, 3, 5));
        expect(graph, in, spelled_norm(graph, in, &spelling), &op, 1);
    }
}

/* Offsets cannot go into a normalization that somebody else reads. */
static void a_normalization_with_two_readers_keeps_its_sum(void **state)
{
    static const enum op ops[] = {OP_LAYER_NORMALIZATION, OP_ADD, OP_MUL};
    const struct spelling spelling = {OP_POW, true, false, 1};
    struct graph *graph = graph_new("two readers");
    int in = rewrite_real(graph, SHAPE(2, 3, 5)), normal = spelled_norm(graph, in, &spelling);
    int sum = binary(graph, OP_ADD, normal, rewrite_random(graph, SHAPE(5)));
    (void)state;
    expect(graph, in, binary(graph, OP_MUL, sum, normal), ops, 3);
}

/* --- attention -------------------------------------------------------------------------------- */

static int keys(struct graph *graph, int x, const int32_t *order)
{
    return rewrite_apply(graph, OP_TRANSPOSE, x, harness_ints(graph, order, 4), NULL);
}

static void transposed_keys_are_read_as_they_lie(void **state)
{
    static const enum op one[] = {OP_BATCH_MATMUL}, two[] = {OP_TRANSPOSE, OP_BATCH_MATMUL};
    struct graph *graph = graph_new("swapped");
    int in = rewrite_real(graph, SHAPE(1, 2, 3, 4));
    int all = keys(graph, in, (const int32_t[]){0, 1, 3, 2});
    (void)state;
    expect(graph, in, binary(graph, OP_BATCH_MATMUL, in, all), one, 1);
    graph = graph_new("heads");
    in = rewrite_real(graph, SHAPE(1, 5, 2, 4)); /* words, heads, depth */
    all = keys(graph, in, (const int32_t[]){0, 2, 3, 1});
    int query = rewrite_random(graph, SHAPE(1, 2, 3, 4));
    expect(graph, in, binary(graph, OP_BATCH_MATMUL, query, all), two, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gated_units_are_found_in_every_order),
        cmocka_unit_test(what_is_gated_may_be_a_product),
        cmocka_unit_test(near_misses_are_left),
        cmocka_unit_test(layer_normalization_is_found_in_every_spelling),
        cmocka_unit_test(a_normalization_with_two_readers_keeps_its_sum),
        cmocka_unit_test(transposed_keys_are_read_as_they_lie),
    };
    return cmocka_run_group_tests_name("recognize", tests, NULL, NULL);
}
