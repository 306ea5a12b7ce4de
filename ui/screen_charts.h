/* Rows of one model as points over two figures. */
#ifndef UI_SCREEN_CHARTS_H
#define UI_SCREEN_CHARTS_H

#include "ui/ui.h"

/* Actions; each returns bits of enum loop_request. */

/* Takes the next figure for the horizontal axis (0) or the vertical one (1). */
unsigned charts_next_axis(struct ui *ui, int axis) __attribute__((nonnull(1)));

#endif
