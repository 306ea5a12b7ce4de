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

/* Steps of each kind that are left, but for blocks. */
static void count_steps(const struct schedule *schedule, double left[STEP_END])
{
    const struct experiment *experiment = schedule->experiment;
    for (size_t m = schedule->is_changed ? 0 : schedule->model; m < experiment->n_models; m++)
        for (size_t v = 0; v < schedule->n_variants; v++)
            count_candidate(schedule, m, v, left);
}

/* Whether timing of a model on a placement is over. */
static bool is_past(const struct schedule *schedule, size_t model, size_t placement)
{
    if (schedule->is_changed || model > schedule->model)
        return false;
    return model < schedule->model || schedule->phase > PHASE_TIME ||
           (schedule->phase == PHASE_TIME && placement < schedule->placement);
}

/* Seconds that blocks of a model on a placement may still take: those of the least rounds, and all
 * until a limit, of time or of rounds, since nobody knows beforehand when an interval is narrow. */
static double time_left(const struct schedule *schedule, size_t model, size_t placement)
{
    const struct measure_limits *limits = &schedule->experiment->measure;
    double pace = fmax(mean_pace(&schedule->paces[STEP_BLOCK]), 0.0);
    double least = 0.0, most = 0.0, all = 0.0;
    for (size_t v = 0; v < schedule->n_variants; v++) {
        size_t trial = schedule_trial_at(schedule, model, placement, v);
        const struct turns *turns = schedule_turns(schedule, trial);
        const struct turns *entered = &schedule->entered[trial];
        long rounds = turns->round - entered->round;
        if (!schedule_may_time(schedule, trial))
            continue;
        least += pace * fmax((double)(limits->min_rounds - rounds), 0.0);
        all += pace * (double)(limits->max_rounds - rounds);
        most = fmax(most, limits->seconds - (turns->seconds - entered->seconds));
    }
    return fmax(least, pace > 0.0 ? fmin(most, all) : most);
}

static double all_time_left(const struct schedule *schedule)
{
    double left = 0.0;
    for (size_t m = 0; m < schedule->experiment->n_models; m++)
        for (size_t p = 0; p < schedule->n_placements; p++)
            if (!is_past(schedule, m, p))
                left += time_left(schedule, m, p);
    return left;
}

/* What has no pace yet is taken to be as long as preparing, for the share alone: both go through
 * samples. */
void schedule_progress(const struct schedule *schedule, double *fraction, double *left_seconds)
{
    double steps[STEP_END] = {0.0}, left, spent = 0.0;
    bool known = true;
    *fraction = 1.0;
    *left_seconds = 0.0;
    if (schedule->phase == PHASE_END && !schedule->is_changed)
        return;
    count_steps(schedule, steps);
    left = all_time_left(schedule);
    for (int kind = 0; kind < STEP_END; kind++) {
        double pace = mean_pace(&schedule->paces[kind]);
        known = known && (pace >= 0.0 || !(steps[kind] > 0.0));
        if (pace < 0.0)
            pace = fmax(mean_pace(&schedule->paces[STEP_PREPARE]), 0.0);
        left += pace * steps[kind];
        spent += schedule->paces[kind].seconds;
    }
    *left_seconds = known ? left : -1.0;
    *fraction = spent > 0.0 ? spent / (spent + left) : 0.0;
}
