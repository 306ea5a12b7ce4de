/* Statistics of speed and accuracy: robust estimates with 95 % intervals. Formulas and their
 * sources stand beside the code. No function keeps or changes its input unless it says so. */
#ifndef MEASURE_STATS_H
#define MEASURE_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An estimate; without an interval (too few observations) low and high equal it. */
struct interval {
    double estimate, low, high;
    bool bounded; /* low and high are a 95 % interval */
};

/* Sorts ascending, in place. */
void stats_sort(double *values, size_t count) __attribute__((nonnull(1)));
/* Quantile 0 <= p <= 1 of sorted values by linear interpolation (type 7 of Hyndman and Fan); count
 * > 0. */
double stats_quantile(const double *sorted, size_t count, double p) __attribute__((nonnull(1)));
/* Median; reorders the values. */
double stats_median(double *values, size_t count) __attribute__((nonnull(1)));

/* Median of values that were cut to multiples of width, which stand for the width above them: where
 * half of all would be if they lay evenly in the one with the median. Reorders the values. Source:
 * G. U. Yule, 1911, An Introduction to the Theory of Statistics, on the median of grouped data. */
double stats_grouped_median(double *values, size_t count, double width) __attribute__((nonnull(1)));

/* Share of k successes in n trials with the Wilson interval; n > 0. */
struct interval stats_proportion(size_t k, size_t n);

/* Paired differences d: pseudomedian (Hodges-Lehmann estimate over Walsh averages) with the
 * interval of the Wilcoxon signed-rank distribution (exact up to 50 pairs, normal approximation
 * above). Bounded from 6 pairs on, the fewest that have a two-sided 95 % interval. */
struct interval stats_paired(const double *differences, size_t count) __attribute__((nonnull(1)));

/* Paired outcomes of two classifiers on n items: b only the first got right, c only the second.
 * (c - b) / n with an interval for the difference of paired proportions (see the code for the
 * method, valid even when b + c is small or zero). */
struct interval stats_paired_proportions(size_t b, size_t c, size_t n);
/* McNemar's exact two-sided mid-p value for the same counts. */
double stats_mcnemar(size_t b, size_t c);

/* Mean of paired differences with a bootstrap interval (BCa, seeded, resamples times). */
struct interval stats_mean_difference(const double *first, const double *second, size_t count,
                                      size_t resamples, uint64_t seed)
    __attribute__((nonnull(1, 2)));

/* Difference of the roots of two means (of squared errors, say; none negative), by pairs. */
struct interval stats_root_mean_difference(const double *first, const double *second, size_t count,
                                           size_t resamples, uint64_t seed)
    __attribute__((nonnull(1, 2)));

/* Mean with a bootstrap interval. */
struct interval stats_mean(const double *values, size_t count, size_t resamples, uint64_t seed)
    __attribute__((nonnull(1)));

/* Difference first - second of two quantities that were estimated from samples of their own, each
 * with its interval (see the code for the method); without an interval where one has none. */
struct interval stats_independent_difference(const struct interval *first,
                                             const struct interval *second)
    __attribute__((nonnull(1, 2)));

/* Area under the ROC curve (ties count half) of scores, positive[i] telling the class; NAN when one
 * class is empty. With intervals by resampling items; the difference resamples pairs. */
double stats_auc(const double *scores, const bool *positive, size_t count)
    __attribute__((nonnull(1, 2)));
struct interval stats_auc_interval(const double *scores, const bool *positive, size_t count,
                                   size_t resamples, uint64_t seed) __attribute__((nonnull(1, 2)));
struct interval stats_auc_difference(const double *first, const double *second,
                                     const bool *positive, size_t count, size_t resamples,
                                     uint64_t seed) __attribute__((nonnull(1, 2, 3)));

#endif
