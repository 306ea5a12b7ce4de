/* QUANTIZE of float32: numbers at and beside those where a result gives way to the next one, of
 * scales near and far, against the reference on every instruction set. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "graph_harness.h"
#include "node_harness.h"
#include "patience.h"

static struct random random_state = {91};

/* Steps on both sides of 0, numbers beside each, and what is odd. */
#define STEPS  300
#define BESIDE 7
static const float odd[] = {NAN,   INFINITY, -INFINITY, 0.0f,    -0.0f,
                            3e38f, -3e38f,   1e-42f,    -1e-42f, 8388608.f};
#define ODD   (sizeof(odd) / sizeof(odd[0]))
#define COUNT (2 * STEPS * BESIDE + ODD)

static float next_to(float value, int ulps)
{
    for (; ulps != 0; ulps += ulps < 0 ? 1 : -1)
        value = nextafterf(value, ulps < 0 ? -INFINITY : INFINITY);
    return value;
}

static void fill(float *values, float scale, int spread)
{
    size_t at = 0;
    for (int step = -STEPS; step < STEPS; step++)
        for (int beside = 0; beside < BESIDE; beside++)
            values[at++] = next_to(((float)(step * spread) + 0.5f) * scale, beside - BESIDE / 2);
    memcpy(values + at, odd, sizeof(odd));
}

static void check(enum type type, float scale, enum rounding rounding)
{
    bool is_short = type == TYPE_I16;
    int32_t zero =
        is_short ? 0 : (int32_t)random_below(&random_state, 256) - (type == TYPE_I8 ? 128 : 0);
    struct graph *graph = graph_new("reals");
    float *values = xcalloc(COUNT, sizeof(*values));
    int in = harness_tensor(graph, TYPE_F32, SHAPE((int32_t)COUNT), 0.0f, 0);
    int out = harness_node(graph, OP_QUANTIZE, &in, 1, NULL, type, scale, zero);
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, &out, 1);
    graph->rounding = rounding;
    fill(values, scale, is_short ? 111 : 1);
    void *expected, *got;
    harness_graph_run(graph, ISA_REFERENCE, 1, (const void *[]){values}, &expected);
    for (int isa = ISA_REFERENCE + 1; isa < ISA_COUNT; isa++) {
        if (!isa_available((enum isa)isa))
            continue;
        harness_graph_run(graph, (enum isa)isa, 2, (const void *[]){values}, &got);
        harness_equal(type, got, expected, COUNT);
    }
    free(values);
    graph_free(graph);
}

static void results_are_those_of_a_division(void **state)
{
    static const enum type types[] = {TYPE_I8, TYPE_U8, TYPE_I16};
    /* at and beyond the ends of what is computed without one; powers of two, and beside them */
    static const float scales[] = {0x1p-70f, 0x1p70f,      0x1.fffffep-71f, 0x1.000002p70f, 1e-38f,
                                   1e36f,    0x1p-8f,      0x1.fffffep-9f,  1.0f / 255,     0.1f,
                                   1.0f,     0x1.000002p0f};
    const size_t count = sizeof(scales) / sizeof(scales[0]);
    (void)state;
    for (size_t i = 0; i < count + 8 * PATIENCE; i++) {
        float scale = i < count ? scales[i] : (float)exp(random_unit(&random_state) * 12.0 - 10.0);
        for (int k = 0; k < 3; k++) {
            check(types[k], scale, ROUNDING_ONCE);
            check(types[k], scale, ROUNDING_TWICE);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_are_those_of_a_division),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
