#include "experiment/resume.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "experiment/fingerprint.h"
#include "experiment/runner_internal.h"
#include "results/journal.h"
#include "results/json_text.h"

enum status resume_read(const char *path, struct results *results, struct error *error)
{
    struct journal_reader *reader;
    long applied;
    enum status status = journal_reader_open(path, &reader, error);
    if (status != STATUS_OK)
        return status;
    status = journal_read_more(reader, results, &applied, error);
    journal_reader_close(reader);
    if (status == STATUS_OK && !results_run_event(results))
        status = error_set(error, STATUS_INVALID, path, "not the journal of a run");
    if (status == STATUS_FORMAT) /* a line that is no event: in a foreign file, every one */
        error->status = status = STATUS_INVALID;
    return status;
}

static const char *member(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* A path or value that the journal carries; "" where it has none. */
static const char *carried(const json_t *object, const char *key, struct arena *arena)
{
    const char *text = json_carried_value(json_object_get(object, key), arena);
    return text ? text : "";
}

static enum status restore_options(const json_t *run, struct experiment *experiment,
                                   struct error *error)
{
    struct arena *arena = experiment->arena;
    const char *directory = carried(run, "directory", arena);
    enum status status = STATUS_OK;
    size_t i;
    json_t *option;
    json_array_foreach(json_object_get(run, "options"), i, option)
    {
        if (status == STATUS_OK)
            status = experiment_set_from(experiment, directory, carried(option, "key", arena),
                                         carried(option, "value", arena), error);
    }
    return status;
}

enum status resume_restore(const char *path, struct experiment *experiment, struct error *error)
{
    struct results *results = results_new();
    enum status status = resume_read(path, results, error);
    const json_t *run = results_run_event(results);
    if (status == STATUS_OK && !json_object_get(run, "options"))
        status = error_set(error, STATUS_INVALID, path,
                           "the journal does not say how the run was started, give its profile and "
                           "options as well");
    if (status == STATUS_OK && member(run, "profile")[0]) {
        char *profile = path_join(carried(run, "directory", experiment->arena),
                                  carried(run, "profile", experiment->arena));
        status = profile_read(profile, experiment, error);
        free(profile);
    }
    if (status == STATUS_OK)
        status = restore_options(run, experiment, error);
    results_free(results);
    return status;
}

enum status resume_check(const struct experiment *experiment, const struct topology *topology,
                         const struct results *results, const char *path, struct error *error)
{
    const json_t *run = results_run_event(results);
    char hash[SHA256_TEXT_SIZE];
    struct text difference = {0};
    if (!json_object_get(run, "fingerprint"))
        return error_set(error, STATUS_INVALID, path,
                         "an older version wrote this journal, it does not say what was measured "
                         "and cannot be gone on with");
    json_t *here = fingerprint_describe(experiment, topology);
    fingerprint_hash(here, hash);
    enum status status = STATUS_OK;
    if (strcmp(hash, member(run, "fingerprint")) != 0) {
        fingerprint_difference(here, json_object_get(run, "experiment"), &difference);
        status = error_set(error, STATUS_INVALID, path, "the journal of another experiment: %s",
                           difference.bytes ? difference.bytes : "its fingerprint differs");
    }
    text_release(&difference);
    json_decref(here);
    return status;
}

static enum trial_state state_of(const struct runner *runner, size_t trial)
{
    return results_row(runner->results, (int)trial)->state;
}

static bool is_open(const struct runner *runner, size_t trial)
{
    return !trial_state_is_over(state_of(runner, trial));
}

/* Blocks are compared round by round, so trials that are timed in turns start again together: one
 * "timed" event covers them all, but those that came later. These join new rounds. */
static bool starts_again(const struct runner *runner, size_t trial)
{
    return is_open(runner, trial) && !results_row(runner->results, (int)trial)->is_timed;
}

void runner_announce_resumed(struct runner *runner)
{
    json_t *trials = json_array(), *candidates = json_array();
    for (size_t i = 0; i < runner->n_trials; i++) {
        int candidate = runner->trials[i].candidate;
        if (starts_again(runner, i))
            json_array_append_new(trials, json_integer((json_int_t)i));
        if (is_open(runner, i) && !runner_has_done(runner, candidate))
            json_array_append_new(candidates, json_integer(candidate));
    }
    runner_announce(runner, announce_resumed(trials, candidates));
    for (size_t i = 0; i < runner->n_trials; i++)
        if (is_open(runner, i) && !starts_again(runner, i) &&
            runner_has_done(runner, runner->trials[i].candidate))
            runner_announce(runner, announce_done((int)i));
}
