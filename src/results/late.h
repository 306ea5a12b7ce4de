/* Lines of a journal that are read late. A screen shows a page of a journal at a time, and of a
 * large one most bytes are lists that few pages have: where the time of each row goes, what its
 * file computes, and what every process of a row says again. Such lists are cut out of their lines
 * before these are read as JSON. A line whose list somebody may ask for is kept, and read as a
 * whole when that happens; it is then that what is wrong in the list is told of. */
#ifndef RESULTS_LATE_H
#define RESULTS_LATE_H

#include "base/text.h"
#include "results/journal_line.h"
#include "results/results.h"

/* The members of a line, a JSON object, without those that are named, up to a NULL; the rest of it
 * is neither changed nor checked. False: it is not written as journal_append writes, or has none of
 * them. */
bool late_cut(const char *line, size_t length, const char *const *members, struct text *out)
    __attribute__((nonnull(1, 3, 4)));

/* Applies a line; puts_off: lists of it may be left for later. STATUS_FORMAT as results_apply, and
 * where it is no JSON. */
enum status late_apply(struct results *results, const struct journal_line *line, bool puts_off,
                       struct error *error) __attribute__((nonnull(1, 2, 4)));

#endif
