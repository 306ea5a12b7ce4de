/* Whether the scores of fp32 make sense at all. Where they do not, the data, the labels or the
 * preprocessing are wrong, and what quantization costs cannot be told. */
#ifndef RESULTS_PLAUSIBLE_H
#define RESULTS_PLAUSIBLE_H

#include "results/results.h"

#define DOUBT_SIZE 240

/* Looks at the fp32 rows of one model (by name; NULL: of all) that are scored so far. Writes the
 * first doubt, one clause, and returns true; "" and false where there is none. */
bool plausible_doubt(struct results *results, const char *model, char text[DOUBT_SIZE])
    __attribute__((nonnull(1, 3)));

#endif
