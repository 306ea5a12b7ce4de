/* Weights beside the grid that a mode put them on, with figures worked out by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/half.h"
#include "near.h"
#include "node_harness.h"
#include "quantize/weight_grid.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct tensor of_type(enum type type, struct shape shape, const void *elements)
{
    return (struct tensor){.name = "w", .type = type, .shape = shape, .data = elements};
}

static size_t sum_of(const struct spread *spread)
{
    size_t sum = spread->below + spread->above;
    for (size_t i = 0; i < SPREAD_BINS; i++)
        sum += spread->bins[i];
    return sum;
}

/* Bins are a quarter wide. */
static void values_are_counted_where_they_lie(void **state)
{
    static const float values[] = {-4.0f, -3.75f, -3.76f, 0.0f, 3.99f, 4.0f, 4.01f, -9.0f, NAN};
    struct spread spread = {.low = -4.0, .high = 4.0};
    (void)state;
    spread_add(&spread, values, COUNT(values));
    assert_int_equal(spread.bins[0], 2);
    assert_int_equal(spread.bins[1], 1);
    assert_int_equal(spread.bins[16], 1);
    assert_int_equal(spread.bins[31], 2); /* 4 itself is among them */
    assert_int_equal(spread.above, 1);
    assert_int_equal(spread.below, 1);
    assert_int_equal(sum_of(&spread), COUNT(values) - 1);
}

static void one_value_is_in_the_first_bin(void **state)
{
    static const float values[] = {0.5f, 0.5f, 0.25f};
    struct spread spread = {.low = 0.5, .high = 0.5};
    (void)state;
    spread_add(&spread, values, COUNT(values));
    assert_int_equal(spread.bins[0], 2);
    assert_int_equal(spread.below, 1);
}

/* One channel needs a scale a hundred times as large as the other, which gets three levels of it:
 * of 0.4, -0.6 and 1.2 remain 0, -1 and 1, an error of 0.16 + 0.16 + 0.04 in a signal of 1.96. */
static void an_outlier_makes_one_scale_too_coarse(void **state)
{
    static const float real[] = {0.4f, -0.6f, 1.2f, 0.0f, 127.0f, -20.0f, 30.0f, 0.25f};
    static const int8_t stored[] = {0, -1, 1, 0, 127, -20, 30, 0};
    static const float scale[] = {1.0f};
    static const int32_t zero[] = {0};
    struct tensor made = of_type(TYPE_I8, SHAPE(2, 4), stored);
    const struct tensor fp32 = of_type(TYPE_F32, SHAPE(2, 4), real);
    struct weight_grid grid;
    (void)state;
    made.quant = (struct quantization){.count = 1, .scale = scale, .zero_point = zero};
    assert_true(weight_grid_compare(&fp32, &made, 0, &grid));
    assert_int_equal(grid.bits, 8);
    assert_int_equal(grid.channels, 2);
    assert_int_equal(grid.scales, 1);
    near((double)grid.scale_low, 1.0, 0.0);
    near((double)grid.scale_high, 1.0, 0.0);
    assert_int_equal(grid.levels, 255); /* nothing is -128 */
    assert_int_equal(grid.used, 6);     /* -20, -1, 0, 1, 30, 127 */
    near(grid.reached, 148.0 / 255.0, 1e-12);
    assert_int_equal(grid.zeroed, 2); /* 0.4 and 0.25, not 0 itself */
    assert_int_equal(grid.others, 7);
    near(grid.spread.low, -20.0, 0.0);
    near(grid.spread.high, 127.0, 0.0);
    assert_int_equal(sum_of(&grid.spread), 8);
    assert_int_equal(grid.worst.number, 0);
    assert_int_equal(grid.worst.reach, 1);
    near(tensor_error_sqnr(&grid.worst.error), 10.0 * log10(1.96 / 0.36), 1e-5);
    near((double)grid.worst.most, 1.2, 1e-6);
    near((double)grid.worst.scale, 1.0, 0.0);
    assert_int_equal(grid.worst.zeroed, 1);
    assert_int_equal(grid.worst.others, 3);
}

/* The channels of depthwise filters are the last dimension. */
static void scales_belong_to_channels(void **state)
{
    static const float real[] = {0.1f, 10.0f, 30.0f, -0.2f, -20.0f, 7.0f};
    static const int8_t stored[] = {64, 63, 127, -127, -127, 29};
    static const float scale[] = {0.2f / 127.0f, 20.0f / 127.0f, 30.0f / 127.0f};
    static const int32_t zero[] = {0, 0, 0};
    struct tensor made = of_type(TYPE_I8, SHAPE(1, 2, 1, 3), stored);
    const struct tensor fp32 = of_type(TYPE_F32, SHAPE(1, 2, 1, 3), real);
    struct weight_grid grid;
    (void)state;
    made.quant = (struct quantization){.count = 3, .axis = 3, .scale = scale, .zero_point = zero};
    assert_true(weight_grid_compare(&fp32, &made, 3, &grid));
    assert_int_equal(grid.scales, 3);
    near((double)grid.scale_low, 0.2 / 127.0, 1e-8);
    near((double)grid.scale_median, 20.0 / 127.0, 1e-6);
    near((double)grid.scale_high, 30.0 / 127.0, 1e-6);
    assert_int_equal(grid.used, 5);                                    /* -127 twice */
    near(grid.reached, (192.0 + 191.0 + 99.0) / (3.0 * 255.0), 1e-12); /* of each channel */
    assert_int_equal(grid.worst.number, 2); /* 7 became 6.85, among larger steps */
    assert_int_equal(grid.worst.reach, 127);
    near((double)grid.worst.scale, 30.0 / 127.0, 1e-6);
}

/* int4 in blocks of two: a channel has several scales, of which it tells the largest. */
static void blocks_have_scales_of_their_own(void **state)
{
    static const float real[] = {0.7f, -0.7f, 70.0f, 35.0f, 0.01f, 0.0f, 7.0f, -7.0f};
    static const int8_t stored[] = {7, -7, 7, 4, 0, 0, 7, -7};
    static const float scale[] = {0.1f, 10.0f, 0.1f, 1.0f};
    static const int32_t zero[] = {0, 0, 0, 0};
    struct tensor made = of_type(TYPE_I8, SHAPE(2, 4), stored);
    const struct tensor fp32 = of_type(TYPE_F32, SHAPE(2, 4), real);
    struct weight_grid grid;
    (void)state;
    made.bits = 4;
    made.quant = (struct quantization){
        .count = 4, .axis = 1, .block = 2, .scale = scale, .zero_point = zero};
    assert_true(weight_grid_compare(&fp32, &made, 0, &grid));
    assert_int_equal(grid.bits, 4);
    assert_int_equal(grid.levels, 15);
    assert_int_equal(grid.used, 4); /* -7, 0, 4, 7 */
    assert_int_equal(grid.scales, 4);
    near((double)grid.scale_median, 0.1, 1e-7); /* the lower one of 0.1, 0.1, 1, 10 */
    near(grid.reached, (15.0 + 4.0 + 1.0 + 15.0) / 60.0, 1e-12);
    assert_int_equal(grid.zeroed, 1);
    assert_int_equal(grid.worst.number, 0); /* 35 became 40 */
    near((double)grid.worst.scale, 10.0, 0.0);
    near(grid.worst.error.noise, 25.0, 1e-4);
}

/* The lowest number counts where it is used. */
static void the_lowest_number_is_a_level(void **state)
{
    static const float real[] = {-8.0f, 7.0f};
    static const int8_t stored[] = {-8, 7};
    static const float scale[] = {1.0f};
    static const int32_t zero[] = {0};
    struct tensor made = of_type(TYPE_I8, SHAPE(1, 2), stored);
    const struct tensor fp32 = of_type(TYPE_F32, SHAPE(1, 2), real);
    struct weight_grid grid;
    (void)state;
    made.bits = 4;
    made.quant = (struct quantization){.count = 1, .scale = scale, .zero_point = zero};
    assert_true(weight_grid_compare(&fp32, &made, 0, &grid));
    assert_int_equal(grid.levels, 16);
    near(grid.reached, 1.0, 0.0);
    assert_int_equal(grid.worst.number, -1); /* there is no error */
}

static void floating_point_has_no_even_grid(void **state)
{
    static const float real[] = {1.0f, 1e-9f, 0.1f};
    const uint16_t stored[] = {half_from_float(real[0]), half_from_float(real[1]),
                               half_from_float(real[2])};
    const struct tensor made = of_type(TYPE_F16, SHAPE(3, 1), stored);
    const struct tensor fp32 = of_type(TYPE_F32, SHAPE(3, 1), real);
    struct weight_grid grid;
    (void)state;
    assert_true(weight_grid_compare(&fp32, &made, 0, &grid));
    assert_int_equal(grid.bits, 16);
    assert_int_equal(grid.scales, 0);
    assert_int_equal(grid.zeroed, 1); /* too small for a half */
    assert_int_equal(grid.worst.number, 1);
    near(tensor_error_sqnr(&grid.worst.error), 0.0, 1e-12);
}

static void what_cannot_be_compared_is_refused(void **state)
{
    static const float real[] = {1.0f, 2.0f}, broken[] = {1.0f, INFINITY};
    static const int8_t stored[] = {1, 2};
    static const float scale[] = {1.0f};
    static const int32_t zero[] = {0}, other[] = {3};
    struct tensor made = of_type(TYPE_I8, SHAPE(2, 1), stored);
    const struct tensor fp32 = of_type(TYPE_F32, SHAPE(2, 1), real);
    const struct tensor infinite = of_type(TYPE_F32, SHAPE(2, 1), broken);
    struct weight_grid grid;
    (void)state;
    assert_false(weight_grid_compare(&fp32, &made, 0, &grid)); /* no scale */
    assert_false(weight_grid_compare(&fp32, &fp32, 0, &grid)); /* the same as before */
    made.quant = (struct quantization){.count = 1, .scale = scale, .zero_point = other};
    assert_false(weight_grid_compare(&fp32, &made, 0, &grid));
    made.quant.zero_point = zero;
    assert_true(weight_grid_compare(&fp32, &made, 0, &grid));
    assert_false(weight_grid_compare(&infinite, &made, 0, &grid));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_counted_where_they_lie),
        cmocka_unit_test(one_value_is_in_the_first_bin),
        cmocka_unit_test(an_outlier_makes_one_scale_too_coarse),
        cmocka_unit_test(scales_belong_to_channels),
        cmocka_unit_test(blocks_have_scales_of_their_own),
        cmocka_unit_test(the_lowest_number_is_a_level),
        cmocka_unit_test(floating_point_has_no_even_grid),
        cmocka_unit_test(what_cannot_be_compared_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
