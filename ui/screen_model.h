/* The model of the selected row: operators, shapes, types, parameters and ranges of the file as it
 * is shipped in that mode, and beside it the float graph. */
#ifndef UI_SCREEN_MODEL_H
#define UI_SCREEN_MODEL_H

#include "ui/ui.h"

/* Actions; each returns bits of enum loop_request. */

/* Has the details of the selected line take the place of the list, or shows the list again. */
unsigned model_details(struct ui *ui, int argument) __attribute__((nonnull(1)));
/* Goes to the next row of the same model whose file is known, and to the same operator there. */
unsigned model_next_mode(struct ui *ui, int argument) __attribute__((nonnull(1)));
/* Sorts by the column to the right (1) or left (-1); left of the first is the file's order. */
unsigned model_sort_step(struct ui *ui, int step) __attribute__((nonnull(1)));
/* Opens the prompt for a text; goes to the next (1) or the last (-1) operator that has it. */
unsigned model_search(struct ui *ui, int argument) __attribute__((nonnull(1)));
unsigned model_next(struct ui *ui, int step) __attribute__((nonnull(1)));

#endif
