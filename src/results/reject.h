/* Why rows were not recommended. */
#ifndef RESULTS_REJECT_H
#define RESULTS_REJECT_H

#include "results/recommend.h"

/* Appends a reason for each measured candidate of a model but the chosen one: "int8 on 1 is larger
 * (201 KiB, not 200 KiB) and no faster; fp16 on 1 misses max_size by 12.0 KiB". Nothing where no
 * limit was set, since nothing was chosen then. */
void reject_describe(struct results *results, const char *model,
                     const struct recommendation *choice, struct text *out)
    __attribute__((nonnull(1, 2, 3, 4)));

#endif
