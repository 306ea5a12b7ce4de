/* Rows of one model as points over two figures, or one row over its rounds. */
#ifndef UI_SCREEN_CHARTS_H
#define UI_SCREEN_CHARTS_H

#include "ui/ui.h"

/* Actions; each returns bits of enum loop_request. */

/* Takes the next figure for the horizontal axis (0) or the vertical one (1). */
unsigned charts_next_axis(struct ui *ui, int axis) __attribute__((nonnull(1)));
/* Shows the selected row over its rounds, or all rows of its model again. */
unsigned charts_rounds(struct ui *ui, int argument) __attribute__((nonnull(1)));

#endif
