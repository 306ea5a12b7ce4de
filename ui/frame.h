/* The whole picture: the screen that has the keys, what lies under it, and the footer. */
#ifndef UI_FRAME_H
#define UI_FRAME_H

#include "ui/ui.h"

/* Draws onto blank cells, and registers with the ui what clicks on them mean. */
void frame_draw(struct ui *ui, struct draw *draw) __attribute__((nonnull(1, 2)));

#endif
