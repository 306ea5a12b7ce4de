/* The main screen: header, table, details. Its two panes are two contexts of the same picture. */
#ifndef UI_SCREEN_TABLE_H
#define UI_SCREEN_TABLE_H

#include "ui/ui.h"

/* How the table is sorted, for those who show it. */
const struct table *table_screen_table(const struct ui *ui)
    __attribute__((returns_nonnull, nonnull(1)));

/* NULL: none is selected. */
const struct row *table_screen_row(struct ui *ui) __attribute__((nonnull(1)));

/* For the other pane: the same picture. */
void table_screen_draw_panes(struct ui *ui, const struct draw *draw, bool details_focused)
    __attribute__((nonnull(1, 2)));

/* Actions; each returns bits of enum loop_request. */
unsigned table_screen_sort_by(struct ui *ui, int column) __attribute__((nonnull(1)));
unsigned table_screen_sort_then(struct ui *ui, int column) __attribute__((nonnull(1)));
unsigned table_screen_sort_step(struct ui *ui, int step) __attribute__((nonnull(1)));
unsigned table_screen_reverse(struct ui *ui, int argument) __attribute__((nonnull(1)));
unsigned table_screen_shift(struct ui *ui, int figures) __attribute__((nonnull(1)));
/* Tags the selected row, or takes its tag away, and selects the next one. */
unsigned table_screen_tag(struct ui *ui, int argument) __attribute__((nonnull(1)));
/* Shows the pane of reasons, or hides it. */
unsigned table_screen_why(struct ui *ui, int argument) __attribute__((nonnull(1)));
/* Gives the keys to the other pane. */
unsigned table_screen_focus(struct ui *ui, int argument) __attribute__((nonnull(1)));
/* Shows or hides the details; where there is no room beside the table, they take its place. */
unsigned table_screen_details(struct ui *ui, int argument) __attribute__((nonnull(1)));

#endif
