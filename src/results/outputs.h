/* How near a candidate's outputs are to those of fp32, as its event "fidelity" says. */
#ifndef RESULTS_OUTPUTS_H
#define RESULTS_OUTPUTS_H

#include "results/state.h"

/* Takes the event's members; false when one is wrong, and then nothing changes. Texts go into the
 * results' arena. */
bool outputs_take_event(struct results *results, struct candidate_data *candidate,
                        const json_t *event) __attribute__((nonnull(1, 2, 3)));

/* The figures of the worst outputs. */
void outputs_compute(const struct candidate_data *candidate, struct row *row)
    __attribute__((nonnull(1, 2)));

#endif
