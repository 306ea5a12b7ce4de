/* How wide an interval is, and how many more observations would tell what it leaves open. */
#ifndef RESULTS_NEEDED_H
#define RESULTS_NEEDED_H

#include "base/text.h"
#include "results/results.h"

/* Half its interval as a share of its value, which is above 0; HUGE_VAL: it has no interval. */
double figure_reach(const struct figure *figure) __attribute__((nonnull(1)));

/* So many times as many observations as there are bring the end of a figure's interval that lies
 * beyond the limit to it; at least 1. An interval's width falls with the root of their number; that
 * of a drop of shares falls with their number where not one sample differs from fp32. HUGE_VAL: no
 * number would, or one that is no advice. */
double needed_times(const struct row *row, const struct figure *figure, double limit)
    __attribute__((nonnull(1, 2)));

/* Rounded up to two digits, at least to a whole number: it is an estimate. */
double needed_rounded(double count) __attribute__((const));

/* Appends "about 1300 more samples would tell", or that they are too near the limit. count: that
 * there are. */
void needed_say(double count, double times, const char *noun, struct text *out)
    __attribute__((nonnull(3, 4)));

/* Of a row whose drop cannot be told from none: the same for a loss that matters or none. */
double needed_times_of_loss(const struct row *row) __attribute__((nonnull(1)));
/* Appends "about 380 more samples would tell a loss of 1 pp from none". */
void needed_say_loss(const struct row *row, struct text *out) __attribute__((nonnull(1, 2)));

#endif
