/* Figures that are read from afar: digits of several cells. */
#ifndef UI_WIDGET_BIG_H
#define UI_WIDGET_BIG_H

#include "ui/draw.h"

/* The largest scale that there is use for. */
#define BIG_SCALE_MAX 8

/* Lines at a scale from 1: two points of a glyph fill a cell at scale 1. */
int big_height(int scale);
/* Cells of an ASCII text; a character that has no glyph (others than digits, signs, '.', 'x', '%',
 * '?' and blank) takes the place of a blank. */
int big_width(const char *text, int scale) __attribute__((nonnull(1)));
/* From the area's top left on; what does not fit is left out. */
void big_draw(const struct draw *draw, struct rect area, int scale, enum role role,
              const char *text) __attribute__((nonnull(1, 5)));

#endif
