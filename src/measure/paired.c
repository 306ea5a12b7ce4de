/* Estimates and tests of paired differences, of numbers and of right answers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "measure/normal.h"
#include "measure/stats.h"

/* Hodges-Lehmann: the k-th smallest of the n (n + 1) / 2 Walsh averages (d[i] + d[j]) / 2, i <= j,
 * without forming them. For sorted d the averages up to a bound are counted in one pass with two
 * indices, and the bound is found by bisection over all doubles: 64 passes at most, memory for one
 * copy of d, and the result is exact. Source: J. L. Hodges, E. L. Lehmann, 1963, Estimates of
 * location based on rank tests. */

/* Halves first: the sum of two huge values would overflow. */
static double average(double a, double b)
{
    return 0.5 * a + 0.5 * b;
}

static uint64_t averages_up_to(const double *sorted, size_t count, double bound)
{
    uint64_t found = 0;
    for (size_t i = 0, end = count; i < end; i++) {
        while (end > i && average(sorted[i], sorted[end - 1]) > bound)
            end--;
        found += end - i;
    }
    return found;
}

/* Doubles in ascending order have ascending keys. */
static uint64_t key_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static double value_of(uint64_t key)
{
    uint64_t bits = key >> 63 ? key & ~(UINT64_C(1) << 63) : ~key;
    double value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

/* The k-th smallest average, k counted from 1. */
static double walsh_average(const double *sorted, size_t count, uint64_t k)
{
    uint64_t low = key_of(average(sorted[0], sorted[0]));
    uint64_t high = key_of(average(sorted[count - 1], sorted[count - 1]));
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (averages_up_to(sorted, count, value_of(middle)) >= k)
            high = middle;
        else
            low = middle + 1;
    }
    return value_of(low) + 0.0; /* no negative zero */
}

/* Up to here the distribution of the signed-rank statistic is tabulated. */
#define EXACT_PAIRS 50
#define EXACT_SUMS  (EXACT_PAIRS * (EXACT_PAIRS + 1) / 2 + 1)

/* Under the null hypothesis W is the sum of a random subset of the ranks 1..n, all 2^n equally
 * likely, and P(W < K) = P(the K-th smallest Walsh average lies above the centre). The result is
 * the greatest K with P(W < K) <= 2.5 %; 0: none. */
static uint64_t exact_rank(size_t count)
{
    uint64_t subsets[EXACT_SUMS] = {1}, total = 0;
    for (size_t rank = 1; rank <= count; rank++)
        for (size_t sum = rank * (rank + 1) / 2; sum >= rank; sum--)
            subsets[sum] += subsets[sum - rank];
    uint64_t rank = 0;
    while (40 * (total += subsets[rank]) <= UINT64_C(1) << count)
        rank++;
    return rank;
}

/* Source: W. J. Conover, 1999, Practical Nonparametric Statistics (3rd ed.), section 5.7. */
static uint64_t interval_rank(size_t count)
{
    if (count <= EXACT_PAIRS)
        return exact_rank(count);
    double n = (double)count, mean = n * (n + 1.0) / 4.0;
    return (uint64_t)(mean - NORMAL_95 * sqrt(n * (n + 1.0) * (2.0 * n + 1.0) / 24.0));
}

static struct interval paired_interval(const double *sorted, size_t count)
{
    uint64_t averages = (uint64_t)count * (count + 1) / 2, rank = interval_rank(count);
    double estimate = average(walsh_average(sorted, count, (averages + 1) / 2),
                              walsh_average(sorted, count, averages / 2 + 1));
    if (rank == 0)
        return (struct interval){estimate, estimate, estimate, false};
    return (struct interval){
        .estimate = estimate,
        .low = walsh_average(sorted, count, rank),
        .high = walsh_average(sorted, count, averages + 1 - rank),
        .bounded = true,
    };
}

/* Differences that are not finite have no pseudomedian: the estimate is then NAN. */
struct interval stats_paired(const double *differences, size_t count)
{
    bool finite = count > 0;
    for (size_t i = 0; i < count; i++)
        finite = finite && isfinite(differences[i]);
    if (!finite)
        return (struct interval){NAN, NAN, NAN, false};
    double *sorted = xcalloc(count, sizeof(*sorted));
    memcpy(sorted, differences, count * sizeof(*sorted));
    stats_sort(sorted, count);
    struct interval interval = paired_interval(sorted, count);
    free(sorted);
    return interval;
}

/* Tango's score interval for the difference d = pc - pb of paired proportions: all d with
 *
 *     |c - b - n d| <= z sqrt(n (2 q + d (1 - d))),
 *
 * q the most likely pb for that d, the greater root of 2n q^2 + B q + C = 0 with
 * B = (2n - c + b) d - b - c and C = -b d (1 - d). It needs the discordant counts only (Newcombe's
 * method 10 needs all four), contains 0 exactly when McNemar's score test does not reject, is never
 * empty (b = c = 0 gives +-z^2 / (n + z^2)) and stays within -1..1. Exact enumeration gives a
 * coverage of 95.1 % on average and 93 % at least for 100 items or more, for expected counts b and
 * c from 0 to 25; the Laplace-adjusted Wald interval of Bonett and Price is nearly as good but errs
 * on the side where a loss is understated. Source: T. Tango, 1998, Equivalence test and confidence
 * interval for the difference in proportions for the paired-sample design. */
static bool difference_fits(double b, double c, double n, double d)
{
    double linear = (2.0 * n - c + b) * d - b - c, constant = -b * d * (1.0 - d);
    double root = sqrt(fmax(linear * linear - 8.0 * n * constant, 0.0));
    /* Of the two forms of the root, the one that does not cancel. */
    double q = linear > 0.0 ? -2.0 * constant / (linear + root) : (root - linear) / (4.0 * n);
    double deviation = c - b - n * d, variance = n * (2.0 * q + d * (1.0 - d));
    return deviation * deviation <= NORMAL_95 * NORMAL_95 * variance;
}

static double difference_limit(double b, double c, double n)
{
    double inside = (c - b) / n, outside = 1.0;
    /* The gap halves until it falls below the spacing of doubles near 1. */
    for (int i = 0; i < 54; i++) {
        double middle = average(inside, outside);
        if (difference_fits(b, c, n, middle))
            inside = middle;
        else
            outside = middle;
    }
    return outside;
}

struct interval stats_paired_proportions(size_t b, size_t c, size_t n)
{
    if (n == 0)
        return (struct interval){NAN, NAN, NAN, false};
    double first = (double)b, second = (double)c, count = (double)n;
    return (struct interval){
        .estimate = (second - first) / count,
        .low = -difference_limit(second, first, count),
        .high = difference_limit(first, second, count),
        .bounded = true,
    };
}

/* 2 P(X <= m) - P(X = m) for X binomial with b + c trials of 1/2 and m the smaller count; at b = c
 * that is 1. Source: M. W. Fagerland, S. Lydersen, P. Laake, 2013, The McNemar test for binary
 * matched-pairs data: mid-p and asymptotic are better than exact conditional. */
double stats_mcnemar(size_t b, size_t c)
{
    size_t trials = b + c, least = b < c ? b : c;
    double n = (double)trials, m = (double)least;
    double term = exp(lgamma(n + 1.0) - lgamma(m + 1.0) - lgamma(n - m + 1.0) - n * M_LN2);
    double p = term;
    for (size_t i = least; i > 0 && term > 0.0; i--) {
        term *= (double)i / (double)(trials - i + 1);
        p += 2.0 * term;
    }
    return fmin(p, 1.0);
}
