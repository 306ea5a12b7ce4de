/* Observers: how calibration turns the values of a tensor into a range. One row each. */
#ifndef QUANTIZE_OBSERVER_H
#define QUANTIZE_OBSERVER_H

#include <stddef.h>

#include "quantize/histogram.h"
#include "quantize/mode.h"

/* The names of observer_table in order, for the table of options. */
#define OBSERVER_NAMES "search|minmax|percentile|guarded|mse|entropy|average"

/* What a range is for. */
struct observed {
    enum type type;    /* of the integers: int8 or int16 */
    double percentile; /* of the values that are kept, where the observer asks for it */
};

struct observer {
    const char *name, *text;
    unsigned options;   /* HAS_ bits of what can be chosen with it alone */
    bool searches;      /* int8: the percentile is what range_search finds (range_search.h) */
    size_t state_bytes; /* of one tensor's state, zeroed at first */
    /* Takes in more values, those of one run, and their range; NaN and infinities are skipped. */
    void (*update)(void *state, const float *values, size_t count, struct range range);
    /* The range; seen is false when no finite value came by. */
    struct range (*range)(const void *state, const struct observed *observed);
};

extern const struct observer observer_table[];
extern const size_t observer_count;

/* The range by an observer that keeps histograms, or extremes, which a histogram holds, too. */
struct range observer_range(const struct observer *observer, const struct histogram *histogram,
                            const struct observed *observed) __attribute__((nonnull(1, 2, 3)));

/* By name, or NULL. */
const struct observer *observer_find(const char *name) __attribute__((nonnull(1)));

#endif
