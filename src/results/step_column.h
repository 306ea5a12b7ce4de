/* What is told of a step of a row: one row per text or number. The list of steps, JSON and the
 * manual work from this table. */
#ifndef RESULTS_STEP_COLUMN_H
#define RESULTS_STEP_COLUMN_H

#include <stdbool.h>

#include "base/text.h"
#include "results/steps.h"

struct step_column {
    const char *id;    /* "time_us": key in JSON */
    const char *title; /* "time": in lists */
    const char *unit;  /* "us", "" */
    const char *help;  /* one sentence: what it means */
    /* One of both. A number that is not known is NaN. */
    void (*text)(const struct step_profile *profile, const struct step *step, struct text *out);
    double (*number)(const struct step_profile *profile, const struct step *step);
    double scale; /* lists and JSON have number * scale, in the unit */
    int digits;   /* in lists, behind the point */
    bool shown;   /* in lists, of people */
};

extern const struct step_column step_columns[];
extern const size_t step_column_count;

/* Appends the value as lists have it, "-" where a number is not known. */
void step_column_add(const struct step_column *column, const struct step_profile *profile,
                     const struct step *step, struct text *out)
    __attribute__((nonnull(1, 2, 3, 4)));

#endif
