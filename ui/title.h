/* The first line of the main screens: the run, the screens there are, and how the run stands. */
#ifndef UI_TITLE_H
#define UI_TITLE_H

#include "ui/ui.h"

/* Registers clicks on the names of the screens. */
void title_draw(const struct ui *ui, const struct draw *draw, struct rect area)
    __attribute__((nonnull(1, 2)));

#endif
