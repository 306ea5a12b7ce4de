/* How exact the fast functions of float32 are, on every instruction set: within the bounds that
 * kernels/fast/functions.h states of the result in double precision. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hardware/cpu.h"
#include "node_harness.h"

/* Values between -SPREAD and SPREAD, then ones of all magnitudes from 2^-140 on, then special
 * ones. */
#define STEPS  400001
#define SPREAD 20.0
#define SMALL  20000

static const float special[] = {0.0f,   -0.0f, NAN,    INFINITY, -INFINITY, 1e-45f, -1e-45f, 3e37f,
                                -1e30f, 88.8f, -88.8f, 88.5f,    -88.5f,    -88.2f, -104.5f};
#define COUNT (STEPS + SMALL + sizeof(special) / sizeof(special[0]))

/* The error is at most ulps + per_square * x^2 units of 2^-23 of the result, or `absolute` where
 * that is more. */
struct row {
    enum op op;
    int32_t flag;
    double (*real)(double);
    double ulps, per_square, absolute;
};

/* Around the least normal numbers: what is smaller may be off by as much. */
#define TINY 0x1p-122

static double logistic(double x)
{
    return x < 0.0 ? exp(x) / (1.0 + exp(x)) : 1.0 / (1.0 + exp(-x));
}

/* Without the loss of digits that 1 + erf has. */
static double gelu(double x)
{
    return 0.5 * x * erfc(-x / sqrt(2.0));
}

static double gelu_tanh(double x)
{
    return x * logistic(2.0 * sqrt(2.0 / acos(-1.0)) * (x + 0.044715 * x * x * x));
}

static double silu(double x)
{
    return x * logistic(x);
}

static double hard_swish(double x)
{
    return x * fmin(fmax(x + 3.0, 0.0), 6.0) / 6.0;
}

/* HARD_SWISH computes x + 3 first, which is off by 2^-22 near -3; SILU multiplies what LOGISTIC may
 * lose. */
static const struct row rows[] = {
    {OP_ERF, 0, erf, 2.0, 0.0, TINY},
    {OP_TANH, 0, tanh, 2.0, 0.0, TINY},
    {OP_LOGISTIC, 0, logistic, 2.0, 0.0, TINY},
    {OP_GELU, 0, gelu, 4.0, 1.0, TINY},
    {OP_SILU, 0, silu, 2.0, 0.0, 0x1p-119},
    {OP_GELU, 1, gelu_tanh, 5.0, 1.5, TINY},
    {OP_HARD_SWISH, 0, hard_swish, 2.0, 0.0, 0x1p-22},
};

static void fill(float *values)
{
    struct random random = {7};
    for (size_t i = 0; i < STEPS; i++)
        values[i] = (float)(SPREAD * (2.0 * (double)i / (STEPS - 1) - 1.0));
    for (size_t i = 0; i < SMALL; i++) {
        double size = exp2(-140.0 + 200.0 * random_unit(&random));
        values[STEPS + i] = (float)(i % 2 ? size : -size);
    }
    memcpy(values + STEPS + SMALL, special, sizeof(special));
}

static bool is_near(const struct row *row, double x, double got)
{
    double expected = row->real(x);
    if (isnan(expected) || isinf(expected))
        return isnan(expected) ? isnan(got) : isinf(got) && got * expected > 0.0;
    double relative = 0x1p-23 * (row->ulps + row->per_square * x * x);
    return fabs(got - expected) <= fmax(row->absolute, relative * fabs(expected));
}

static void check(const struct row *row, enum isa isa, float *values)
{
    struct graph *graph = graph_new("test");
    const union op_params params = {.flag = {row->flag}};
    int in = harness_tensor(graph, TYPE_F32, SHAPE((int32_t)COUNT), 0.0f, 0);
    int out = harness_tensor(graph, TYPE_F32, SHAPE(1), 0.0f, 0);
    graph_add_node(graph, row->op, &in, 1, &out, 1, &params);
    const struct kernel *kernel = harness_kernel(graph, isa, true);
    /* Half precision has no functions of its own. */
    assert_true(kernel || isa == ISA_AVX512_FP16);
    const float *got = kernel ? harness_run(graph, kernel, 3, (void *[]){values}) : NULL;
    for (size_t i = 0; got && i < COUNT; i++)
        if (!is_near(row, (double)values[i], (double)got[i]))
            fail_msg("%s of %.9g is %.9g, expected %.9g", kernel->name, (double)values[i],
                     (double)got[i], row->real((double)values[i]));
    graph_free(graph);
}

static void functions_are_as_exact_as_stated(void **state)
{
    float *values = malloc(COUNT * sizeof(*values));
    (void)state;
    fill(values);
    for (int isa = ISA_GENERIC; isa < ISA_COUNT; isa++)
        for (size_t r = 0; isa_available((enum isa)isa) && r < sizeof(rows) / sizeof(rows[0]); r++)
            check(&rows[r], (enum isa)isa, values);
    free(values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_are_as_exact_as_stated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
