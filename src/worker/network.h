/* Telling what a candidate's file computes: its operators and tensors. */
#ifndef WORKER_NETWORK_H
#define WORKER_NETWORK_H

#include <jansson.h>

#include "quantize/candidate.h"

/* The event "network" (results/event.h), but for the candidate's number: a new reference. Of a
 * large graph the first operators are told, so that it is never beyond a few MiB. */
json_t *network_event(const struct candidate *candidate)
    __attribute__((returns_nonnull, nonnull(1)));

#endif
