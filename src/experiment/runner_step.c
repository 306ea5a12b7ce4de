/* The steps of a run: which worker computes next, and what it is asked for. */
#include <sys/epoll.h>
#include <sys/timerfd.h>

#include "experiment/order.h"
#include "experiment/runner_internal.h"
#include "measure/clock.h"

static struct handover *handover_of(const struct runner *runner, size_t trial)
{
    return &runner->handovers[runner->trials[trial].candidate];
}

/* 0 s: no alarm. */
static void set_alarm(const struct runner *runner, double seconds)
{
    struct itimerspec alarm = {0};
    alarm.it_value.tv_sec = (time_t)seconds;
    alarm.it_value.tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9);
    timerfd_settime(runner->timer, 0, &alarm, NULL);
}

double runner_patience(const struct runner *runner, const char **key)
{
    const struct experiment *experiment = runner->experiment;
    const struct model_bounds *bounds = &experiment->bounds;
    enum expectation what = runner->expected;
    bool prepares = what == EXPECT_PREPARED && bounds->prepare_seconds > 0.0;
    bool loads = what == EXPECT_PROCESS && bounds->load_seconds > 0.0;
    /* Layers are looked at for as long as is said, and longer where one inference takes so long. */
    double more = what == EXPECT_LAYERS ? experiment->layers.seconds : 0.0;
    *key = prepares ? "limits.prepare_seconds"
           : loads  ? "limits.load_seconds"
                    : "measure.timeout_seconds";
    return prepares ? bounds->prepare_seconds
           : loads  ? bounds->load_seconds
                    : experiment->measure.timeout_seconds + more;
}

void runner_expect(struct runner *runner, size_t trial, enum expectation what)
{
    const char *key;
    runner->busy = trial;
    runner->expected = what;
    set_alarm(runner, what == EXPECT_NOTHING ? 0.0 : runner_patience(runner, &key));
}

/* An alarm that is due at once makes the loop look for the next step. */
void runner_rest(struct runner *runner)
{
    runner->expected = EXPECT_NOTHING;
    set_alarm(runner, 1e-6);
}

/* Whether all rows of the trial's candidate are lost. */
bool runner_is_candidate_lost(const struct runner *runner, size_t trial)
{
    for (size_t i = 0; i < runner->n_trials; i++)
        if (runner->trials[i].candidate == runner->trials[trial].candidate &&
            !trial_state_is_lost(results_row_as_it_stands(runner->results, (int)i)->state))
            return false;
    return true;
}

/* Whether no worker of the trial's candidate will start any more: it was scored, and nobody wants
 * to look at its layers, or all its rows are lost. */
static bool is_through(const struct runner *runner, size_t trial)
{
    bool is_scored = runner->step.kind == STEP_SCORE || runner->step.kind == STEP_LAYERS;
    return runner_is_candidate_lost(runner, trial) ||
           (is_scored && !schedule_wants_layers(runner->schedule, trial));
}

void runner_finish_step(struct runner *runner)
{
    if (is_through(runner, runner->step.trial))
        handover_close_artifact(handover_of(runner, runner->step.trial));
    schedule_done(runner->schedule, clock_seconds() - runner->step_started);
    runner_rest(runner);
}

void runner_end_child(struct runner *runner, size_t trial, char *reason, size_t size)
{
    struct child *child = &runner->children[trial];
    if (child_is_alive(child))
        epoll_ctl(runner->poller, EPOLL_CTL_DEL, child->socket, NULL);
    child_end(child, reason, size);
}

static const char *stage_name(const struct runner *runner)
{
    return runner->step.kind == STEP_PREPARE ? "prepare"
           : runner->step.kind == STEP_SCORE ? "score"
                                             : "time";
}

/* A row is none the worse for the want of a ledger. */
static void announce_failure(struct runner *runner, size_t trial, const char *reason)
{
    const char *stage = stage_name(runner);
    int candidate = runner->trials[trial].candidate;
    if (runner->step.kind == STEP_LAYERS)
        runner_announce(runner, announce_no_ledger(candidate, reason));
    else if (runner->step.kind == STEP_BLOCK)
        runner_announce(runner, announce_failed((int)trial, stage, reason));
    else
        runner_announce_failed(runner, candidate, stage, reason);
}

void runner_fail_step(struct runner *runner, const char *reason)
{
    announce_failure(runner, runner->busy, reason);
    runner_cut_step(runner);
}

void runner_kill_child(struct runner *runner, size_t trial)
{
    if (!child_is_alive(&runner->children[trial]))
        return;
    child_kill(&runner->children[trial]);
    runner_end_child(runner, trial, NULL, 0);
}

bool runner_is_leftover(const struct runner *runner)
{
    bool belongs = runner->step.kind == STEP_BLOCK && runner->step.trial == runner->busy;
    return runner->expected == EXPECT_MEMORY && !belongs;
}

void runner_cut_step(struct runner *runner)
{
    size_t trial = runner->busy;
    bool is_leftover = runner_is_leftover(runner);
    runner_kill_child(runner, trial);
    if (is_leftover) {
        runner_rest(runner);
        return;
    }
    if (runner->step.kind == STEP_SCORE || runner->step.kind == STEP_LAYERS)
        handover_close_reference(handover_of(runner, trial)); /* what it left is not whole */
    runner_finish_step(runner);
}

/* The outputs of its baseline are what a candidate's are compared with. */
static enum reference_use reference_of(const struct runner *runner, size_t trial)
{
    int baseline = runner->trials[trial].baseline;
    if (runner->step.kind != STEP_SCORE || baseline < 0)
        return REFERENCE_NONE;
    if (runner->trials[baseline].candidate == runner->trials[trial].candidate)
        return REFERENCE_WRITTEN;
    return handover_of(runner, (size_t)baseline)->reference >= 0 ? REFERENCE_READ : REFERENCE_NONE;
}

/* The metric is chosen once per model, by the worker that prepares the first of its candidates. */
static void settle_metric(const struct runner *runner, size_t trial, struct work *work)
{
    for (size_t i = 0; i < runner->n_trials; i++) {
        const struct row *row = results_row(runner->results, (int)i);
        if (runner->trials[i].model != runner->trials[trial].model || !row->metric)
            continue;
        work->metric = row->metric->name;
        work->has_threshold = row->threshold.present;
        work->threshold = row->threshold.value;
        return;
    }
}

/* The order of the present step, for a trial and its next process. */
static void describe_work(const struct runner *runner, size_t number, struct work *work,
                          struct text *mode)
{
    const struct trial *trial = &runner->trials[number];
    const struct placement *placement = &runner->placements[trial->placement];
    if (runner->step.kind != STEP_BLOCK)
        placement = &runner->everything;
    order_fill(runner->experiment, trial, work, mode);
    work->kind = runner->step.kind == STEP_PREPARE  ? WORK_PREPARE
                 : runner->step.kind == STEP_SCORE  ? WORK_SCORE
                 : runner->step.kind == STEP_LAYERS ? WORK_LAYERS
                                                    : WORK_TIME;
    work->reference = reference_of(runner, number);
    work->trial = (int)number;
    work->process = runner->processes[number];
    work->profile_seconds = work->process == 0 ? runner->experiment->measure.profile_seconds : 0.0;
    work->n_pus = placement->n_threads;
    work->pus = placement->pus;
    settle_metric(runner, number, work);
}

/* Starts a worker for the present step and gives it its order. */
static enum status start_worker(struct runner *runner, size_t trial, struct error *error)
{
    struct child *child = &runner->children[trial];
    struct handover files = *handover_of(runner, trial);
    struct text mode = {0};
    struct work work;
    if (reference_of(runner, trial) == REFERENCE_READ)
        files.reference = handover_of(runner, (size_t)runner->trials[trial].baseline)->reference;
    if (runner->step.kind != STEP_BLOCK) /* timing reads no samples, and its worker stays */
        files.decoded = runner->decoded;
    enum status status = child_start(child, &files, error);
    if (status != STATUS_OK)
        return status;
    struct epoll_event interest = {.events = EPOLLIN, .data.u64 = trial};
    epoll_ctl(runner->poller, EPOLL_CTL_ADD, child->socket, &interest);
    describe_work(runner, trial, &work, &mode);
    child_send(child, work_encode(&work)); /* a worker that is gone already is noticed later */
    text_release(&mode);
    return STATUS_OK;
}

static void start_prepare(struct runner *runner)
{
    size_t trial = runner->step.trial;
    struct handover *handover = handover_of(runner, trial);
    struct error error;
    for (size_t i = 0; i < runner->n_trials; i++) /* of models that are through */
        if (runner->trials[i].model != runner->trials[trial].model)
            handover_close_reference(handover_of(runner, i));
    runner_announce_state(runner, runner->trials[trial].candidate, TRIAL_QUANTIZING);
    runner->doing.all = 0;
    runner_expect(runner, trial, EXPECT_PREPARED);
    handover_close(handover);
    enum status status = handover_open(handover, &error);
    if (status == STATUS_OK)
        status = start_worker(runner, trial, &error);
    if (status != STATUS_OK)
        runner_fail_step(runner, error.text);
}

static void start_block(struct runner *runner)
{
    size_t trial = runner->step.trial;
    struct error error;
    enum trial_state state = results_row_as_it_stands(runner->results, (int)trial)->state;
    if (state != TRIAL_TIMING && !trial_state_is_over(state)) /* others may be compared with it */
        runner_announce(runner, announce_state((int)trial, TRIAL_TIMING));
    if (child_is_alive(&runner->children[trial])) {
        runner_expect(runner, trial, EXPECT_BLOCK);
        child_send(&runner->children[trial], work_block_request(runner->step.round));
        return;
    }
    runner_expect(runner, trial, EXPECT_PROCESS);
    if (start_worker(runner, trial, &error) != STATUS_OK)
        runner_fail_step(runner, error.text);
    else
        runner->processes[trial]++;
}

static void start_score(struct runner *runner)
{
    size_t trial = runner->step.trial;
    struct error error;
    runner_expect(runner, trial, EXPECT_SCORES);
    bool is_scored = runner_has_done(runner, runner->trials[trial].candidate) &&
                     (reference_of(runner, trial) != REFERENCE_WRITTEN ||
                      !schedule_needs_outputs(runner->schedule, trial));
    if (!runner->experiment->has_data || is_scored) { /* nothing to score: the rows are final */
        runner_announce_done(runner, runner->trials[trial].candidate);
        runner_finish_step(runner);
        return;
    }
    runner_announce_state(runner, runner->trials[trial].candidate, TRIAL_SCORING);
    enum status status = reference_of(runner, trial) == REFERENCE_WRITTEN
                             ? handover_open_reference(handover_of(runner, trial), &error)
                             : STATUS_OK;
    if (status == STATUS_OK)
        status = start_worker(runner, trial, &error);
    if (status != STATUS_OK)
        runner_fail_step(runner, error.text);
}

/* The outputs that layers are compared with are the worker's own. */
static void start_layers(struct runner *runner)
{
    size_t trial = runner->step.trial;
    struct error error;
    runner_expect(runner, trial, EXPECT_LAYERS);
    enum status status = handover_open_reference(handover_of(runner, trial), &error);
    if (status == STATUS_OK)
        status = start_worker(runner, trial, &error);
    if (status != STATUS_OK)
        runner_fail_step(runner, error.text);
}

bool runner_takes_turns(const struct runner *runner, size_t a, size_t b)
{
    return runner->trials[a].model == runner->trials[b].model &&
           runner->trials[a].placement == runner->trials[b].placement;
}

/* Whether the present step leaves a trial's model or placement, and not only to prepare a trial
 * that came later. */
static bool leaves(const struct runner *runner, size_t trial)
{
    return runner->step.kind == STEP_BLOCK ? !runner_takes_turns(runner, trial, runner->step.trial)
                                           : !schedule_wants_rounds(runner->schedule, trial);
}

/* A sleeping timing process whose placement is through; SIZE_MAX when there is none. */
static size_t leftover_child(const struct runner *runner)
{
    for (size_t i = 0; i < runner->n_trials; i++)
        if (child_is_alive(&runner->children[i]) && leaves(runner, i))
            return i;
    return SIZE_MAX;
}

static void end_run(struct runner *runner)
{
    runner->is_running = false;
    runner->is_finished = true;
    runner_announce_own_cost(runner);
    runner_announce_gate(runner);
    runner_announce(runner, announce_mark("end"));
    runner_sync(runner);
}

/* Whether a trial was timed, all that it needs, and nobody said so. */
static bool is_through_with_rounds(const struct runner *runner, size_t trial)
{
    const struct row *row = results_row_as_it_stands(runner->results, (int)trial);
    struct block_place last;
    return !trial_state_is_over(row->state) && !row->is_timed &&
           results_last_block(runner->results, (int)trial, &last) && leaves(runner, trial) &&
           !schedule_wants_rounds(runner->schedule, trial);
}

/* Says that timing is over where the present step leaves a model or a placement. All processes have
 * ended by now, so that nothing is missing. */
static void announce_timed(struct runner *runner)
{
    for (size_t i = 0; i < runner->n_trials; i++) {
        if (!is_through_with_rounds(runner, i))
            continue;
        json_t *trials = json_array();
        for (size_t k = 0; k < runner->n_trials; k++)
            if (runner_takes_turns(runner, i, k) &&
                !trial_state_is_lost(results_row(runner->results, (int)k)->state))
                json_array_append_new(trials, json_integer((json_int_t)k));
        runner_announce(runner, announce_timed_trials(trials));
    }
}

/* Workers that sleep go on doing so. */
static void begin_pause(struct runner *runner)
{
    runner->paused = clock_seconds();
    own_units_return();
    runner_announce_own_cost(runner);
    runner_announce(runner, announce_mark("paused"));
    runner_sync(runner);
    runner_count_own_cost(runner);
    runner->is_paused = true;
}

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

void runner_advance(struct runner *runner)
{
    static void (*const starters[])(struct runner *) = {
        [STEP_PREPARE] = start_prepare, [STEP_BLOCK] = start_block, [STEP_SCORE] = start_score,
        [STEP_LAYERS] = start_layers,   [STEP_END] = end_run,
    };
    if (!runner->is_running || runner->is_paused || runner->expected != EXPECT_NOTHING)
        return;
    if (runner->wants_pause && schedule_is_between_rounds(runner->schedule)) {
        begin_pause(runner);
        return;
    }
    runner->step = schedule_next(runner->schedule);
    size_t leftover = leftover_child(runner);
    if (leftover != SIZE_MAX) {
        runner_expect(runner, leftover, EXPECT_MEMORY);
        child_send(&runner->children[leftover], work_finish_request());
        return;
    }
    announce_timed(runner);
    runner_sync(runner);
    runner_watch(runner, runner->step.kind == STEP_END);
    runner->step_started = clock_seconds();
    if (runner->step.kind == STEP_BLOCK)
        own_units_leave(&runner->placements[runner->trials[runner->step.trial].placement]);
    else
        own_units_return();
    starters[runner->step.kind](runner);
}
