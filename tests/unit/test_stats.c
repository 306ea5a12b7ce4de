#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "interval_harness.h"
#include "near.h"

/* Order statistics */

static void sorting_puts_nan_last(void **state)
{
    double values[] = {3.0, NAN, -1.0, INFINITY, NAN, 0.0, -INFINITY};
    (void)state;
    stats_sort(values, LENGTH(values));
    const double expected[] = {-INFINITY, -1.0, 0.0, 3.0, INFINITY};
    assert_memory_equal(values, expected, sizeof(expected));
    assert_true(isnan(values[5]) && isnan(values[6]));
}

static void quantiles_interpolate_between_order_statistics(void **state)
{
    const double sorted[] = {1.0, 2.0, 3.0, 10.0};
    const struct {
        double p, value;
    } cases[] = {{0.0, 1.0}, {0.25, 1.75}, {0.5, 2.5}, {0.75, 4.75}, {0.9, 7.9}, {1.0, 10.0}};
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        near(stats_quantile(sorted, 4, cases[i].p), cases[i].value, 1e-12);
    near(stats_quantile(sorted, 1, 0.9), 1.0, 0.0);
    assert_true(isnan(stats_quantile(sorted, 0, 0.5)));
}

static void an_infinite_neighbour_does_not_spoil_a_quantile(void **state)
{
    const double sorted[] = {1.0, 2.0, INFINITY};
    (void)state;
    near(stats_quantile(sorted, 3, 0.5), 2.0, 0.0);
    assert_true(isinf(stats_quantile(sorted, 3, 0.75)));
}

static void the_median_of_any_order_is_the_middle(void **state)
{
    double odd[] = {5.0, 1.0, 3.0}, even[] = {4.0, 1.0, 3.0, 2.0}, one[] = {7.0};
    (void)state;
    near(stats_median(odd, 3), 3.0, 0.0);
    near(stats_median(even, 4), 2.5, 0.0);
    near(stats_median(one, 1), 7.0, 0.0);
    assert_true(isnan(stats_median(one, 0)));
}

/* Values that were cut to whole ones lie somewhere in the one above them. */
static void the_median_of_cut_values_lies_within_one(void **state)
{
    double same[] = {3, 3, 3}, apart[] = {1, 2, 2, 2}, far[] = {9, 0, 4, 4, 4, 0}, one[] = {0};
    double cut[1001];
    (void)state;
    near(stats_grouped_median(same, 3, 1.0), 3.5, 0.0);
    near(stats_grouped_median(apart, 4, 1.0), 2.0 + 1.0 / 3.0, 1e-12);
    near(stats_grouped_median(far, 6, 1.0), 4.0 + 1.0 / 3.0, 1e-12);
    near(stats_grouped_median(one, 1, 2.0), 1.0, 0.0);
    for (int i = 0; i < 1001; i++)
        cut[i] = floor(2.0 + i * 3.3e-3); /* from 2 to 5.3 */
    near(stats_grouped_median(cut, 1001, 1.0), 3.65, 0.01);
}

/* Proportions */

/* Source: R. Newcombe, 1998, Two-sided confidence intervals for the single proportion: comparison
 * of seven methods, table I, method 3. */
static void wilson_intervals_are_those_published(void **state)
{
    const struct {
        size_t k, n;
        double low, high;
    } cases[] = {{81, 263, 0.2553, 0.3662},
                 {15, 148, 0.0624, 0.1605},
                 {0, 20, 0.0, 0.1611},
                 {1, 29, 0.0061, 0.1718}};
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct interval interval = stats_proportion(cases[i].k, cases[i].n);
        near(interval.low, cases[i].low, 5e-5);
        near(interval.high, cases[i].high, 5e-5);
    }
}

/* The other route: both limits solve (k/n - p)^2 = z^2 p (1 - p) / n. */
static void wilson_limits_solve_the_score_equation(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 2000; n = n * 3 + 1)
        for (size_t k = 0; k <= n; k += n / 7 + 1) {
            struct interval interval = stats_proportion(k, n);
            const double limits[] = {interval.low, interval.high};
            check_sound(interval);
            for (int side = 0; side < 2; side++) {
                double p = limits[side], d = (double)k / (double)n - p;
                near(d * d, Z * Z * p * (1.0 - p) / (double)n, 1e-12);
            }
        }
}

static void wilson_intervals_mirror_failures(void **state)
{
    (void)state;
    for (size_t k = 0; k <= 40; k++) {
        struct interval hits = stats_proportion(k, 40), misses = stats_proportion(40 - k, 40);
        near(hits.low, 1.0 - misses.high, 1e-15);
        near(hits.high, 1.0 - misses.low, 1e-15);
    }
}

static double log_choose(size_t n, size_t k)
{
    return lgamma((double)n + 1.0) - lgamma((double)k + 1.0) - lgamma((double)(n - k) + 1.0);
}

/* Exact coverage, averaged over p. */
static void wilson_intervals_cover_95_per_cent_on_average(void **state)
{
    const size_t sizes[] = {10, 50, 300};
    (void)state;
    for (size_t s = 0; s < LENGTH(sizes); s++) {
        size_t n = sizes[s];
        double sum = 0.0;
        for (int step = 0; step < 100; step++) {
            double p = (step + 0.5) / 100.0;
            for (size_t k = 0; k <= n; k++)
                if (covers(stats_proportion(k, n), p))
                    sum += exp(log_choose(n, k) + (double)k * log(p) + (double)(n - k) * log1p(-p));
        }
        near(sum / 100.0, 0.955, 0.007);
    }
}

static void nothing_is_said_of_no_trials(void **state)
{
    struct interval interval = stats_proportion(0, 0);
    (void)state;
    assert_true(isnan(interval.estimate));
    assert_false(interval.bounded);
    assert_false(stats_paired_proportions(0, 0, 0).bounded);
}

/* Paired differences */

static double *walsh_averages(const double *d, size_t count, size_t *averages)
{
    double *list = malloc(count * (count + 1) / 2 * sizeof(*list));
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j <= i; j++)
            list[n++] = (d[i] + d[j]) / 2.0;
    stats_sort(list, n);
    *averages = n;
    return list;
}

/* Greatest W with P(W' <= W) <= 2.5 % for n = 6, 7, ...: the On-Line Encyclopedia of Integer
 * Sequences, A226330. */
static const size_t critical_values[] = {
    0,   2,   3,   5,   8,   10,  13,  17,  21,  25,  29,  34,  40,  46,  52,  58,  65,  73,  81,
    89,  98,  107, 116, 126, 137, 147, 159, 170, 182, 195, 208, 221, 235, 249, 264, 279, 294, 310,
    327, 343, 361, 378, 396, 415, 434, 453, 473, 494, 514, 536, 557, 579, 602, 625, 648, 672, 697};

static void paired_limits_are_the_walsh_averages_of_the_tables(void **state)
{
    struct random random = {1};
    double d[100];
    (void)state;
    for (size_t n = 6; n < 6 + LENGTH(critical_values); n++) {
        for (size_t i = 0; i < n; i++)
            d[i] = normal(&random);
        size_t averages, rank = critical_values[n - 6] + 1;
        double *sorted = walsh_averages(d, n, &averages);
        struct interval interval = stats_paired(d, n);
        assert_true(interval.bounded);
        near(interval.estimate, stats_quantile(sorted, averages, 0.5), 1e-15);
        size_t slack = n > 50 ? 2 : 0; /* the normal approximation may be wider by this */
        assert_in_range(slack + 1, 1, rank);
        assert_true(interval.low <= sorted[rank - 1] && interval.low >= sorted[rank - 1 - slack]);
        assert_true(interval.high >= sorted[averages - rank] &&
                    interval.high <= sorted[averages - rank + slack]);
        free(sorted);
    }
}

/* Source: M. Hollander, D. Wolfe, 1999, Nonparametric Statistical Methods, table 3.1: the Hamilton
 * depression scale of nine patients before and after tranquilizer. */
static void the_hamilton_example_gives_its_published_interval(void **state)
{
    const double before[] = {1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
    const double after[] = {0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
    double d[9];
    (void)state;
    for (int i = 0; i < 9; i++)
        d[i] = after[i] - before[i];
    struct interval interval = stats_paired(d, 9);
    near(interval.estimate, -0.46, 1e-9);
    near(interval.low, -0.786, 1e-9);
    near(interval.high, -0.010, 1e-9);
}

/* All 2^n signs of fixed magnitudes are equally likely when the centre is 0, so that the share of
 * them whose interval holds 0 is the coverage. */
static void paired_coverage_is_exact_for_few_pairs(void **state)
{
    struct random random = {2};
    (void)state;
    for (size_t n = 6; n <= 12; n++) {
        double magnitude[12], d[12];
        size_t missed = 0, patterns = (size_t)1 << n;
        for (size_t i = 0; i < n; i++)
            magnitude[i] = 0.1 + random_unit(&random);
        for (size_t signs = 0; signs < patterns; signs++) {
            for (size_t i = 0; i < n; i++)
                d[i] = signs >> i & 1 ? magnitude[i] : -magnitude[i];
            missed += !covers(stats_paired(d, n), 0.0);
        }
        double share = (double)missed / (double)patterns;
        assert_true(share <= 0.05);
        assert_true(n < 8 || share > 0.035);
    }
}

static void paired_intervals_cover_for_many_pairs(void **state)
{
    struct random random = {3};
    double d[120];
    (void)state;
    int covered = 0, trials = 1000;
    for (int t = 0; t < trials; t++) {
        for (size_t i = 0; i < LENGTH(d); i++)
            d[i] = 0.25 + (random_unit(&random) < 0.1 ? 20.0 : 1.0) * normal(&random);
        covered += covers(stats_paired(d, LENGTH(d)), 0.25);
    }
    assert_in_range(covered, trials * 93 / 100, trials * 97 / 100);
}

static void paired_intervals_move_with_their_data(void **state)
{
    struct random random = {4};
    double d[60], moved[60], mirrored[60];
    (void)state;
    for (size_t i = 0; i < LENGTH(d); i++) {
        d[i] = normal(&random);
        moved[i] = 3.0 + 2.0 * d[i];
        mirrored[LENGTH(d) - 1 - i] = -d[i];
    }
    struct interval plain = stats_paired(d, LENGTH(d)), other = stats_paired(moved, LENGTH(d)),
                    mirror = stats_paired(mirrored, LENGTH(d));
    near(other.estimate, 3.0 + 2.0 * plain.estimate, 1e-12);
    near(other.low, 3.0 + 2.0 * plain.low, 1e-12);
    near(other.high, 3.0 + 2.0 * plain.high, 1e-12);
    near(mirror.estimate, -plain.estimate, 0.0);
    near(mirror.low, -plain.high, 0.0);
    near(mirror.high, -plain.low, 0.0);
}

static void two_thousand_pairs_give_the_exact_average(void **state)
{
    enum { COUNT = 2000 };
    static double d[COUNT];
    struct random random = {5};
    (void)state;
    for (size_t i = 0; i < COUNT; i++)
        d[i] = exp(3.0 * normal(&random)) - 1.0;
    size_t averages;
    double *sorted = walsh_averages(d, COUNT, &averages);
    struct interval interval = stats_paired(d, COUNT);
    near(interval.estimate, stats_quantile(sorted, averages, 0.5), 0.0);
    double mean = COUNT * (COUNT + 1) / 4.0;
    size_t rank = (size_t)(mean - Z * sqrt(COUNT * (COUNT + 1.0) * (2.0 * COUNT + 1.0) / 24.0));
    near(interval.low, sorted[rank - 1], 0.0);
    near(interval.high, sorted[averages - rank], 0.0);
    free(sorted);
}

static void few_or_equal_or_strange_differences_are_handled(void **state)
{
    const double few[] = {1.0, 2.0, 3.0, 4.0, 5.0}, equal[] = {2.0, 2.0, 2.0, 2.0, 2.0, 2.0};
    const double zeros[] = {0.0, -0.0, 0.0, -0.0, 0.0, 0.0, 0.0};
    const double huge[] = {1e308, 1e308, -1e308, 1.7e308, 1e308, 1e308};
    const double strange[] = {1.0, NAN, 2.0, 3.0, 4.0, 5.0, 6.0}, endless[] = {-INFINITY, INFINITY};
    (void)state;
    struct interval interval = stats_paired(few, 5);
    assert_false(interval.bounded);
    near(interval.estimate, 3.0, 0.0);
    near(interval.low, 3.0, 0.0);
    interval = stats_paired(few, 1);
    near(interval.estimate, 1.0, 0.0);
    interval = stats_paired(equal, 6);
    assert_true(interval.bounded);
    near(interval.low, 2.0, 0.0);
    near(interval.high, 2.0, 0.0);
    interval = stats_paired(zeros, 7);
    assert_false(signbit(interval.low) || signbit(interval.estimate) || signbit(interval.high));
    check_sound(stats_paired(huge, 6));
    assert_true(isfinite(stats_paired(huge, 6).high));
    assert_true(isnan(stats_paired(strange, 7).estimate));
    assert_true(isnan(stats_paired(endless, 2).estimate));
    assert_true(isnan(stats_paired(few, 0).estimate));
    check_sound(stats_paired(strange, 7));
}

/* Paired proportions */

/* Source of the first two: M. Fagerland, S. Lydersen, P. Laake, 2014, Recommended tests and
 * confidence intervals for paired binomial proportions; T. Tango, 1998. */
static void tango_intervals_are_those_published(void **state)
{
    const struct {
        size_t b, c, n;
        double low, high;
    } cases[] = {{7, 1, 21, -0.517, -0.026}, {1, 0, 44, -0.118, 0.059}};
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct interval interval = stats_paired_proportions(cases[i].b, cases[i].c, cases[i].n);
        near(interval.low, cases[i].low, 5e-4);
        near(interval.high, cases[i].high, 5e-4);
    }
}

/* The most likely probability q of "only the first" for a given difference d: the likelihood is
 * concave, so a ternary search finds it without the formula. */
static double likeliest(double b, double c, double n, double d)
{
    double low = fmax(0.0, -d), high = (1.0 - d) / 2.0, rest = n - b - c;
    for (int i = 0; i < 300; i++) {
        double likelihood[2], at[2] = {low + (high - low) / 3.0, high - (high - low) / 3.0};
        for (int k = 0; k < 2; k++)
            likelihood[k] = (b > 0.0 ? b * log(at[k]) : 0.0) +
                            (c > 0.0 ? c * log(at[k] + d) : 0.0) +
                            (rest > 0.0 ? rest * log(1.0 - 2.0 * at[k] - d) : 0.0);
        if (likelihood[0] < likelihood[1])
            low = at[0];
        else
            high = at[1];
    }
    return (low + high) / 2.0;
}

static void tango_limits_solve_the_score_equation(void **state)
{
    const size_t counts[][3] = {{3, 5, 40}, {0, 4, 100}, {0, 0, 50}, {12, 2, 30}, {20, 30, 1000}};
    (void)state;
    for (size_t i = 0; i < LENGTH(counts); i++) {
        double b = (double)counts[i][0], c = (double)counts[i][1], n = (double)counts[i][2];
        struct interval interval =
            stats_paired_proportions(counts[i][0], counts[i][1], counts[i][2]);
        const double limits[] = {interval.low, interval.high};
        for (int side = 0; side < 2; side++) {
            double d = limits[side], q = likeliest(b, c, n, d);
            double z = (c - b - n * d) / sqrt(n * (2.0 * q + d * (1.0 - d)));
            near(fabs(z), Z, 1e-5);
        }
    }
}

static void paired_proportions_mirror_when_swapped(void **state)
{
    (void)state;
    for (size_t b = 0; b <= 12; b++)
        for (size_t c = 0; b + c <= 12; c++) {
            struct interval one = stats_paired_proportions(b, c, 12),
                            other = stats_paired_proportions(c, b, 12);
            check_sound(one);
            assert_true(one.bounded && one.low >= -1.0 && one.high <= 1.0 && one.low < one.high);
            near(one.estimate, ((double)c - (double)b) / 12.0, 1e-15);
            near(one.low, -other.high, 0.0);
            near(one.high, -other.low, 0.0);
        }
}

/* No difference is rejected exactly when McNemar's score statistic (b - c)^2 / (b + c) exceeds
 * z^2. */
static void paired_proportions_agree_with_the_score_test(void **state)
{
    (void)state;
    for (size_t b = 0; b <= 40; b++)
        for (size_t c = 0; c <= 40; c++) {
            double difference = (double)b - (double)c, discordant = (double)(b + c);
            bool rejected = difference * difference > Z * Z * discordant;
            assert_int_equal(covers(stats_paired_proportions(b, c, 500), 0.0), !rejected);
        }
}

/* Exact coverage over a grid of expected discordant counts from 0 up to 12 each. */
static void check_paired_coverage(size_t n)
{
    enum { MOST = 40, STEPS = 12 };
    static struct interval intervals[MOST + 1][MOST + 1];
    double sum = 0.0, least = 1.0;
    int points = 0;
    for (size_t b = 0; b <= MOST; b++)
        for (size_t c = 0; c <= MOST; c++)
            intervals[b][c] = stats_paired_proportions(b, c, n);
    for (int i = 0; i <= STEPS; i++)
        for (int j = i == 0; j <= STEPS; j++) {
            double pb = i / (double)n, pc = j / (double)n, coverage = 0.0;
            for (size_t b = 0; b <= (i ? MOST : 0); b++)
                for (size_t c = 0; c <= (j ? MOST : 0); c++) {
                    double logarithm =
                        log_choose(n, b) + log_choose(n - b, c) + (b ? (double)b * log(pb) : 0.0) +
                        (c ? (double)c * log(pc) : 0.0) + (double)(n - b - c) * log1p(-pb - pc);
                    if (covers(intervals[b][c], pc - pb))
                        coverage += exp(logarithm);
                }
            sum += coverage;
            least = fmin(least, coverage);
            points++;
        }
    near(sum / points, 0.952, 0.006);
    assert_true(least >= 0.93);
}

static void paired_proportions_cover_even_when_few_differ(void **state)
{
    (void)state;
    check_paired_coverage(120);
    check_paired_coverage(1000);
}

static void without_a_difference_the_bound_is_that_of_no_event(void **state)
{
    (void)state;
    struct interval interval = stats_paired_proportions(0, 0, 1000);
    near(interval.estimate, 0.0, 0.0);
    near(interval.high, Z * Z / (1000.0 + Z * Z), 1e-12);
    near(interval.low, -interval.high, 0.0);
}

/* McNemar */

static void mcnemar_mid_p_is_that_published(void **state)
{
    (void)state;
    near(stats_mcnemar(1, 7), 10.0 / 256.0, 1e-12); /* Fagerland et al., 2013: 0.0391 */
    near(stats_mcnemar(0, 0), 1.0, 0.0);
    near(stats_mcnemar(0, 5), 1.0 / 32.0, 1e-12);
}

/* The other route: Pascal's triangle. */
static void mcnemar_agrees_with_enumeration(void **state)
{
    double row[31] = {1.0};
    (void)state;
    for (size_t n = 0; n <= 30; n++) {
        for (size_t b = 0; b <= n; b++) {
            size_t least = b < n - b ? b : n - b;
            double below = 0.0;
            for (size_t i = 0; i < least; i++)
                below += row[i];
            double expected = least * 2 == n ? 1.0 : 2.0 * below + row[least];
            near(stats_mcnemar(b, n - b), expected, 1e-12);
            near(stats_mcnemar(b, n - b), stats_mcnemar(n - b, b), 0.0);
        }
        for (size_t i = n + 1; i > 0 && i <= 30; i--)
            row[i] = (row[i] + row[i - 1]) / 2.0;
        row[0] /= 2.0;
    }
}

static void mcnemar_holds_for_large_counts(void **state)
{
    (void)state;
    near(stats_mcnemar(50000, 50000), 1.0, 1e-6);
    near(stats_mcnemar(49700, 50300), erfc(600.0 / sqrt(100000.0) / M_SQRT2), 1e-4);
    near(stats_mcnemar(0, 100000), 0.0, 1e-300);
}

/* Of two proportions it is method 10. Source: R. Newcombe, 1998, Interval estimation for the
 * difference between independent proportions: comparison of eleven methods. */
static void independent_differences_are_those_published(void **state)
{
    static const struct {
        size_t a, m, b, n;
        double low, high;
    } cases[] = {{56, 70, 48, 80, 0.0524, 0.3339}, {9, 10, 3, 10, 0.1705, 0.8090}};
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct interval first = stats_proportion(cases[i].a, cases[i].m);
        struct interval second = stats_proportion(cases[i].b, cases[i].n);
        struct interval interval = stats_independent_difference(&first, &second);
        near(interval.low, cases[i].low, 5e-5);
        near(interval.high, cases[i].high, 5e-5);
        first.bounded = false;
        assert_false(stats_independent_difference(&first, &second).bounded);
    }
}

/* Of samples of unequal size and spread. */
static void independent_intervals_cover(void **state)
{
    struct random random = {6};
    double a[20], b[50];
    int covered = 0, trials = 1000;
    (void)state;
    for (int t = 0; t < trials; t++) {
        for (size_t i = 0; i < LENGTH(a); i++)
            a[i] = 5.0 + 3.0 * normal(&random);
        for (size_t i = 0; i < LENGTH(b); i++)
            b[i] = 4.0 + normal(&random);
        struct interval first = stats_paired(a, LENGTH(a)), second = stats_paired(b, LENGTH(b));
        covered += covers(stats_independent_difference(&first, &second), 1.0);
    }
    assert_in_range(covered, trials * 93 / 100, trials * 97 / 100);
}
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorting_puts_nan_last),
        cmocka_unit_test(quantiles_interpolate_between_order_statistics),
        cmocka_unit_test(an_infinite_neighbour_does_not_spoil_a_quantile),
        cmocka_unit_test(the_median_of_any_order_is_the_middle),
        cmocka_unit_test(the_median_of_cut_values_lies_within_one),
        cmocka_unit_test(wilson_intervals_are_those_published),
        cmocka_unit_test(wilson_limits_solve_the_score_equation),
        cmocka_unit_test(wilson_intervals_mirror_failures),
        cmocka_unit_test(wilson_intervals_cover_95_per_cent_on_average),
        cmocka_unit_test(nothing_is_said_of_no_trials),
        cmocka_unit_test(paired_limits_are_the_walsh_averages_of_the_tables),
        cmocka_unit_test(the_hamilton_example_gives_its_published_interval),
        cmocka_unit_test(paired_coverage_is_exact_for_few_pairs),
        cmocka_unit_test(paired_intervals_cover_for_many_pairs),
        cmocka_unit_test(paired_intervals_move_with_their_data),
        cmocka_unit_test(two_thousand_pairs_give_the_exact_average),
        cmocka_unit_test(few_or_equal_or_strange_differences_are_handled),
        cmocka_unit_test(tango_intervals_are_those_published),
        cmocka_unit_test(tango_limits_solve_the_score_equation),
        cmocka_unit_test(paired_proportions_mirror_when_swapped),
        cmocka_unit_test(paired_proportions_agree_with_the_score_test),
        cmocka_unit_test(paired_proportions_cover_even_when_few_differ),
        cmocka_unit_test(without_a_difference_the_bound_is_that_of_no_event),
        cmocka_unit_test(mcnemar_mid_p_is_that_published),
        cmocka_unit_test(mcnemar_agrees_with_enumeration),
        cmocka_unit_test(mcnemar_holds_for_large_counts),
        cmocka_unit_test(independent_differences_are_those_published),
        cmocka_unit_test(independent_intervals_cover),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
