/* The gate in words. */
#ifndef RESULTS_GATE_TEXT_H
#define RESULTS_GATE_TEXT_H

#include "base/text.h"
#include "results/gate.h"

/* "passed", "failed" or "cannot tell"; the gate may be NULL: "none". */
const char *gate_word(const struct gate *gate) __attribute__((returns_nonnull));
/* Appends "failed: 1 of 8 figures is worse than in run.jsonl of 2026-01-02, 2 cannot be told". */
void gate_say_verdict(const struct gate *gate, struct text *out) __attribute__((nonnull(1, 2)));

/* Each appends what is said of a comparison, whose row it is. value is its before or now: "0.0428
 * ms", "-" where it is not known. */
void gate_say_value(const struct gate_comparison *comparison, const struct row *row, double value,
                    struct text *out) __attribute__((nonnull(1, 2, 4)));
/* "+6.70 % (+5.90 to +7.61 %)", or the reason why that is not known. */
void gate_say_change(const struct gate_comparison *comparison, const struct row *row,
                     struct text *out) __attribute__((nonnull(1, 2, 3)));
/* "+5.00 %" */
void gate_say_margin(const struct gate_comparison *comparison, const struct row *row,
                     struct text *out) __attribute__((nonnull(1, 2, 3)));
/* "latency 0.0428 ms, 0.0401 ms before: +6.70 % (+5.90 to +7.61 %), up to +5.00 % does not matter",
 * or in the place of the change the reason why it is not known. */
void gate_say(const struct gate_comparison *comparison, const struct row *row, struct text *out)
    __attribute__((nonnull(1, 2, 3)));

#endif
