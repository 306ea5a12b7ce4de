/* Who takes part in a round of blocks, and in which order. */
#include "experiment/schedule_internal.h"

#include "results/needed.h"

/* Whether a ratio is known well enough. One that there is not yet, or that is one of a row and
 * itself, asks for no more than the least number of rounds. */
static bool is_narrow(const struct schedule *schedule, const struct figure *ratio, bool of_itself)
{
    if (of_itself || !ratio->present)
        return true;
    return figure_reach(ratio) <= schedule->experiment->measure.interval_percent / 100.0;
}

/* An earlier process may have timed all that this run needs. */
bool schedule_may_time(const struct schedule *schedule, size_t trial)
{
    const struct measure_limits *limits = &schedule->experiment->measure;
    const struct turns *turns = schedule_turns(schedule, trial);
    long rounds = turns->round - schedule->entered[trial].round;
    double seconds = turns->seconds - schedule->entered[trial].seconds;
    return !schedule_is_lost(schedule, trial) &&
           !results_row_as_it_stands(schedule->results, (int)trial)->is_timed &&
           rounds < limits->max_rounds &&
           (rounds < limits->min_rounds || seconds < limits->seconds);
}

bool schedule_is_to_time(const struct schedule *schedule, size_t trial)
{
    if (!schedule_may_time(schedule, trial))
        return false;
    const struct row *row = results_row(schedule->results, (int)trial);
    double calm = row->disturbed.present ? row->rounds.value - row->disturbed.value : 0.0;
    return calm < (double)schedule->experiment->measure.min_rounds ||
           !is_narrow(schedule, &row->speedup, (int)trial == row->baseline) || row->is_open ||
           !is_narrow(schedule, &row->vs_builtin, (int)trial == row->builtin);
}

bool schedule_wants_rounds(const struct schedule *schedule, size_t trial)
{
    const struct trial *own = &schedule->trials[trial];
    for (size_t v = 0; v < schedule->n_variants; v++)
        if (schedule_is_to_time(schedule,
                                schedule_trial_at(schedule, own->model, own->placement, v)))
            return true;
    return false;
}

static size_t variant_trial(const struct schedule *schedule, size_t variant)
{
    return schedule_trial_at(schedule, schedule->model, schedule->placement, variant);
}

static void activate(struct schedule *schedule, int trial)
{
    if (trial >= 0)
        schedule->is_active[schedule_variant(schedule, (size_t)trial)] = true;
}

/* Collects the variants that take part in the next round: those that have not enough rounds or too
 * wide an interval, and those that they are compared with; baselines come last. */
static void choose_active(struct schedule *schedule)
{
    for (size_t v = 0; v < schedule->n_variants; v++)
        schedule->is_active[v] = false;
    for (size_t v = 0; v < schedule->n_variants; v++) {
        size_t trial = variant_trial(schedule, v);
        if (!schedule_is_to_time(schedule, trial))
            continue;
        activate(schedule, (int)trial);
        activate(schedule, schedule->trials[trial].baseline);
        activate(schedule, schedule->trials[trial].builtin);
    }
    schedule->n_active = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t v = 0; v < schedule->n_variants; v++) {
            size_t trial = variant_trial(schedule, v);
            bool is_baseline = schedule->trials[trial].baseline == (int)trial;
            if (schedule->is_active[v] && is_baseline == (pass == 1) &&
                !schedule_is_lost(schedule, trial))
                schedule->order[schedule->n_active++] = v;
        }
}

static void shuffle(struct schedule *schedule)
{
    for (size_t i = schedule->n_active; i > 1; i--) {
        size_t k = random_below(&schedule->random, i), swapped = schedule->order[i - 1];
        schedule->order[i - 1] = schedule->order[k];
        schedule->order[k] = swapped;
    }
}

/* The number that rounds of the rows in this one will not go beyond. */
static long rounds_most(const struct schedule *schedule)
{
    long most = 0;
    for (size_t i = 0; i < schedule->n_active; i++) {
        size_t trial = variant_trial(schedule, schedule->order[i]);
        long end = schedule->entered[trial].round + schedule->experiment->measure.max_rounds;
        most = end > most ? end : most;
    }
    return most;
}

bool schedule_next_block(struct schedule *schedule, struct schedule_step *step)
{
    for (;;) {
        for (; schedule->position < schedule->n_active; schedule->position++) {
            step->trial = variant_trial(schedule, schedule->order[schedule->position]);
            if (schedule_is_lost(schedule, step->trial) ||
                !schedule_is_prepared(schedule, step->trial)) /* it was, before it was skipped */
                continue;
            step->kind = STEP_BLOCK;
            step->round = schedule_turns(schedule, step->trial)->round;
            step->rounds_most = rounds_most(schedule);
            step->last_of_process =
                (step->round + 1) % schedule->experiment->measure.process_rounds == 0;
            return true;
        }
        if (schedule->n_active > 0)
            schedule_turns(schedule, variant_trial(schedule, 0))->round++;
        schedule->n_active = 0;
        if (schedule->is_changed) /* somebody may have to be prepared first */
            return false;
        choose_active(schedule);
        shuffle(schedule);
        schedule->position = 0;
        if (schedule->n_active == 0)
            return false;
    }
}
