/* The runner's state, and what its files do for each other. */
#ifndef EXPERIMENT_RUNNER_INTERNAL_H
#define EXPERIMENT_RUNNER_INTERNAL_H

#include "experiment/announce.h"
#include "experiment/child.h"
#include "experiment/handover.h"
#include "experiment/runner.h"
#include "experiment/schedule.h"
#include "hardware/disturbance.h"
#include "hardware/own_units.h"
#include "quantize/doing.h"

/* What the worker that computes now is expected to say next. */
enum expectation {
    EXPECT_NOTHING,
    EXPECT_PREPARED,
    EXPECT_PROCESS,
    EXPECT_BLOCK,
    EXPECT_MEMORY,
    EXPECT_SCORES,
    EXPECT_LAYERS
};

struct runner {
    struct experiment *experiment;
    const struct topology *topology;
    const struct trial *trials;
    size_t n_trials, n_candidates;
    struct journal *journal;
    struct results *results;
    struct schedule *schedule;
    struct placement *placements; /* resolved; n_threads 0: not to be had */
    struct placement everything;  /* for scoring */
    struct child *children;       /* one per trial; timing processes may sleep */
    struct handover *handovers;   /* one per candidate */
    int decoded;                  /* the file of data that were decoded; -1: none */
    int *processes;               /* per trial: how many were started for timing */
    int poller, timer;
    bool is_running, is_finished;
    bool wants_pause; /* as soon as a round is over, or what is done instead */
    bool is_paused;
    double paused;             /* when that began */
    struct schedule_step step; /* that is under way */
    size_t busy;               /* trial of the child that computes, when something is expected */
    enum expectation expected;
    struct {
        enum doing what;
        size_t done, all;
    } doing; /* of the worker that prepares; all 0: it has not said */
    double started, step_started;
    double own_since, own_cpu; /* seconds on both clocks when own_cost began to be counted */
    struct own_cost own_cost;  /* its runner and pictures since then */
    const char *id;   /* of the run, in each of its events; NULL: an older version began it */
    bool is_unsynced; /* the journal has what must not be lost, and is not on disk yet */
    const struct gate_run *baseline; /* that the run is held against when it ends; NULL: none */
    char warning[256];
    struct watch *watch;                 /* NULL: not started yet */
    double watched;                      /* when it looked last */
    double disturbed[DISTURBANCE_COUNT]; /* amounts that warnings told of; 0: none */
    bool is_unguarded;                   /* a warning told that workers are not confined */
};

/* --- runner_events.c: into the results and the journal --- */

/* Records a worker's event: in the results first, which check it, then in the journal. Takes over
 * the reference. */
enum status runner_record(struct runner *runner, json_t *event, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
/* Has the journal on disk, where it holds what must not be lost; to be called while nothing is
 * measured. */
void runner_sync(struct runner *runner) __attribute__((nonnull(1)));
/* An event of our own making, which cannot be malformed. Takes over the reference. */
void runner_announce(struct runner *runner, json_t *event) __attribute__((nonnull(1, 2)));
/* Whether a trial of the candidate is done: its file and its scores are all known, then. */
bool runner_has_done(const struct runner *runner, int candidate) __attribute__((nonnull(1)));
/* The same event for every trial of a candidate (one per placement) that is not final; what is
 * about scores, only for those that need no more rounds. */
void runner_announce_state(struct runner *runner, int candidate, enum trial_state state)
    __attribute__((nonnull(1)));
void runner_announce_done(struct runner *runner, int candidate) __attribute__((nonnull(1)));
void runner_announce_failed(struct runner *runner, int candidate, const char *stage,
                            const char *reason) __attribute__((nonnull(1, 3, 4)));

/* Says how the run stands beside its baseline, if it has one. */
void runner_announce_gate(struct runner *runner) __attribute__((nonnull(1)));

/* Counts what this process takes from now on, and says what it took since then. */
void runner_count_own_cost(struct runner *runner) __attribute__((nonnull(1)));
void runner_announce_own_cost(struct runner *runner) __attribute__((nonnull(1)));

/* --- runner_grow.c: the rows, and those that come later --- */

/* Has what there is per trial and candidate for all that the experiment has. */
void runner_take_trials(struct runner *runner) __attribute__((nonnull(1)));
/* Announces the trials that have not been yet; those whose placement this machine does not have
 * fail at once. */
void runner_announce_trials(struct runner *runner) __attribute__((nonnull(1)));
/* Adds to the experiment what the results say that the user did. STATUS_INVALID: it cannot be, or
 * the results have other rows. */
enum status runner_restore_additions(struct runner *runner, struct error *error)
    __attribute__((nonnull(1, 2)));
/* Adds a mode, or else a placement, with its rows. STATUS_INVALID or STATUS_UNSUPPORTED: it cannot
 * be, and nothing changes. */
enum status runner_add(struct runner *runner, bool is_mode, const char *text, struct error *error)
    __attribute__((nonnull(1, 3, 4)));

/* --- resume.c: after an interruption --- */

/* Announces what of the run that the results hold starts again, and what is final. The trials have
 * been announced. */
void runner_announce_resumed(struct runner *runner) __attribute__((nonnull(1)));

/* --- runner_watch.c: what disturbs the run --- */

/* Looks and counts from now on: what happened while nothing was measured does not disturb. */
void runner_begin_watch(struct runner *runner) __attribute__((nonnull(1)));
/* Looks whether something disturbs, now and then, and warns of it. is_last: the run ends. */
void runner_watch(struct runner *runner, bool is_last) __attribute__((nonnull(1)));

/* --- runner_step.c: one step at a time --- */

/* What is to be heard next, and from whom; EXPECT_NOTHING: no worker computes. An alarm goes off
 * when it takes too long. */
void runner_expect(struct runner *runner, size_t trial, enum expectation what)
    __attribute__((nonnull(1)));
/* How long what is expected may take, in seconds, and the key that says so. */
double runner_patience(const struct runner *runner, const char **key)
    __attribute__((nonnull(1, 2)));
/* Nobody computes; the loop looks for the next step at once. */
void runner_rest(struct runner *runner) __attribute__((nonnull(1)));
/* The step is over, well or not. */
void runner_finish_step(struct runner *runner) __attribute__((nonnull(1)));
/* The step is lost, with its reason. A candidate's failure is that of all its trials; a failure of
 * timing only that of its own. */
void runner_fail_step(struct runner *runner, const char *reason) __attribute__((nonnull(1, 2)));
/* Whether the worker that computes is one of a placement that is through, asked to end: the step
 * itself, which is another row's, has not begun. */
bool runner_is_leftover(const struct runner *runner) __attribute__((nonnull(1)));
/* Ends the worker that computes. The step is over; one that has not begun stays due. */
void runner_cut_step(struct runner *runner) __attribute__((nonnull(1)));
/* Ends a trial's worker, if it has one. */
void runner_kill_child(struct runner *runner, size_t trial) __attribute__((nonnull(1)));
/* Whether all rows of the trial's candidate are lost. */
bool runner_is_candidate_lost(const struct runner *runner, size_t trial)
    __attribute__((nonnull(1)));
/* Whether two trials are timed in turns. */
bool runner_takes_turns(const struct runner *runner, size_t a, size_t b)
    __attribute__((nonnull(1)));
/* Ends a pause, begun or asked for, and says so unless the run is to end. */
void runner_end_pause(struct runner *runner, bool goes_on) __attribute__((nonnull(1)));
/* Begins whatever is due when no worker computes. */
void runner_advance(struct runner *runner) __attribute__((nonnull(1)));
/* Reaps a trial's worker; see child_end. */
void runner_end_child(struct runner *runner, size_t trial, char *reason, size_t size)
    __attribute__((nonnull(1)));

/* --- runner_react.c: what workers say --- */

/* Takes in all that a trial's worker has said. */
void runner_serve_child(struct runner *runner, size_t trial) __attribute__((nonnull(1)));
/* The alarm went off. */
void runner_serve_timer(struct runner *runner) __attribute__((nonnull(1)));

#endif
