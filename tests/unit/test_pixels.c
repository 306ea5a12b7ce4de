/* Ranges of inputs that are made of few values: they are widened where that meets the values
 * better, and only there. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "quantize/pixels.h"
#include "quantize/scale.h"

#define LEVELS 256

static double mean_square(const float *values, size_t count, struct range range)
{
    const struct scale scale = scale_for_range(TYPE_I8, range.low, range.high);
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        double steps = rint((double)values[i] / (double)scale.scale) + scale.zero_point;
        steps = fmin(fmax(steps, INT8_MIN), INT8_MAX) - scale.zero_point;
        sum += pow((double)values[i] - steps * (double)scale.scale, 2.0);
    }
    return sum / (double)count;
}

static struct range fit_to(const float *values, size_t count, struct range range)
{
    struct pixels *pixels = pixels_new();
    pixels_see(pixels, values, count);
    pixels_see(pixels, values, count);
    struct range fit = pixels_fit(pixels, range);
    pixels_free(pixels);
    return fit;
}

static void fill(float *values, float first, float step)
{
    for (int i = 0; i < LEVELS; i++)
        values[i] = first + (float)i * step;
}

/* -1 to 1: the middle lies between two pixels, so that each is half a step off. */
static void values_between_integers_get_more_room(void **state)
{
    float values[LEVELS];
    const struct range range = {-1.0f, 1.0f, true};
    (void)state;
    fill(values, -1.0f, 2.0f / 255.0f);
    struct range fit = fit_to(values, LEVELS, range);
    double before = mean_square(values, LEVELS, range), after = mean_square(values, LEVELS, fit);
    assert_true(fit.low <= -1.0f && fit.high >= 1.0f && fit.high < 17.0f / 16.0f);
    if (!(after < 0.5 * before))
        fail_msg("%g of %g", after, before);
}

static void values_that_are_met_stay(void **state)
{
    float values[LEVELS];
    const struct range range = {0.0f, 1.0f, true};
    (void)state;
    fill(values, 0.0f, 1.0f / 255.0f);
    struct range fit = fit_to(values, LEVELS, range);
    assert_true(fit.low >= 0.0f && fit.low <= 0.0f && fit.high >= 1.0f && fit.high <= 1.0f);
}

/* Noise has no values of its own, and what is not finite is none. */
static void many_values_are_no_pixels(void **state)
{
    const struct range range = {-1.0f, 1.0f, true};
    float values[8 * LEVELS], odd[] = {NAN, INFINITY, -INFINITY};
    struct pixels *pixels = pixels_new();
    (void)state;
    for (int i = 0; i < 8 * LEVELS; i++)
        values[i] = sinf((float)i);
    struct range fit = fit_to(values, 8 * LEVELS, range);
    assert_true(fit.high <= 1.0f);
    pixels_see(pixels, odd, 3);
    fit = pixels_fit(pixels, range);
    assert_true(fit.high <= 1.0f);
    pixels_free(pixels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_between_integers_get_more_room),
        cmocka_unit_test(values_that_are_met_stay),
        cmocka_unit_test(many_values_are_no_pixels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
