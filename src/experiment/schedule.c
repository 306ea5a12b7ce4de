#include "experiment/schedule.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "measure/clock.h"
#include "results/layers.h"
#include "runtimes/runtime.h"

enum phase { PHASE_PREPARE, PHASE_TIME, PHASE_SCORE, PHASE_LAYERS, PHASE_END };

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
    size_t position;         /* within the phase's variants, or within the round's order */
    long round;
    double timing_seconds; /* spent on this model and placement so far */
    size_t n_variants;     /* modes x runtimes: the trials of a model on a placement */
    size_t *order;         /* of the variants, shuffled per round */
    bool *is_active;       /* per variant: whether it takes part in this round */
    size_t n_active;       /* how many of them do */
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
        .n_variants = experiment_variants(experiment),
    };
    schedule->order = xcalloc(schedule->n_variants, sizeof(*schedule->order));
    schedule->is_active = xcalloc(schedule->n_variants, sizeof(*schedule->is_active));
    return schedule;
}

void schedule_free(struct schedule *schedule)
{
    if (!schedule)
        return;
    free(schedule->order);
    free(schedule->is_active);
    free(schedule);
}

/* Trials are numbered model by model, placement by placement, variant by variant. */
static size_t trial_at(const struct schedule *schedule, size_t model, size_t placement,
                       size_t variant)
{
    const struct experiment *experiment = schedule->experiment;
    return (model * experiment->n_placements + placement) * schedule->n_variants + variant;
}

static bool is_lost(const struct schedule *schedule, size_t trial)
{
    return trial_state_is_lost(results_row(schedule->results, (int)trial)->state);
}

/* Whether nothing more is to be done for a trial: it is lost, or an earlier process finished it. */
static bool is_over(const struct schedule *schedule, size_t trial)
{
    return trial_state_is_over(results_row(schedule->results, (int)trial)->state);
}

/* Whether others are still to be compared with a trial that an earlier process finished: its
 * outputs are gone and have to be made again. */
static bool is_needed(const struct schedule *schedule, size_t trial)
{
    size_t first = trial_at(schedule, schedule->model, 0, 0);
    size_t count = schedule->experiment->n_placements * schedule->n_variants;
    if (!schedule->experiment->has_data || is_lost(schedule, trial))
        return false;
    for (size_t i = first; i < first + count; i++)
        if (schedule->trials[i].baseline == (int)trial && !is_over(schedule, i))
            return true;
    return false;
}

/* Whether a candidate has a trial left that is worth preparing or scoring for; *trial is the first.
 */
static bool candidate_lives(const struct schedule *schedule, size_t variant, size_t *trial)
{
    for (size_t p = 0; p < schedule->experiment->n_placements; p++) {
        *trial = trial_at(schedule, schedule->model, p, variant);
        if (!is_over(schedule, *trial) || is_needed(schedule, *trial))
            return true;
    }
    return false;
}

/* Whether the layers of a candidate are still to be looked at. Those of fp32 are what others are
 * compared with, a model that is quantized already has no others, and other runtimes have the same
 * mode's file, or one in which layers are not followed. */
static bool wants_layers(const struct schedule *schedule, size_t variant, size_t *trial)
{
    const struct experiment *experiment = schedule->experiment;
    *trial = trial_at(schedule, schedule->model, 0, variant);
    const struct trial *first = &schedule->trials[*trial];
    const struct mode *mode = experiment->modes[first->mode].mode;
    bool is_builtin = runtime_find(experiment->runtimes[first->runtime])->is_baseline;
    if (!(experiment->layers.seconds > 0.0) || !experiment->has_data || !is_builtin ||
        mode->is_baseline || mode->takes_quantized ||
        results_has_ledger(schedule->results, first->candidate))
        return false;
    for (size_t p = 0; p < experiment->n_placements; p++) {
        *trial = trial_at(schedule, schedule->model, p, variant);
        if (!is_lost(schedule, *trial))
            return true;
    }
    return false;
}

bool schedule_wants_layers(const struct schedule *schedule, size_t trial)
{
    size_t first;
    return wants_layers(schedule, trial % schedule->n_variants, &first);
}

/* Whether a ratio is known well enough. One that there is not yet, or that is one of a row and
 * itself, asks for no more than the least number of rounds. */
static bool is_narrow(const struct schedule *schedule, const struct figure *ratio, bool of_itself)
{
    if (of_itself || !ratio->present)
        return true;
    double half = (ratio->high - ratio->low) / 2.0;
    double wanted = schedule->experiment->measure.interval_percent / 100.0;
    return ratio->bounded && half <= wanted * ratio->value;
}

/* Whether more rounds of a trial are wanted for its own sake. An earlier process may have timed all
 * that this run needs. */
static bool is_wanted(const struct schedule *schedule, size_t trial)
{
    const struct row *row = results_row(schedule->results, (int)trial);
    if (row->is_timed)
        return false;
    double calm = row->disturbed.present ? row->rounds.value - row->disturbed.value : 0.0;
    return calm < (double)schedule->experiment->measure.min_rounds ||
           !is_narrow(schedule, &row->speedup, (int)trial == row->baseline) || row->is_open ||
           !is_narrow(schedule, &row->vs_builtin, (int)trial == row->builtin);
}

static void activate(struct schedule *schedule, int trial)
{
    size_t first = trial_at(schedule, schedule->model, schedule->placement, 0);
    if (trial >= 0)
        schedule->is_active[(size_t)trial - first] = true;
}

/* Collects the variants that take part in the next round: those that have not enough rounds or too
 * wide an interval, and those that they are compared with; baselines come last. */
static void choose_active(struct schedule *schedule)
{
    size_t first = trial_at(schedule, schedule->model, schedule->placement, 0);
    for (size_t v = 0; v < schedule->n_variants; v++)
        schedule->is_active[v] = false;
    for (size_t v = 0; v < schedule->n_variants; v++) {
        if (is_lost(schedule, first + v) || !is_wanted(schedule, first + v))
            continue;
        activate(schedule, (int)(first + v));
        activate(schedule, schedule->trials[first + v].baseline);
        activate(schedule, schedule->trials[first + v].builtin);
    }
    schedule->n_active = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t v = 0; v < schedule->n_variants; v++) {
            bool is_baseline = schedule->trials[first + v].baseline == (int)(first + v);
            if (schedule->is_active[v] && is_baseline == (pass == 1) &&
                !is_lost(schedule, first + v))
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
        enter(schedule, PHASE_LAYERS);
        break;
    case PHASE_LAYERS:
        schedule->model++;
        enter(schedule, schedule->model < experiment->n_models ? PHASE_PREPARE : PHASE_END);
        break;
    case PHASE_END:
        break;
    }
}

/* The variant that is scored at a position: baselines come first, since the others are compared
 * with their outputs. */
static size_t scored_at(const struct schedule *schedule, size_t position)
{
    size_t first = trial_at(schedule, schedule->model, 0, 0);
    for (int pass = 0; pass < 2; pass++)
        for (size_t v = 0; v < schedule->n_variants; v++) {
            bool is_baseline = schedule->trials[first + v].baseline == (int)(first + v);
            if (is_baseline == (pass == 0) && position-- == 0)
                return v;
        }
    return schedule->n_variants;
}

static bool is_due(const struct schedule *schedule, enum step_kind kind, size_t *trial)
{
    size_t position = schedule->position;
    switch (kind) {
    case STEP_SCORE:
        return candidate_lives(schedule, scored_at(schedule, position), trial);
    case STEP_LAYERS:
        return wants_layers(schedule, position, trial);
    default:
        return candidate_lives(schedule, position, trial) ||
               wants_layers(schedule, position, trial);
    }
}

static bool next_candidate(struct schedule *schedule, enum step_kind kind,
                           struct schedule_step *step)
{
    for (; schedule->position < schedule->n_variants; schedule->position++)
        if (is_due(schedule, kind, &step->trial)) {
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
            if (is_lost(schedule, step->trial))
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

bool schedule_is_between_rounds(const struct schedule *schedule)
{
    return schedule->phase != PHASE_TIME || schedule->position >= schedule->n_active;
}

struct schedule_step schedule_next(struct schedule *schedule)
{
    struct schedule_step step = {.kind = STEP_END};
    for (;;) {
        bool found =
            schedule->phase == PHASE_PREPARE  ? next_candidate(schedule, STEP_PREPARE, &step)
            : schedule->phase == PHASE_TIME   ? next_block(schedule, &step)
            : schedule->phase == PHASE_SCORE  ? next_candidate(schedule, STEP_SCORE, &step)
            : schedule->phase == PHASE_LAYERS ? next_candidate(schedule, STEP_LAYERS, &step)
                                              : false;
        if (found || schedule->phase == PHASE_END)
            return step;
        move_on(schedule);
    }
}

void schedule_done(struct schedule *schedule, double seconds)
{
    static const enum step_kind kinds[] = {
        [PHASE_PREPARE] = STEP_PREPARE,
        [PHASE_TIME] = STEP_BLOCK,
        [PHASE_SCORE] = STEP_SCORE,
        [PHASE_LAYERS] = STEP_LAYERS,
    };
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
    double variants = (double)schedule->n_variants;
    steps[STEP_PREPARE] = variants;
    steps[STEP_SCORE] = experiment->has_data ? variants : 0.0;
    steps[STEP_LAYERS] = experiment->layers.seconds > 0.0 ? steps[STEP_SCORE] : 0.0;
    steps[STEP_BLOCK] =
        variants * (double)experiment->n_placements * (double)experiment->measure.min_rounds;
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
    bool beyond_time = schedule->phase > PHASE_TIME, beyond_score = schedule->phase > PHASE_SCORE;
    double position = (double)schedule->position;
    double per_placement = total[STEP_BLOCK] / (double)schedule->experiment->n_placements;
    double blocks = (double)schedule->placement * per_placement +
                    fmin((double)schedule->blocks_done, per_placement);
    done[STEP_PREPARE] = beyond_prepare ? total[STEP_PREPARE] : position;
    done[STEP_BLOCK] = schedule->phase == PHASE_TIME ? blocks
                       : beyond_time                 ? total[STEP_BLOCK]
                                                     : 0.0;
    done[STEP_SCORE] = schedule->phase == PHASE_SCORE ? fmin(position, total[STEP_SCORE])
                       : beyond_score                 ? total[STEP_SCORE]
                                                      : 0.0;
    done[STEP_LAYERS] = beyond_score ? fmin(position, total[STEP_LAYERS]) : 0.0;
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
