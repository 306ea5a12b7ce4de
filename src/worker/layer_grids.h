/* What the event of a layer tells of its grids: the weights beside that which they were put on, and
 * the values of its output beside what this can hold. */
#ifndef WORKER_LAYER_GRIDS_H
#define WORKER_LAYER_GRIDS_H

#include <jansson.h>

#include "worker/layer_errors.h"

/* Adds the members "weights" and "values" to an event "layer", each where there is such. */
void layer_grids_add(const struct layer_set *set, int layer, const struct layer_error *sums,
                     json_t *event) __attribute__((nonnull(1, 3, 4)));

#endif
