/* The layers of the selected row: what each costs, and what it is worth. */
#ifndef UI_SCREEN_LAYERS_H
#define UI_SCREEN_LAYERS_H

#include "ui/ui.h"

/* Actions; each returns bits of enum loop_request. */

/* Sorts by the next column to the right (1) or left (-1). */
unsigned layers_sort_step(struct ui *ui, int step) __attribute__((nonnull(1)));
/* Takes the next row of the same model that has a ledger. */
unsigned layers_next_mode(struct ui *ui, int argument) __attribute__((nonnull(1)));
/* Gives the grids of the selected layer the place of the list, or that back. */
unsigned layers_enlarge(struct ui *ui, int argument) __attribute__((nonnull(1)));

#endif
