/* A runtime that computes something else than this program's engine, of the same mode: its figures
 * are those of other answers. */
#ifndef RESULTS_DISAGREE_H
#define RESULTS_DISAGREE_H

#include <stdbool.h>

#include "base/text.h"
#include "results/results.h"

/* Whether a row names another class than the builtin runtime does, for more samples than rounding
 * explains; then appends that, as one clause. */
bool disagrees_with_builtin(const struct results *results, const struct row *row, struct text *out)
    __attribute__((nonnull(1, 2, 3)));

#endif
