/* The rules of quantop why that rest on layers: a few cost the accuracy, many gain no speed. */
#ifndef RESULTS_WHY_LAYERS_H
#define RESULTS_WHY_LAYERS_H

#include "results/why.h"

/* As why_rule.judge has it, for a row that loses accuracy, or whose outputs are far off. The weight
 * is above 1: what is too wrong to ship need not be fast. */
double why_costly_layers(const struct why_facts *facts, struct text *text)
    __attribute__((nonnull(1, 2)));
/* Likewise, for a row that is not as fast as textbooks promise: layers that take about as long as
 * in fp32. */
double why_little_gained(const struct why_facts *facts, struct text *text)
    __attribute__((nonnull(1, 2)));

#endif
