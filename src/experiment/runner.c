#include "experiment/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/memory.h"
#include "experiment/announce.h"
#include "experiment/child.h"
#include "experiment/schedule.h"
#include "experiment/work.h"
#include "hardware/cpu.h"
#include "measure/clock.h"

/* What the worker that computes now is expected to say next. */
enum expectation {
    EXPECT_NOTHING,
    EXPECT_PREPARED,
    EXPECT_PROCESS,
    EXPECT_BLOCK,
    EXPECT_MEMORY,
    EXPECT_SCORES
};

/* The files that a preparing worker makes for the others; they have no name. */
struct artifact {
    int model, inputs; /* descriptors; -1: none */
};

struct runner {
    const struct experiment *experiment;
    const struct trial *trials;
    size_t n_trials;
    struct journal *journal;
    struct results *results;
    struct schedule *schedule;
    struct placement *placements; /* resolved; n_threads 0: not to be had */
    struct placement everything;  /* for scoring */
    struct child *children;       /* one per trial; timing processes may sleep */
    struct artifact *artifacts;   /* one per candidate */
    int *processes;               /* per trial: how many were started for timing */
    int poller, timer;
    bool is_running, is_finished;
    struct schedule_step step; /* that is under way */
    size_t busy;               /* trial of the child that computes, when something is expected */
    enum expectation expected;
    double started, step_started;
    char warning[256];
};

/* Records an event: in the results first, which check it, then in the journal. */
static enum status record(struct runner *runner, json_t *event, struct error *error)
{
    struct error trouble;
    json_object_set_new(event, "t", json_real(clock_seconds() - runner->started));
    enum status status = results_apply(runner->results, event, error);
    if (status == STATUS_OK && journal_append(runner->journal, event, &trouble) != STATUS_OK)
        error_line(&trouble, runner->warning, sizeof(runner->warning));
    json_decref(event);
    return status;
}

/* An event of our own making, which cannot be malformed. */
static void announce(struct runner *runner, json_t *event)
{
    struct error error;
    if (record(runner, event, &error) != STATUS_OK)
        error_line(&error, runner->warning, sizeof(runner->warning));
}

static enum status open_unnamed(int *descriptor, struct error *error)
{
    const char *directory = getenv("TMPDIR");
    char name[] = "/tmp/quantop-XXXXXX";
    *descriptor =
        open(directory && directory[0] ? directory : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (*descriptor < 0) { /* not every file system can do that */
        *descriptor = mkostemp(name, O_CLOEXEC);
        if (*descriptor >= 0)
            unlink(name);
    }
    if (*descriptor < 0)
        return error_set_errno(error, STATUS_IO, NULL, "cannot create a temporary file");
    return STATUS_OK;
}

static void close_artifact(struct artifact *artifact)
{
    if (artifact->model >= 0)
        close(artifact->model);
    if (artifact->inputs >= 0)
        close(artifact->inputs);
    *artifact = (struct artifact){-1, -1};
}

static struct artifact *artifact_of(const struct runner *runner, size_t trial)
{
    return &runner->artifacts[runner->trials[trial].candidate];
}

/* Calls act for every trial of a candidate (one per placement) that has not failed. */
static void each_trial(struct runner *runner, int candidate,
                       void (*act)(struct runner *runner, int trial, const void *context),
                       const void *context)
{
    for (size_t i = 0; i < runner->n_trials; i++)
        if (runner->trials[i].candidate == candidate &&
            results_row(runner->results, (int)i)->state != TRIAL_FAILED)
            act(runner, (int)i, context);
}

static void act_state(struct runner *runner, int trial, const void *state)
{
    announce(runner, announce_state(trial, *(const enum trial_state *)state));
}

static void act_done(struct runner *runner, int trial, const void *context)
{
    (void)context;
    announce(runner, announce_done(trial));
}

struct failure {
    const char *stage, *reason;
};

static void act_failed(struct runner *runner, int trial, const void *failure)
{
    const struct failure *f = failure;
    announce(runner, announce_failed(trial, f->stage, f->reason));
}

/* Without a timeout: no alarm. */
static void set_alarm(const struct runner *runner, double seconds)
{
    struct itimerspec alarm = {0};
    alarm.it_value.tv_sec = (time_t)seconds;
    alarm.it_value.tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9);
    timerfd_settime(runner->timer, 0, &alarm, NULL);
}

static void expect(struct runner *runner, size_t trial, enum expectation what)
{
    runner->busy = trial;
    runner->expected = what;
    set_alarm(runner, what == EXPECT_NOTHING ? 0.0 : runner->experiment->measure.timeout_seconds);
}

/* The step is over, well or not. An alarm that is due at once makes the loop look for the next. */
static void finish_step(struct runner *runner)
{
    schedule_done(runner->schedule, clock_seconds() - runner->step_started);
    runner->expected = EXPECT_NOTHING;
    set_alarm(runner, 1e-6);
}

static void end_child(struct runner *runner, size_t trial, char *reason, size_t size)
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

/* A candidate's failure is that of all its trials; a failure of timing only that of its own. */
static void fail_step(struct runner *runner, const char *reason)
{
    struct failure failure = {stage_name(runner), reason};
    size_t trial = runner->busy;
    if (runner->step.kind == STEP_BLOCK)
        act_failed(runner, (int)trial, &failure);
    else
        each_trial(runner, runner->trials[trial].candidate, act_failed, &failure);
    if (child_is_alive(&runner->children[trial])) {
        child_kill(&runner->children[trial]);
        end_child(runner, trial, NULL, 0);
    }
    finish_step(runner);
}

static void describe_work(const struct runner *runner, size_t number, struct work *work,
                          struct text *mode)
{
    const struct experiment *experiment = runner->experiment;
    const struct trial *trial = &runner->trials[number];
    const struct mode_choice *choice = &experiment->modes[trial->mode];
    const struct placement *placement = &runner->placements[trial->placement];
    if (runner->step.kind != STEP_BLOCK)
        placement = &runner->everything;
    mode_format(choice->mode, &choice->options, mode);
    *work = (struct work){
        .kind = runner->step.kind == STEP_PREPARE ? WORK_PREPARE
                : runner->step.kind == STEP_SCORE ? WORK_SCORE
                                                  : WORK_TIME,
        .trial = (int)number,
        .candidate = trial->candidate,
        .process = runner->processes[number],
        .model = experiment->models[trial->model].path,
        .mode = mode->bytes,
        .metric = experiment->metric,
        .isa = experiment->measure.isa ? experiment->measure.isa : isa_table[isa_best()].name,
        .block_ms = experiment->measure.block_ms,
        .warmup_ms = experiment->measure.warmup_ms,
        .seed = experiment->measure.seed,
        .has_data = experiment->has_data,
        .has_calibration = experiment->has_calibration,
        .data = experiment->data,
        .calibration = experiment->calibration,
        .n_pus = placement->n_threads,
        .pus = placement->pus,
    };
}

/* Starts a worker for the present step and gives it its order. */
static enum status start_worker(struct runner *runner, size_t trial, struct error *error)
{
    struct child *child = &runner->children[trial];
    const struct artifact *artifact = artifact_of(runner, trial);
    struct text mode = {0};
    struct work work;
    enum status status = child_start(child, artifact->model, artifact->inputs, error);
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
    static const enum trial_state quantizing = TRIAL_QUANTIZING;
    size_t trial = runner->step.trial;
    struct artifact *artifact = artifact_of(runner, trial);
    struct error error;
    each_trial(runner, runner->trials[trial].candidate, act_state, &quantizing);
    expect(runner, trial, EXPECT_PREPARED);
    close_artifact(artifact);
    enum status status = open_unnamed(&artifact->model, &error);
    if (status == STATUS_OK)
        status = open_unnamed(&artifact->inputs, &error);
    if (status == STATUS_OK)
        status = start_worker(runner, trial, &error);
    if (status != STATUS_OK)
        fail_step(runner, error.text);
}

static void start_block(struct runner *runner)
{
    size_t trial = runner->step.trial;
    struct error error;
    if (results_row(runner->results, (int)trial)->state != TRIAL_TIMING)
        announce(runner, announce_state((int)trial, TRIAL_TIMING));
    if (child_is_alive(&runner->children[trial])) {
        expect(runner, trial, EXPECT_BLOCK);
        child_send(&runner->children[trial], work_block_request(runner->step.round));
        return;
    }
    expect(runner, trial, EXPECT_PROCESS);
    if (start_worker(runner, trial, &error) != STATUS_OK)
        fail_step(runner, error.text);
    else
        runner->processes[trial]++;
}

static void start_score(struct runner *runner)
{
    static const enum trial_state scoring = TRIAL_SCORING;
    size_t trial = runner->step.trial;
    struct error error;
    expect(runner, trial, EXPECT_SCORES);
    if (!runner->experiment->has_data) { /* nothing to score: the rows are final */
        each_trial(runner, runner->trials[trial].candidate, act_done, NULL);
        finish_step(runner);
        return;
    }
    each_trial(runner, runner->trials[trial].candidate, act_state, &scoring);
    if (start_worker(runner, trial, &error) != STATUS_OK)
        fail_step(runner, error.text);
}

/* A sleeping timing process whose placement is through; SIZE_MAX when there is none. */
static size_t leftover_child(const struct runner *runner)
{
    for (size_t i = 0; i < runner->n_trials; i++)
        if (child_is_alive(&runner->children[i]) &&
            (runner->step.kind != STEP_BLOCK ||
             runner->trials[i].model != runner->trials[runner->step.trial].model ||
             runner->trials[i].placement != runner->trials[runner->step.trial].placement))
            return i;
    return SIZE_MAX;
}

static void end_run(struct runner *runner)
{
    runner->is_running = false;
    runner->is_finished = true;
    announce(runner, announce_mark("end"));
}

/* Begins whatever is due when nobody computes. */
static void advance(struct runner *runner)
{
    static void (*const starters[])(struct runner *) = {
        [STEP_PREPARE] = start_prepare,
        [STEP_BLOCK] = start_block,
        [STEP_SCORE] = start_score,
        [STEP_END] = end_run,
    };
    if (!runner->is_running || runner->expected != EXPECT_NOTHING)
        return;
    runner->step = schedule_next(runner->schedule);
    size_t leftover = leftover_child(runner);
    if (leftover != SIZE_MAX) {
        expect(runner, leftover, EXPECT_MEMORY);
        child_send(&runner->children[leftover], work_finish_request());
        return;
    }
    runner->step_started = clock_seconds();
    starters[runner->step.kind](runner);
}

static void on_prepared(struct runner *runner)
{
    static const enum trial_state ready = TRIAL_READY;
    end_child(runner, runner->busy, NULL, 0);
    each_trial(runner, runner->trials[runner->busy].candidate, act_state, &ready);
    finish_step(runner);
}

static void on_process(struct runner *runner)
{
    expect(runner, runner->busy, EXPECT_BLOCK);
    child_send(&runner->children[runner->busy], work_block_request(runner->step.round));
}

static void on_block(struct runner *runner)
{
    if (!runner->step.last_of_process) {
        finish_step(runner);
        return;
    }
    expect(runner, runner->busy, EXPECT_MEMORY);
    child_send(&runner->children[runner->busy], work_finish_request());
}

static void on_memory(struct runner *runner)
{
    bool belongs = runner->step.kind == STEP_BLOCK && runner->step.trial == runner->busy;
    end_child(runner, runner->busy, NULL, 0);
    if (belongs) {
        finish_step(runner);
        return;
    }
    runner->expected = EXPECT_NOTHING; /* a leftover: the step itself has not begun */
    set_alarm(runner, 1e-6);
}

static void on_scores(struct runner *runner)
{
    expect(runner, runner->busy, EXPECT_SCORES); /* it lives: the alarm starts anew */
}

/* A worker's event, by what was expected; anything else is a failure of the worker. */
static const struct {
    const char *name;
    enum expectation expected;
    void (*react)(struct runner *runner);
} reactions[] = {
    {"prepared", EXPECT_PREPARED, on_prepared}, {"process", EXPECT_PROCESS, on_process},
    {"block", EXPECT_BLOCK, on_block},          {"memory", EXPECT_MEMORY, on_memory},
    {"scores", EXPECT_SCORES, on_scores},
};

static void take_message(struct runner *runner, json_t *message)
{
    const char *name = json_string_value(json_object_get(message, "event"));
    struct error error;
    if (name && strcmp(name, "failed") == 0) {
        const char *reason = json_string_value(json_object_get(message, "reason"));
        char copy[sizeof(error.where) + sizeof(error.text)];
        snprintf(copy, sizeof(copy), "%s", reason ? reason : "no reason given");
        json_decref(message);
        fail_step(runner, copy);
        return;
    }
    for (size_t i = 0; name && i < sizeof(reactions) / sizeof(reactions[0]); i++) {
        if (strcmp(name, reactions[i].name) != 0 || runner->expected != reactions[i].expected)
            continue;
        if (record(runner, message, &error) == STATUS_OK)
            reactions[i].react(runner);
        else
            fail_step(runner, error.text);
        return;
    }
    json_decref(message);
    fail_step(runner, "the worker said something unexpected");
}

/* The worker is gone. A scoring one ends so; any other one crashed. */
static void take_end(struct runner *runner, size_t trial)
{
    char reason[320];
    bool was_busy = runner->expected != EXPECT_NOTHING && runner->busy == trial;
    end_child(runner, trial, reason, sizeof(reason));
    if (!was_busy) { /* it slept; its next block starts another process */
        return;
    }
    if (runner->expected == EXPECT_SCORES &&
        strcmp(reason, "the worker ended with status 0") == 0) {
        each_trial(runner, runner->trials[trial].candidate, act_done, NULL);
        finish_step(runner);
        return;
    }
    if (runner->expected == EXPECT_MEMORY) { /* its figures are in; only the peak is missing */
        on_memory(runner);
        return;
    }
    fail_step(runner, reason);
}

static void serve_child(struct runner *runner, size_t trial)
{
    json_t *message;
    while (child_is_alive(&runner->children[trial])) {
        enum child_state state = child_receive(&runner->children[trial], &message);
        if (state == CHILD_QUIET)
            return;
        if (state == CHILD_GONE) {
            take_end(runner, trial);
            return;
        }
        if (runner->expected == EXPECT_NOTHING || runner->busy != trial)
            json_decref(message); /* too late: its step is over */
        else
            take_message(runner, message);
    }
}

static void serve_timer(struct runner *runner)
{
    uint64_t times;
    if (read(runner->timer, &times, sizeof(times)) < 0 || runner->expected == EXPECT_NOTHING)
        return;
    char reason[96];
    snprintf(reason, sizeof(reason), "no answer for %g s (key 'measure.timeout_seconds')",
             runner->experiment->measure.timeout_seconds);
    fail_step(runner, reason);
}

enum status runner_dispatch(struct runner *runner, struct error *error)
{
    struct epoll_event events[16];
    int count = epoll_wait(runner->poller, events, 16, 0);
    if (count < 0 && errno != EINTR)
        return error_set_errno(error, STATUS_SYSTEM, NULL, "cannot wait for the workers");
    for (int i = 0; i < count; i++) {
        if (events[i].data.u64 == UINT64_MAX)
            serve_timer(runner);
        else
            serve_child(runner, (size_t)events[i].data.u64);
    }
    advance(runner);
    return STATUS_OK;
}

static enum status open_poller(struct runner *runner, struct error *error)
{
    struct epoll_event interest = {.events = EPOLLIN, .data.u64 = UINT64_MAX};
    runner->poller = epoll_create1(EPOLL_CLOEXEC);
    runner->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (runner->poller < 0 || runner->timer < 0 ||
        epoll_ctl(runner->poller, EPOLL_CTL_ADD, runner->timer, &interest) != 0)
        return error_set_errno(error, STATUS_SYSTEM, NULL, "cannot prepare to run");
    return STATUS_OK;
}

/* Announces the trials; those whose placement this machine does not have fail at once. */
static void announce_trials(struct runner *runner, const struct topology *topology)
{
    const struct experiment *experiment = runner->experiment;
    struct error error;
    announce(runner, announce_run(experiment, topology));
    for (size_t i = 0; i < runner->n_trials; i++) {
        size_t placement = runner->trials[i].placement;
        announce(runner, announce_trial(experiment, &runner->trials[i], (int)i,
                                        runner->placements[placement].n_threads));
    }
    for (size_t p = 0; p < experiment->n_placements; p++) {
        if (runner->placements[p].n_threads > 0)
            continue;
        placement_resolve(topology, experiment->placements[p], &runner->placements[p], &error);
        for (size_t i = 0; i < runner->n_trials; i++)
            if (runner->trials[i].placement == p)
                announce(runner, announce_failed((int)i, "placement", error.text));
    }
}

/* Resolves the placements; one that is misspelled ends the run, one that this machine lacks does
 * not. */
static enum status resolve_placements(struct runner *runner, const struct topology *topology,
                                      struct error *error)
{
    const struct experiment *experiment = runner->experiment;
    runner->placements = xcalloc(experiment->n_placements, sizeof(*runner->placements));
    for (size_t i = 0; i < experiment->n_placements; i++) {
        enum status status =
            placement_resolve(topology, experiment->placements[i], &runner->placements[i], error);
        if (status != STATUS_OK && status != STATUS_UNSUPPORTED)
            return status;
        if (status != STATUS_OK)
            runner->placements[i].n_threads = 0;
    }
    return placement_resolve(topology, "threads", &runner->everything, error);
}

enum status runner_new(const struct experiment *experiment, const struct topology *topology,
                       struct journal *journal, struct results *results, struct runner **runner,
                       struct error *error)
{
    struct runner *made = xcalloc(1, sizeof(*made));
    made->experiment = experiment;
    made->journal = journal;
    made->results = results;
    made->started = clock_seconds();
    made->poller = made->timer = -1;
    made->trials = experiment_trials(experiment, &made->n_trials);
    size_t n_candidates = experiment->n_models * experiment->n_modes;
    made->children = xcalloc(made->n_trials, sizeof(*made->children));
    made->processes = xcalloc(made->n_trials, sizeof(*made->processes));
    made->artifacts = xcalloc(n_candidates, sizeof(*made->artifacts));
    for (size_t i = 0; i < made->n_trials; i++)
        child_init(&made->children[i]);
    for (size_t i = 0; i < n_candidates; i++)
        made->artifacts[i] = (struct artifact){-1, -1};
    enum status status = resolve_placements(made, topology, error);
    if (status == STATUS_OK)
        status = open_poller(made, error);
    if (status != STATUS_OK) {
        runner_free(made);
        return status;
    }
    announce_trials(made, topology);
    made->schedule = schedule_new(experiment, made->trials, made->n_trials, results);
    *runner = made;
    return STATUS_OK;
}

static void kill_children(struct runner *runner)
{
    for (size_t i = 0; i < runner->n_trials; i++)
        if (child_is_alive(&runner->children[i])) {
            child_kill(&runner->children[i]);
            end_child(runner, i, NULL, 0);
        }
}

void runner_free(struct runner *runner)
{
    if (!runner)
        return;
    kill_children(runner);
    for (size_t i = 0; i < runner->experiment->n_models * runner->experiment->n_modes; i++)
        close_artifact(&runner->artifacts[i]);
    for (size_t i = 0; runner->placements && i < runner->experiment->n_placements; i++)
        placement_release(&runner->placements[i]);
    placement_release(&runner->everything);
    schedule_free(runner->schedule);
    if (runner->poller >= 0)
        close(runner->poller);
    if (runner->timer >= 0)
        close(runner->timer);
    free(runner->placements);
    free(runner->children);
    free(runner->processes);
    free(runner->artifacts);
    free(runner);
}

int runner_descriptor(const struct runner *runner)
{
    return runner->poller;
}

void runner_start(struct runner *runner)
{
    if (runner->is_running || runner->is_finished)
        return;
    runner->is_running = true;
    set_alarm(runner, 1e-6);
}

void runner_stop(struct runner *runner)
{
    if (!runner->is_running)
        return;
    kill_children(runner);
    runner->is_running = false;
    expect(runner, 0, EXPECT_NOTHING);
    announce(runner, announce_mark("stopped"));
}

bool runner_running(const struct runner *runner)
{
    return runner->is_running;
}

bool runner_finished(const struct runner *runner)
{
    return runner->is_finished;
}

static void describe_stage(const struct runner *runner, char *stage, size_t size)
{
    const struct experiment *experiment = runner->experiment;
    const struct trial *trial = &runner->trials[runner->step.trial];
    if (runner->is_finished || !runner->is_running) {
        snprintf(stage, size, "%s", runner->is_finished ? "done" : "stopped");
        return;
    }
    const char *model = experiment->models[trial->model].name;
    const char *mode = experiment->modes[trial->mode].label;
    if (runner->step.kind == STEP_BLOCK)
        snprintf(stage, size, "%s on %s: timing, round %ld of at most %ld", model,
                 experiment->placements[trial->placement], runner->step.round + 1,
                 experiment->measure.max_rounds);
    else
        snprintf(stage, size, "%s %s: %s", model, mode,
                 runner->step.kind == STEP_PREPARE ? "quantizing" : "scoring");
}

struct progress runner_progress(const struct runner *runner)
{
    struct progress progress;
    schedule_progress(runner->schedule, &progress.fraction, &progress.left_seconds);
    describe_stage(runner, progress.stage, sizeof(progress.stage));
    return progress;
}

const char *runner_warning(const struct runner *runner)
{
    return runner->warning[0] ? runner->warning : NULL;
}
