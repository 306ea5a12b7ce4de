#include "quantize/histogram.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define HALF (HISTOGRAM_BINS / 2)
/* Values below need no bins of their own: no scale is as fine. */
#define LIMIT_LEAST 0x1p-110
/* Of a cut, this share of what it cuts off is left. Ends of bins are round numbers, and so are the
 * ratios of scales made from them; then half steps are exact where tensors are rescaled, which not
 * all runtimes round the same way. */
#define ASKEW 0x1p-16

struct range range_of(const float *values, size_t count)
{
    float low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        bool is_finite = fabsf(values[i]) <= FLT_MAX;
        low = is_finite && values[i] < low ? values[i] : low;
        high = is_finite && values[i] > high ? values[i] : high;
    }
    return low <= high ? (struct range){low, high, true} : (struct range){0};
}

void range_widen(struct range *range, struct range other)
{
    if (!range->seen) {
        *range = other;
    } else if (other.seen) {
        range->low = fminf(range->low, other.low);
        range->high = fmaxf(range->high, other.high);
    }
}

/* Doubles the limit: two neighbours become one bin, around the middle. */
static void widen(struct histogram *histogram)
{
    uint64_t merged[HISTOGRAM_BINS] = {0};
    for (size_t i = 0; i < HISTOGRAM_BINS; i++)
        merged[HISTOGRAM_BINS / 4 + i / 2] += histogram->bins[i];
    memcpy(histogram->bins, merged, sizeof(merged));
    histogram->limit *= 2.0;
}

/* A power of 2, so that the bins do not depend on which value came first. */
static void reach(struct histogram *histogram)
{
    double size =
        fmax(fabs((double)histogram->extremes.low), fabs((double)histogram->extremes.high));
    int exponent;
    frexp(fmax(size, LIMIT_LEAST), &exponent);
    double limit = ldexp(1.0, exponent);
    if (!(histogram->limit > 0.0))
        histogram->limit = limit;
    while (histogram->limit < limit)
        widen(histogram);
}

void histogram_add(struct histogram *histogram, const float *values, size_t count,
                   struct range range)
{
    range_widen(&histogram->extremes, range);
    if (!histogram->extremes.seen)
        return;
    reach(histogram);
    const float factor = (float)(HALF / histogram->limit);
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i]))
            continue;
        if (!(values[i] < 0.0f) && !(values[i] > 0.0f)) {
            histogram->zeros++;
            continue;
        }
        int place = (int)(fabsf(values[i]) * factor); /* the limit lies beyond all values */
        histogram->bins[values[i] < 0.0f ? HALF - 1 - place : HALF + place]++;
    }
}

double histogram_edge(const struct histogram *histogram, int i)
{
    return ((double)i / HALF - 1.0) * histogram->limit;
}

/* The end of the bin in which the sum from one side passes so many values. */
static double edge_behind(const struct histogram *histogram, double outside, bool from_above)
{
    double sum = 0.0;
    int i = 0;
    for (; i < HISTOGRAM_BINS - 1; i++) {
        int bin = from_above ? HISTOGRAM_BINS - 1 - i : i;
        bool is_middle = bin == (from_above ? HALF - 1 : HALF); /* zeros come before it */
        sum += (double)histogram->bins[bin] + (is_middle ? (double)histogram->zeros : 0.0);
        if (sum > outside)
            break;
    }
    return from_above ? -histogram_edge(histogram, i) : histogram_edge(histogram, i);
}

struct range histogram_cut(const struct histogram *histogram, double low, double high)
{
    struct range range = histogram->extremes;
    low += ASKEW * ((double)range.low - low);
    high += ASKEW * ((double)range.high - high);
    range.low = fmaxf(range.low, (float)low);
    range.high = fminf(range.high, (float)high);
    return range;
}

struct range histogram_percentile(const struct histogram *histogram, double percentile)
{
    struct range range = histogram->extremes;
    double total = (double)histogram->zeros;
    for (size_t i = 0; i < HISTOGRAM_BINS; i++)
        total += (double)histogram->bins[i];
    if (!range.seen)
        return range;
    double outside = (100.0 - percentile) / 100.0 * total;
    return histogram_cut(histogram, edge_behind(histogram, outside, false),
                         edge_behind(histogram, outside, true));
}
