/* Remedies that help most networks and hurt some: of a few forms of a mode, the one that changes
 * the outputs least is found by trying. */
#ifndef QUANTIZE_TRIALS_H
#define QUANTIZE_TRIALS_H

#include "base/error.h"
#include "quantize/mode.h"

/* How many things an effort leaves open that are worth trying otherwise: from 1, for activations of
 * int8, each of two other observers, and from 2 whether channels are made alike. */
int trials_count(const struct mode *mode, const struct mode_options *options)
    __attribute__((nonnull(1, 2)));

/* What the mode with these options does to the outputs: 0 and more, the less the better. */
typedef enum status trial_task(void *context, const struct mode_options *options, double *change,
                               struct error *error);

/* What the options as they were do to the outputs, what the best ones do, and of how many. */
struct trials_found {
    double usual, best;
    int tried;
};

/* Tries the options as they are, and then what is open, one thing after the other, each with the
 * best of those before it: first whether channels are made alike, which needs another calibration,
 * then observers, which do not (calibrate_by). Leaves the best in *options; equal ones stay as they
 * are. */
enum status trials_choose(const struct mode *mode, struct mode_options *options, trial_task *task,
                          void *context, struct trials_found *found, struct error *error)
    __attribute__((nonnull(1, 2, 3, 5, 6)));

#endif
