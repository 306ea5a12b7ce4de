/* What reports say below their rows: figures that are missing, outputs that tell nothing, operators
 * that are slower than need be, and what disturbed the run. */
#ifndef REPORT_NOTES_H
#define REPORT_NOTES_H

#include "base/text.h"
#include "results/results.h"

/* Appends "int8 on 1", with its runtime where there are several. */
void report_name_row(const struct row *row, struct text *out) __attribute__((nonnull(1, 2)));

/* One line each, which begins with the prefix: reasons why measured rows have no accuracy, each
 * once per model; rows with an output that is the same for all samples, while that of fp32 is
 * not; and, in one line per model, the operators that ran on plain kernels in each mode, where that
 * costs time. */
void report_missing(struct results *results, const char *prefix, struct text *out)
    __attribute__((nonnull(1, 2, 3)));
/* A line per model that has rows whose speed cannot be told: how much more timing would tell. */
void report_open_verdicts(struct results *results, const char *prefix, struct text *out)
    __attribute__((nonnull(1, 2, 3)));
/* A line per model that has an answer: why each other row is not it. */
void report_rejected(struct results *results, const char *prefix, struct text *out)
    __attribute__((nonnull(1, 2, 3)));
/* A line per model whose times deserve less than full trust: the worst row and why. */
void report_trust(struct results *results, const char *prefix, struct text *out)
    __attribute__((nonnull(1, 2, 3)));
/* A line per row that something makes slow, or wrong, as rules of results/why.h have it: the
 * strongest reasons, and what to do. */
void report_why(struct results *results, const char *prefix, struct text *out)
    __attribute__((nonnull(1, 2, 3)));
/* A line for each warning, likewise. */
void report_warnings(const struct results *results, const char *prefix, struct text *out)
    __attribute__((nonnull(1, 2, 3)));

#endif
