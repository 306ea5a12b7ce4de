#include "measure/bootstrap.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "measure/normal.h"

/* Resamples of fewer items vary too little. By simulation, intervals of means cover 93 % of
 * normal and 92 % of exponential values with 30 items, but 90 % and 88 % with 10. */
#define ITEMS_LEAST 30

static double normal_probability(double z)
{
    return 0.5 * erfc(-z * M_SQRT1_2);
}

/* Newton's method from 0, where the distribution changes from convex to concave: every step stays
 * on the near side of the root, so that it always converges. */
static double normal_quantile(double p)
{
    const double density_scale = 0.5 * M_2_SQRTPI * M_SQRT1_2;
    double z = 0.0;
    for (int i = 0; i < 64; i++) {
        double step = (normal_probability(z) - p) / (density_scale * exp(-0.5 * z * z));
        z -= step;
        if (fabs(step) < 1e-12)
            break;
    }
    return z;
}

double bootstrap_acceleration(const double *influence, size_t count)
{
    double mean = 0.0, largest = 0.0, squares = 0.0, cubes = 0.0;
    for (size_t i = 0; i < count; i++)
        mean += (influence[i] - mean) / (double)(i + 1);
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(influence[i] - mean));
    if (largest <= 0.0)
        return 0.0;
    /* The ratio does not depend on the unit; in this one no power overflows. */
    for (size_t i = 0; i < count; i++) {
        double u = (influence[i] - mean) / largest;
        squares += u * u;
        cubes += u * u * u;
    }
    return cubes / (6.0 * squares * sqrt(squares));
}

/* The bias correction z0: the normal quantile of the share of replicates below the estimate, ties
 * counting half. The share keeps away from 0 and 1 by what one replicate weighs. */
static double bias_correction(double estimate, const double *sorted, size_t resamples)
{
    size_t below = 0, equal = 0;
    while (below < resamples && sorted[below] < estimate)
        below++;
    while (below + equal < resamples && sorted[below + equal] <= estimate)
        equal++;
    double total = (double)resamples;
    double share = ((double)below + 0.5 * (double)equal) / total;
    return normal_quantile(fmin(fmax(share, 0.5 / total), 1.0 - 0.5 / total));
}

static double corrected_level(double z, double bias, double acceleration)
{
    double shifted = bias + z, scale = 1.0 - acceleration * shifted;
    if (scale <= 0.0)
        return shifted > 0.0 ? 1.0 : 0.0;
    return normal_probability(bias + shifted / scale);
}

struct interval bootstrap_interval(double estimate, double *replicates, size_t resamples,
                                   double acceleration)
{
    stats_sort(replicates, resamples);
    double bias = bias_correction(estimate, replicates, resamples);
    double low = corrected_level(-NORMAL_95, bias, acceleration);
    double high = corrected_level(NORMAL_95, bias, acceleration);
    /* Few resamples can put the estimate outside of its own interval. */
    return (struct interval){
        .estimate = estimate,
        .low = fmin(stats_quantile(replicates, resamples, low), estimate),
        .high = fmax(stats_quantile(replicates, resamples, high), estimate),
        .bounded = true,
    };
}

static double mean_of(const double *values, size_t count)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

static double resampled_mean(const double *values, size_t count, struct random *random)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += values[random_below(random, count)];
    return sum / (double)count;
}

/* The jackknife values of a mean m are (count m - x[i]) / (count - 1): the values themselves serve
 * as influences. */
static struct interval mean_interval(const double *values, size_t count, size_t resamples,
                                     uint64_t seed)
{
    double mean = mean_of(values, count);
    if (!isfinite(mean) || count < ITEMS_LEAST || resamples == 0)
        return (struct interval){mean, mean, mean, false};
    struct random random = {seed};
    double *replicates = xcalloc(resamples, sizeof(*replicates));
    for (size_t i = 0; i < resamples; i++)
        replicates[i] = resampled_mean(values, count, &random);
    struct interval interval =
        bootstrap_interval(mean, replicates, resamples, bootstrap_acceleration(values, count));
    free(replicates);
    return interval;
}

/* Equal values tell nothing of what others would be: no interval. */
struct interval stats_mean(const double *values, size_t count, size_t resamples, uint64_t seed)
{
    struct interval interval = mean_interval(values, count, resamples, seed);
    interval.bounded = interval.bounded && interval.high > interval.low;
    return interval;
}

/* Equal differences do tell something, foremost where all are 0: an interval without width. */
struct interval stats_mean_difference(const double *first, const double *second, size_t count,
                                      size_t resamples, uint64_t seed)
{
    double *differences = xcalloc(count, sizeof(*differences));
    for (size_t i = 0; i < count; i++)
        differences[i] = first[i] - second[i];
    struct interval interval = mean_interval(differences, count, resamples, seed);
    free(differences);
    return interval;
}

static double resampled_root_difference(const double *first, const double *second, size_t count,
                                        struct random *random)
{
    double a = 0.0, b = 0.0;
    for (size_t i = 0; i < count; i++) {
        size_t k = random_below(random, count);
        a += first[k];
        b += second[k];
    }
    return sqrt(a / (double)count) - sqrt(b / (double)count);
}

/* The influence of an item on a root of a mean is its value over twice that root. */
static double root_acceleration(const double *first, const double *second, size_t count)
{
    double a = 2.0 * sqrt(mean_of(first, count)), b = 2.0 * sqrt(mean_of(second, count));
    double *influence = xcalloc(count, sizeof(*influence));
    for (size_t i = 0; i < count; i++)
        influence[i] = (a > 0.0 ? first[i] / a : 0.0) - (b > 0.0 ? second[i] / b : 0.0);
    double acceleration = bootstrap_acceleration(influence, count);
    free(influence);
    return acceleration;
}

struct interval stats_root_mean_difference(const double *first, const double *second, size_t count,
                                           size_t resamples, uint64_t seed)
{
    double estimate = sqrt(mean_of(first, count)) - sqrt(mean_of(second, count));
    if (!isfinite(estimate) || count < ITEMS_LEAST || resamples == 0)
        return (struct interval){estimate, estimate, estimate, false};
    struct random random = {seed};
    double *replicates = xcalloc(resamples, sizeof(*replicates));
    for (size_t i = 0; i < resamples; i++)
        replicates[i] = resampled_root_difference(first, second, count, &random);
    struct interval interval = bootstrap_interval(estimate, replicates, resamples,
                                                  root_acceleration(first, second, count));
    free(replicates);
    return interval;
}
