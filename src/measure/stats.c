#include "measure/stats.h"

#include <math.h>
#include <stdlib.h>

#include "measure/normal.h"

/* NaN sorts last, so that the order is total. */
static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    if (isnan(x) || isnan(y))
        return (isnan(x) ? 1 : 0) - (isnan(y) ? 1 : 0);
    return (x > y) - (x < y);
}

void stats_sort(double *values, size_t count)
{
    if (count > 1)
        qsort(values, count, sizeof(*values), compare);
}

/* Source: R. Hyndman, Y. Fan, 1996, Sample Quantiles in Statistical Packages. */
double stats_quantile(const double *sorted, size_t count, double p)
{
    if (count == 0)
        return NAN;
    double place = (double)(count - 1) * p, below = floor(place), share = place - below;
    const double *value = &sorted[(size_t)below];
    /* Without this an infinite neighbour of weight 0 would give NaN. */
    if (share <= 0.0)
        return value[0];
    return (1.0 - share) * value[0] + share * value[1];
}

double stats_median(double *values, size_t count)
{
    stats_sort(values, count);
    return stats_quantile(values, count, 0.5);
}

double stats_grouped_median(double *values, size_t count, double width)
{
    double median, below = 0.0, within = 0.0;
    stats_sort(values, count);
    median = values[(count - 1) / 2];
    for (size_t i = 0; i < count; i++) {
        below += values[i] < median;
        within += values[i] <= median && values[i] >= median;
    }
    return median + width * (0.5 * (double)count - below) / within;
}

/* The score interval: all p with |k/n - p| <= z sqrt(p (1 - p) / n). Source: E. B. Wilson, 1927,
 * Probable inference, the law of succession, and statistical inference. */
struct interval stats_proportion(size_t k, size_t n)
{
    if (n == 0)
        return (struct interval){NAN, NAN, NAN, false};
    double count = (double)n, p = (double)k / count, z2 = NORMAL_95 * NORMAL_95;
    double centre = (p + z2 / (2.0 * count)) / (1.0 + z2 / count);
    double half =
        NORMAL_95 / (1.0 + z2 / count) * sqrt(p * (1.0 - p) / count + z2 / (4.0 * count * count));
    /* At the ends the formula gives 0 and 1 but for rounding. */
    return (struct interval){
        .estimate = p,
        .low = k == 0 ? 0.0 : centre - half,
        .high = k >= n ? 1.0 : centre + half,
        .bounded = true,
    };
}
