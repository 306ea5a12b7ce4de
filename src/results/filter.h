/* Filters: which rows of a table to show. A text like "int8 resnet | !fp16 speedup:>1.2":
 *
 *   alternatives stand between '|', and of one of them all terms must match;
 *   a term is a text that some text of the row contains, whatever its case, or /an extended regular
 *   expression/; '!' before it asks for the opposite;
 *   "column:" before it names the one to look into, by title or id; in a figure, ">", "<", ">=",
 *   "<=" or "=" and a number in the unit that tables show compare. An absent figure matches none of
 *   these. */
#ifndef RESULTS_FILTER_H
#define RESULTS_FILTER_H

#include <stdbool.h>

#include "base/error.h"
#include "results/results.h"

struct filter;

/* Freed with filter_free. STATUS_INVALID: no such column, not a number, a bad expression. */
enum status filter_parse(const char *text, struct filter **filter, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
void filter_free(struct filter *filter);

bool filter_matches(const struct filter *filter, const struct row *row)
    __attribute__((nonnull(1, 2)));

#endif
