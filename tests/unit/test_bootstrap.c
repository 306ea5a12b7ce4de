/* Intervals by the bootstrap: of means, and of areas under the ROC curve. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "interval_harness.h"
#include "measure/bootstrap.h"
#include "near.h"

static double normal_probability(double z)
{
    return 0.5 * erfc(-z / M_SQRT2);
}

static double normal_quantile(double p)
{
    double low = -10.0, high = 10.0;
    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2.0;
        if (normal_probability(middle) < p)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Replicates that are normal around a shifted mean have limits that follow from the definition. */
static void bca_limits_follow_from_their_definition(void **state)
{
    enum { REPLICATES = 4000 };
    static double replicates[REPLICATES];
    const struct {
        double bias, acceleration;
    } cases[] = {{0.0, 0.0}, {0.3, 0.0}, {-0.2, 0.0}, {0.0, 0.05}, {0.1, -0.04}};
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        double bias = cases[i].bias, a = cases[i].acceleration;
        for (int k = 0; k < REPLICATES; k++)
            replicates[k] = normal_quantile((k + 0.5) / REPLICATES) - bias;
        struct interval interval = bootstrap_interval(0.0, replicates, REPLICATES, a);
        near(interval.low, bias + (bias - Z) / (1.0 - a * (bias - Z)) - bias, 0.01);
        near(interval.high, bias + (bias + Z) / (1.0 - a * (bias + Z)) - bias, 0.01);
    }
}

static void replicates_on_one_side_still_give_an_interval(void **state)
{
    double replicates[] = {1.0, 2.0, 3.0, 4.0, 5.0};
    (void)state;
    check_sound(bootstrap_interval(0.0, replicates, 5, 0.1));
    check_sound(bootstrap_interval(9.0, replicates, 5, -0.1));
    check_sound(bootstrap_interval(9.0, replicates, 5, 10.0));
    check_sound(bootstrap_interval(0.0, replicates, 1, 0.0));
}

static void acceleration_is_a_sixth_of_the_skewness(void **state)
{
    const double skewed[] = {0.0, 0.0, 0.0, 4.0}, even[] = {-1.0, 0.0, 1.0}, equal[] = {3.0, 3.0};
    (void)state;
    /* Deviations -1, -1, -1, 3: cubes sum to 24, squares to 12. */
    near(bootstrap_acceleration(skewed, 4), 24.0 / (6.0 * pow(12.0, 1.5)), 1e-15);
    near(bootstrap_acceleration(even, 3), 0.0, 1e-15);
    near(bootstrap_acceleration(equal, 2), 0.0, 0.0);
    const double huge[] = {0.0, 0.0, 0.0, 4e200};
    near(bootstrap_acceleration(huge, 4), 24.0 / (6.0 * pow(12.0, 1.5)), 1e-15);
}

static void fill_exponential(struct random *random, double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = -log(1.0 - random_unit(random));
}

static void bootstrap_intervals_of_skewed_means_cover(void **state)
{
    struct random random = {6};
    double values[200];
    int covered = 0, trials = 1000;
    (void)state;
    for (int t = 0; t < trials; t++) {
        fill_exponential(&random, values, LENGTH(values));
        covered += covers(stats_mean(values, LENGTH(values), 500, (uint64_t)t), 1.0);
    }
    assert_in_range(covered, trials * 93 / 100, trials * 98 / 100);
}

static void bootstrap_of_many_values_is_normal_theory(void **state)
{
    static double values[4000];
    struct random random = {7};
    double sum = 0.0, squares = 0.0, n = LENGTH(values);
    (void)state;
    for (size_t i = 0; i < LENGTH(values); i++) {
        values[i] = 5.0 + 2.0 * normal(&random);
        sum += values[i];
        squares += values[i] * values[i];
    }
    double half = Z * sqrt((squares / n - sum / n * (sum / n)) / n);
    struct interval interval = stats_mean(values, LENGTH(values), 2000, 1);
    assert_true(interval.bounded);
    near(interval.estimate, sum / n, 1e-12);
    near(interval.high - interval.estimate, half, 0.1 * half);
    near(interval.estimate - interval.low, half, 0.1 * half);
}

static void bootstrap_results_repeat_with_their_seed(void **state)
{
    struct random random = {8};
    double values[40], moved[40];
    (void)state;
    fill_exponential(&random, values, LENGTH(values));
    for (size_t i = 0; i < LENGTH(values); i++)
        moved[i] = 10.0 + 4.0 * values[i];
    struct interval one = stats_mean(values, 40, 400, 9), again = stats_mean(values, 40, 400, 9),
                    other = stats_mean(values, 40, 400, 10),
                    shifted = stats_mean(moved, 40, 400, 9);
    assert_memory_equal(&one.low, &again.low, sizeof(double));
    assert_memory_equal(&one.high, &again.high, sizeof(double));
    assert_true(fabs(one.low - other.low) > 0.0);
    near(shifted.low, 10.0 + 4.0 * one.low, 1e-12);
    near(shifted.high, 10.0 + 4.0 * one.high, 1e-12);
    /* A long tail to the right makes the upper part the longer one. */
    assert_true(one.high - one.estimate > one.estimate - one.low);
}

static void differences_of_means_are_paired(void **state)
{
    struct random random = {11};
    double first[60], second[60];
    (void)state;
    for (size_t i = 0; i < 60; i++) {
        second[i] = 100.0 * normal(&random);
        first[i] = second[i] + 1.0 + 0.1 * normal(&random);
    }
    struct interval interval = stats_mean_difference(first, second, 60, 500, 1);
    near(interval.estimate, 1.0, 0.05);
    near(interval.high - interval.low, 2.0 * Z * 0.1 / sqrt(60.0), 0.02);
    struct interval same = stats_mean_difference(first, first, 60, 500, 1);
    assert_true(same.bounded);
    near(same.low, 0.0, 0.0);
    near(same.high, 0.0, 0.0);
}

static void means_of_too_little_have_no_interval(void **state)
{
    double values[40], strange[40];
    (void)state;
    for (size_t i = 0; i < 40; i++)
        values[i] = strange[i] = 2.5;
    strange[17] = NAN;
    struct interval equal = stats_mean(values, 40, 100, 1);
    near(equal.estimate, 2.5, 0.0);
    assert_false(equal.bounded);
    values[3] = 3.0;
    assert_true(stats_mean(values, 40, 100, 1).bounded);
    assert_false(stats_mean(values, 5, 100, 1).bounded);
    assert_false(stats_mean(values, 40, 0, 1).bounded);
    assert_true(isnan(stats_mean(values, 0, 100, 1).estimate));
    assert_true(isnan(stats_mean_difference(values, values, 0, 100, 1).estimate));
    check_sound(stats_mean(strange, 40, 100, 1));
    strange[17] = INFINITY;
    check_sound(stats_mean(strange, 40, 100, 1));
    assert_true(isnan(stats_mean_difference(strange, strange, 40, 100, 1).estimate));
}

/* Area under the ROC curve */

/* The definition, pair by pair. */
static double auc_by_pairs(const double *scores, const bool *positive, size_t count)
{
    double wins = 0.0, pairs = 0.0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            if (positive[i] && !positive[j]) {
                wins += scores[i] > scores[j] ? 1.0 : scores[i] < scores[j] ? 0.0 : 0.5;
                pairs += 1.0;
            }
    return wins / pairs;
}

struct detector {
    double first[80], second[80], mapped[80];
    bool positive[80], negative[80];
};

/* Scores on a coarse grid, so that many tie. */
static void detector_init(struct detector *detector, uint64_t seed)
{
    struct random random = {seed};
    for (size_t i = 0; i < 80; i++) {
        detector->positive[i] = i % 3 == 0;
        detector->negative[i] = i % 3 != 0;
        detector->first[i] = round(2.0 * (normal(&random) + detector->positive[i])) / 2.0;
        detector->second[i] = round(2.0 * (normal(&random) + 0.4 * detector->positive[i])) / 2.0;
        detector->mapped[i] = exp(detector->first[i]);
    }
}

static void auc_counts_pairs_with_half_ties(void **state)
{
    const double scores[] = {0.1, 0.4, 0.35, 0.8}, tied[] = {1.0, 1.0, 1.0, 1.0};
    const bool positive[] = {false, false, true, true};
    struct detector d;
    (void)state;
    near(stats_auc(scores, positive, 4), 0.75, 1e-15);
    near(stats_auc(tied, positive, 4), 0.5, 1e-15);
    detector_init(&d, 21);
    near(stats_auc(d.first, d.positive, 80), auc_by_pairs(d.first, d.positive, 80), 1e-14);
    near(stats_auc(d.mapped, d.positive, 80), stats_auc(d.first, d.positive, 80), 0.0);
    near(stats_auc(d.first, d.negative, 80), 1.0 - stats_auc(d.first, d.positive, 80), 1e-14);
}

/* The whole method once more in the plainest way, over the same random numbers. */
static struct interval plain_auc_bootstrap(const struct detector *d, bool difference,
                                           size_t resamples, uint64_t seed)
{
    struct random random = {seed};
    double replicates[400], influence[80];
    for (size_t r = 0; r < resamples; r++) {
        double first[80], second[80];
        bool positive[80];
        for (size_t i = 0; i < 80; i++) {
            size_t item = random_below(&random, 80);
            first[i] = d->first[item];
            second[i] = d->second[item];
            positive[i] = d->positive[item];
        }
        replicates[r] = auc_by_pairs(first, positive, 80) -
                        (difference ? auc_by_pairs(second, positive, 80) : 0.0);
    }
    for (size_t left_out = 0; left_out < 80; left_out++) {
        struct detector rest = *d;
        rest.first[left_out] = rest.first[79];
        rest.second[left_out] = rest.second[79];
        rest.positive[left_out] = rest.positive[79];
        influence[left_out] = -auc_by_pairs(rest.first, rest.positive, 79);
        if (difference)
            influence[left_out] += auc_by_pairs(rest.second, rest.positive, 79);
    }
    double estimate = auc_by_pairs(d->first, d->positive, 80) -
                      (difference ? auc_by_pairs(d->second, d->positive, 80) : 0.0);
    return bootstrap_interval(estimate, replicates, resamples,
                              bootstrap_acceleration(influence, 80));
}

static void auc_intervals_agree_with_the_plain_method(void **state)
{
    struct detector d;
    (void)state;
    for (uint64_t seed = 31; seed < 34; seed++) {
        detector_init(&d, seed);
        struct interval fast[] = {
            stats_auc_interval(d.first, d.positive, 80, 300, seed),
            stats_auc_difference(d.first, d.second, d.positive, 80, 300, seed)};
        for (int difference = 0; difference < 2; difference++) {
            struct interval plain = plain_auc_bootstrap(&d, difference, 300, seed);
            assert_true(fast[difference].bounded);
            near(fast[difference].estimate, plain.estimate, 1e-13);
            near(fast[difference].low, plain.low, 1e-12);
            near(fast[difference].high, plain.high, 1e-12);
        }
    }
}

static void auc_intervals_cover(void **state)
{
    struct random random = {12};
    double truth = normal_probability(1.0 / M_SQRT2), scores[150];
    bool positive[150];
    int covered = 0, trials = 400;
    (void)state;
    for (int t = 0; t < trials; t++) {
        for (size_t i = 0; i < 150; i++) {
            positive[i] = i % 3 == 0;
            scores[i] = normal(&random) + positive[i];
        }
        covered += covers(stats_auc_interval(scores, positive, 150, 400, (uint64_t)t), truth);
    }
    assert_in_range(covered, trials * 93 / 100, trials * 98 / 100);
}

static void an_auc_that_cannot_be_had_is_nan(void **state)
{
    struct detector d;
    bool nobody[80] = {false};
    (void)state;
    detector_init(&d, 41);
    assert_true(isnan(stats_auc(d.first, nobody, 80)));
    assert_true(isnan(stats_auc(d.first, d.positive, 0)));
    assert_true(isnan(stats_auc_interval(d.first, nobody, 80, 100, 1).estimate));
    assert_true(isnan(stats_auc_interval(d.first, d.positive, 0, 100, 1).estimate));
    d.first[5] = NAN;
    assert_true(isnan(stats_auc(d.first, d.positive, 80)));
    check_sound(stats_auc_interval(d.first, d.positive, 80, 100, 1));
    check_sound(stats_auc_difference(d.second, d.first, d.positive, 80, 100, 1));
}

static void auc_without_spread_or_with_few_items_is_an_estimate_only(void **state)
{
    struct detector d;
    (void)state;
    detector_init(&d, 42);
    struct interval few = stats_auc_interval(d.first, d.positive, 30, 100, 1);
    assert_true(isfinite(few.estimate));
    assert_false(few.bounded);
    for (size_t i = 0; i < 80; i++)
        d.mapped[i] = d.positive[i];
    struct interval parted = stats_auc_interval(d.mapped, d.positive, 80, 100, 1);
    near(parted.estimate, 1.0, 0.0);
    assert_false(parted.bounded);
    struct interval same = stats_auc_difference(d.first, d.first, d.positive, 80, 100, 1);
    assert_true(same.bounded);
    near(same.low, 0.0, 0.0);
    near(same.high, 0.0, 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bca_limits_follow_from_their_definition),
        cmocka_unit_test(replicates_on_one_side_still_give_an_interval),
        cmocka_unit_test(acceleration_is_a_sixth_of_the_skewness),
        cmocka_unit_test(bootstrap_intervals_of_skewed_means_cover),
        cmocka_unit_test(bootstrap_of_many_values_is_normal_theory),
        cmocka_unit_test(bootstrap_results_repeat_with_their_seed),
        cmocka_unit_test(differences_of_means_are_paired),
        cmocka_unit_test(means_of_too_little_have_no_interval),
        cmocka_unit_test(auc_counts_pairs_with_half_ties),
        cmocka_unit_test(auc_intervals_agree_with_the_plain_method),
        cmocka_unit_test(auc_intervals_cover),
        cmocka_unit_test(an_auc_that_cannot_be_had_is_nan),
        cmocka_unit_test(auc_without_spread_or_with_few_items_is_an_estimate_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
