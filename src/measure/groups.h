/* Scores of groups of samples, such as the windows of a recording: one for each, the mean of its
 * samples' scores. */
#ifndef MEASURE_GROUPS_H
#define MEASURE_GROUPS_H

#include "measure/accuracy.h"

struct group_scores {
    double *values;
    int32_t *labels;
    struct scores scores; /* of them; without top-1 classes */
};

/* Groups of count > 0 samples that have them. */
size_t groups_count(const struct scores *scores) __attribute__((nonnull(1)));

/* Of count > 0 samples that have groups; to be released. */
void group_scores_init(const struct scores *scores, struct group_scores *of_groups)
    __attribute__((nonnull(1, 2)));
void group_scores_release(struct group_scores *of_groups) __attribute__((nonnull(1)));

/* Whether the same samples make the same groups; both have the same count. */
bool groups_are_same(const struct scores *a, const struct scores *b) __attribute__((nonnull(1, 2)));

#endif
