/* Bias-corrected and accelerated (BCa) bootstrap intervals, for any statistic. Source: B. Efron,
 * 1987, Better Bootstrap Confidence Intervals. */
#ifndef MEASURE_BOOTSTRAP_H
#define MEASURE_BOOTSTRAP_H

#include <stddef.h>

#include "measure/stats.h"

/* From the statistic's values over resamples, which are sorted. acceleration: see below. */
struct interval bootstrap_interval(double estimate, double *replicates, size_t resamples,
                                   double acceleration) __attribute__((nonnull(2)));

/* sum u^3 / (6 (sum u^2)^1.5), u the influence of each item less the mean influence. Influences are
 * the jackknife values t[i] (the statistic without item i) times any negative constant. */
double bootstrap_acceleration(const double *influence, size_t count) __attribute__((nonnull(1)));

#endif
