/* A rehearsal: what becomes of a candidate, found out by worker processes before a run. */
#ifndef EXPERIMENT_REHEARSAL_H
#define EXPERIMENT_REHEARSAL_H

#include <jansson.h>
#include <stdbool.h>

#include "experiment/experiment.h"
#include "hardware/topology.h"
#include "results/plausible.h"

struct rehearsal {
    bool works;
    char reason[640];         /* why not */
    double bytes;             /* of the file to ship */
    char metric[32];          /* name of the metric; "" where nothing is scored */
    long samples, calibrated; /* samples to score, and those that ranges were taken from */
    char doubt[DOUBT_SIZE];   /* why fp32's answers make no sense; "": no doubt */
    json_t *remarks;          /* on the samples, a list of texts; NULL: none */
    long recordings;          /* whose windows the samples to score are; 0: they are none */
    double prepare_seconds;   /* until the file was ready */
    double seconds;           /* of one inference */
};

/* Has the trial's candidate prepared, and one block timed, on the given units. A worker that is
 * silent for longer than measure.timeout_seconds is given up. `decoded` is what
 * handover_open_decoded gave, for all rehearsals. Whoever asked releases what was found. */
void rehearse(const struct experiment *experiment, const struct trial *trial,
              const struct placement *placement, int decoded, struct rehearsal *rehearsal)
    __attribute__((nonnull(1, 2, 3, 5)));
void rehearsal_release(struct rehearsal *rehearsal) __attribute__((nonnull(1)));

#endif
