/* Mixed precision: which layers of a network stay float32, so that it loses no more accuracy than
 * is allowed and is as fast as can be.
 *
 * What a layer contributes is known for each alone: the noise that its integers bring to the
 * outputs, and the time and bytes that float32 takes more there. Noise of layers adds up, nearly,
 * as they are independent of each other; so the layers that stay float32 for a given sum of noise
 * at the least time are those with the most noise per time (the Lagrangian of a knapsack problem:
 * H. Everett, 1963, Generalized Lagrange multiplier method). How much noise costs how much
 * accuracy nobody knows beforehand: whole plans are made, scored and timed, by bisection, and what
 * is found is then improved layer by layer. Only what was scored and timed is a result. */
#ifndef SEARCH_SEARCH_H
#define SEARCH_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* A layer by itself. What is said of float32 here holds as well for activations of 16 bits, where
 * these were chosen for a layer (search_prefers_wide). */
struct search_layer {
    /* Of the outputs, squared, that is gone if it alone stays float32; at least 0. */
    double noise;
    double seconds; /* that an inference takes longer if it alone stays float32; below 0: shorter */
    double bytes;   /* that the file grows by then */
};

/* Whether activations of 16 bits stand in for float32 in a layer: they take less time and leave
 * next to nothing of the noise. Noise is that of the layer with 8 bits and with 16, times are in
 * any unit. */
bool search_prefers_wide(double noise, double float_time, double wide_noise, double wide_time);

/* A plan as it was measured. */
struct search_result {
    double drop;    /* of the metric, in its unit; above 0 is a loss */
    double seconds; /* of an inference */
    double bytes;   /* of the file */
};

struct search_limits {
    double drop;
    double bytes; /* INFINITY: any */
};

struct search_task {
    const struct search_layer *layers;
    size_t count;
    struct search_limits limits;
    void *context;
    /* Makes, scores and times a plan: one entry per layer, true stays float32. */
    enum status (*measure)(void *context, const bool *stays_float, struct search_result *result,
                           struct error *error);
    /* Whether time is up: what was found so far is the result then. */
    bool (*is_over)(void *context);
};

/* A way to search, one row each. */
struct search_method {
    const char *name, *text;
    /* Fills the best plan that meets the limits, and what was measured of it. *found is false where
     * none did, with the plan of the least drop among those that were measured. */
    enum status (*run)(const struct search_task *task, bool *stays_float,
                       struct search_result *result, bool *found, struct error *error);
};

extern const struct search_method search_methods[];
extern const size_t search_method_count;

#endif
