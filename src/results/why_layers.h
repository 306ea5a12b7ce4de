/* The rule of quantop why that rests on the ledger: a few layers cost the accuracy. */
#ifndef RESULTS_WHY_LAYERS_H
#define RESULTS_WHY_LAYERS_H

#include "results/why.h"

/* As why_rule.judge has it, for a row that loses accuracy, or whose outputs are far off. The weight
 * is above 1: what is too wrong to ship need not be fast. */
double why_costly_layers(const struct why_facts *facts, struct text *text)
    __attribute__((nonnull(1, 2)));

#endif
