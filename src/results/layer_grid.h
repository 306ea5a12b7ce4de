/* The grids of a layer: its weights beside the levels that a mode put them on, and the values of
 * its output beside those that this can hold. */
#ifndef RESULTS_LAYER_GRID_H
#define RESULTS_LAYER_GRID_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* A histogram: bins of equal width over low..high. */
struct layer_bins {
    double low, high; /* finite, low <= high */
    size_t count;     /* of bins, at least 1 */
    const double *values;
    double below, above; /* values beyond */
};

/* What the weights of an output channel became; NaN where a number is not known. */
struct layer_channel {
    size_t number; /* from 0 */
    double sqnr;   /* dB */
    double most;   /* greatest |w| in fp32 */
    double rms;    /* root of the mean square in fp32 */
    double zeroed; /* share of the weights other than 0 that became 0 */
    double reach;  /* levels from 0 to the farthest one that is used, of one side */
    double scale;
};

struct layer_weights {
    const char *type; /* of the stored weights: "int8" */
    size_t bits;      /* of each of them, in files */
    size_t channels;
    double sqnr;   /* dB; NaN: not known */
    double zeroed; /* as of a channel */
    struct layer_bins bins;
    size_t scales;                          /* 0: a floating-point type, without an even grid */
    double least_scale, median, most_scale; /* of integers; > 0 */
    double levels, used; /* that a number can have; those of them that some weight has */
    double reached;      /* mean share of the levels between the extremes of a scale's weights */
    bool has_worst;
    struct layer_channel worst; /* the channel with the least ratio of signal to noise */
};

struct layer_values {
    const char *type;
    double scale, zero_point;
    struct layer_bins bins; /* of fp32's values on the samples, over what can be held */
};

struct results;
struct layer_data;

/* Takes the members "weights" and "values" of an event "layer", which may lack them; the latter
 * needs what the layer holds. STATUS_FORMAT: one of them has a wrong member. */
enum status layer_grids_take(struct results *results, const json_t *event, struct layer_data *layer,
                             struct error *error) __attribute__((nonnull(1, 2, 3, 4)));

#endif
