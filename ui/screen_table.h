/* The main screen: header, table, details. Its two panes are two contexts of the same picture. */
#ifndef UI_SCREEN_TABLE_H
#define UI_SCREEN_TABLE_H

#include "ui/ui.h"

/* How the table is sorted, for those who show it. */
const struct table *table_screen_table(const struct ui *ui)
    __attribute__((returns_nonnull, nonnull(1)));

/* NULL: none is selected. */
const struct row *table_screen_row(struct ui *ui) __attribute__((nonnull(1)));

/* Of the rows behind the selected one, and around: the trial of the next one of its model that
 * fits; -1: none does, or none is selected. */
int table_screen_next_of_model(struct ui *ui, bool (*fits)(struct ui *ui, const struct row *row,
                                                           const struct row *selected))
    __attribute__((nonnull(1, 2)));

/* Sorts by a column, or takes it as the second one; each returns bits of enum loop_request. */
unsigned table_screen_sort_by(struct ui *ui, int column) __attribute__((nonnull(1)));
unsigned table_screen_sort_then(struct ui *ui, int column) __attribute__((nonnull(1)));

/* For the other pane: the same picture, and the keys of both. */
void table_screen_draw_panes(struct ui *ui, const struct draw *draw, bool details_focused)
    __attribute__((nonnull(1, 2)));
extern const struct key_table pane_keys;

#endif
