/* A bar that fills from the left. */
#ifndef UI_WIDGET_BAR_H
#define UI_WIDGET_BAR_H

#include "ui/draw.h"

/* On the first line of the area; fraction is taken into 0..1, NaN counts as 0. */
void bar_draw(const struct draw *draw, struct rect area, double fraction)
    __attribute__((nonnull(1)));

#endif
