/* How far a layer's values are from those of fp32: each measure with figures worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "measure/tensor_error.h"
#include "near.h"

/* Differences 0.5, 0, -2 and 1: their squares add up to 5.25, those of fp32 to 30. */
static void measures_follow_from_the_sums(void **state)
{
    static const float reference[] = {1.0f, -2.0f, 3.0f, -4.0f};
    static const float own[] = {1.5f, -2.0f, 1.0f, -3.0f};
    struct tensor_error error = {0};
    (void)state;
    tensor_error_add(&error, own, reference, 4);
    assert_int_equal(error.count, 4);
    near(error.noise, 5.25, 0.0);
    near(error.signal, 30.0, 0.0);
    near(tensor_error_sqnr(&error), 7.569619513137056, 1e-12);    /* 10 log10(30 / 5.25) */
    near(tensor_error_rmse(&error), 1.14564392373896, 1e-12);     /* sqrt(5.25 / 4) */
    near(tensor_error_cosine(&error), 0.9284671679985685, 1e-12); /* 20.5 / sqrt(30 * 16.25) */
}

static void stretches_add_up(void **state)
{
    static const float reference[] = {1.0f, -2.0f, 3.0f, -4.0f};
    static const float own[] = {1.5f, -2.0f, 1.0f, -3.0f};
    struct tensor_error whole = {0}, parts = {0};
    (void)state;
    tensor_error_add(&whole, own, reference, 4);
    tensor_error_add(&parts, own, reference, 1);
    tensor_error_add(&parts, own + 1, reference + 1, 3);
    assert_memory_equal(&whole, &parts, sizeof(whole));
}

static void equal_and_silent_values_have_figures_of_their_own(void **state)
{
    static const float zeros[] = {0.0f, 0.0f}, ones[] = {1.0f, -1.0f};
    struct tensor_error same = {0}, silent = {0}, none = {0};
    (void)state;
    tensor_error_add(&same, ones, ones, 2);
    tensor_error_add(&silent, zeros, zeros, 2);
    assert_true(isinf(tensor_error_sqnr(&same)) && tensor_error_sqnr(&same) > 0.0);
    near(tensor_error_cosine(&same), 1.0, 1e-15);
    near(tensor_error_rmse(&same), 0.0, 0.0);
    assert_true(isnan(tensor_error_sqnr(&silent)) && isnan(tensor_error_cosine(&silent)));
    assert_true(isnan(tensor_error_rmse(&none)));
}

/* Values that fall anywhere between steps: the root of 1/12 of a step, 0.2887. */
static void rounding_alone_is_0289_of_a_step(void **state)
{
    enum { COUNT = 100000 };
    const float step = 0.05f;
    struct random random = {3};
    struct tensor_error error = {0};
    (void)state;
    for (int i = 0; i < COUNT; i++) {
        float value = (float)(random_unit(&random) * 20.0 - 10.0);
        float rounded = step * roundf(value / step);
        tensor_error_add(&error, &rounded, &value, 1);
    }
    near(tensor_error_rmse(&error) / (double)step, 0.28867513459481287, 0.002);
}

/* Steps of 0.5 from -1 to 2: 2.25 still rounds to 2, 2.26 is beyond by more than half a step. */
static void values_beyond_half_a_step_are_clipped(void **state)
{
    static const float values[] = {-1.26f, -1.25f, -1.0f, 0.0f, 2.0f, 2.25f, 2.26f, 100.0f};
    struct value_range range = {0};
    (void)state;
    value_range_add(&range, values, 3, -1.0f, 2.0f, 0.5f);
    value_range_add(&range, values + 3, 5, -1.0f, 2.0f, 0.5f);
    assert_int_equal(range.count, 8);
    assert_int_equal(range.clipped, 3);
    near((double)range.low, (double)-1.26f, 0.0);
    near((double)range.high, 100.0, 0.0);
}

static void nothing_is_clipped_where_everything_is_held(void **state)
{
    static const float values[] = {-3e38f, 3e38f};
    struct value_range range = {0};
    (void)state;
    value_range_add(&range, values, 2, -INFINITY, INFINITY, 0.0f);
    assert_int_equal(range.clipped, 0);
    near((double)range.high, (double)3e38f, 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_follow_from_the_sums),
        cmocka_unit_test(stretches_add_up),
        cmocka_unit_test(equal_and_silent_values_have_figures_of_their_own),
        cmocka_unit_test(rounding_alone_is_0289_of_a_step),
        cmocka_unit_test(values_beyond_half_a_step_are_clipped),
        cmocka_unit_test(nothing_is_clipped_where_everything_is_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
