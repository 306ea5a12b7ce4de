/* What the user asks of the run while it goes on. */
#include "experiment/runner_internal.h"
#include "measure/clock.h"

/* The time of the run does not go on during a pause. */
void runner_end_pause(struct runner *runner, bool goes_on)
{
    double seconds = clock_seconds() - runner->paused;
    bool was_paused = runner->is_paused;
    runner->wants_pause = runner->is_paused = false;
    if (!was_paused)
        return;
    runner->started += seconds;
    if (!goes_on)
        return;
    runner_announce(runner, announce_continued(seconds));
    runner_begin_watch(runner);
    runner_rest(runner);
}

static enum status weigh_pause(const struct runner *runner, const struct act *act,
                               struct act_cost *cost, struct error *error)
{
    (void)act, (void)cost;
    if (!runner->is_running)
        return error_set(error, STATUS_INVALID, NULL, "nothing is running");
    return runner->wants_pause ? error_set(error, STATUS_INVALID, NULL, "the run is paused already")
                               : STATUS_OK;
}

static void do_pause(struct runner *runner, const struct act *act)
{
    (void)act;
    runner->wants_pause = true;
}

static enum status weigh_continue(const struct runner *runner, const struct act *act,
                                  struct act_cost *cost, struct error *error)
{
    (void)act, (void)cost;
    return runner->wants_pause ? STATUS_OK
                               : error_set(error, STATUS_INVALID, NULL, "the run is not paused");
}

static void do_continue(struct runner *runner, const struct act *act)
{
    (void)act;
    runner_end_pause(runner, true);
}

static enum trial_state state_of(const struct runner *runner, size_t trial)
{
    return results_row_as_it_stands(runner->results, (int)trial)->state;
}

static bool is_over(const struct runner *runner, size_t trial)
{
    return trial_state_is_over(state_of(runner, trial));
}

static enum status check_trial(const struct runner *runner, const struct act *act,
                               struct error *error)
{
    return act->trial >= 0 && (size_t)act->trial < runner->n_trials
               ? STATUS_OK
               : error_set(error, STATUS_INVALID, NULL, "there is no such row");
}

/* Whether a trial is compared with another one. */
static bool compares_with(const struct runner *runner, size_t trial, int other)
{
    const struct trial *own = &runner->trials[trial];
    return (int)trial != other && (own->baseline == other || own->builtin == other);
}

static enum status weigh_skip(const struct runner *runner, const struct act *act,
                              struct act_cost *cost, struct error *error)
{
    if (check_trial(runner, act, error) != STATUS_OK)
        return error->status;
    if (is_over(runner, (size_t)act->trial))
        return error_set(error, STATUS_INVALID, NULL, "nothing is left to skip: the row is %s",
                         trial_state_name(state_of(runner, (size_t)act->trial)));
    for (size_t i = 0; i < runner->n_trials; i++)
        cost->compared += compares_with(runner, i, act->trial) && !is_over(runner, i);
    return STATUS_OK;
}

/* Whether the worker that computes does so for all rows of its candidate. */
static bool is_shared(const struct runner *runner)
{
    return runner->step.kind != STEP_BLOCK && !runner_is_leftover(runner);
}

static bool has_open_row(const struct runner *runner, int candidate)
{
    for (size_t i = 0; i < runner->n_trials; i++)
        if (runner->trials[i].candidate == candidate && !is_over(runner, i))
            return true;
    return false;
}

/* Ends the worker of a trial, which sleeps or computes; one that works for other rows, too, goes on
 * unless is_void: what it does is of no use any more. */
static void let_go(struct runner *runner, size_t trial, bool is_void)
{
    int candidate = runner->trials[trial].candidate;
    bool is_own = runner->busy == trial;
    if (is_shared(runner))
        is_own = is_void && runner->trials[runner->busy].candidate == candidate;
    if (runner->expected != EXPECT_NOTHING && is_own)
        runner_cut_step(runner);
    else if (runner->expected == EXPECT_NOTHING || runner->busy != trial)
        runner_kill_child(runner, trial);
}

static void do_skip(struct runner *runner, const struct act *act)
{
    size_t trial = (size_t)act->trial;
    int candidate = runner->trials[trial].candidate;
    runner_announce(runner, announce_skipped(act->trial));
    let_go(runner, trial, !has_open_row(runner, candidate));
    if (runner_is_candidate_lost(runner, trial))
        handover_close_artifact(&runner->handovers[candidate]);
}

static const struct {
    enum status (*weigh)(const struct runner *runner, const struct act *act, struct act_cost *cost,
                         struct error *error);
    void (*perform)(struct runner *runner, const struct act *act);
} acts[ACT_COUNT] = {
    [ACT_PAUSE] = {weigh_pause, do_pause},
    [ACT_CONTINUE] = {weigh_continue, do_continue},
    [ACT_SKIP] = {weigh_skip, do_skip},
};

enum status runner_weigh(const struct runner *runner, const struct act *act, struct act_cost *cost,
                         struct error *error)
{
    *cost = (struct act_cost){0};
    return acts[act->kind].weigh(runner, act, cost, error);
}

enum status runner_act(struct runner *runner, const struct act *act, struct error *error)
{
    struct act_cost cost;
    enum status status = runner_weigh(runner, act, &cost, error);
    if (status == STATUS_OK)
        acts[act->kind].perform(runner, act);
    return status;
}

enum pause runner_pause(const struct runner *runner)
{
    return runner->is_paused ? PAUSE_BEGUN : runner->wants_pause ? PAUSE_ASKED_FOR : PAUSE_NONE;
}
