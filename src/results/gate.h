/* The gate: how the figures of this run stand beside those of an earlier one, its baseline, as the
 * event "gate" says. */
#ifndef RESULTS_GATE_H
#define RESULTS_GATE_H

#include <stddef.h>

#include "results/constraint.h"

/* X(identifier, name). */
#define GATE_FIGURE_LIST(X)                                                                        \
    X(GATE_LATENCY, "latency") /* the pseudomedian of the blocks' medians */                       \
    X(GATE_ACCURACY, "accuracy")                                                                   \
    X(GATE_SIZE, "size")     /* of the file to ship */                                             \
    X(GATE_MEMORY, "memory") /* the peak */

enum gate_figure {
#define X(identifier, name) identifier,
    GATE_FIGURE_LIST(X)
#undef X
        GATE_FIGURE_COUNT
};

/* The whole interval of the change lies beyond the margin on the bad side (worse) or on the good
 * one (better), or does not reach beyond it on the bad one (not worse). X(identifier, name), the
 * gravest first. */
#define GATE_OUTCOME_LIST(X)                                                                       \
    X(GATE_WORSE, "worse")                                                                         \
    X(GATE_CANNOT_TELL, "cannot tell")                                                             \
    X(GATE_NOT_WORSE, "not worse")                                                                 \
    X(GATE_BETTER, "better")

enum gate_outcome {
#define X(identifier, name) identifier,
    GATE_OUTCOME_LIST(X)
#undef X
        GATE_OUTCOME_COUNT
};

const char *gate_figure_name(enum gate_figure figure) __attribute__((returns_nonnull));
const char *gate_outcome_name(enum gate_outcome outcome) __attribute__((returns_nonnull));

/* One figure of a row. */
struct gate_comparison {
    int trial;
    enum gate_figure figure;
    enum gate_outcome outcome;
    double before, now; /* ns, the metric's unit, bytes; NaN: not known */
    /* Above 0 is worse: a share of what was before, or of accuracy a loss in the unit of the
     * metric's drop; with its interval, which has no width where nothing is estimated. NaN where
     * there is a reason. */
    double change, low, high;
    double margin;      /* that does not matter, likewise */
    const char *reason; /* why nothing can be told, whatever the figures are; "": it can */
};

/* Texts are printable, none is NULL, and all of it lives until the next event of its kind. */
struct gate {
    const char *baseline, *started; /* its path, and when that run was started */
    const char *host, *cpu;         /* that it was measured on; "": an older journal does not say */
    const char *const *notes;       /* rows without a counterpart, and what else is different */
    size_t n_notes;
    const struct gate_comparison *comparisons; /* in the order of the rows */
    size_t n_comparisons;
    size_t counts[GATE_OUTCOME_COUNT];
};

/* NULL: the run was held against none. */
const struct gate *results_gate(const struct results *results) __attribute__((nonnull(1)));

/* Fail: a figure is worse; unknown: of one nobody can tell, or there is none to compare.
 * VERDICT_NONE where there is no gate. */
enum verdict gate_verdict(const struct gate *gate);

#endif
