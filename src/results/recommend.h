/* The question at the top: which mode to ship. */
#ifndef RESULTS_RECOMMEND_H
#define RESULTS_RECOMMEND_H

#include "results/constraint.h"

#define RECOMMENDATION_SIZE 800

struct recommendation {
    enum verdict verdict;
    int trial;                      /* the recommended row; -1: none */
    bool is_doubted;                /* the text tells a doubt (plausible.h, disagree.h) */
    char text[RECOMMENDATION_SIZE]; /* one sentence with its reason, and doubts about the
                                       data; "" when there is nothing to say */
};

/* Where the profile names targets (targets.h), the text tells the best row for each; one that no
 * row fits counts as a constraint that is missed.
 *
 * Looks at the rows of one model (by name); NULL means all rows must be of one model. fp32 is what
 * the others are compared with and never recommended. Among the rows that meet the constraints it
 * takes the fastest, and among those that are not distinguishable in speed the smallest. Where none
 * does, the text names the one that comes closest, or what it would take to tell. Without
 * constraints it tells what there is to choose from (pareto.h).
 *
 * A doubt (plausible.h) leaves a limit of the drop undecided. Limits of speed and size alone do not
 * depend on it: they are judged, and the text tells the doubt in the place of the loss. Of a row
 * whose runtime computes something else than builtin (disagree.h) the text says so. */
struct recommendation recommend(struct results *results, const char *model)
    __attribute__((nonnull(1)));

#endif
