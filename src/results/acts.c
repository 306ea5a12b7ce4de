/* What the user did to the run while it went on. */
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
