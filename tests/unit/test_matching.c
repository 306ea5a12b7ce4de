/* Partners of inputs whose products are added in 16 bits: every input has its place, and no pair
 * leaves int16, whatever the weights are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "kernels/common/matching.h"

#define INPUTS_MAX 200

struct case_ {
    int8_t elements[MATCHING_COLUMNS][INPUTS_MAX];
    struct matching_weights weights;
    int inputs;
    struct matched_step steps[INPUTS_MAX];
    size_t count;
};

static int weight_at(const struct case_ *c, int column, int input)
{
    return (int8_t)(c->elements[column][input] ^ c->weights.turned);
}

/* Whether the sum of two products fits, for each of the values that an unsigned byte has: it grows
 * or falls with both. */
static bool fits_at_ends(int a, int b)
{
    for (int ends = 0; ends < 4; ends++) {
        int sum = (ends & 1 ? 255 : 0) * a + (ends & 2 ? 255 : 0) * b;
        if (sum < INT16_MIN || sum > INT16_MAX)
            return false;
    }
    return true;
}

static bool fits_everywhere(int a, int b)
{
    for (int x = 0; x < 256; x++)
        for (int y = 0; y < 256; y++)
            if (x * a + y * b < INT16_MIN || x * a + y * b > INT16_MAX)
                return false;
    return true;
}

/* Notes that an input has a place. */
static int place(const struct case_ *c, const struct matched_step *step, int i, bool *is_placed)
{
    if (step->inputs[i] == MATCHING_NONE)
        return -1;
    int input = step->first + step->inputs[i];
    assert_in_range(step->inputs[i], 0, MATCHING_WINDOW - 1);
    assert_in_range(input, 0, c->inputs - 1);
    assert_false(is_placed[input]);
    is_placed[input] = true;
    return input;
}

static void check_pair(const struct case_ *c, int a, int b)
{
    for (int column = 0; a >= 0 && b >= 0 && column < c->weights.columns; column++)
        if (!fits_at_ends(weight_at(c, column, a), weight_at(c, column, b)))
            fail_msg("inputs %d and %d, column %d: weights %d and %d", a, b, column,
                     weight_at(c, column, a), weight_at(c, column, b));
}

static void find(struct case_ *c, int columns, int inputs, int8_t turned)
{
    bool is_placed[INPUTS_MAX] = {false};
    c->weights = (struct matching_weights){c->elements[0], INPUTS_MAX, columns, turned};
    c->inputs = inputs;
    c->count = matching_find(&c->weights, inputs, c->steps);
    assert_in_range(c->count, (inputs + 3) / 4, inputs);
    for (size_t k = 0; k < c->count; k++)
        for (int i = 0; i < 4; i += 2) {
            int a = place(c, &c->steps[k], i, is_placed);
            check_pair(c, a, place(c, &c->steps[k], i + 1, is_placed));
        }
    for (int i = 0; i < inputs; i++)
        assert_true(is_placed[i]);
}

/* The same weight of an input in all columns. */
static void set_input(struct case_ *c, int input, int8_t weight)
{
    for (int column = 0; column < MATCHING_COLUMNS; column++)
        c->elements[column][input] = weight;
}

static void bound_is_that_of_int16(void **state)
{
    (void)state;
    for (int a = INT8_MIN; a <= INT8_MAX; a++)
        for (int b = INT8_MIN; b <= INT8_MAX; b++) {
            int above = (a > 0 ? a : 0) + (b > 0 ? b : 0),
                below = (a < 0 ? a : 0) + (b < 0 ? b : 0);
            assert_int_equal(above <= MATCHING_BOUND && below >= -MATCHING_BOUND,
                             fits_at_ends(a, b));
        }
    for (int a = INT8_MIN; a <= INT8_MAX; a += 15)
        for (int b = INT8_MIN; b <= INT8_MAX; b++)
            assert_int_equal(fits_at_ends(a, b), fits_everywhere(a, b));
}

/* Of two inputs, every pair of weights: they are partners exactly where their products fit. */
static void partners_are_all_that_fit(void **state)
{
    (void)state;
    static struct case_ c;
    for (int a = INT8_MIN; a <= INT8_MAX; a++)
        for (int b = INT8_MIN; b <= INT8_MAX; b++) {
            int column = (a ^ b) & (MATCHING_COLUMNS - 1);
            c.elements[column][0] = (int8_t)a;
            c.elements[column][1] = (int8_t)b;
            find(&c, MATCHING_COLUMNS, 2, 0);
            assert_int_equal(c.steps[0].inputs[1] == 1, fits_at_ends(a, b));
            c.elements[column][0] = c.elements[column][1] = 0;
        }
}

static void random_weights_have_their_places(void **state)
{
    (void)state;
    static struct case_ c;
    struct random random = {.state = 7};
    for (int i = 0; i < 3000; i++) {
        size_t spread = 1 + random_below(&random, 128);
        for (int k = 0; k < MATCHING_COLUMNS * INPUTS_MAX; k++)
            c.elements[k / INPUTS_MAX][k % INPUTS_MAX] =
                (int8_t)((int)random_below(&random, 2 * spread) - (int)spread);
        find(&c, 1 + (int)random_below(&random, MATCHING_COLUMNS),
             1 + (int)random_below(&random, i % 2 ? INPUTS_MAX : 20), i % 3 ? 0 : INT8_MIN);
    }
}

static void small_weights_waste_nothing(void **state)
{
    (void)state;
    static struct case_ c;
    memset(c.elements, 64, sizeof(c.elements));
    for (int inputs = 1; inputs <= INPUTS_MAX; inputs++) {
        find(&c, MATCHING_COLUMNS, inputs, 0);
        assert_int_equal(c.count, (inputs + 3) / 4);
    }
}

static void large_weights_stay_alone(void **state)
{
    (void)state;
    static const int8_t ends[] = {127, 65, -65, -127, -128};
    static struct case_ c;
    for (size_t e = 0; e < sizeof(ends); e++) {
        memset(c.elements, ends[e], sizeof(c.elements));
        for (int inputs = 1; inputs <= 40; inputs++) {
            find(&c, 1 + inputs % MATCHING_COLUMNS, inputs, 0);
            for (size_t k = 0; k < c.count; k++)
                assert_true(c.steps[k].inputs[1] == MATCHING_NONE &&
                            c.steps[k].inputs[3] == MATCHING_NONE);
        }
    }
}

/* Extremes of different signs are always safe. */
static void signs_find_each_other(void **state)
{
    (void)state;
    static struct case_ c;
    for (int i = 0; i < 64; i++)
        set_input(&c, i, i / 8 % 2 ? 127 : -128);
    find(&c, MATCHING_COLUMNS, 64, 0);
    assert_int_equal(c.count, 64 / 4);
}

/* 0 and 1 would take each other, but 2 has no other partner than 0, and 3 none but 1. */
static void pairs_part_for_others(void **state)
{
    (void)state;
    static const int strangers[][2] = {{0, 3}, {1, 2}, {2, 3}};
    static struct case_ c;
    for (int column = 0; column < 3; column++)
        c.elements[column][strangers[column][0]] = c.elements[column][strangers[column][1]] = 127;
    find(&c, 3, 4, 0);
    assert_int_equal(c.count, 1);
    for (int i = 0; i < 4; i++)
        assert_int_not_equal(c.steps[0].inputs[i], MATCHING_NONE);
}

/* Two large ones at the end of the first window are partners of the first in the next. */
static void inputs_wait_for_the_next_window(void **state)
{
    (void)state;
    static struct case_ c;
    for (int i = 0; i < 32; i++)
        set_input(&c, i, i == 14 || i == 15 ? 127 : i < 16 ? 2 : 1);
    find(&c, MATCHING_COLUMNS, 32, 0);
    assert_int_equal(c.count, 32 / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bound_is_that_of_int16),
        cmocka_unit_test(partners_are_all_that_fit),
        cmocka_unit_test(random_weights_have_their_places),
        cmocka_unit_test(small_weights_waste_nothing),
        cmocka_unit_test(large_weights_stay_alone),
        cmocka_unit_test(signs_find_each_other),
        cmocka_unit_test(pairs_part_for_others),
        cmocka_unit_test(inputs_wait_for_the_next_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
