/* Holds a run against an earlier one, the baseline. */
#ifndef RESULTS_GATE_HOLD_H
#define RESULTS_GATE_HOLD_H

#include <jansson.h>

#include "results/gate_run.h"

/* What does not matter: shares of what was before, and a loss of accuracy in the unit of the
 * metric's drop; without has_drop that of verdict_loss_that_matters. None is negative. Times that
 * deserve less than this trust, a row of trust_grades, are not judged. */
struct gate_margins {
    double slower, larger, memory, drop;
    bool has_drop;
    const char *trust;
};

/* The event "gate" of the rows that are done in both runs, without its time. Rows belong together
 * whose mode, placement and runtime are the same and whose model has the same contents, or else the
 * same name.
 *
 * A latency is compared with that of the baseline by its typical block, which has an interval; two
 * runs are two samples, so that the ratio's interval is made from both
 * (stats_independent_difference of the logarithms). What changes from run to run beyond what
 * changes from process to process is not in it: the margin has to have room for that. Accuracy is
 * compared sample by sample where both runs have their scores, else by its two intervals. Sizes and
 * memory are numbers without an interval.
 *
 * Nothing is compared that cannot be: times and memory where the CPU, the instruction set, the
 * runtime's version, the threads or the inputs' shapes differ, times that something disturbed in
 * either run, accuracy where the data, the number of samples or the metric differ. The reason is in
 * the event. A new reference. */
json_t *gate_hold(struct results *results, const struct gate_run *baseline,
                  const struct gate_margins *margins)
    __attribute__((returns_nonnull, nonnull(1, 2, 3)));

#endif
