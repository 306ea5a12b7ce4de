/* A search in a worker, from the parent's side. */
#ifndef EXPERIMENT_SEARCH_H
#define EXPERIMENT_SEARCH_H

#include <jansson.h>

#include "experiment/experiment.h"
#include "hardware/topology.h"

/* Called with every event of the worker: see work.h. */
typedef void search_listener(void *context, const json_t *event);

/* Searches one model in one mode of the experiment on the placement, in a worker that is told what
 * is known already, a list of events (not given away). `decoded` is as for handover.h. Returns what
 * the worker says last, a new reference; NULL: it failed, and error has the reason. */
json_t *search_in_worker(const struct experiment *experiment, const struct trial *trial,
                         const struct placement *placement, int decoded, json_t *known,
                         search_listener *listener, void *context, struct error *error)
    __attribute__((nonnull(1, 2, 3, 5, 6, 8)));

/* The limit of the drop that a search keeps. */
double search_drop(const struct experiment *experiment) __attribute__((nonnull(1)));

#endif
