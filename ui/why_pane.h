/* Why the selected row is as fast, or as right, as it is: the strongest reasons in a pane below the
 * table, all of them in the details. Reasons are judged when another row is selected or results
 * change, and not whenever they are drawn. */
#ifndef UI_WHY_PANE_H
#define UI_WHY_PANE_H

#include "results/why.h"
#include "ui/widget/document.h"

/* What was judged last. */
struct row_why {
    int trial;              /* whose reasons these are; -1: nobody's */
    uint64_t revision;      /* of the results then */
    struct arena *arena;    /* owns the reasons */
    struct reason *reasons; /* the one with most weight first */
    size_t count;
    const char *missing; /* what else would have to be known; "": nothing */
};

void row_why_init(struct row_why *why) __attribute__((nonnull(1)));
void row_why_release(struct row_why *why) __attribute__((nonnull(1)));
/* Judges the row, unless that was done with the same results. */
void row_why_update(struct row_why *why, struct results *results, int trial)
    __attribute__((nonnull(1, 2)));
/* Adds all reasons as entries whose texts begin at column x. */
void row_why_print(const struct row_why *why, int x, struct document *document)
    __attribute__((nonnull(1, 3)));
/* A rule, and below it as much of the reasons that count most as there is room for. */
void why_pane_draw(const struct row_why *why, const struct row *row, const struct draw *draw,
                   struct rect area) __attribute__((nonnull(1, 2, 3)));

#endif
