/* What the form of the start screen finds out about its data while it is shown: a sample as the
 * model is fed it, and what fp32 makes of some. Workers do it; nothing here waits. */
#ifndef COMMAND_START_LOOKS_H
#define COMMAND_START_LOOKS_H

#include "experiment/asked.h"
#include "experiment/look.h"
#include "ui/form.h"

/* One worker, and what it is asked. */
struct look_worker {
    struct asked asked;
    json_t *order; /* NULL: there is nothing to look at */
    bool is_due;   /* it is to be started */
    bool is_busy;  /* its answer is awaited */
};

struct start_looks {
    struct form_look *shown; /* the form's, which is filled; it points into what follows */
    struct look_worker show, check;
    size_t wanted; /* sample */
    struct look_sample sample;
    struct text caption;
    json_t *looked; /* of the check, until it is through */
    struct look_check found;
    char trouble[640], check_trouble[704];
};

void start_looks_init(struct start_looks *looks, struct form_look *shown)
    __attribute__((nonnull(1, 2)));
/* The experiment changed: looks anew at what is another sample or another answer by that. */
void start_looks_at(struct start_looks *looks, const struct experiment *experiment,
                    const struct placement *placement, bool is_integer)
    __attribute__((nonnull(1, 2, 3)));
/* Goes so many samples further on, round and round. */
void start_looks_step(struct start_looks *looks, int samples) __attribute__((nonnull(1)));
/* Takes what was answered; false: there is no more to come. */
bool start_looks_listen(struct start_looks *looks) __attribute__((nonnull(1)));
/* Ends the workers, whose work is done again when somebody listens. */
void start_looks_rest(struct start_looks *looks) __attribute__((nonnull(1)));
void start_looks_release(struct start_looks *looks) __attribute__((nonnull(1)));

#endif
