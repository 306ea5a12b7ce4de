/* What accuracy a row has lost since an earlier run. */
#ifndef RESULTS_GATE_ACCURACY_H
#define RESULTS_GATE_ACCURACY_H

#include "results/gate_run.h"

/* The loss, in the unit of the metric's drop, of two rows that scored the same samples by the same
 * metric; above 0 is worse. Not bounded where there is no interval.
 *
 * Where both runs have their scores it is paired by sample, as a drop against fp32 is; of agreement
 * what is paired is whether each run's row agreed with its own fp32. Where each sample scores as
 * before, to the digits that journals keep, nothing was lost: the interval is 0, whatever more
 * samples would have told. Without the scores of both it is made from the two intervals. */
struct interval gate_accuracy_loss(const struct gate_row *now, const struct gate_row *then)
    __attribute__((nonnull(1, 2)));

#endif
