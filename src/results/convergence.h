/* How a row's speed became known: the figure of the table as it was after one round, after two, and
 * so on, so that one sees whether more rounds would tell more. */
#ifndef RESULTS_CONVERGENCE_H
#define RESULTS_CONVERGENCE_H

#include <stdbool.h>

#include "results/results.h"

/* A figure of speed that has an interval, and its column. X(speed, column id). */
#define SPEED_LIST(X)                                                                              \
    X(SPEED_VS_FP32, "speedup")                                                                    \
    X(SPEED_VS_BUILTIN, "vs_builtin")                                                              \
    X(SPEED_TYPICAL, "block_ms")

enum speed {
#define X(speed, column) speed,
    SPEED_LIST(X)
#undef X
        SPEED_COUNT
};

/* Of any number of rounds so many are looked at: each of the first, then ever fewer. */
#define CONVERGENCE_MOST 64

struct convergence_point {
    size_t rounds; /* the row's first rounds, from 1 on */
    struct figure figure;
    const char *verdict; /* as row.speed_verdict; "" for what no verdict is on */
};

/* Zeros: of no row yet. */
struct convergence {
    int trial;
    enum speed speed;
    uint64_t computed; /* as struct trial_data has it; 0: never */
    struct convergence_point points[CONVERGENCE_MOST];
    size_t count;
};

/* The column of the table that ends up with the figure. */
const char *speed_column(enum speed speed) __attribute__((returns_nonnull));
/* Whether the row has the figure, and compares with another row in it where it compares at all. */
bool speed_is_known(const struct row *row, enum speed speed) __attribute__((nonnull(1)));

/* Makes it that of a row's figure, anew only where it is another one's or the row's figures were
 * computed since. The last point is the figure of the table itself. Rounds that are left out of the
 * table count nowhere: they were chosen once all were there. */
void convergence_update(struct convergence *convergence, struct results *results, int trial,
                        enum speed speed) __attribute__((nonnull(1, 2)));
/* The rounds from which on all points have the last one's verdict; 0: the last one has none that
 * tells anything. */
size_t convergence_told(const struct convergence *convergence) __attribute__((nonnull(1)));
/* The rounds from which on the intervals of all points reach no farther than this share; 0: that of
 * the last one does reach farther. */
size_t convergence_narrow(const struct convergence *convergence, double reach)
    __attribute__((nonnull(1)));
/* So many more rounds of the row would bring the interval to that share, about; 0: it is there.
 * Negative: no number is advice, or there is no interval. */
double convergence_needed(const struct convergence *convergence, const struct row *row,
                          double reach) __attribute__((nonnull(1, 2)));

#endif
