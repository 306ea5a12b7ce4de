/* The question at the top: which mode to ship. */
#ifndef RESULTS_RECOMMEND_H
#define RESULTS_RECOMMEND_H

#include "results/results.h"

enum verdict {
    VERDICT_NONE,    /* no constraints, or nothing measured yet */
    VERDICT_PASS,    /* a mode meets the constraints, its intervals included */
    VERDICT_FAIL,    /* every measured mode breaks one */
    VERDICT_UNKNOWN, /* the intervals are too wide to tell, or fp32's own scores make no sense */
};

#define RECOMMENDATION_SIZE 640

struct recommendation {
    enum verdict verdict;
    int trial;                      /* the recommended row; -1: none */
    char text[RECOMMENDATION_SIZE]; /* one sentence with its reason, and doubts about the
                                       data; "" when there is nothing to say */
};

/* Looks at the rows of one model (by name); NULL means all rows must be of one model. Among the
 * rows that meet the constraints it takes the fastest, and among those that are not distinguishable
 * in speed the smallest. */
struct recommendation recommend(struct results *results, const char *model)
    __attribute__((nonnull(1)));

#endif
