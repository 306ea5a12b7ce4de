/* How much is done, and how long the rest may take. */
#include <math.h>

#include "experiment/schedule_internal.h"

static double mean_pace(const struct pace *pace)
{
    return pace->steps ? pace->seconds / (double)pace->steps : -1.0;
}

/* Whether the phase is at this candidate. */
static bool is_under_way(const struct schedule *schedule, enum phase phase, size_t model,
                         size_t variant)
{
    return schedule->phase == phase && schedule->model == model && schedule->position == variant;
}

/* Steps of a candidate that are left, but for its blocks. */
static void count_candidate(const struct schedule *schedule, size_t model, size_t variant,
                            double left[STEP_END])
{
    size_t trial;
    bool is_prepared = is_under_way(schedule, PHASE_PREPARE, model, variant);
    left[STEP_PREPARE] +=
        is_prepared || schedule_is_to_prepare(schedule, model, variant, &trial) ? 1.0 : 0.0;
    if (schedule->experiment->has_data)
        left[STEP_SCORE] += schedule_is_to_score(schedule, model, variant, &trial) ? 1.0 : 0.0;
    left[STEP_LAYERS] += schedule_is_to_look(schedule, model, variant, &trial) ? 1.0 : 0.0;
}

/* Steps of each kind that are left, as far as it can be told beforehand: rounds may be more. */
static void count_steps(const struct schedule *schedule, double left[STEP_END])
{
    const struct experiment *experiment = schedule->experiment;
    for (size_t m = schedule->is_changed ? 0 : schedule->model; m < experiment->n_models; m++)
        for (size_t v = 0; v < schedule->n_variants; v++)
            count_candidate(schedule, m, v, left);
    for (size_t i = 0; i < schedule->n_trials; i++) {
        long rounds = schedule_turns(schedule, i)->round - schedule->entered[i].round;
        if (rounds < experiment->measure.min_rounds && schedule_may_time(schedule, i))
            left[STEP_BLOCK] += (double)(experiment->measure.min_rounds - rounds);
    }
}

void schedule_progress(const struct schedule *schedule, double *fraction, double *left_seconds)
{
    double steps[STEP_END] = {0.0}, left = 0.0, spent = 0.0;
    bool known = true;
    *fraction = 1.0;
    *left_seconds = 0.0;
    if (schedule->phase == PHASE_END && !schedule->is_changed)
        return;
    count_steps(schedule, steps);
    for (int kind = 0; kind < STEP_END; kind++) {
        double pace = mean_pace(&schedule->paces[kind]);
        known = known && (pace >= 0.0 || !(steps[kind] > 0.0));
        left += fmax(pace, 0.0) * steps[kind];
        spent += schedule->paces[kind].seconds;
    }
    *left_seconds = known ? left : -1.0;
    double finished = (double)schedule->model / (double)schedule->experiment->n_models;
    *fraction = known && spent + left > 0.0 ? spent / (spent + left) : finished;
}
