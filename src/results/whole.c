/* Results as a whole: made, emptied and freed. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "results/state.h"

static void begin(struct results *results)
{
    results->arena = arena_new();
    results->run = (struct run_info){.title = "",
                                     .profile = "",
                                     .version = "",
                                     .started = "",
                                     .host = "",
                                     .cpu = "",
                                     .isa = "",
                                     .cpu_isa = "",
                                     .topology = "",
                                     .same_within = SAME_WITHIN,
                                     .wanted_reach = NAN,
                                     .seed = ""};
    struct figure open = {.reason = "no constraint"};
    results->constraints = (struct constraints){open, open, open};
}

struct results *results_new(void)
{
    struct results *results = xcalloc(1, sizeof(*results));
    begin(results);
    return results;
}

static void series_release(struct series *series)
{
    FREE_AND_NULL(series->values);
}

/* What it owns, not itself. */
static void release(struct results *results)
{
    for (size_t i = 0; i < results->n_trials; i++) {
        struct trial_data *trial = &results->trials[i];
        kept_drop(&trial->kept);
        free(trial->blocks);
        text_release(&trial->fits);
        text_release(&trial->target_list);
        text_release(&trial->bound_by);
        series_release(&trial->samples);
        series_release(&trial->sorted);
        series_release(&trial->medians);
        series_release(&trial->loads);
        series_release(&trial->firsts);
    }
    for (size_t i = 0; i < results->n_candidates; i++) {
        kept_drop(&results->candidates[i].kept);
        series_release(&results->candidates[i].values);
        json_decref(results->candidates[i].operators);
        free(results->candidates[i].top1);
        free(results->candidates[i].labels);
        free(results->candidates[i].groups);
        free(results->candidates[i].trivial);
        free(results->candidates[i].ledger_layers);
    }
    json_decref(results->run_event);
    json_decref(results->writer);
    free(results->trials);
    free(results->candidates);
    series_release(&results->paces);
    free(results->models);
    free(results->warnings);
    free(results->additions);
    free(results->machine);
    free(results->log);
    arena_free(results->arena);
}

void results_free(struct results *results)
{
    if (!results)
        return;
    release(results);
    free(results);
}

void results_clear(struct results *results)
{
    uint64_t revision = results->revision;
    release(results);
    *results = (struct results){.revision = revision + 1};
    begin(results);
}
