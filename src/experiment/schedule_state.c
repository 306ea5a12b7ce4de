/* What is still to be done for whom, by the states of the rows and the files that are there. */
#include "experiment/schedule_internal.h"
#include "results/layers.h"
#include "runtimes/runtime.h"

size_t schedule_trial_at(const struct schedule *schedule, size_t model, size_t placement,
                         size_t variant)
{
    return schedule
        ->cells[(model * schedule->n_placements + placement) * schedule->n_variants + variant];
}

size_t schedule_variant(const struct schedule *schedule, size_t trial)
{
    const struct trial *own = &schedule->trials[trial];
    return own->mode * schedule->experiment->n_runtimes + own->runtime;
}

struct turns *schedule_turns(const struct schedule *schedule, size_t trial)
{
    const struct trial *own = &schedule->trials[trial];
    return &schedule->turns[own->placement * schedule->experiment->n_models + own->model];
}

bool schedule_is_lost(const struct schedule *schedule, size_t trial)
{
    return trial_state_is_lost(results_row_as_it_stands(schedule->results, (int)trial)->state);
}

/* Whether nothing more is to be done for a trial: it is lost, or finished. */
static bool is_over(const struct schedule *schedule, size_t trial)
{
    return trial_state_is_over(results_row_as_it_stands(schedule->results, (int)trial)->state);
}

static const struct handover *handover_of(const struct schedule *schedule, size_t trial)
{
    return &schedule->handovers[schedule->trials[trial].candidate];
}

bool schedule_is_prepared(const struct schedule *schedule, size_t trial)
{
    return handover_of(schedule, trial)->model >= 0;
}

/* Whether a row of the trial's candidate is done: its scores are known. */
static bool is_scored(const struct schedule *schedule, size_t trial)
{
    const struct trial *own = &schedule->trials[trial];
    for (size_t p = 0; p < schedule->n_placements; p++) {
        size_t i = schedule_trial_at(schedule, own->model, p, schedule_variant(schedule, trial));
        if (results_row_as_it_stands(schedule->results, (int)i)->state == TRIAL_DONE)
            return true;
    }
    return false;
}

/* Whether the outputs of a trial that is finished have to be made again for others that are
 * compared with it, or the file to ship so that it takes part in their rounds. */
static bool is_needed(const struct schedule *schedule, size_t trial, bool to_prepare)
{
    bool gives_outputs =
        schedule->experiment->has_data && handover_of(schedule, trial)->reference < 0;
    const struct trial *own = &schedule->trials[trial];
    bool is_compared_with = own->baseline == (int)trial || own->builtin == (int)trial;
    if (!is_compared_with || schedule_is_lost(schedule, trial))
        return false;
    for (size_t v = 0; v < schedule->n_variants; v++) {
        size_t i = schedule_trial_at(schedule, own->model, own->placement, v);
        const struct trial *other = &schedule->trials[i];
        bool by_outputs = other->baseline == (int)trial && gives_outputs && !is_scored(schedule, i);
        bool by_rounds = (other->baseline == (int)trial || other->builtin == (int)trial) &&
                         to_prepare &&
                         !results_row_as_it_stands(schedule->results, (int)i)->is_timed;
        if ((by_outputs || by_rounds) && !is_over(schedule, i))
            return true;
    }
    return false;
}

/* Whether a candidate has a trial left that is worth it. */
static bool lives(const struct schedule *schedule, size_t model, size_t variant, bool to_prepare,
                  size_t *trial)
{
    for (size_t p = 0; p < schedule->n_placements; p++) {
        *trial = schedule_trial_at(schedule, model, p, variant);
        if (!is_over(schedule, *trial) || is_needed(schedule, *trial, to_prepare))
            return true;
    }
    return false;
}

bool schedule_is_to_prepare(const struct schedule *schedule, size_t model, size_t variant,
                            size_t *trial)
{
    *trial = schedule_trial_at(schedule, model, 0, variant);
    return !schedule_is_prepared(schedule, *trial) &&
           (lives(schedule, model, variant, true, trial) ||
            schedule_is_to_look(schedule, model, variant, trial));
}

bool schedule_is_to_score(const struct schedule *schedule, size_t model, size_t variant,
                          size_t *trial)
{
    return lives(schedule, model, variant, false, trial);
}

/* Layers of fp32 are what others are compared with, a model that is quantized already has no
 * others, and other runtimes have the same mode's file, or one in which layers are not followed. */
bool schedule_is_to_look(const struct schedule *schedule, size_t model, size_t variant,
                         size_t *trial)
{
    const struct experiment *experiment = schedule->experiment;
    *trial = schedule_trial_at(schedule, model, 0, variant);
    const struct trial *first = &schedule->trials[*trial];
    const struct mode *mode = experiment->modes[first->mode].mode;
    bool is_builtin = runtime_find(experiment->runtimes[first->runtime])->is_baseline;
    if (!(experiment->layers.seconds > 0.0) || !experiment->has_data || !is_builtin ||
        mode->is_baseline || mode->takes_quantized ||
        results_has_ledger(schedule->results, first->candidate))
        return false;
    for (size_t p = 0; p < schedule->n_placements; p++) {
        *trial = schedule_trial_at(schedule, model, p, variant);
        if (!schedule_is_lost(schedule, *trial))
            return true;
    }
    return false;
}

bool schedule_needs_outputs(const struct schedule *schedule, size_t trial)
{
    const struct trial *own = &schedule->trials[trial];
    for (size_t p = 0; p < schedule->n_placements; p++)
        for (size_t v = 0; v < schedule->n_variants; v++) {
            size_t i = schedule_trial_at(schedule, own->model, p, v);
            int baseline = schedule->trials[i].baseline;
            if (baseline >= 0 && schedule->trials[baseline].candidate == own->candidate &&
                !is_over(schedule, i) && !is_scored(schedule, i))
                return true;
        }
    return false;
}
