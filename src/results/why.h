/* Why a row is as fast, or as right, as it is: rules over measured facts, one row of a table each.
 * A reason states its figures and what they rest on, and what to do about it. */
#ifndef RESULTS_WHY_H
#define RESULTS_WHY_H

#include <stddef.h>

#include "base/arena.h"
#include "base/text.h"
#include "results/results.h"
#include "results/steps.h"

/* What rules look at. Rows and profiles are NULL where there are none. */
struct why_facts {
    struct results *results;
    const struct row *row;
    const struct row *base;   /* its fp32 row, where it is another one */
    const struct row *single; /* the same file on one thread, where this one has more */
    const struct step_profile *profile, *base_profile, *single_profile;
};

struct why_rule {
    const char *name;   /* "plain-kernels" */
    const char *cause;  /* one sentence, for manuals */
    const char *remedy; /* what to do, without a full stop */
    /* Writes the reason, one clause with its figures, and returns how much of the row's time it
     * concerns (or may cost), from 0 to 1, or more where it says what makes answers wrong; 0, and
     * nothing is written: the rule does not hold. */
    double (*judge)(const struct why_facts *facts, struct text *text);
};

extern const struct why_rule why_rules[];
extern const size_t why_rule_count;

struct reason {
    const struct why_rule *rule;
    const char *text; /* printable */
    double weight;    /* as judge returned it */
};

/* So many reasons a row shows in short. */
#define WHY_SHORT 3

/* The reasons of a row that was timed, the one with most weight first; how many. *reasons is in the
 * arena. */
size_t results_why(struct results *results, int trial, struct arena *arena, struct reason **reasons)
    __attribute__((nonnull(1, 3, 4)));

/* Appends what is not known of a row that may be a reason, and why it is not, as a clause; nothing
 * where all is known. */
void results_why_missing(struct results *results, int trial, struct text *out)
    __attribute__((nonnull(1, 3)));

#endif
