/* How far a row's times can be trusted: which of its blocks something disturbed, and a grade. */
#ifndef RESULTS_TRUST_H
#define RESULTS_TRUST_H

#include "results/state.h"

/* Takes what an event "block" says of disturbances. */
struct witness trust_facts(const json_t *event) __attribute__((nonnull(1)));

/* Marks the blocks that were disturbed, and those of them that are left out of all figures: all,
 * where at least ROUNDS_FOR_VERDICT others remain. */
void trust_choose_blocks(struct trial_data *trial) __attribute__((nonnull(1)));

/* Sets the row's grade with its reason, and the facts behind it, from the blocks that count. The
 * row's speedup and typical block are there. */
void trust_grade(const struct trial_data *trial, struct row *row) __attribute__((nonnull(1, 2)));

#endif
