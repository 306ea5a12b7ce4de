/* The reference kernels of comparisons and of logic on truth values. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kernel_cases.h"

static const struct kind truth = BOOLEAN;

static const enum op comparisons[] = {OP_EQUAL,      OP_NOT_EQUAL, OP_LESS,
                                      OP_LESS_EQUAL, OP_GREATER,   OP_GREATER_EQUAL};

static bool holds(enum op op, double a, double b)
{
    switch (op) {
    case OP_EQUAL:
        return a >= b && a <= b;
    case OP_NOT_EQUAL:
        return !(a >= b && a <= b);
    case OP_LESS:
        return a < b;
    case OP_LESS_EQUAL:
        return a <= b;
    case OP_GREATER:
        return a > b;
    default:
        return a >= b;
    }
}

/* Shapes that broadcast; the first has several portions of work. */
static const struct {
    struct shape a, b, out;
} pairs[] = {
    {SHAPE(3, 3000), SHAPE(3000), SHAPE(3, 3000)},
    {SHAPE(2, 1, 4), SHAPE(5, 1), SHAPE(2, 5, 4)},
    {{.rank = 0}, SHAPE(7), SHAPE(7)},
    {SHAPE(4, 2), SHAPE(4, 2), SHAPE(4, 2)},
};

static double operand(const struct kernel_case *c, int input, const struct shape *out, size_t i)
{
    int32_t at[SHAPE_RANK_MAX];
    shape_index(out, i, at);
    return case_real(c, input, shape_broadcast_flat(case_shape(c, input), out, at));
}

/* Few different numbers, so that many are equal; scales are such that the steps of the comparison
 * tell all of them apart. */
static void comparison_case(enum op op, struct kind left, struct kind right, size_t pair)
{
    struct kernel_case c;
    case_init(&c);
    case_input(&c, left, pairs[pair].a, 3.0);
    case_input(&c, right, pairs[pair].b, 3.0);
    for (int o = 0; o < 2; o++)
        for (size_t i = 0; i < case_count(&c, o); i++)
            if (left.type == TYPE_F32)
                ((float *)c.elements[o])[i] = roundf(((float *)c.elements[o])[i]) * 0.5f;
            else if (left.scale > 0.0f)
                case_store(&c, o, i, case_between(0, 5));
    case_run(&c, op, NULL, truth);
    for (size_t i = 0; i < shape_elements(&pairs[pair].out); i++)
        if (((const uint8_t *)c.result)[i] !=
            holds(op, operand(&c, 0, &pairs[pair].out, i), operand(&c, 1, &pairs[pair].out, i)))
            fail_msg("%s: element %zu is wrong", c.kernel->name, i);
    case_release(&c);
}

static void numbers_compare_as_they_are(void **state)
{
    static const struct kind kinds[][2] = {
        {F32, F32},
        {PLAIN(TYPE_I32), PLAIN(TYPE_I32)},
        {PLAIN(TYPE_I64), PLAIN(TYPE_I64)},
        {PLAIN(TYPE_I8), PLAIN(TYPE_I8)},
        {I8(0.5f, -3), I8(0.5f, -3)},
        {I8(0.5f, -3), I8(0.25f, 1)},
        {U8(0.25f, 7), U8(1.0f, 2)},
    };
    (void)state;
    for (size_t k = 0; k < ROWS(kinds); k++)
        for (size_t o = 0; o < ROWS(comparisons); o++)
            for (size_t pair = 0; pair < ROWS(pairs); pair++)
                comparison_case(comparisons[o], kinds[k][0], kinds[k][1], pair);
    for (size_t pair = 0; pair < ROWS(pairs); pair++) {
        comparison_case(OP_EQUAL, truth, truth, pair);
        comparison_case(OP_NOT_EQUAL, truth, truth, pair);
    }
}

/* The relations that hold between two numbers, by hand: B below, S the same, A above, - none. */
static void compare_list(enum type type, const void *a, const void *b, const char *relations)
{
    static const char *const held[] = {"S", "BA-", "B", "BS", "A", "SA"};
    int count = (int)strlen(relations);
    for (size_t o = 0; o < ROWS(comparisons); o++) {
        struct kind kind = {.type = type};
        struct kernel_case c;
        case_init(&c);
        case_input(&c, kind, SHAPE(count), 0.0);
        case_input(&c, kind, SHAPE(count), 0.0);
        memcpy(c.elements[0], a, (size_t)count * type_size(type));
        memcpy(c.elements[1], b, (size_t)count * type_size(type));
        case_run(&c, comparisons[o], NULL, truth);
        for (int i = 0; i < count; i++)
            assert_int_equal(((const uint8_t *)c.result)[i], strchr(held[o], relations[i]) != NULL);
        case_release(&c);
    }
}

/* Numbers that differ in their last bit, zeros of both signs, and what is no number. */
static void nearly_equal_numbers_are_not(void **state)
{
    static const float a[] = {1.0f, 0.0f, NAN, INFINITY, -INFINITY, 0x1p-149f, 1.0f},
                       b[] = {0x1.000002p0f, -0.0f, NAN, INFINITY, INFINITY, 0.0f, NAN};
    static const int64_t x[] = {INT64_MAX, INT64_MIN, INT64_C(1) << 32},
                         y[] = {INT64_MAX - 1, INT64_MIN, 0};
    (void)state;
    compare_list(TYPE_F32, a, b, "BS-SBA-");
    compare_list(TYPE_I64, x, y, "ASA");
}

/* The reference of .tflite files compares steps of 1/256: 0.001 and 0.002 are 0.256 and 0.512 of
 * them, rounded 0 and 1; and -1/512 is half a step, which goes away from zero. */
static void scaled_numbers_compare_in_steps(void **state)
{
    static const int32_t stored[][2] = {{0, 1}, {1, 2}, {1, 0}, {2, 3}, {3, 2}};
    static const uint8_t less[] = {0, 1, 0, 0, 0};
    (void)state;
    struct kernel_case c;
    case_init(&c);
    case_input(&c, (struct kind)I8(0.001f, 0), SHAPE(5), 0.0);
    case_input(&c, (struct kind)I8(0.001f, 0), SHAPE(5), 0.0);
    for (size_t i = 0; i < 5; i++)
        for (int o = 0; o < 2; o++)
            case_store(&c, o, i, stored[i][o]);
    case_run(&c, OP_LESS, NULL, truth);
    harness_equal(TYPE_BOOL, c.result, less, 5);
    case_release(&c);
}

static void logic_follows_its_table(void **state)
{
    static const uint8_t a[] = {0, 0, 1, 1}, b[] = {0, 1, 0, 1};
    static const struct {
        enum op op;
        uint8_t results[4];
    } tables[] = {
        {OP_LOGICAL_AND, {0, 0, 0, 1}},
        {OP_LOGICAL_OR, {0, 1, 1, 1}},
        {OP_LOGICAL_NOT, {1, 1, 0, 0}},
    };
    (void)state;
    for (size_t t = 0; t < ROWS(tables); t++) {
        struct kernel_case c;
        case_init(&c);
        case_input(&c, truth, SHAPE(2, 2), 0.0);
        memcpy(c.elements[0], a, sizeof(a));
        if (tables[t].op != OP_LOGICAL_NOT) {
            case_input(&c, truth, SHAPE(1, 2, 2), 0.0);
            memcpy(c.elements[1], b, sizeof(b));
        }
        case_run(&c, tables[t].op, NULL, truth);
        harness_equal(TYPE_BOOL, c.result, tables[t].results, 4);
        case_release(&c);
    }
}

static void wrong_nodes_are_refused(void **state)
{
    static const struct refusal rows[] = {
        {OP_EQUAL, {I8(1, 0), U8(1, 0)}, BOOLEAN, {{0}}, "expected one type"},
        {OP_LESS, {F32, PLAIN(TYPE_I64)}, BOOLEAN, {{0}}, "expected one type"},
        {OP_LESS, {I8(1, 0), PLAIN(TYPE_I8)}, BOOLEAN, {{0}}, "right operand"},
        {OP_LOGICAL_AND, {BOOLEAN, U8(1, 0)}, BOOLEAN, {{0}}, "expected one type"},
    };
    (void)state;
    cases_refused(rows, ROWS(rows));
}

static void every_row_was_reached(void **state)
{
    static const enum op logic[] = {OP_LOGICAL_AND, OP_LOGICAL_OR, OP_LOGICAL_NOT};
    (void)state;
    cases_reached(comparisons, ROWS(comparisons));
    cases_reached(logic, ROWS(logic));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_compare_as_they_are),
        cmocka_unit_test(nearly_equal_numbers_are_not),
        cmocka_unit_test(scaled_numbers_compare_in_steps),
        cmocka_unit_test(logic_follows_its_table),
        cmocka_unit_test(wrong_nodes_are_refused),
        cmocka_unit_test(every_row_was_reached),
    };
    case_random.state = 17;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
