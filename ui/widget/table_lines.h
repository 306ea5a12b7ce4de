/* The lines of a table: its sorted rows, without those that are not shown, under the heads of their
 * groups. Known to the files of the table alone. */
#ifndef UI_WIDGET_TABLE_LINES_H
#define UI_WIDGET_TABLE_LINES_H

#include "ui/widget/table.h"

/* Sorts rows into groups, in the order in which groups come first in the source. */
void table_find_groups(struct table *table, const struct table_source *source)
    __attribute__((nonnull(1, 2)));
/* Shows the rows of the trial's group. */
void table_unfold(struct table *table, const struct table_source *source, int trial)
    __attribute__((nonnull(1, 2)));
/* Makes the lines from the order, and keeps the selection on one of them. */
void table_make_lines(struct table *table, const struct table_source *source)
    __attribute__((nonnull(1, 2)));

#endif
