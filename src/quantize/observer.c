#include "quantize/observer.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* min-max: the smallest and the largest value, as TFLite's converter does. */
struct minmax {
    float low, high;
    bool seen;
};

static void minmax_update(void *state, const float *values, size_t count)
{
    struct minmax *minmax = state;
    for (size_t i = 0; i < count; i++) {
        float value = values[i];
        if (!isfinite(value))
            continue;
        if (!minmax->seen || value < minmax->low)
            minmax->low = value;
        if (!minmax->seen || value > minmax->high)
            minmax->high = value;
        minmax->seen = true;
    }
}

static struct range minmax_range(const void *state, const struct mode_options *options)
{
    const struct minmax *minmax = state;
    (void)options;
    return (struct range){minmax->low, minmax->high, minmax->seen};
}

/* percentile: a histogram over -limit..limit whose bins double in width when a value falls outside,
 * so that one pass over the samples is enough. */
#define BINS 4096

struct histogram {
    struct minmax extremes;
    double limit; /* 0: nothing seen yet */
    uint64_t total, bins[BINS];
};

/* Doubles the limit: two neighbours become one bin, around the middle. */
static void histogram_widen(struct histogram *histogram)
{
    uint64_t merged[BINS] = {0};
    for (size_t i = 0; i < BINS; i++)
        merged[BINS / 4 + i / 2] += histogram->bins[i];
    memcpy(histogram->bins, merged, sizeof(merged));
    histogram->limit *= 2.0;
}

static void histogram_add(struct histogram *histogram, double value)
{
    double size = fabs(value);
    if (histogram->limit <= 0.0)
        histogram->limit = size > 0.0 ? size : 0x1p-64;
    while (size > histogram->limit)
        histogram_widen(histogram);
    double position = (value / histogram->limit + 1.0) * (BINS / 2);
    size_t bin = position >= BINS ? BINS - 1 : (size_t)position;
    histogram->bins[bin]++;
    histogram->total++;
}

static void percentile_update(void *state, const float *values, size_t count)
{
    struct histogram *histogram = state;
    minmax_update(&histogram->extremes, values, count);
    for (size_t i = 0; i < count; i++)
        if (isfinite(values[i]))
            histogram_add(histogram, (double)values[i]);
}

/* The edge of the bin in which the sum from one end passes `outside` values. */
static double histogram_edge(const struct histogram *histogram, double outside, bool from_above)
{
    double sum = 0.0;
    size_t i = 0;
    for (; i < BINS - 1; i++) {
        sum += (double)histogram->bins[from_above ? BINS - 1 - i : i];
        if (sum > outside)
            break;
    }
    double edge = ((double)i / (BINS / 2) - 1.0) * histogram->limit;
    return from_above ? -edge : edge;
}

static struct range percentile_range(const void *state, const struct mode_options *options)
{
    const struct histogram *histogram = state;
    struct range range = minmax_range(&histogram->extremes, options);
    if (!range.seen)
        return range;
    double outside = (100.0 - options->percentile) / 100.0 * (double)histogram->total;
    range.low = fmaxf(range.low, (float)histogram_edge(histogram, outside, false));
    range.high = fminf(range.high, (float)histogram_edge(histogram, outside, true));
    return range;
}

const struct observer observer_table[] = {
    {.name = "minmax",
     .text = "the smallest and the largest value seen",
     .state_bytes = sizeof(struct minmax),
     .update = minmax_update,
     .range = minmax_range},
    {.name = "percentile",
     .text = "leaves out the outermost values on either side (option percentile)",
     .options = HAS_PERCENTILE,
     .state_bytes = sizeof(struct histogram),
     .update = percentile_update,
     .range = percentile_range},
};
const size_t observer_count = sizeof(observer_table) / sizeof(observer_table[0]);

const struct observer *observer_find(const char *name)
{
    for (size_t i = 0; i < observer_count; i++)
        if (strcmp(observer_table[i].name, name) == 0)
            return &observer_table[i];
    return NULL;
}
