/* What a model is, told by a confined worker while whoever asks goes on with other things. */
#ifndef EXPERIMENT_INQUIRY_H
#define EXPERIMENT_INQUIRY_H

#include "base/text.h"
#include "experiment/asked.h"

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

/* Asks about the model's file, for at most so many seconds; errors as asked_begin's. */
enum status inquiry_begin(struct asked *asked, const char *model, double seconds,
                          struct error *error) __attribute__((nonnull(1, 2, 4)));
/* Never waits. False: the worker is still at it. Else *facts is filled, and the caller's to
 * release. */
bool inquiry_answer(struct asked *asked, struct model_facts *facts) __attribute__((nonnull(1, 2)));

#endif
