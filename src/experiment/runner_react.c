/* What the runner does when a worker speaks, falls silent or ends. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "experiment/runner_internal.h"
#include "experiment/work.h"

static void on_prepared(struct runner *runner)
{
    runner_end_child(runner, runner->busy, NULL, 0);
    runner_announce_state(runner, runner->trials[runner->busy].candidate, TRIAL_READY);
    runner_finish_step(runner);
}

static void on_process(struct runner *runner)
{
    runner_expect(runner, runner->busy, EXPECT_BLOCK);
    child_send(&runner->children[runner->busy], work_block_request(runner->step.round));
}

static void on_block(struct runner *runner)
{
    if (!runner->step.last_of_process) {
        runner_finish_step(runner);
        return;
    }
    runner_expect(runner, runner->busy, EXPECT_MEMORY);
    child_send(&runner->children[runner->busy], work_finish_request());
}

static void on_memory(struct runner *runner)
{
    bool belongs = runner->step.kind == STEP_BLOCK && runner->step.trial == runner->busy;
    runner_end_child(runner, runner->busy, NULL, 0);
    if (belongs) {
        runner_finish_step(runner);
        return;
    }
    runner_rest(runner); /* a leftover: the step itself has not begun */
}

static void on_scores(struct runner *runner)
{
    runner_expect(runner, runner->busy, EXPECT_SCORES); /* it lives: the alarm starts anew */
}

static void on_scored(struct runner *runner)
{
    runner_end_child(runner, runner->busy, NULL, 0);
    runner_announce_done(runner, runner->trials[runner->busy].candidate);
    runner_finish_step(runner);
}

/* A worker's event, by what was expected; anything else is a failure of the worker. */
static const struct reaction {
    const char *name;
    enum expectation expected;
    void (*react)(struct runner *runner);
    bool is_private; /* between worker and parent: neither results nor journal have it */
} reactions[] = {
    {"prepared", EXPECT_PREPARED, on_prepared, false},
    {"process", EXPECT_PROCESS, on_process, false},
    {"block", EXPECT_BLOCK, on_block, false},
    {"memory", EXPECT_MEMORY, on_memory, false},
    {"scores", EXPECT_SCORES, on_scores, false},
    {"fidelity", EXPECT_SCORES, on_scores, false},
    {WORK_SCORED, EXPECT_SCORES, on_scored, true},
};

/* Whether a final row's worker runs again, only to leave what others are compared with: what it
 * says is known. */
static bool is_known(const struct runner *runner)
{
    return results_row(runner->results, (int)runner->busy)->state == TRIAL_DONE;
}

/* Takes over the reference. */
static void react(struct runner *runner, const struct reaction *reaction, json_t *message)
{
    struct error error;
    enum status status = STATUS_OK;
    if (reaction->is_private || is_known(runner))
        json_decref(message);
    else
        status = runner_record(runner, message, &error);
    if (status == STATUS_OK)
        reaction->react(runner);
    else
        runner_fail_step(runner, error.text);
}

static void take_failure(struct runner *runner, json_t *message)
{
    const char *reason = json_string_value(json_object_get(message, "reason"));
    runner_fail_step(runner, reason ? reason : "no reason given");
    json_decref(message);
}

static void take_message(struct runner *runner, json_t *message)
{
    const char *name = json_string_value(json_object_get(message, "event"));
    if (name && strcmp(name, "failed") == 0) {
        take_failure(runner, message);
        return;
    }
    for (size_t i = 0; name && i < sizeof(reactions) / sizeof(reactions[0]); i++) {
        if (strcmp(name, reactions[i].name) != 0 || runner->expected != reactions[i].expected)
            continue;
        react(runner, &reactions[i], message);
        return;
    }
    json_decref(message);
    runner_fail_step(runner, "unexpected message from the worker");
}

/* The worker is gone before it said all that it had to: it crashed, whatever its status. The reason
 * is for people; nothing is told by it. */
static void take_end(struct runner *runner, size_t trial)
{
    char reason[320];
    bool was_busy = runner->expected != EXPECT_NOTHING && runner->busy == trial;
    runner_end_child(runner, trial, reason, sizeof(reason));
    if (!was_busy) { /* it slept; its next block starts another process */
        return;
    }
    if (runner->expected == EXPECT_MEMORY) { /* its figures are in; only the peak is missing */
        on_memory(runner);
        return;
    }
    runner_fail_step(runner, reason);
}

void runner_serve_child(struct runner *runner, size_t trial)
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

void runner_serve_timer(struct runner *runner)
{
    uint64_t times;
    if (read(runner->timer, &times, sizeof(times)) < 0 || runner->expected == EXPECT_NOTHING)
        return;
    char reason[96];
    snprintf(reason, sizeof(reason), "no answer for %g s (key 'measure.timeout_seconds')",
             runner->experiment->measure.timeout_seconds);
    runner_fail_step(runner, reason);
}
