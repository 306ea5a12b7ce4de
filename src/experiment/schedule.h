/* What to do next: the order in which a run's work is done, and when it is enough.
 *
 * Model by model: every candidate is prepared; then, placement by placement, the trials are timed
 * in rounds of one block each, in an order that is shuffled per round; then every candidate is
 * scored, fp32 first; then, if that is wanted, the layers of every candidate are looked at. Rounds
 * that something disturbed are repeated while there is time.
 *
 * A trial may come later, or be measured once more. It joins the rounds from the present one on,
 * with all that it is compared with, and its limits count from there: rounds are never numbered
 * anew, so that nothing is paired across the time between.
 */
#ifndef EXPERIMENT_SCHEDULE_H
#define EXPERIMENT_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>

#include "experiment/experiment.h"
#include "experiment/handover.h"
#include "results/results.h"

enum step_kind {
    STEP_PREPARE, /* candidate of `trial` */
    STEP_BLOCK,   /* one block of `trial` in `round` */
    STEP_SCORE,   /* candidate of `trial` */
    STEP_LAYERS,  /* candidate of `trial` */
    STEP_END,     /* nothing is left */
};

struct schedule_step {
    enum step_kind kind;
    size_t trial;
    long round;
    long rounds_most;     /* BLOCK: rounds of these trials are numbered below this */
    bool last_of_process; /* BLOCK: the process has measured its share of rounds */
};

struct schedule;

/* Everything passed in outlives it. By the handovers, one per candidate, it is known whose file to
 * ship and whose outputs are there. */
struct schedule *schedule_new(const struct experiment *experiment, const struct handover *handovers,
                              struct results *results)
    __attribute__((returns_nonnull, nonnull(1, 2, 3)));
void schedule_free(struct schedule *schedule);

/* The step that is due. The same one is given again until schedule_done says that it is over.
 * Trials that are lost (by their state in the results) are left out. */
struct schedule_step schedule_next(struct schedule *schedule) __attribute__((nonnull(1)));
/* The step that schedule_next gave is over, well or not; it took so many seconds. */
void schedule_done(struct schedule *schedule, double seconds) __attribute__((nonnull(1)));

/* The experiment has more trials, which the results know, and the handovers are elsewhere. */
void schedule_extend(struct schedule *schedule, const struct handover *handovers)
    __attribute__((nonnull(1, 2)));

/* What was measured of the trial is void, by its state in the results: it is measured again. */
void schedule_begin_again(struct schedule *schedule, size_t trial) __attribute__((nonnull(1)));

/* Whether more rounds of a trial are wanted for its own sake. */
bool schedule_is_to_time(const struct schedule *schedule, size_t trial) __attribute__((nonnull(1)));
/* Whether some trial that is timed in turns with this one wants more rounds. */
bool schedule_wants_rounds(const struct schedule *schedule, size_t trial)
    __attribute__((nonnull(1)));

/* Whether some row that is compared with the outputs of the trial's candidate is to be scored. */
bool schedule_needs_outputs(const struct schedule *schedule, size_t trial)
    __attribute__((nonnull(1)));

/* Whether no round of blocks is begun and not over: rows may wait there without being compared
 * across the time between. */
bool schedule_is_between_rounds(const struct schedule *schedule) __attribute__((nonnull(1)));

/* Whether the layers of the trial's candidate, of the present model, are still to be looked at. */
bool schedule_wants_layers(const struct schedule *schedule, size_t trial)
    __attribute__((nonnull(1)));

/* Share of the work that is done and estimated seconds for the rest (negative: not known yet). */
void schedule_progress(const struct schedule *schedule, double *fraction, double *left_seconds)
    __attribute__((nonnull(1, 2, 3)));

#endif
