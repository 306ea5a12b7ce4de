/* The errors of a candidate's layers: each beside what fp32 computes, as it comes out of the whole
 * mode (accumulated), and as the layer alone makes it of fp32's values (isolated). */
#ifndef WORKER_LAYER_ERRORS_H
#define WORKER_LAYER_ERRORS_H

#include "experiment/work.h"
#include "measure/spread.h"
#include "measure/tensor_error.h"
#include "quantize/layer_set.h"

struct layer_error {
    bool is_isolated, is_accumulated; /* whether there are such */
    struct tensor_error isolated, accumulated;
    struct value_range seen; /* fp32's values of the first output, over the samples */
    bool is_held;            /* the first output is quantized, and what follows has a meaning */
    float held_low, held_high, scale; /* what it can hold, and the distance of two values */
    enum type type;                   /* of the stored values */
    int32_t zero_point;
    struct spread spread; /* fp32's values, over what can be held */
};

struct layer_errors {
    struct layer_error *list; /* one per layer of the set */
    size_t samples;           /* that were looked at */
};

/* Runs the samples of the order's data, evenly spread over all of them, or from the first on where
 * the model keeps variables: `most` at most, and no further one once so many seconds have passed.
 * Released with layer_errors_release, in any case. */
enum status layer_errors_measure(const struct work *work, const struct layer_set *set, size_t most,
                                 double seconds, struct layer_errors *errors, struct error *error)
    __attribute__((nonnull(1, 2, 5, 6)));
void layer_errors_release(struct layer_errors *errors) __attribute__((nonnull(1)));

#endif
