/* What completing an experiment does to one of its modes, for those who add one later. */
#ifndef EXPERIMENT_COMPLETE_H
#define EXPERIMENT_COMPLETE_H

#include "experiment/keys.h"

/* Fills the options that follow the calibration's. A percentile goes only where it has an effect,
 * so that labels do not promise one. Returns whether the calibration's percentile is used. */
bool complete_mode(const struct draft *draft, struct mode_choice *choice)
    __attribute__((nonnull(1, 2)));
/* Gives labels, each unique, to the modes that have none. */
void complete_labels(struct arena *arena, struct mode_choice *modes, size_t count)
    __attribute__((nonnull(1)));
/* STATUS_INVALID: there are too many trials. */
enum status complete_check_trials(const struct draft *draft, struct error *error)
    __attribute__((nonnull(1, 2)));

#endif
