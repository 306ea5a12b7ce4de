/* What the user asks of the run while it goes on. */
#include "experiment/grow.h"
#include "experiment/runner_internal.h"

static enum status weigh_pause(const struct runner *runner, const struct act *act,
                               struct act_cost *cost, struct error *error)
{
    (void)act, (void)cost;
    if (!runner->is_running)
        return error_set(error, STATUS_INVALID, NULL, "nothing is running");
    return runner->wants_pause ? error_set(error, STATUS_INVALID, NULL, "the run is paused already")
                               : STATUS_OK;
}

static enum status do_pause(struct runner *runner, const struct act *act, struct error *error)
{
    (void)act, (void)error;
    runner->wants_pause = true;
    return STATUS_OK;
}

static enum status weigh_continue(const struct runner *runner, const struct act *act,
                                  struct act_cost *cost, struct error *error)
{
    (void)act, (void)cost;
    return runner->wants_pause ? STATUS_OK
                               : error_set(error, STATUS_INVALID, NULL, "the run is not paused");
}

static enum status do_continue(struct runner *runner, const struct act *act, struct error *error)
{
    (void)act, (void)error;
    runner_end_pause(runner, true);
    return STATUS_OK;
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

/* After the events that say so. */
static void let_go_of_lost(struct runner *runner, size_t trial)
{
    int candidate = runner->trials[trial].candidate;
    let_go(runner, trial, !has_open_row(runner, candidate));
    if (runner_is_candidate_lost(runner, trial))
        handover_close_artifact(&runner->handovers[candidate]);
}

static enum status do_skip(struct runner *runner, const struct act *act, struct error *error)
{
    (void)error;
    runner_announce(runner, announce_skipped(act->trial));
    let_go_of_lost(runner, (size_t)act->trial);
    return STATUS_OK;
}

static bool has_figures(const struct runner *runner, size_t trial)
{
    struct block_place last;
    return state_of(runner, trial) == TRIAL_DONE ||
           results_last_block(runner->results, (int)trial, &last);
}

/* Ratios are of rounds that both sides took part in, so what was compared with the row comes, too.
 */
static bool is_repeated(const struct runner *runner, const struct act *act, size_t trial)
{
    return act->trial == (int)trial ||
           (compares_with(runner, trial, act->trial) && state_of(runner, trial) == TRIAL_DONE);
}

/* Nothing more is to be done for a run that was stopped. */
static enum status refuse_stopped(const struct runner *runner, struct error *error)
{
    return runner->is_running || runner->is_finished
               ? STATUS_OK
               : error_set(error, STATUS_INVALID, NULL, "the run is stopped: it is to go on first");
}

static enum status weigh_repeat(const struct runner *runner, const struct act *act,
                                struct act_cost *cost, struct error *error)
{
    if (check_trial(runner, act, error) != STATUS_OK)
        return error->status;
    size_t placement = runner->trials[act->trial].placement;
    if (!is_over(runner, (size_t)act->trial))
        return error_set(error, STATUS_INVALID, NULL, "the row is not finished yet: it is %s",
                         trial_state_name(state_of(runner, (size_t)act->trial)));
    if (refuse_stopped(runner, error) != STATUS_OK)
        return error->status;
    if (runner->placements[placement].n_threads == 0)
        return error_set(error, STATUS_INVALID, NULL, "this machine does not have '%s'",
                         runner->experiment->placements[placement]);
    for (size_t i = 0; i < runner->n_trials; i++) {
        if (!is_repeated(runner, act, i))
            continue;
        cost->repeated++;
        cost->lost += has_figures(runner, i);
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

/* A run that has ended has something to do again. */
static void go_on(struct runner *runner)
{
    bool was_finished = runner->is_finished;
    runner->is_finished = false;
    if (was_finished)
        runner_start(runner);
}

static enum status do_repeat(struct runner *runner, const struct act *act, struct error *error)
{
    (void)error;
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
    go_on(runner);
    return STATUS_OK;
}

static enum status weigh_add_mode(const struct runner *runner, const struct act *act,
                                  struct act_cost *cost, struct error *error)
{
    const struct mode *mode;
    struct mode_options options;
    struct arena *arena = arena_new();
    (void)cost;
    enum status status = refuse_stopped(runner, error);
    if (status == STATUS_OK)
        status = mode_parse(act->text, arena, &mode, &options, error);
    arena_free(arena);
    return status;
}

static enum status weigh_add_placement(const struct runner *runner, const struct act *act,
                                       struct act_cost *cost, struct error *error)
{
    (void)cost;
    enum status status = refuse_stopped(runner, error);
    return status == STATUS_OK ? placement_check(act->text, error) : status;
}

static enum status do_add(struct runner *runner, const struct act *act, struct error *error)
{
    enum status status = runner_add(runner, act->kind == ACT_ADD_MODE, act->text, error);
    if (status == STATUS_OK)
        go_on(runner);
    return status;
}

/* Which rows a removal is about. */
struct removal {
    bool is_mode;
    size_t index; /* of the mode, or of the placement */
};

static enum status find_removal(const struct runner *runner, const struct act *act,
                                struct removal *removal, struct error *error)
{
    const struct experiment *experiment = runner->experiment;
    removal->is_mode = act->kind == ACT_REMOVE_MODE;
    removal->index = removal->is_mode ? grow_find_mode(experiment, act->text, error)
                                      : grow_find_placement(experiment, act->text, error);
    size_t count = removal->is_mode ? experiment->n_modes : experiment->n_placements;
    return removal->index < count ? STATUS_OK : STATUS_INVALID;
}

/* Rows that were left out before, and have no figures, are not removed again. */
static bool is_removed(const struct runner *runner, const struct removal *removal, size_t trial)
{
    const struct trial *own = &runner->trials[trial];
    bool is_gone = state_of(runner, trial) == TRIAL_SKIPPED && !has_figures(runner, trial);
    return (removal->is_mode ? own->mode : own->placement) == removal->index && !is_gone;
}

/* Whether a row that stays is compared with one that does not. */
static bool loses_comparison(const struct runner *runner, const struct removal *removal,
                             size_t trial)
{
    const struct trial *own = &runner->trials[trial];
    if (trial_state_is_lost(state_of(runner, trial)) || is_removed(runner, removal, trial))
        return false;
    return (own->baseline >= 0 && is_removed(runner, removal, (size_t)own->baseline)) ||
           (own->builtin >= 0 && is_removed(runner, removal, (size_t)own->builtin));
}

static enum status weigh_remove(const struct runner *runner, const struct act *act,
                                struct act_cost *cost, struct error *error)
{
    struct removal removal;
    if (find_removal(runner, act, &removal, error) != STATUS_OK)
        return STATUS_INVALID;
    for (size_t i = 0; i < runner->n_trials; i++) {
        bool is_own = is_removed(runner, &removal, i);
        cost->removed += is_own;
        cost->lost += is_own && has_figures(runner, i);
        cost->compared += loses_comparison(runner, &removal, i);
    }
    return cost->removed > 0
               ? STATUS_OK
               : error_set(error, STATUS_INVALID, NULL, "'%s' was left out before", act->text);
}

/* Whether no row is left that a candidate's scores are for. */
static bool is_removed_whole(const struct runner *runner, const struct removal *removal,
                             int candidate)
{
    bool is_concerned = false;
    for (size_t i = 0; i < runner->n_trials; i++) {
        if (runner->trials[i].candidate != candidate)
            continue;
        bool is_own = is_removed(runner, removal, i);
        is_concerned |= is_own;
        if (!is_own && (state_of(runner, i) != TRIAL_SKIPPED || has_figures(runner, i)))
            return false;
    }
    return is_concerned;
}

static json_t *candidates_removed(const struct runner *runner, const struct removal *removal)
{
    json_t *list = json_array();
    for (int c = 0; (size_t)c < runner->n_candidates; c++)
        if (is_removed_whole(runner, removal, c))
            json_array_append_new(list, json_integer(c));
    return list;
}

static enum status do_remove(struct runner *runner, const struct act *act, struct error *error)
{
    struct removal removal;
    json_t *trials = json_array(), *item;
    size_t i;
    enum status status = find_removal(runner, act, &removal, error);
    for (i = 0; status == STATUS_OK && i < runner->n_trials; i++)
        if (is_removed(runner, &removal, i))
            json_array_append_new(trials, json_integer((json_int_t)i));
    if (status == STATUS_OK)
        runner_announce(
            runner, announce_removed(json_incref(trials), candidates_removed(runner, &removal)));
    json_array_foreach(trials, i, item)
    {
        let_go_of_lost(runner, (size_t)json_integer_value(item));
    }
    json_decref(trials);
    return status;
}

static const struct {
    enum status (*weigh)(const struct runner *runner, const struct act *act, struct act_cost *cost,
                         struct error *error);
    enum status (*perform)(struct runner *runner, const struct act *act, struct error *error);
} acts[ACT_COUNT] = {
    [ACT_PAUSE] = {weigh_pause, do_pause},
    [ACT_CONTINUE] = {weigh_continue, do_continue},
    [ACT_SKIP] = {weigh_skip, do_skip},
    [ACT_REPEAT] = {weigh_repeat, do_repeat},
    [ACT_ADD_MODE] = {weigh_add_mode, do_add},
    [ACT_ADD_PLACEMENT] = {weigh_add_placement, do_add},
    [ACT_REMOVE_MODE] = {weigh_remove, do_remove},
    [ACT_REMOVE_PLACEMENT] = {weigh_remove, do_remove},
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
    return status == STATUS_OK ? acts[act->kind].perform(runner, act, error) : status;
}

enum pause runner_pause(const struct runner *runner)
{
    return runner->is_paused ? PAUSE_BEGUN : runner->wants_pause ? PAUSE_ASKED_FOR : PAUSE_NONE;
}
