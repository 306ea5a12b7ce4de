#include "experiment/schedule.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "measure/clock.h"

enum phase { PHASE_PREPARE, PHASE_TIME, PHASE_SCORE, PHASE_END };

/* Seconds spent on one kind of step, to estimate what is left. */
struct pace {
    double seconds;
    size_t steps;
};

struct schedule {
    const struct experiment *experiment;
    const struct trial *trials;
    size_t n_trials;
    struct results *results;
    struct random random;
    enum phase phase;
    size_t model, placement; /* that the phase is at */
    size_t position;         /* within the phase's list of modes, or within the round's order */
    long round;
    double timing_seconds; /* spent on this model and placement so far */
    size_t *order;         /* of the modes, shuffled per round */
    size_t n_active;       /* how many of them take part in this round */
    struct pace paces[STEP_END];
    size_t blocks_done; /* of this model and placement */
};

struct schedule *schedule_new(const struct experiment *experiment, const struct trial *trials,
                              size_t n_trials, struct results *results)
{
    struct schedule *schedule = xcalloc(1, sizeof(*schedule));
    *schedule = (struct schedule){
        .experiment = experiment,
        .trials = trials,
        .n_trials = n_trials,
        .results = results,
        .random = {(uint64_t)experiment->measure.seed},
        .order = xcalloc(experiment->n_modes, sizeof(size_t)),
    };
    return schedule;
}

void schedule_free(struct schedule *schedule)
{
    if (!schedule)
        return;
    free(schedule->order);
    free(schedule);
}

/* Trials are numbered model by model, placement by placement, mode by mode. */
static size_t trial_at(const struct schedule *schedule, size_t model, size_t placement, size_t mode)
{
    const struct experiment *experiment = schedule->experiment;
    return (model * experiment->n_placements + placement) * experiment->n_modes + mode;
}

static bool has_failed(const struct schedule *schedule, size_t trial)
{
    return results_row(schedule->results, (int)trial)->state == TRIAL_FAILED;
}

/* Whether a candidate has a trial left that is worth preparing or scoring for; *trial is the first.
 */
static bool candidate_lives(const struct schedule *schedule, size_t mode, size_t *trial)
{
    for (size_t p = 0; p < schedule->experiment->n_placements; p++) {
        *trial = trial_at(schedule, schedule->model, p, mode);
        if (!has_failed(schedule, *trial))
            return true;
    }
    return false;
}

/* Whether the speedup of a row is known well enough. */
static bool is_narrow(const struct schedule *schedule, size_t trial)
{
    const struct row *row = results_row(schedule->results, (int)trial);
    const struct figure *speedup = &row->speedup;
    if ((int)trial == row->baseline || !speedup->present)
        return true; /* nothing to compare: the least number of rounds is enough */
    double half = (speedup->high - speedup->low) / 2.0;
    double wanted = schedule->experiment->measure.interval_percent / 100.0;
    return speedup->bounded && half <= wanted * speedup->value;
}

/* Collects the modes that take part in the next round: those that have not enough rounds or too
 * wide an interval, and the baselines they are compared with. */
static void choose_active(struct schedule *schedule)
{
    const struct measure_limits *limits = &schedule->experiment->measure;
    bool any = false;
    schedule->n_active = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t m = 0; m < schedule->experiment->n_modes; m++) {
            size_t trial = trial_at(schedule, schedule->model, schedule->placement, m);
            bool is_baseline = schedule->trials[trial].baseline == (int)trial;
            if (has_failed(schedule, trial) || is_baseline != (pass == 1))
                continue;
            bool wanted = schedule->round < limits->min_rounds || !is_narrow(schedule, trial);
            if (wanted || (is_baseline && any)) {
                schedule->order[schedule->n_active++] = m;
                any = true;
            }
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

/* Begins a round; false when timing of this model and placement is over. */
static bool begin_round(struct schedule *schedule)
{
    const struct measure_limits *limits = &schedule->experiment->measure;
    bool least_done = schedule->round >= limits->min_rounds;
    if (schedule->round >= limits->max_rounds ||
        (least_done && schedule->timing_seconds >= limits->seconds))
        return false;
    choose_active(schedule);
    shuffle(schedule);
    schedule->position = 0;
    return schedule->n_active > 0;
}

static void enter(struct schedule *schedule, enum phase phase)
{
    schedule->phase = phase;
    schedule->position = 0;
    schedule->n_active = 0;
    schedule->round = 0;
    schedule->timing_seconds = 0.0;
    schedule->blocks_done = 0;
}

/* Moves on to the next phase, placement or model when the present one is through. */
static void move_on(struct schedule *schedule)
{
    const struct experiment *experiment = schedule->experiment;
    switch (schedule->phase) {
    case PHASE_PREPARE:
        schedule->placement = 0;
        enter(schedule, PHASE_TIME);
        break;
    case PHASE_TIME:
        schedule->placement++;
        enter(schedule, schedule->placement < experiment->n_placements ? PHASE_TIME : PHASE_SCORE);
        break;
    case PHASE_SCORE:
        schedule->model++;
        enter(schedule, schedule->model < experiment->n_models ? PHASE_PREPARE : PHASE_END);
        break;
    case PHASE_END:
        break;
    }
}

static bool next_candidate(struct schedule *schedule, enum step_kind kind,
                           struct schedule_step *step)
{
    for (; schedule->position < schedule->experiment->n_modes; schedule->position++)
        if (candidate_lives(schedule, schedule->position, &step->trial)) {
            step->kind = kind;
            return true;
        }
    return false;
}

static bool next_block(struct schedule *schedule, struct schedule_step *step)
{
    for (;;) {
        for (; schedule->position < schedule->n_active; schedule->position++) {
            step->trial = trial_at(schedule, schedule->model, schedule->placement,
                                   schedule->order[schedule->position]);
            if (has_failed(schedule, step->trial))
                continue;
            step->kind = STEP_BLOCK;
            step->round = schedule->round;
            step->last_of_process =
                (schedule->round + 1) % schedule->experiment->measure.process_rounds == 0;
            return true;
        }
        if (schedule->n_active > 0)
            schedule->round++;
        schedule->n_active = 0;
        if (!begin_round(schedule))
            return false;
    }
}

struct schedule_step schedule_next(struct schedule *schedule)
{
    struct schedule_step step = {.kind = STEP_END};
    for (;;) {
        bool found = schedule->phase == PHASE_PREPARE
                         ? next_candidate(schedule, STEP_PREPARE, &step)
                     : schedule->phase == PHASE_TIME  ? next_block(schedule, &step)
                     : schedule->phase == PHASE_SCORE ? next_candidate(schedule, STEP_SCORE, &step)
                                                      : false;
        if (found || schedule->phase == PHASE_END)
            return step;
        move_on(schedule);
    }
}

void schedule_done(struct schedule *schedule, double seconds)
{
    static const enum step_kind kinds[] = {
        [PHASE_PREPARE] = STEP_PREPARE, [PHASE_TIME] = STEP_BLOCK, [PHASE_SCORE] = STEP_SCORE};
    if (schedule->phase == PHASE_END)
        return;
    struct pace *pace = &schedule->paces[kinds[schedule->phase]];
    pace->seconds += seconds;
    pace->steps++;
    if (schedule->phase == PHASE_TIME) {
        schedule->timing_seconds += seconds;
        schedule->blocks_done++;
    }
    schedule->position++;
}

/* Steps of each kind that one model has, as far as it can be told beforehand: rounds may be more.
 */
static void steps_of_model(const struct schedule *schedule, double steps[STEP_END])
{
    const struct experiment *experiment = schedule->experiment;
    double modes = (double)experiment->n_modes;
    steps[STEP_PREPARE] = modes;
    steps[STEP_SCORE] = experiment->has_data ? modes : 0.0;
    steps[STEP_BLOCK] =
        modes * (double)experiment->n_placements * (double)experiment->measure.min_rounds;
}

static double mean_pace(const struct pace *pace)
{
    return pace->steps ? pace->seconds / (double)pace->steps : -1.0;
}

/* Share of the present model's phase that is done, of each kind. */
static void steps_done_in_model(const struct schedule *schedule, const double total[STEP_END],
                                double done[STEP_END])
{
    bool beyond_prepare = schedule->phase != PHASE_PREPARE;
    double position = (double)schedule->position;
    double per_placement = total[STEP_BLOCK] / (double)schedule->experiment->n_placements;
    double blocks = (double)schedule->placement * per_placement +
                    fmin((double)schedule->blocks_done, per_placement);
    done[STEP_PREPARE] = beyond_prepare ? total[STEP_PREPARE] : position;
    done[STEP_BLOCK] = schedule->phase == PHASE_TIME    ? blocks
                       : schedule->phase == PHASE_SCORE ? total[STEP_BLOCK]
                                                        : 0.0;
    done[STEP_SCORE] = schedule->phase == PHASE_SCORE ? fmin(position, total[STEP_SCORE]) : 0.0;
}

void schedule_progress(const struct schedule *schedule, double *fraction, double *left_seconds)
{
    double total[STEP_END], done[STEP_END], left = 0.0, spent = 0.0;
    bool known = true;
    *fraction = 1.0;
    *left_seconds = 0.0;
    if (schedule->phase == PHASE_END)
        return;
    steps_of_model(schedule, total);
    steps_done_in_model(schedule, total, done);
    double models_behind = (double)schedule->experiment->n_models - (double)schedule->model - 1.0;
    for (int kind = 0; kind < STEP_END; kind++) {
        double pace = mean_pace(&schedule->paces[kind]);
        double steps = total[kind] - done[kind] + models_behind * total[kind];
        known = known && (pace >= 0.0 || !(steps > 0.0));
        left += fmax(pace, 0.0) * steps;
        spent += schedule->paces[kind].seconds;
    }
    *left_seconds = known ? left : -1.0;
    double finished = (double)schedule->model / (double)schedule->experiment->n_models;
    *fraction = known && spent + left > 0.0 ? spent / (spent + left) : finished;
}
