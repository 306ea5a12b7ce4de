/* What the user did to the run while it went on. */
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
