/* The schedule's state, and what its files do for each other. */
#ifndef EXPERIMENT_SCHEDULE_INTERNAL_H
#define EXPERIMENT_SCHEDULE_INTERNAL_H

#include "base/random.h"
#include "experiment/schedule.h"

enum phase { PHASE_PREPARE, PHASE_TIME, PHASE_SCORE, PHASE_LAYERS, PHASE_END };

/* Seconds spent on one kind of step, to estimate what is left. */
struct pace {
    double seconds;
    size_t steps;
};

/* How far the trials of a model on a placement are, which are timed in turns. */
struct turns {
    long round;     /* the present one, or the next; rounds are never numbered anew */
    double seconds; /* spent on blocks by this process */
};

struct schedule {
    const struct experiment *experiment;
    const struct trial *trials;
    size_t n_trials;
    const struct handover *handovers; /* per candidate */
    struct results *results;
    struct random random;
    enum phase phase;
    bool is_changed;         /* there may be more to do in phases that it has left */
    size_t model, placement; /* that the phase is at */
    size_t position;         /* within the phase's variants, or within the round's order */
    size_t n_variants;       /* modes x runtimes: the trials of a model on a placement */
    size_t *order;           /* of the variants, shuffled per round */
    bool *is_active;         /* per variant: whether it takes part in this round */
    size_t n_active;         /* how many of them do */
    size_t *cells;           /* trials model by model, placement by placement, variant by variant */
    size_t n_placements;     /* that they were made for */
    struct turns *turns;     /* per placement and model */
    struct turns *entered;   /* per trial: where its turns were when it joined them */
    struct pace paces[STEP_END];
};

/* --- schedule_state.c: what is still to be done for whom --- */

size_t schedule_trial_at(const struct schedule *schedule, size_t model, size_t placement,
                         size_t variant) __attribute__((nonnull(1)));
/* Which of the model's variants it is: mode by mode, runtime by runtime. */
size_t schedule_variant(const struct schedule *schedule, size_t trial) __attribute__((nonnull(1)));
struct turns *schedule_turns(const struct schedule *schedule, size_t trial)
    __attribute__((returns_nonnull, nonnull(1)));
bool schedule_is_lost(const struct schedule *schedule, size_t trial) __attribute__((nonnull(1)));
/* Whether its file to ship is there. */
bool schedule_is_prepared(const struct schedule *schedule, size_t trial)
    __attribute__((nonnull(1)));
/* Whether a candidate of a model is to be prepared, scored, or its layers looked at; *trial is the
 * first of its trials that are worth it. */
bool schedule_is_to_prepare(const struct schedule *schedule, size_t model, size_t variant,
                            size_t *trial) __attribute__((nonnull(1, 4)));
bool schedule_is_to_score(const struct schedule *schedule, size_t model, size_t variant,
                          size_t *trial) __attribute__((nonnull(1, 4)));
bool schedule_is_to_look(const struct schedule *schedule, size_t model, size_t variant,
                         size_t *trial) __attribute__((nonnull(1, 4)));

/* --- schedule_rounds.c: who takes part in a round --- */

/* Whether a trial has rounds of its own left, as far as limits go. */
bool schedule_may_time(const struct schedule *schedule, size_t trial) __attribute__((nonnull(1)));
/* The next block of this model and placement; false when timing is over there, or what is to be
 * done changed. */
bool schedule_next_block(struct schedule *schedule, struct schedule_step *step)
    __attribute__((nonnull(1, 2)));

#endif
