/* The events that the parent itself writes: who runs what, where, and how it ends. */
#ifndef EXPERIMENT_ANNOUNCE_H
#define EXPERIMENT_ANNOUNCE_H

#include <jansson.h>

#include "experiment/experiment.h"
#include "hardware/topology.h"
#include "results/event.h"
#include "results/own_cost.h"

/* New references throughout. */
json_t *announce_run(const struct experiment *experiment, const struct topology *topology)
    __attribute__((returns_nonnull, nonnull(1, 2)));
/* This process goes on with a run: numbers of the trials that start again and of the candidates
 * that are scored again. Takes over both references. */
json_t *announce_resumed(json_t *trials, json_t *candidates)
    __attribute__((returns_nonnull, nonnull(1, 2)));
/* The user has them measured once more, likewise. */
json_t *announce_repeated(json_t *trials, json_t *candidates)
    __attribute__((returns_nonnull, nonnull(1, 2)));
/* The timing of these trials is over. Takes over the reference. */
json_t *announce_timed_trials(json_t *trials) __attribute__((returns_nonnull, nonnull(1)));
/* threads 0: the placement is not to be had here. */
json_t *announce_trial(const struct experiment *experiment, const struct trial *trial, int number,
                       int threads) __attribute__((returns_nonnull, nonnull(1, 2)));
json_t *announce_state(int trial, enum trial_state state) __attribute__((returns_nonnull));
/* All scores clear up the doubt about some. */
json_t *announce_cleared(int candidate, const char *doubt)
    __attribute__((returns_nonnull, nonnull(2)));
/* There is no ledger of the candidate's layers, and why. */
json_t *announce_no_ledger(int candidate, const char *reason)
    __attribute__((returns_nonnull, nonnull(2)));
json_t *announce_done(int trial) __attribute__((returns_nonnull));
json_t *announce_failed(int trial, const char *stage, const char *reason)
    __attribute__((returns_nonnull, nonnull(2, 3)));
json_t *announce_warning(const char *kind, const char *text, const char *remedy)
    __attribute__((returns_nonnull, nonnull(1, 2, 3)));
/* What this process took; pictures 0: there is no screen. */
json_t *announce_own_cost(const struct own_cost *cost) __attribute__((returns_nonnull, nonnull(1)));
/* The user left the trial out. */
json_t *announce_skipped(int trial) __attribute__((returns_nonnull));
/* The user added a mode, or else a placement. */
json_t *announce_added(bool is_mode, const char *text) __attribute__((returns_nonnull, nonnull(2)));
/* The user took these trials out, and candidates have none left. Takes over both references. */
json_t *announce_removed(json_t *trials, json_t *candidates)
    __attribute__((returns_nonnull, nonnull(1, 2)));
/* The run goes on after a pause of so many seconds. */
json_t *announce_continued(double seconds) __attribute__((returns_nonnull));
/* "paused", "stopped" or "end". */
json_t *announce_mark(const char *name) __attribute__((returns_nonnull, nonnull(1)));

#endif
