/* Finding rows in the table of trials: a search that goes from match to match, and a filter that
 * leaves the others out. Both are texts as results/filter.h has them. */
#ifndef UI_FINDER_H
#define UI_FINDER_H

#include "results/filter.h"
#include "ui/screen_prompt.h"

struct finder {
    struct filter *filter, *search; /* NULL: none */
    char filter_text[PROMPT_SIZE], search_text[PROMPT_SIZE];
};

void finder_release(struct finder *finder) __attribute__((nonnull(1)));

/* Takes a text; an empty one is none. STATUS_INVALID: the text is no filter, nothing changed. */
enum status finder_set_filter(struct finder *finder, const char *text, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status finder_set_search(struct finder *finder, const char *text, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

bool finder_shows(const struct finder *finder, const struct row *row)
    __attribute__((nonnull(1, 2)));
/* The trial of the next row that matches the search, from the selected one on in the direction of
 * step (1 or -1), around the end; skip: not the selected one itself, unless it is alone. -1: there
 * is none. */
int finder_next(const struct finder *finder, const struct table *table,
                const struct table_source *source, int step, bool skip)
    __attribute__((nonnull(1, 2, 3)));

#endif
