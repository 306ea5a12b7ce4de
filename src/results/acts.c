/* What the user did to the run while it went on. */
#include "base/memory.h"
#include "results/members.h"
#include "results/state.h"

enum status results_take_paused(struct results *results, const json_t *event, struct error *error)
{
    (void)event, (void)error;
    results->run.paused = true;
    return STATUS_OK;
}

enum status results_take_continued(struct results *results, const json_t *event,
                                   struct error *error)
{
    (void)event, (void)error;
    results->run.paused = false;
    return STATUS_OK;
}

enum status results_take_skipped(struct results *results, const json_t *event, struct error *error)
{
    size_t number;
    if (!index_member(event, "trial", results->n_trials, &number))
        return malformed(error, event, "trial");
    struct trial_data *trial = &results->trials[number];
    trial_touch(results, trial);
    trial->row.state = TRIAL_SKIPPED;
    trial->row.reason = "skipped by hand";
    return STATUS_OK;
}

/* A run of our own has a few; a hostile journal shall not fill the memory. */
#define ADDITIONS_MAX 10000

enum status results_take_added(struct results *results, const json_t *event, struct error *error)
{
    bool is_mode = json_object_get(event, "mode") != NULL;
    const char *key = is_mode ? "mode" : "placement";
    const char *text = text_member(results, event, key);
    if (text[0] == '\0' || results->n_additions == ADDITIONS_MAX)
        return malformed(error, event, key);
    results->additions = list_grow(results->additions, results->n_additions,
                                   &results->addition_capacity, sizeof(*results->additions));
    results->additions[results->n_additions++] = (struct addition){is_mode, text};
    results->run.ended = false;
    return STATUS_OK;
}

size_t results_addition_count(const struct results *results)
{
    return results->n_additions;
}

const struct addition *results_addition(const struct results *results, size_t i)
{
    return &results->additions[i];
}
