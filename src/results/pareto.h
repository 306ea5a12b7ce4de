/* What there is to choose from where nobody set constraints. */
#ifndef RESULTS_PARETO_H
#define RESULTS_PARETO_H

#include "base/text.h"
#include "results/results.h"

/* Appends the rows of a model (NULL: all) that no other row and not fp32 beats in speed, size and
 * loss at once: "fp16: 1.5x faster, 2.0x smaller, no loss seen (+0.00 ±0.10 pp); int8: 3.8x smaller
 * at the same speed, drop +0.25 ±1.20 pp; about 900 more samples would tell a loss of 1 pp from
 * none". Rows are compared on the same placement and runtime, and what intervals
 * cannot tell apart is alike. Where losses say nothing (no has_loss), they are left out of it all.
 * Nothing where no row has an fp32 row to compare with. */
void pareto_describe(struct results *results, const char *model, bool has_loss, struct text *out)
    __attribute__((nonnull(1, 4)));

/* Whether a measured row is one that no other of its model beats, fp32 among them. */
bool pareto_keeps(struct results *results, int trial, bool has_loss) __attribute__((nonnull(1)));

#endif
