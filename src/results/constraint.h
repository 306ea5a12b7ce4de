/* Constraints: whether a row keeps them, by how much it misses them, and what it would take to
 * tell. */
#ifndef RESULTS_CONSTRAINT_H
#define RESULTS_CONSTRAINT_H

#include <string.h>

#include "base/text.h"
#include "results/results.h"

enum verdict {
    VERDICT_NONE,    /* no constraints, or nothing measured yet */
    VERDICT_PASS,    /* a mode meets the constraints, its intervals included */
    VERDICT_FAIL,    /* every quantized mode that was measured breaks one */
    VERDICT_UNKNOWN, /* the intervals are too wide to tell */
};

/* Whether a row could be shipped: fp32 is what the others are compared with. */
static inline bool row_is_candidate(const struct row *row)
{
    return row->baseline != row->trial && strcmp(row->mode, "fp32") != 0;
}

/* Whether the run has any. */
bool constraints_any(const struct constraints *limits) __attribute__((nonnull(1)));
/* Pass: all are kept, whatever lies within the intervals; fail: one is broken for sure. */
enum verdict constraints_judge(const struct constraints *limits, const struct row *row)
    __attribute__((nonnull(1, 2)));

/* How far beyond its limits a row is that fails, each as a share of its limit; for comparing
 * rows. */
double constraints_missed(const struct constraints *limits, const struct row *row)
    __attribute__((nonnull(1, 2)));
/* Appends "max_drop by 0.40 % and max_size by 1.50 KiB" for such a row. */
void constraints_say_missed(const struct results *results, const struct row *row, struct text *out)
    __attribute__((nonnull(1, 2, 3)));

/* How many times as many samples or rounds would tell of a row that is in doubt: an interval's
 * width falls with the root of their number. HUGE_VAL where no number would. */
double constraints_needed(const struct constraints *limits, const struct row *row)
    __attribute__((nonnull(1, 2)));
/* Appends "max_drop is 0.5 %, its drop is +0.25 ±0.60 %: about 1300 more samples would tell". */
void constraints_say_doubt(const struct results *results, const struct row *row, struct text *out)
    __attribute__((nonnull(1, 2, 3)));

#endif
