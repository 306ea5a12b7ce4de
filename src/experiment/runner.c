#include "experiment/runner.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/memory.h"
#include "experiment/runner_internal.h"
#include "measure/clock.h"

static enum status dispatch(struct runner *runner, struct error *error)
{
    struct epoll_event events[16];
    int count = epoll_wait(runner->poller, events, 16, 0);
    if (count < 0 && errno != EINTR)
        return error_set_errno(error, STATUS_SYSTEM, NULL, "cannot wait for the workers");
    for (int i = 0; i < count; i++) {
        if (events[i].data.u64 == UINT64_MAX)
            runner_serve_timer(runner);
        else
            runner_serve_child(runner, (size_t)events[i].data.u64);
    }
    runner_advance(runner);
    return STATUS_OK;
}

enum status runner_dispatch(struct runner *runner, struct error *error)
{
    double before = clock_cpu_seconds();
    enum status status = dispatch(runner, error);
    runner->own_cost.runner += clock_cpu_seconds() - before;
    return status;
}

void runner_count_picture(struct runner *runner)
{
    runner->own_cost.pictures += 1.0;
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

/* Tells the run from all others, in 16 hexadecimal digits. */
static const char *draw_id(struct arena *arena)
{
    uint64_t number;
    if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
        number = clock_ns() ^ (uint64_t)getpid() << 32;
    return arena_printf(arena, "%016" PRIx64, number);
}

/* Begins a run, or goes on with the one that the results hold; nothing is left to do of one that
 * ended. */
static void announce_beginning(struct runner *runner)
{
    const struct run_info *run = results_run(runner->results);
    runner->is_finished = run->ended;
    if (!results_run_event(runner->results)) {
        runner->id = draw_id(runner->experiment->arena);
        runner_announce(runner, announce_run(runner->experiment, runner->topology));
        runner_announce_trials(runner);
        return;
    }
    runner->id = json_string_value(json_object_get(results_run_event(runner->results), "run"));
    runner->started -= run->elapsed;
    if (run->ended)
        return;
    runner_announce_trials(runner);
    runner_announce_resumed(runner);
}

/* Resolves the placements; one that is misspelled ends the run, one that this machine lacks does
 * not. */
static enum status resolve_placements(struct runner *runner, struct error *error)
{
    const struct experiment *experiment = runner->experiment;
    runner->placements = xcalloc(experiment->n_placements, sizeof(*runner->placements));
    for (size_t i = 0; i < experiment->n_placements; i++) {
        enum status status = placement_resolve(runner->topology, experiment->placements[i],
                                               &runner->placements[i], error);
        if (status != STATUS_OK && status != STATUS_UNSUPPORTED)
            return status;
        if (status != STATUS_OK)
            runner->placements[i].n_threads = 0;
    }
    return placement_resolve(runner->topology, "threads", &runner->everything, error);
}

/* Candidates of a model are held open until they are scored, and each worker is two descriptors
 * more: what the system allows is taken. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/* Those of an earlier process count as well. */
static void count_processes(struct runner *runner)
{
    struct block_place last;
    for (size_t i = 0; i < runner->n_trials; i++)
        if (results_last_block(runner->results, (int)i, &last))
            runner->processes[i] = (int)last.process + 1;
}

enum status runner_new(struct experiment *experiment, const struct topology *topology,
                       struct journal *journal, struct results *results, struct runner **runner,
                       struct error *error)
{
    struct runner *made = xcalloc(1, sizeof(*made));
    raise_descriptor_limit();
    made->experiment = experiment;
    made->topology = topology;
    made->journal = journal;
    made->results = results;
    made->started = clock_seconds();
    runner_count_own_cost(made);
    made->poller = made->timer = -1;
    made->decoded = handover_open_decoded();
    enum status status = runner_restore_additions(made, error);
    runner_take_trials(made);
    if (status == STATUS_OK)
        status = resolve_placements(made, error);
    if (status == STATUS_OK)
        status = open_poller(made, error);
    if (status != STATUS_OK) {
        runner_free(made);
        return status;
    }
    announce_beginning(made);
    made->schedule = schedule_new(experiment, made->handovers, results);
    count_processes(made);
    *runner = made;
    return STATUS_OK;
}

void runner_hold_against(struct runner *runner, const struct gate_run *baseline)
{
    runner->baseline = baseline;
    if (runner->is_finished) {
        runner_announce_gate(runner);
        runner_sync(runner);
    }
}

static void kill_children(struct runner *runner)
{
    for (size_t i = 0; i < runner->n_trials; i++)
        if (child_is_alive(&runner->children[i])) {
            child_kill(&runner->children[i]);
            runner_end_child(runner, i, NULL, 0);
        }
}

/* Whatever ends a run before its time is told as the user's stop. */
static void announce_stop(struct runner *runner)
{
    const struct run_info *run = results_run(runner->results);
    if (runner->schedule && !runner->is_finished && !run->stopped) {
        runner_announce_own_cost(runner);
        runner_announce(runner, announce_mark("stopped"));
    }
    runner_sync(runner);
}

void runner_free(struct runner *runner)
{
    if (!runner)
        return;
    kill_children(runner);
    own_units_return();
    announce_stop(runner);
    for (size_t i = 0; i < runner->n_candidates; i++)
        handover_close(&runner->handovers[i]);
    for (size_t i = 0; runner->placements && i < runner->experiment->n_placements; i++)
        placement_release(&runner->placements[i]);
    placement_release(&runner->everything);
    schedule_free(runner->schedule);
    watch_free(runner->watch);
    if (runner->poller >= 0)
        close(runner->poller);
    if (runner->timer >= 0)
        close(runner->timer);
    if (runner->decoded >= 0)
        close(runner->decoded);
    free(runner->placements);
    free(runner->children);
    free(runner->processes);
    free(runner->handovers);
    free(runner);
}

int runner_descriptor(const struct runner *runner)
{
    return runner->poller;
}

/* Scores that a stop cut short begin with the first sample again. */
static void void_scores(struct runner *runner)
{
    json_t *candidates = json_array();
    for (size_t i = 0; i < runner->n_trials; i++) {
        int candidate = runner->trials[i].candidate;
        const struct row *row = results_row(runner->results, (int)i);
        if (row->scored.value > 0.0 && !trial_state_is_over(row->state) &&
            !runner_has_done(runner, candidate))
            json_array_append_new(candidates, json_integer(candidate));
    }
    if (json_array_size(candidates) > 0)
        runner_announce(runner, announce_repeated(json_array(), json_incref(candidates)));
    json_decref(candidates);
}

void runner_start(struct runner *runner)
{
    if (runner->is_running || runner->is_finished)
        return;
    runner->is_running = true;
    void_scores(runner);
    runner_begin_watch(runner);
    runner_rest(runner);
}

/* What a worker that was killed leaves is not whole, and is made anew. */
static void discard_step(struct runner *runner)
{
    struct handover *handover = &runner->handovers[runner->trials[runner->busy].candidate];
    if (runner->expected == EXPECT_PREPARED)
        handover_close(handover);
    if (runner->expected == EXPECT_SCORES || runner->expected == EXPECT_LAYERS)
        handover_close_reference(handover);
}

void runner_stop(struct runner *runner)
{
    if (!runner->is_running)
        return;
    kill_children(runner);
    discard_step(runner);
    runner_end_pause(runner, false);
    runner->is_running = false;
    own_units_return();
    runner_expect(runner, 0, EXPECT_NOTHING);
    announce_stop(runner);
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
    if (runner->is_finished || !runner->is_running || runner->is_paused) {
        snprintf(stage, size, "%s",
                 runner->is_finished  ? "done"
                 : runner->is_running ? "paused"
                                      : "stopped");
        return;
    }
    const char *model = experiment->models[trial->model].name;
    const char *mode = experiment->modes[trial->mode].label;
    char doing[64] = "";
    if (runner->step.kind == STEP_PREPARE && runner->doing.all > 0)
        snprintf(doing, sizeof(doing), ", %s %zu of %zu", doing_texts[runner->doing.what],
                 runner->doing.done, runner->doing.all);
    if (runner->step.kind == STEP_BLOCK && experiment->measure.max_rounds < ROUNDS_MOST)
        snprintf(stage, size, "%s on %s: timing, round %ld of at most %ld", model,
                 experiment->placements[trial->placement], runner->step.round + 1,
                 runner->step.rounds_most);
    else if (runner->step.kind == STEP_BLOCK)
        snprintf(stage, size, "%s on %s: timing, round %ld", model,
                 experiment->placements[trial->placement], runner->step.round + 1);
    else
        snprintf(stage, size, "%s %s%s%s: %s%s", model, mode,
                 experiment->n_runtimes > 1 ? " on " : "",
                 experiment->n_runtimes > 1 ? experiment->runtimes[trial->runtime] : "",
                 runner->step.kind == STEP_PREPARE ? "quantizing" : "scoring", doing);
    size_t length = strlen(stage);
    if (runner->expected == EXPECT_PROCESS)
        length += (size_t)snprintf(stage + length, size - length, ", a process warms up");
    if (runner->wants_pause && length < size)
        snprintf(stage + length, size - length, ", then a pause");
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
