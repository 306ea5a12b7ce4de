/* What reports say once per model, though results have rows. */
#ifndef REPORT_MODELS_H
#define REPORT_MODELS_H

#include "results/results.h"

/* Calls visit once for each model's name, in order. */
void report_each_model(struct results *results,
                       void (*visit)(struct results *results, const char *model, void *context),
                       void *context) __attribute__((nonnull(1, 2)));

#endif
