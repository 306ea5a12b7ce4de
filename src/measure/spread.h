/* How many values there are where: a histogram of few bins, for people to look at. */
#ifndef MEASURE_SPREAD_H
#define MEASURE_SPREAD_H

#include <stddef.h>

#define SPREAD_BINS 32

/* Bins are as wide and span low..high, their lower ends included and, in the last one, high. Where
 * high is no more than low, whatever equals it is in the first. */
struct spread {
    double low, high;
    size_t bins[SPREAD_BINS];
    size_t below, above; /* values beyond */
};

/* Takes in more values; those that are not finite are in no bin. */
void spread_add(struct spread *spread, const float *values, size_t count)
    __attribute__((nonnull(1, 2)));

#endif
