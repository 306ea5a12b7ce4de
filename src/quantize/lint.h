/* What a calibration set looks like beside the samples that are scored: the usual mistakes, each
 * one a row. Only the model's input is looked at, after preprocessing, as the model gets it. */
#ifndef QUANTIZE_LINT_H
#define QUANTIZE_LINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct lint;

/* first: the number of the calibration's first sample, as its file counts them. */
struct lint *lint_new(size_t first) __attribute__((returns_nonnull, warn_unused_result));
void lint_free(struct lint *lint);

/* Takes in one sample of the calibration set, then of the scored ones: count real numbers each. All
 * of the former come first. */
void lint_calibration(struct lint *lint, const float *values, size_t count)
    __attribute__((nonnull(1, 2)));
void lint_scored(struct lint *lint, const float *values, size_t count)
    __attribute__((nonnull(1, 2)));

/* One mistake. Most calibration sets have none. */
struct lint_rule {
    const char *name; /* "outlier" */
    bool of_range;    /* about the range: the first of these that finds something explains it */
    /* Appends what was found, and what to do about it, without a full stop; nothing where all is
     * well. Says nothing about scored samples where there are none. */
    void (*find)(const struct lint *lint, struct text *out);
};

/* Tells each finding once; the text lives until the function returns. */
typedef void lint_tell(void *context, const struct lint_rule *rule, const char *text);
void lint_report(const struct lint *lint, lint_tell *tell, void *context)
    __attribute__((nonnull(1, 2)));

#endif
