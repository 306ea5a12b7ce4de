/* The runner's events: stamped with the time, applied to the results, kept in the journal. */
#include <string.h>

#include "experiment/gate_margins.h"
#include "experiment/runner_internal.h"
#include "measure/clock.h"
#include "results/plausible.h"

/* Events that nobody wants to measure again. */
static bool is_worth_a_sync(const json_t *event)
{
    static const char *const names[] = {"resumed", "timed", "done",   "failed",  "skipped", "added",
                                        "removed", "gate",  "paused", "stopped", "end"};
    const char *name = json_string_value(json_object_get(event, "event"));
    for (size_t i = 0; name && i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

void runner_sync(struct runner *runner)
{
    struct error trouble;
    if (runner->is_unsynced && journal_sync(runner->journal, &trouble) != STATUS_OK)
        error_line(&trouble, runner->warning, sizeof(runner->warning));
    runner->is_unsynced = false;
}

enum status runner_record(struct runner *runner, json_t *event, struct error *error)
{
    struct error trouble;
    json_object_set_new(event, "t", json_real(clock_seconds() - runner->started));
    if (runner->id)
        json_object_set_new(event, "run", json_string(runner->id));
    runner->is_unsynced |= is_worth_a_sync(event);
    enum status status = results_apply(runner->results, event, error);
    if (status == STATUS_OK && journal_append(runner->journal, event, &trouble) != STATUS_OK)
        error_line(&trouble, runner->warning, sizeof(runner->warning));
    json_decref(event);
    return status;
}

void runner_announce(struct runner *runner, json_t *event)
{
    struct error error;
    if (runner_record(runner, event, &error) != STATUS_OK)
        error_line(&error, runner->warning, sizeof(runner->warning));
}

/* Whether the trial is one of the candidate's that are not final. */
static bool takes_part(const struct runner *runner, size_t trial, int candidate)
{
    return runner->trials[trial].candidate == candidate &&
           !trial_state_is_over(results_row(runner->results, (int)trial)->state);
}

bool runner_has_done(const struct runner *runner, int candidate)
{
    for (size_t i = 0; i < runner->n_trials; i++)
        if (runner->trials[i].candidate == candidate &&
            results_row_as_it_stands(runner->results, (int)i)->state == TRIAL_DONE)
            return true;
    return false;
}

/* Whether the trial's scores are due, too: one that came later is to be timed first. */
static bool is_scored(const struct runner *runner, size_t trial, int candidate)
{
    return takes_part(runner, trial, candidate) && !schedule_is_to_time(runner->schedule, trial);
}

void runner_announce_state(struct runner *runner, int candidate, enum trial_state state)
{
    for (size_t i = 0; i < runner->n_trials; i++)
        if (state == TRIAL_SCORING ? is_scored(runner, i, candidate)
                                   : takes_part(runner, i, candidate))
            runner_announce(runner, announce_state((int)i, state));
}

/* Judged by the last of them: that has all scores, and the candidate's trials have the same. */
void runner_announce_done(struct runner *runner, int candidate)
{
    int last = -1;
    for (size_t i = 0; i < runner->n_trials; i++)
        if (is_scored(runner, i, candidate)) {
            runner_announce(runner, announce_done((int)i));
            last = (int)i;
        }
    if (last >= 0 && plausible_clears(runner->results, last))
        runner_announce(runner,
                        announce_cleared(candidate, plausible_first_doubt(runner->results, last)));
}

void runner_announce_failed(struct runner *runner, int candidate, const char *stage,
                            const char *reason)
{
    for (size_t i = 0; i < runner->n_trials; i++)
        if (takes_part(runner, i, candidate))
            runner_announce(runner, announce_failed((int)i, stage, reason));
}

void runner_count_own_cost(struct runner *runner)
{
    runner->own_cost = (struct own_cost){0};
    runner->own_since = clock_seconds();
    runner->own_cpu = clock_cpu_seconds();
}

void runner_announce_own_cost(struct runner *runner)
{
    runner->own_cost.seconds = clock_seconds() - runner->own_since;
    runner->own_cost.cpu = clock_cpu_seconds() - runner->own_cpu;
    runner_announce(runner, announce_own_cost(&runner->own_cost));
}

void runner_announce_gate(struct runner *runner)
{
    struct gate_margins margins = gate_margins_of(runner->experiment);
    if (runner->baseline)
        runner_announce(runner, gate_hold(runner->results, runner->baseline, &margins));
}
