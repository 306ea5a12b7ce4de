/* Verdicts: what an interval says of a difference in plain words, and what it would take to tell
 * where it says nothing. */
#ifndef RESULTS_VERDICT_H
#define RESULTS_VERDICT_H

#include "results/state.h"

/* Paired rounds below which nothing is said of the speed. */
#define ROUNDS_FOR_VERDICT 9

/* A difference is called one where the whole interval lies beyond the band (a share) around 1, and
 * "same" where it lies within. rounds: paired observations behind it; "": there is no interval. */
const char *verdict_of_speed(const struct figure *speedup, size_t rounds, double band)
    __attribute__((returns_nonnull, nonnull(1)));

/* Whether there is a verdict, and it is not that nothing can be told. */
bool verdict_tells(const char *verdict) __attribute__((nonnull(1)));

/* Sets the row's speed_verdict, is_open and seconds_needed from its speedup, which rests on so many
 * paired observations. */
void verdict_on_speed(const struct results *results, const struct trial_data *trial, size_t rounds,
                      struct row *row) __attribute__((nonnull(1, 2, 4)));

/* Sets the row's promise from its size_ratio and speedup. */
void verdict_on_promise(struct row *row) __attribute__((nonnull(1)));

/* The least loss that matters where nobody says: a hundredth of the metric's scale where more is
 * better, which it is at most, else of what the other run or mode achieves; in its unit. */
double verdict_loss_that_matters(const struct metric_kind *metric, double other)
    __attribute__((nonnull(1)));

/* Sets the row's loss, drop_verdict and samples_needed from its drop. */
void verdict_on_drop(const struct results *results, struct row *row) __attribute__((nonnull(1, 2)));

#endif
