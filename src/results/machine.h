/* The machine of a run, as its first event tells. */
#ifndef RESULTS_MACHINE_H
#define RESULTS_MACHINE_H

#include "base/text.h"
#include "results/results.h"

/* One object of the tree, above those that it holds: "2 x Core  pu:0-1". */
struct machine_line {
    int depth; /* 0: the machine itself */
    const char *text;
};

/* 0 in older journals. */
size_t results_machine_count(const struct results *results) __attribute__((nonnull(1)));
const struct machine_line *results_machine_line(const struct results *results, size_t i)
    __attribute__((returns_nonnull, nonnull(1)));

/* Appends the processing units of a placement: "0,2"; nothing where they are not known. */
void results_placement_units(const struct results *results, const char *placement, struct text *out)
    __attribute__((nonnull(1, 2, 3)));

/* Whether two lists of units ("0-3,8") have one in common; what is no list has none. */
bool units_overlap(const char *a, const char *b) __attribute__((nonnull(1, 2)));

#endif
