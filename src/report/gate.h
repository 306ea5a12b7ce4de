/* What reports say of the gate: how a run stands beside its baseline. */
#ifndef REPORT_GATE_H
#define REPORT_GATE_H

#include <jansson.h>

#include "results/gate.h"

/* "passed", "failed" or "cannot tell"; the gate may be NULL: "none". */
const char *gate_word(const struct gate *gate) __attribute__((returns_nonnull));

/* Appends "latency 0.0428 ms, 0.0401 ms before: +6.70 % (+5.90 to +7.61 %), up to +5.00 %
 * does not matter", or in the place of the change the reason why it is not known. */
void gate_say(const struct gate_comparison *comparison, const struct row *row, struct text *out)
    __attribute__((nonnull(1, 2, 3)));

/* Lines that begin with the prefix: the verdict, figures that are worse or better, those that
 * cannot be told, by their reasons, and what else is different. Nothing without a gate. */
void report_gate(struct results *results, const char *prefix, struct text *out)
    __attribute__((nonnull(1, 2, 3)));

/* The whole gate as Markdown: the verdict, a table of all figures, and what else is different. */
void report_gate_markdown(struct results *results, struct text *out) __attribute__((nonnull(1, 2)));

/* Likewise as an object of JSON; null without a gate. A new reference. */
json_t *report_gate_json(struct results *results) __attribute__((returns_nonnull, nonnull(1)));

#endif
