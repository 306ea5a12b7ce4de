/* The runner: the parent's side of a run. It starts workers, has one compute at a time, writes what
 * they report to the journal and to the results, and never blocks. */
#ifndef EXPERIMENT_RUNNER_H
#define EXPERIMENT_RUNNER_H

#include <stdbool.h>

#include "base/error.h"
#include "experiment/act.h"
#include "experiment/experiment.h"
#include "hardware/topology.h"
#include "results/gate_run.h"
#include "results/journal.h"
#include "results/results.h"

struct runner;

/* Everything passed in outlives the runner, which has the experiment grow where the user adds to
 * it, or did so before the interruption. Writes the run and trial events at once, or, where the
 * results hold a run already, that this process goes on with it: see resume_check. */
enum status runner_new(struct experiment *experiment, const struct topology *topology,
                       struct journal *journal, struct results *results, struct runner **runner,
                       struct error *error) __attribute__((nonnull(1, 2, 3, 4, 5, 6)));
/* Kills and reaps the workers; a run that has not ended is stopped. NULL is fine. */
void runner_free(struct runner *runner);

/* When the run ends, or at once where it has, it is held against an earlier one, by the margins of
 * the experiment; the baseline outlives the runner. Nothing is told of a run that is stopped. */
void runner_hold_against(struct runner *runner, const struct gate_run *baseline)
    __attribute__((nonnull(1, 2)));

/* A descriptor that polls readable whenever runner_dispatch has something to do. */
int runner_descriptor(const struct runner *runner) __attribute__((nonnull(1)));
/* Does what is due and returns. Trouble of one trial becomes its failed event; an error is only
 * what ends the whole run. */
enum status runner_dispatch(struct runner *runner, struct error *error)
    __attribute__((nonnull(1, 2)));

/* The screen that shows the run was drawn once more: the journal says how often that was. */
void runner_count_picture(struct runner *runner) __attribute__((nonnull(1)));

/* Starts, or goes on after a stop with what is not finished yet. */
void runner_start(struct runner *runner) __attribute__((nonnull(1)));
/* Ends what is being measured; finished rows stay. */
void runner_stop(struct runner *runner) __attribute__((nonnull(1)));
/* Whether it was started and neither stopped nor finished; one that is paused runs. */
bool runner_running(const struct runner *runner) __attribute__((nonnull(1)));

/* Adds what an act that adds or removes may be about, a line each: modes, of which options may be
 * given beside, or kinds of placements; what takes part. Nothing for other acts. */
void runner_offer(const struct runner *runner, enum act_kind kind, struct text *out)
    __attribute__((nonnull(1, 3)));
/* Says what it takes to do what a user asks for. STATUS_INVALID: it cannot be done, and why. */
enum status runner_weigh(const struct runner *runner, const struct act *act, struct act_cost *cost,
                         struct error *error) __attribute__((nonnull(1, 2, 3, 4)));
/* Does it, whatever it takes; errors likewise, and then nothing changes. */
enum status runner_act(struct runner *runner, const struct act *act, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
/* Whether the run waits, or will once the present round is over. */
enum pause { PAUSE_NONE, PAUSE_ASKED_FOR, PAUSE_BEGUN };
enum pause runner_pause(const struct runner *runner) __attribute__((nonnull(1)));

/* Whether every trial is done, failed or skipped. */
bool runner_finished(const struct runner *runner) __attribute__((nonnull(1)));

struct progress {
    double fraction;     /* 0..1 of the work as far as it is known */
    double left_seconds; /* estimate; negative: not known yet */
    char stage[160];     /* "resnet: timing, round 4 of at most 40" */
};
struct progress runner_progress(const struct runner *runner) __attribute__((nonnull(1)));

/* A trouble with the journal (a full disk) that the run survives; NULL: none. */
const char *runner_warning(const struct runner *runner) __attribute__((nonnull(1)));

#endif
