/* What a model is, told by a confined worker while whoever asks goes on with other things. */
#ifndef EXPERIMENT_INQUIRY_H
#define EXPERIMENT_INQUIRY_H

#include "base/text.h"
#include "experiment/child.h"

/* Texts are printable. */
struct model_facts {
    bool is_known;
    char reason[640];            /* why not */
    long operators, integer;     /* those among them that compute on integers */
    double parameters, macs;     /* of one inference; NaN: not known */
    struct text description;     /* bytes NULL: nothing, as in all of these */
    struct text inputs, outputs; /* "'image', float32 1x28x28x1; ..." */
    struct text takes;           /* of the inputs, without their names */
};

void model_facts_release(struct model_facts *facts) __attribute__((nonnull(1)));

struct inquiry {
    struct child child;
    double until; /* seconds of clock_seconds; the worker is given up then */
};

void inquiry_init(struct inquiry *inquiry) __attribute__((nonnull(1)));
/* Asks about the model's file, for at most so many seconds. STATUS_SYSTEM, STATUS_IO: no worker
 * could be started. One at a time: an answer is taken, or given up, before the next. */
enum status inquiry_begin(struct inquiry *inquiry, const char *model, double seconds,
                          struct error *error) __attribute__((nonnull(1, 2, 4)));
/* Never waits. False: the worker is still at it. Else *facts is filled, and the caller's to
 * release. */
bool inquiry_answer(struct inquiry *inquiry, struct model_facts *facts)
    __attribute__((nonnull(1, 2)));
/* Ends the worker, if there is one. */
void inquiry_give_up(struct inquiry *inquiry) __attribute__((nonnull(1)));

#endif
