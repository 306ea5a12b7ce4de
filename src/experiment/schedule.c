#include "experiment/schedule.h"

#include <stdlib.h>

#include "base/memory.h"
#include "experiment/schedule_internal.h"

/* Takes over the trials that there are now; their order and numbers are those of before. */
static void take_trials(struct schedule *schedule, const struct trial *trials, size_t n_trials)
{
    const struct experiment *experiment = schedule->experiment;
    size_t n_variants = experiment_variants(experiment);
    size_t n_turns = experiment->n_placements * experiment->n_models;
    size_t known = schedule->n_placements * experiment->n_models;
    schedule->order = xrealloc(schedule->order, n_variants, sizeof(*schedule->order));
    schedule->is_active = xrealloc(schedule->is_active, n_variants, sizeof(*schedule->is_active));
    schedule->cells = xrealloc(schedule->cells, n_trials, sizeof(*schedule->cells));
    schedule->turns = xrealloc(schedule->turns, n_turns, sizeof(*schedule->turns));
    schedule->entered = xrealloc(schedule->entered, n_trials, sizeof(*schedule->entered));
    for (size_t i = known; i < n_turns; i++)
        schedule->turns[i] = (struct turns){0};
    schedule->trials = trials;
    schedule->n_variants = n_variants;
    schedule->n_placements = experiment->n_placements;
    for (size_t i = 0; i < n_trials; i++)
        schedule
            ->cells[(trials[i].model * schedule->n_placements + trials[i].placement) * n_variants +
                    schedule_variant(schedule, i)] = i;
    schedule->n_trials = n_trials;
}

struct schedule *schedule_new(const struct experiment *experiment, const struct handover *handovers,
                              struct results *results)
{
    struct schedule *schedule = xcalloc(1, sizeof(*schedule));
    struct block_place last;
    size_t n_trials;
    const struct trial *trials = experiment_trials(experiment, &n_trials);
    *schedule = (struct schedule){
        .experiment = experiment,
        .handovers = handovers,
        .results = results,
        .random = {(uint64_t)experiment->measure.seed},
    };
    take_trials(schedule, trials, n_trials);
    for (size_t i = 0; i < n_trials; i++) {
        struct turns *turns = schedule_turns(schedule, i);
        if (results_last_block(results, (int)i, &last) && last.round >= turns->round)
            turns->round = last.round + 1;
    }
    for (size_t i = 0; i < n_trials; i++) /* they join the rounds behind those that there were */
        schedule->entered[i] = *schedule_turns(schedule, i);
    return schedule;
}

/* A step that is due stays so: the variants that there were are the first. */
void schedule_extend(struct schedule *schedule, const struct handover *handovers)
{
    size_t before = schedule->n_trials, n_trials;
    const struct trial *trials = experiment_trials(schedule->experiment, &n_trials);
    schedule->handovers = handovers;
    take_trials(schedule, trials, n_trials);
    for (size_t i = before; i < n_trials; i++)
        schedule_begin_again(schedule, i);
}

void schedule_free(struct schedule *schedule)
{
    if (!schedule)
        return;
    free(schedule->order);
    free(schedule->is_active);
    free(schedule->cells);
    free(schedule->turns);
    free(schedule->entered);
    free(schedule);
}

/* A round that is under way may be past the trial's turn. */
void schedule_begin_again(struct schedule *schedule, size_t trial)
{
    schedule->entered[trial] = *schedule_turns(schedule, trial);
    if (!schedule_is_between_rounds(schedule)) {
        size_t first = schedule_trial_at(schedule, schedule->model, schedule->placement, 0);
        if (schedule_turns(schedule, trial) == schedule_turns(schedule, first))
            schedule->entered[trial].round++;
    }
    schedule->is_changed = true;
}

bool schedule_wants_layers(const struct schedule *schedule, size_t trial)
{
    size_t first;
    return schedule_is_to_look(schedule, schedule->trials[trial].model,
                               schedule_variant(schedule, trial), &first);
}

static void enter(struct schedule *schedule, enum phase phase)
{
    schedule->phase = phase;
    schedule->position = 0;
    schedule->n_active = 0;
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
        enter(schedule, schedule->placement < schedule->n_placements ? PHASE_TIME : PHASE_SCORE);
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

/* What is done already is left out on the way. */
static void start_over(struct schedule *schedule)
{
    schedule->is_changed = false;
    schedule->model = 0;
    enter(schedule, PHASE_PREPARE);
}

/* The variant that is scored at a position: baselines come first, since the others are compared
 * with their outputs. */
static size_t scored_at(const struct schedule *schedule, size_t position)
{
    for (int pass = 0; pass < 2; pass++)
        for (size_t v = 0; v < schedule->n_variants; v++) {
            size_t trial = schedule_trial_at(schedule, schedule->model, 0, v);
            bool is_baseline = schedule->trials[trial].baseline == (int)trial;
            if (is_baseline == (pass == 0) && position-- == 0)
                return v;
        }
    return schedule->n_variants;
}

static bool is_due(const struct schedule *schedule, enum step_kind kind, size_t *trial)
{
    size_t model = schedule->model, position = schedule->position;
    switch (kind) {
    case STEP_SCORE:
        return schedule_is_to_score(schedule, model, scored_at(schedule, position), trial);
    case STEP_LAYERS:
        return schedule_is_to_look(schedule, model, position, trial);
    default:
        return schedule_is_to_prepare(schedule, model, position, trial);
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

bool schedule_is_between_rounds(const struct schedule *schedule)
{
    return schedule->phase != PHASE_TIME || schedule->position >= schedule->n_active;
}

struct schedule_step schedule_next(struct schedule *schedule)
{
    struct schedule_step step = {.kind = STEP_END};
    for (;;) {
        if (schedule->is_changed && schedule_is_between_rounds(schedule))
            start_over(schedule);
        bool found =
            schedule->phase == PHASE_PREPARE  ? next_candidate(schedule, STEP_PREPARE, &step)
            : schedule->phase == PHASE_TIME   ? schedule_next_block(schedule, &step)
            : schedule->phase == PHASE_SCORE  ? next_candidate(schedule, STEP_SCORE, &step)
            : schedule->phase == PHASE_LAYERS ? next_candidate(schedule, STEP_LAYERS, &step)
                                              : false;
        if (found || schedule->phase == PHASE_END)
            return step;
        if (!schedule->is_changed)
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
        size_t first = schedule_trial_at(schedule, schedule->model, schedule->placement, 0);
        schedule_turns(schedule, first)->seconds += seconds;
    }
    schedule->position++;
}
