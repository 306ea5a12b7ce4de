/* What reports say of the gate: how a run stands beside its baseline. */
#ifndef REPORT_GATE_H
#define REPORT_GATE_H

#include <jansson.h>

#include "results/gate.h"

/* Lines that begin with the prefix: the verdict, figures that are worse or better, those that
 * cannot be told, by their reasons, and what else is different. Nothing without a gate. */
void report_gate(struct results *results, const char *prefix, struct text *out)
    __attribute__((nonnull(1, 2, 3)));

/* The whole gate as Markdown: the verdict, a table of all figures, and what else is different. */
void report_gate_markdown(struct results *results, struct text *out) __attribute__((nonnull(1, 2)));

/* Likewise as an object of JSON; null without a gate. A new reference. */
json_t *report_gate_json(struct results *results) __attribute__((returns_nonnull, nonnull(1)));

#endif
