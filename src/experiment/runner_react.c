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
    bool step_is_over = !runner_is_leftover(runner);
    runner_end_child(runner, runner->busy, NULL, 0);
    if (step_is_over)
        runner_finish_step(runner);
    else
        runner_rest(runner);
}

/* The worker that computes cannot be gone on with. One that has measured all and was only to end
 * has its figures in, but for the peak of its memory. */
static void give_up(struct runner *runner, const char *reason)
{
    if (runner->expected != EXPECT_MEMORY)
        runner_fail_step(runner, reason);
    else
        runner_cut_step(runner);
}

/* The worker says more before what is waited for. */
static void on_more(struct runner *runner)
{
    runner_expect(runner, runner->busy, runner->expected);
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

static void on_layers(struct runner *runner)
{
    runner_expect(runner, runner->busy, EXPECT_LAYERS); /* it lives, too */
}

static void on_ledger(struct runner *runner)
{
    runner_end_child(runner, runner->busy, NULL, 0);
    handover_close_reference(&runner->handovers[runner->trials[runner->busy].candidate]);
    runner_finish_step(runner);
}

/* A worker's event, by what was expected; anything else is a failure of the worker. */
static const struct reaction {
    const char *name;
    enum expectation expected;
    void (*react)(struct runner *runner);
    const char *subject; /* the member that says whose it is; NULL: between worker and parent,
                            neither results nor journal have it */
} reactions[] = {
    {"origins", EXPECT_PREPARED, on_more, "candidate"},
    {"network", EXPECT_PREPARED, on_more, "candidate"},
    {"prepared", EXPECT_PREPARED, on_prepared, "candidate"},
    {"process", EXPECT_PROCESS, on_process, "trial"},
    {"block", EXPECT_BLOCK, on_block, "trial"},
    {"steps", EXPECT_MEMORY, on_more, "trial"},
    {"memory", EXPECT_MEMORY, on_memory, "trial"},
    {"scores", EXPECT_SCORES, on_scores, "candidate"},
    {"fidelity", EXPECT_SCORES, on_scores, "candidate"},
    {WORK_SCORED, EXPECT_SCORES, on_scored, NULL},
    {"layers", EXPECT_LAYERS, on_layers, "candidate"},
    {"layer", EXPECT_LAYERS, on_layers, "candidate"},
    {"layer_cost", EXPECT_LAYERS, on_layers, "candidate"},
    {"ledger", EXPECT_LAYERS, on_ledger, "candidate"},
};

/* A worker speaks of its own row alone, and of the round that it was asked for. */
static bool is_own(const struct runner *runner, const struct reaction *reaction,
                   const json_t *message)
{
    const json_t *round = json_object_get(message, "round");
    json_int_t own = (json_int_t)runner->busy;
    if (!reaction->subject)
        return true;
    if (strcmp(reaction->subject, "candidate") == 0)
        own = runner->trials[runner->busy].candidate;
    const json_t *subject = json_object_get(message, reaction->subject);
    return json_is_integer(subject) && json_integer_value(subject) == own &&
           (reaction->expected != EXPECT_BLOCK || json_integer_value(round) == runner->step.round);
}

/* Whether a candidate is prepared or scored again, for what others are compared with or for rows
 * that came later: what its worker says is known. */
static bool is_known(const struct runner *runner)
{
    return (runner->expected == EXPECT_PREPARED || runner->expected == EXPECT_SCORES) &&
           runner_has_done(runner, runner->trials[runner->busy].candidate);
}

/* A worker that is less confined than it should be says why; that is told once. */
static void warn_unguarded(struct runner *runner, const json_t *message)
{
    const char *missing = json_string_value(json_object_get(message, "unguarded"));
    char text[160];
    if (!missing || runner->is_unguarded)
        return;
    runner->is_unguarded = true;
    snprintf(text, sizeof(text), "models run in a weaker sandbox than there should be (%s)",
             missing);
    runner_announce(runner, announce_warning("sandbox", text,
                                             "run models and profiles of strangers elsewhere"));
}

/* Takes over the reference. */
static void react(struct runner *runner, const struct reaction *reaction, json_t *message)
{
    struct error error;
    enum status status = STATUS_OK;
    warn_unguarded(runner, message);
    if (!reaction->subject || is_known(runner))
        json_decref(message);
    else
        status = runner_record(runner, message, &error);
    if (status == STATUS_OK)
        reaction->react(runner);
    else
        give_up(runner, error.text);
}

static void take_failure(struct runner *runner, json_t *message)
{
    const char *reason = json_string_value(json_object_get(message, "reason"));
    give_up(runner, reason ? reason : "no reason given");
    json_decref(message);
}

/* Numbers alone, of which nothing is kept that makes no sense. */
static void take_doing(struct runner *runner, json_t *message)
{
    json_int_t what = json_integer_value(json_object_get(message, "doing"));
    json_int_t done = json_integer_value(json_object_get(message, "done"));
    json_int_t all = json_integer_value(json_object_get(message, "all"));
    json_decref(message);
    if (what < 0 || what >= DOING_COUNT || done < 0 || done > all)
        return;
    runner->doing.what = (enum doing)what;
    runner->doing.done = (size_t)done;
    runner->doing.all = (size_t)all;
}

static void take_message(struct runner *runner, json_t *message)
{
    const char *name = json_string_value(json_object_get(message, "event"));
    if (name && strcmp(name, "failed") == 0) {
        take_failure(runner, message);
        return;
    }
    if (name && strcmp(name, WORK_DOING) == 0 && runner->expected == EXPECT_PREPARED) {
        take_doing(runner, message);
        return;
    }
    for (size_t i = 0; name && i < sizeof(reactions) / sizeof(reactions[0]); i++) {
        if (strcmp(name, reactions[i].name) != 0 || runner->expected != reactions[i].expected ||
            !is_own(runner, &reactions[i], message))
            continue;
        react(runner, &reactions[i], message);
        return;
    }
    json_decref(message);
    give_up(runner, "unexpected message from the worker");
}

/* One that was not asked anything: it computes while others are timed, or its step is over. */
static void take_interruption(struct runner *runner, size_t trial)
{
    child_kill(&runner->children[trial]);
    runner_end_child(runner, trial, NULL, 0);
    runner_announce(runner,
                    announce_failed((int)trial, "time", "the worker spoke without being asked"));
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
    give_up(runner, reason);
}

void runner_serve_child(struct runner *runner, size_t trial)
{
    struct child *child = &runner->children[trial];
    json_t *message;
    if (!child_is_alive(child)) /* it was ended since it became readable */
        return;
    enum child_state state = child_listen(child);
    while (child_is_alive(child) && child_take(child, &message)) {
        if (runner->expected != EXPECT_NOTHING && runner->busy == trial) {
            take_message(runner, message);
        } else {
            json_decref(message);
            take_interruption(runner, trial);
        }
    }
    if (state == CHILD_GONE && child_is_alive(child))
        take_end(runner, trial);
}

void runner_serve_timer(struct runner *runner)
{
    uint64_t times;
    if (read(runner->timer, &times, sizeof(times)) < 0 || runner->expected == EXPECT_NOTHING)
        return;
    const char *key;
    char reason[96];
    double seconds = runner_patience(runner, &key);
    snprintf(reason, sizeof(reason), "no answer for %g s (key '%s')", seconds, key);
    give_up(runner, reason);
}
