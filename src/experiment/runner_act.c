/* What the user asks of the run while it goes on. */
#include "experiment/runner_internal.h"
#include "measure/clock.h"

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

/* Ratios are of rounds that both sides took part in, so what was compared with the row comes, too.
 */
static bool is_repeated(const struct runner *runner, const struct act *act, size_t trial)
{
    return act->trial == (int)trial ||
           (compares_with(runner, trial, act->trial) && state_of(runner, trial) == TRIAL_DONE);
}

static enum status weigh_repeat(const struct runner *runner, const struct act *act,
                                struct act_cost *cost, struct error *error)
{
    struct block_place last;
    if (check_trial(runner, act, error) != STATUS_OK)
        return error->status;
    size_t placement = runner->trials[act->trial].placement;
    if (!is_over(runner, (size_t)act->trial))
        return error_set(error, STATUS_INVALID, NULL, "the row is not finished yet: it is %s",
                         trial_state_name(state_of(runner, (size_t)act->trial)));
    if (!runner->is_running && !runner->is_finished)
        return error_set(error, STATUS_INVALID, NULL, "the run is stopped: it is to go on first");
    if (runner->placements[placement].n_threads == 0)
        return error_set(error, STATUS_INVALID, NULL, "this machine does not have '%s'",
                         runner->experiment->placements[placement]);
    for (size_t i = 0; i < runner->n_trials; i++) {
        if (!is_repeated(runner, act, i))
            continue;
        cost->repeated++;
        cost->lost +=
            state_of(runner, i) == TRIAL_DONE || results_last_block(runner->results, (int)i, &last);
    }
    return STATUS_OK;
}

/* Whether the scores of a candidate are void: no row that stays has them. */
static bool loses_scores(const struct runner *runner, const struct act *act, int candidate)
{
    bool is_concerned = false;
    for (size_t i = 0; i < runner->n_trials; i++) {
        if (runner->trials[i].candidate != candidate)
            continue;
        if (is_repeated(runner, act, i))
            is_concerned = true;
        else if (state_of(runner, i) == TRIAL_DONE)
            return false;
    }
    return is_concerned;
}

static void let_go_of_repeated(struct runner *runner, const struct act *act)
{
    for (size_t i = 0; i < runner->n_trials; i++)
        if (is_repeated(runner, act, i))
            let_go(runner, i,
                   runner->expected == EXPECT_SCORES &&
                       loses_scores(runner, act, runner->trials[i].candidate));
}

static void do_repeat(struct runner *runner, const struct act *act)
{
    json_t *trials = json_array(), *candidates = json_array();
    size_t i;
    json_t *item;
    let_go_of_repeated(runner, act);
    for (i = 0; i < runner->n_trials; i++)
        if (is_repeated(runner, act, i))
            json_array_append_new(trials, json_integer((json_int_t)i));
    for (int c = 0; (size_t)c < runner->n_candidates; c++)
        if (loses_scores(runner, act, c))
            json_array_append_new(candidates, json_integer(c));
    json_incref(trials);
    runner_announce(runner, announce_repeated(trials, candidates));
    json_array_foreach(trials, i, item)
    {
        runner->processes[json_integer_value(item)] = 0;
        schedule_begin_again(runner->schedule, (size_t)json_integer_value(item));
    }
    json_decref(trials);
    runner->is_finished = false;
    runner_start(runner);
}

static const struct {
    enum status (*weigh)(const struct runner *runner, const struct act *act, struct act_cost *cost,
                         struct error *error);
    void (*perform)(struct runner *runner, const struct act *act);
} acts[ACT_COUNT] = {
    [ACT_PAUSE] = {weigh_pause, do_pause},
    [ACT_CONTINUE] = {weigh_continue, do_continue},
    [ACT_SKIP] = {weigh_skip, do_skip},
    [ACT_REPEAT] = {weigh_repeat, do_repeat},
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
