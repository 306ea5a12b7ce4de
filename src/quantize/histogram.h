/* What an observer keeps of the values of a tensor: in one pass, in the same memory for any number
 * of them, and the same whatever order they come in. */
#ifndef QUANTIZE_HISTOGRAM_H
#define QUANTIZE_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "quantize/mode.h"

#define HISTOGRAM_BINS 4096

/* Zeroed at first. */
struct histogram {
    struct range extremes;
    double limit; /* bins are as wide and span -limit..limit, a power of 2; 0: nothing seen yet */
    /* Values that are 0, which integers hold exactly, whatever the range: in no bin. */
    uint64_t zeros;
    uint64_t bins[HISTOGRAM_BINS];
};

/* The range of these values; those that are not finite are skipped. */
struct range range_of(const float *values, size_t count);
void range_widen(struct range *range, struct range other) __attribute__((nonnull(1)));

/* Takes in values whose range is given, as range_of has it. The limit doubles, and neighbouring
 * bins become one, as long as a value lies beyond it. */
void histogram_add(struct histogram *histogram, const float *values, size_t count,
                   struct range range) __attribute__((nonnull(1)));

/* The lower end of bin i, or the upper one of bin i - 1: i of 0..HISTOGRAM_BINS. */
double histogram_edge(const struct histogram *histogram, int i) __attribute__((nonnull(1)));

/* The extremes cut to low..high, ends of bins, but for a tiny share of what is cut off. */
struct range histogram_cut(const struct histogram *histogram, double low, double high)
    __attribute__((nonnull(1)));

/* The range without the outermost values on either side, so many per cent of which it keeps: at
 * least that many, up to the end of a bin. */
struct range histogram_percentile(const struct histogram *histogram, double percentile)
    __attribute__((nonnull(1)));

#endif
