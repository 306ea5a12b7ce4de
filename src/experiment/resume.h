/* Going on with the run of an interrupted process: the same experiment, from its journal. */
#ifndef EXPERIMENT_RESUME_H
#define EXPERIMENT_RESUME_H

#include "base/error.h"
#include "experiment/experiment.h"
#include "hardware/topology.h"
#include "results/results.h"

/* Reads a journal that is to be gone on with. A damaged line is an error: what it said is lost. */
enum status resume_read(const char *path, struct results *results, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* Sets the experiment as the run of the journal had it: its profile, and its options over that.
 * STATUS_INVALID: the journal does not say. */
enum status resume_restore(const char *path, struct experiment *experiment, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* STATUS_INVALID unless the results are those of this very experiment on this machine; the error
 * says what differs. */
enum status resume_check(const struct experiment *experiment, const struct topology *topology,
                         const struct results *results, const char *path, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4, 5)));

#endif
