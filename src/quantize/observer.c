#include "quantize/observer.h"

#include <assert.h>
#include <string.h>

#include "quantize/clipping.h"

/* What an outlier must be worth: ranges that hold it have more than so many times the least error,
 * which is half a bit. Below, noise of a range that was cut for nothing would be no less: the
 * extremes of as many values as calibration sees are within it, whether they are spread evenly or
 * normally. */
#define GUARD 2.0

static void see_extremes(void *state, const float *values, size_t count, struct range range)
{
    (void)values;
    (void)count;
    range_widen(state, range);
}

static struct range extremes(const void *state, const struct observed *observed)
{
    (void)observed;
    return *(const struct range *)state;
}

static void see_histogram(void *state, const float *values, size_t count, struct range range)
{
    histogram_add(state, values, count, range);
}

static struct range by_percentile(const void *state, const struct observed *observed)
{
    return histogram_percentile(state, observed->percentile);
}

static struct range by_error(const void *state, const struct observed *observed)
{
    return clipping_by_error(state, observed->type, 1.0);
}

static struct range by_entropy(const void *state, const struct observed *observed)
{
    return clipping_by_entropy(state, observed->type);
}

static struct range guarded(const void *state, const struct observed *observed)
{
    return clipping_by_error(state, observed->type, GUARD);
}

/* Sums of the ends of each sample's range. */
struct average {
    double low, high;
    size_t count;
};

static void see_average(void *state, const float *values, size_t count, struct range range)
{
    struct average *average = state;
    (void)values;
    (void)count;
    if (!range.seen)
        return;
    average->low += (double)range.low;
    average->high += (double)range.high;
    average->count++;
}

static struct range by_average(const void *state, const struct observed *observed)
{
    const struct average *average = state;
    double count = (double)average->count;
    (void)observed;
    return average->count == 0 ? (struct range){0}
                               : (struct range){(float)(average->low / count),
                                                (float)(average->high / count), true};
}

const struct observer observer_table[] = {
    {.name = "search",
     .text =
         "of the extremes, those without the sample that reaches farthest, and 99.999 to 94 per "
         "cent of the values on either side or both, what changes the outputs of the next layers "
         "least, by a second pass over some samples; the extremes with int16, which needs no such "
         "choice, and where a model keeps variables",
     .searches = true,
     .state_bytes = sizeof(struct histogram),
     .update = see_histogram,
     .range = by_percentile},
    {.name = "minmax",
     .text = "the smallest and the largest value seen",
     .state_bytes = sizeof(struct range),
     .update = see_extremes,
     .range = extremes},
    {.name = "percentile",
     .text = "leaves out the outermost values on either side (option percentile)",
     .options = HAS_PERCENTILE,
     .state_bytes = sizeof(struct histogram),
     .update = see_histogram,
     .range = by_percentile},
    {.name = "guarded",
     .text = "the widest range whose squared error is at most twice the least one's: all values, "
             "unless outliers cost half a bit of the others",
     .state_bytes = sizeof(struct histogram),
     .update = see_histogram,
     .range = guarded},
    {.name = "mse",
     .text = "the range with the least squared error, of rounding and of cutting off",
     .state_bytes = sizeof(struct histogram),
     .update = see_histogram,
     .range = by_error},
    {.name = "entropy",
     .text = "the range that leaves the distribution nearest to what it was (KL divergence, as "
             "TensorRT has it); the extremes with int16, and where few values were seen",
     .state_bytes = sizeof(struct histogram),
     .update = see_histogram,
     .range = by_entropy},
    {.name = "average",
     .text = "the mean of the ranges of single samples: what is far out is cut off, which harms "
             "most networks",
     .state_bytes = sizeof(struct average),
     .update = see_average,
     .range = by_average},
};
const size_t observer_count = sizeof(observer_table) / sizeof(observer_table[0]);

struct range observer_range(const struct observer *observer, const struct histogram *histogram,
                            const struct observed *observed)
{
    if (observer->update == see_extremes)
        return histogram->extremes;
    assert(observer->update == see_histogram);
    return observer->range(histogram, observed);
}

const struct observer *observer_find(const char *name)
{
    for (size_t i = 0; i < observer_count; i++)
        if (strcmp(observer_table[i].name, name) == 0)
            return &observer_table[i];
    return NULL;
}
