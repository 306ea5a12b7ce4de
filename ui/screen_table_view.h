/* What the user sees of the rows: groups, search, filter, freezing and following. */
#ifndef UI_SCREEN_TABLE_VIEW_H
#define UI_SCREEN_TABLE_VIEW_H

#include "ui/table_panes.h"

/* Selects what is worked on, where that is followed. */
void table_screen_follow_row(struct ui *ui) __attribute__((nonnull(1)));
/* "filter int8: 3/12 of 96", in buffer. */
const char *table_screen_position(const struct ui *ui, char *buffer, size_t size)
    __attribute__((nonnull(1, 2)));
/* By the column that it starts with. */
void table_screen_begin_groups(struct panes *panes) __attribute__((nonnull(1)));

/* Of rows that are gone, and their names with them. */
void table_screen_forget_groups(struct ui *ui) __attribute__((nonnull(1)));

/* Actions; each returns bits of enum loop_request. */
/* Folds the group of a row, of the selected one where trial is below 0; all groups. */
unsigned table_screen_fold(struct ui *ui, int trial) __attribute__((nonnull(1)));
unsigned table_screen_fold_all(struct ui *ui, int argument) __attribute__((nonnull(1)));
/* Groups by the next column. */
unsigned table_screen_group(struct ui *ui, int argument) __attribute__((nonnull(1)));
unsigned table_screen_search(struct ui *ui, int argument) __attribute__((nonnull(1)));
unsigned table_screen_next(struct ui *ui, int step) __attribute__((nonnull(1)));
unsigned table_screen_filter(struct ui *ui, int argument) __attribute__((nonnull(1)));
unsigned table_screen_freeze(struct ui *ui, int argument) __attribute__((nonnull(1)));
unsigned table_screen_follow(struct ui *ui, int argument) __attribute__((nonnull(1)));

#endif
