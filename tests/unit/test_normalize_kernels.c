/* The reference kernels of LAYER_NORMALIZATION and LOCAL_RESPONSE_NORMALIZATION, against their
 * definitions in double precision. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel_cases.h"

/* A float32 operation is off by 2^-24 of its result. */
#define ULP 6e-8

static const struct {
    struct shape shape;
    int32_t axis;
} layers[] = {
    {SHAPE(3, 40, 64), 2}, {SHAPE(2, 3, 5, 7), 1}, {SHAPE(6, 1), 1},
    {SHAPE(9), 0},         {SHAPE(2, 3000), 1},    {SHAPE(4, 0), 1},
};

/* The mean and the variance of the terms themselves: all of them are there. */
static void expect_layer(const struct kernel_case *c, size_t depth, double epsilon,
                         double *expected)
{
    bool has_offsets = c->n_inputs > 2 && c->tensors[2] != NO_TENSOR;
    for (size_t first = 0; first < case_count(c, 0); first += depth) {
        double sum = 0.0, squares = 0.0;
        for (size_t i = 0; i < depth; i++) {
            sum += case_real(c, 0, first + i) / (double)depth;
            squares += pow(case_real(c, 0, first + i), 2.0) / (double)depth;
        }
        double inverse = 1.0 / sqrt(squares - sum * sum + epsilon);
        for (size_t i = 0; i < depth; i++)
            expected[first + i] =
                (case_real(c, 0, first + i) - sum) * inverse * case_real(c, 1, i) +
                (has_offsets ? case_real(c, 2, i) : 0.0);
    }
}

static void layer_case(size_t layer)
{
    const struct shape *shape = &layers[layer].shape;
    union op_params params = {.norm = {layers[layer].axis, case_between(0, 1) ? 1e-5f : 0.25f}};
    size_t count = shape_elements(shape), depth = shape_span(shape, params.norm.axis, shape->rank);
    struct shape factors = {.rank = 1, .dim = {(int32_t)depth}};
    double *expected = calloc(count + 1, sizeof(*expected));
    struct kernel_case c;
    case_init(&c);
    case_input(&c, (struct kind)F32, *shape, 4.0);
    /* Far from 0, so that a mean that is wrong shows. */
    for (size_t i = 0; i < count; i++)
        ((float *)c.elements[0])[i] += (float)(i / (depth ? depth : 1) % 7);
    case_input(&c, (struct kind)F32, factors, 2.0);
    if (case_between(0, 2))
        case_input(&c, (struct kind)F32, factors, 3.0);
    else if (case_between(0, 1))
        case_absent(&c);
    expect_layer(&c, depth, (double)params.norm.epsilon, expected);
    case_run(&c, OP_LAYER_NORMALIZATION, &params, (struct kind)F32);
    /* Three roundings, of numbers up to some 10, that may cancel out. */
    case_expect(&c, expected, count, (struct bound){.absolute = 30.0 * ULP, .relative = ULP});
    case_release(&c);
    free(expected);
}

static void layers_follow_their_definition(void **state)
{
    (void)state;
    for (size_t i = 0; i < 12 * ROWS(layers); i++)
        layer_case(i % ROWS(layers));
}

/* {1, 3, 5, 7}: the mean is 4, the variance 5, and 4 more make 9. Of one number nothing is left. */
static void a_layer_is_worked_out_by_hand(void **state)
{
    static const float row[] = {1.0f, 3.0f, 5.0f, 7.0f}, factors[] = {3.0f, 3.0f, 6.0f, 0.0f},
                       offsets[] = {0.5f, 1.0f, 0.0f, -2.0f};
    static const double whole[] = {-2.5, 0.0, 2.0, -2.0}, single[] = {0.5, 0.5, 0.5, 0.5};
    (void)state;
    for (int k = 0; k < 2; k++) {
        union op_params params = {.norm = {k ? 2 : 1, 4.0f}};
        struct kernel_case c;
        case_init(&c);
        case_input(&c, (struct kind)F32, k ? SHAPE(1, 4, 1) : SHAPE(1, 4), 0.0);
        memcpy(c.elements[0], row, sizeof(row));
        for (int i = 1; i < 3; i++) {
            case_input(&c, (struct kind)F32, SHAPE(k ? 1 : 4), 0.0);
            memcpy(c.elements[i], i == 1 ? factors : offsets, k ? sizeof(float) : sizeof(row));
        }
        case_run(&c, OP_LAYER_NORMALIZATION, &params, (struct kind)F32);
        case_expect(&c, k ? single : whole, 4, (struct bound){0});
        case_release(&c);
    }
}

/* A row far from 0 with next to no variance: squares less the square of the mean would leave
 * nothing. */
static void small_differences_of_large_numbers_count(void **state)
{
    enum { DEPTH = 64 };
    double expected[DEPTH];
    union op_params params = {.norm = {1, 0.0f}};
    struct kernel_case c;
    (void)state;
    case_init(&c);
    case_input(&c, (struct kind)F32, SHAPE(1, DEPTH), 0.0);
    case_input(&c, (struct kind)F32, SHAPE(DEPTH), 0.0);
    for (int i = 0; i < DEPTH; i++) {
        ((float *)c.elements[0])[i] = 1e6f + (i % 2 ? 0.25f : -0.25f);
        ((float *)c.elements[1])[i] = 1.0f;
        expected[i] = i % 2 ? 1.0 : -1.0;
    }
    case_run(&c, OP_LAYER_NORMALIZATION, &params, (struct kind)F32);
    case_expect(&c, expected, DEPTH, (struct bound){.absolute = 4.0 * ULP});
    case_release(&c);
}

/* Channels around each other. */

static void response_case(void)
{
    static const struct shape shapes[] = {SHAPE(2, 3, 4, 11), SHAPE(5, 1), SHAPE(1, 2, 300),
                                          SHAPE(7),           {.rank = 0}, SHAPE(3, 0)};
    const struct shape *shape = &shapes[case_between(0, ROWS(shapes) - 1)];
    union op_params params = {.response = {case_between(0, 5), (float)case_uniform(0.5, 2.0),
                                           (float)case_uniform(1e-3, 1.0),
                                           (float)case_uniform(0.2, 1.5)}};
    const struct response_params *response = &params.response;
    size_t count = shape_elements(shape);
    long depth = shape->rank ? shape->dim[shape->rank - 1] : 1;
    double *expected = calloc(count + 1, sizeof(*expected));
    struct kernel_case c;
    case_init(&c);
    case_input(&c, (struct kind)F32, *shape, 5.0);
    for (long i = 0; i < (long)count; i++) {
        double sum = 0.0;
        for (long k = -response->radius; k <= response->radius; k++)
            if (i % depth + k >= 0 && i % depth + k < depth)
                sum += pow(case_real(&c, 0, (size_t)(i + k)), 2.0);
        expected[i] =
            case_real(&c, 0, (size_t)i) /
            pow((double)response->bias + (double)response->alpha * sum, (double)response->beta);
    }
    case_run(&c, OP_LOCAL_RESPONSE_NORMALIZATION, &params, (struct kind)F32);
    case_expect(&c, expected, count, (struct bound){.relative = ULP, .absolute = 1e-30});
    case_release(&c);
    free(expected);
}

static void responses_follow_their_definition(void **state)
{
    (void)state;
    for (int i = 0; i < 60; i++)
        response_case();
}

/* 1 + 3 * (1 + 4) = 16 and its like under a square root: 2 / 4. */
static void a_response_is_worked_out_by_hand(void **state)
{
    static const float row[] = {1.0f, 2.0f, 0.0f, -1.0f};
    static const double expected[] = {0.25, 0.5, 0.0, -0.5};
    union op_params params = {.response = {1, 1.0f, 3.0f, 0.5f}};
    struct kernel_case c;
    (void)state;
    case_init(&c);
    case_input(&c, (struct kind)F32, SHAPE(1, 4), 0.0);
    memcpy(c.elements[0], row, sizeof(row));
    case_run(&c, OP_LOCAL_RESPONSE_NORMALIZATION, &params, (struct kind)F32);
    case_expect(&c, expected, 4, (struct bound){0});
    case_release(&c);
}

static void wrong_nodes_are_refused(void **state)
{
    static const struct refusal rows[] = {
        {OP_LAYER_NORMALIZATION, {F32, {TYPE_F16, 0, 0}}, F32, {.norm = {3, 1.0f}}, "one type"},
        {OP_LAYER_NORMALIZATION, {F32, F32}, F32, {.norm = {3, -1.0f}}, "epsilon is -1"},
        {OP_LAYER_NORMALIZATION, {F32, F32}, F32, {.norm = {3, NAN}}, "epsilon is"},
        {OP_LOCAL_RESPONSE_NORMALIZATION, {F32}, F32, {.response = {.radius = -1}}, "radius is -1"},
    };
    (void)state;
    cases_refused(rows, ROWS(rows));
}

static void every_row_was_reached(void **state)
{
    static const enum op ops[] = {OP_LAYER_NORMALIZATION, OP_LOCAL_RESPONSE_NORMALIZATION};
    (void)state;
    cases_reached(ops, ROWS(ops));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layers_follow_their_definition),
        cmocka_unit_test(a_layer_is_worked_out_by_hand),
        cmocka_unit_test(small_differences_of_large_numbers_count),
        cmocka_unit_test(responses_follow_their_definition),
        cmocka_unit_test(a_response_is_worked_out_by_hand),
        cmocka_unit_test(wrong_nodes_are_refused),
        cmocka_unit_test(every_row_was_reached),
    };
    case_random.state = 14;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
