/* Who writes the run, how it stands, and what goes on after an interruption. */
#include "results/state.h"
#include "results/writer.h"

void results_set_writer(struct results *results, const json_t *event)
{
    json_decref(results->writer);
    results->writer = json_incref((json_t *)(uintptr_t)event);
}

/* Whether a member is absent or a list of numbers below count. */
static bool all_indices(const json_t *event, const char *key, size_t count)
{
    const json_t *list = json_object_get(event, key);
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        json_int_t value = json_integer_value(item);
        if (!json_is_integer(item) || value < 0 || (size_t)value >= count)
            return false;
    }
    return !list || json_is_array(list);
}

enum status results_take_timed(struct results *results, const json_t *event, struct error *error)
{
    size_t i;
    json_t *item;
    if (!all_indices(event, "trials", results->n_trials))
        return malformed(error, event, "trials");
    json_array_foreach(json_object_get(event, "trials"), i, item)
    {
        struct trial_data *trial = &results->trials[json_integer_value(item)];
        trial->row.is_timed = true;
        trial_touch(results, trial);
    }
    return STATUS_OK;
}

/* What was measured of a trial counts no more. */
static void start_again(struct trial_data *trial)
{
    trial->row.state = TRIAL_WAITING;
    trial->row.reason = trial->row.gate = "";
    trial->row.is_timed = false;
    trial->row.runtime_version = trial->row.isa = trial->row.arithmetic = "";
    trial->row.kernel_list = trial->row.plain_list = trial->row.slow_list = "";
    trial->row.plain_share = (struct figure){.reason = "not measured yet"};
    trial->n_blocks = trial->row.n_blocks = trial->due = 0;
    kept_drop(&trial->kept);
    trial->profile = NULL;
    trial->profile_absent = NULL;
    trial->samples.count = trial->sorted.count = trial->medians.count = 0;
    trial->loads.count = trial->firsts.count = 0;
    trial->peak = trial->arena = trial->weights = -1.0;
}

/* The same for what was scored of a candidate. */
static void score_again(struct candidate_data *candidate)
{
    candidate->values.count = 0;
    candidate->outputs = NULL;
    candidate->n_outputs = 0;
    candidate->output_list = "";
    candidate->not_compared = NULL;
}

/* "trials" and "candidates" of an event: what was measured of them is void. */
static enum status take_void(struct results *results, const json_t *event, struct error *error)
{
    size_t i;
    json_t *item;
    if (!all_indices(event, "trials", results->n_trials))
        return malformed(error, event, "trials");
    if (!all_indices(event, "candidates", results->n_candidates))
        return malformed(error, event, "candidates");
    json_array_foreach(json_object_get(event, "trials"), i, item)
    {
        start_again(&results->trials[json_integer_value(item)]);
    }
    json_array_foreach(json_object_get(event, "candidates"), i, item)
    {
        score_again(&results->candidates[json_integer_value(item)]);
    }
    results_touch_trials(results);
    return STATUS_OK;
}

enum status results_take_resumed(struct results *results, const json_t *event, struct error *error)
{
    enum status status = take_void(results, event, error);
    if (status != STATUS_OK)
        return status;
    results_set_writer(results, event);
    if (!json_is_true(json_object_get(event, "repeated")))
        results->run.resumed++;
    results->run.ended = results->run.paused = false;
    return STATUS_OK;
}

enum status results_take_removed(struct results *results, const json_t *event, struct error *error)
{
    size_t i;
    json_t *item;
    enum status status = take_void(results, event, error);
    if (status != STATUS_OK)
        return status;
    json_array_foreach(json_object_get(event, "trials"), i, item)
    {
        struct row *row = &results->trials[json_integer_value(item)].row;
        row->state = TRIAL_SKIPPED;
        row->reason = "removed by hand";
    }
    return STATUS_OK;
}

const json_t *results_run_event(const struct results *results)
{
    return results->run_event;
}

enum run_progress results_progress(const struct results *results)
{
    if (results->run.ended)
        return RUN_COMPLETE;
    if (results->run.stopped)
        return RUN_WAS_STOPPED;
    enum writer_state writer = results->writer ? writer_state(results->writer) : WRITER_UNKNOWN;
    return writer == WRITER_ALIVE  ? results->run.paused ? RUN_IS_PAUSED : RUN_GOES_ON
           : writer == WRITER_DEAD ? RUN_INTERRUPTED
                                   : RUN_NOT_ENDED;
}

const char *run_progress_name(enum run_progress progress)
{
    static const char *const names[] = {
#define X(state, text) [state] = (text),
        RUN_PROGRESS_LIST(X)
#undef X
    };
    return names[progress];
}
