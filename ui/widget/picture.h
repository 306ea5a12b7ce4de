/* A picture in cells: in colours, as braille dots, or in shades of ASCII, whatever the terminal
 * has. */
#ifndef UI_WIDGET_PICTURE_H
#define UI_WIDGET_PICTURE_H

#include "ui/draw.h"

/* Rows of cells of 1 channel (grey) or 3 (red, green, blue), from 0, black, to 255. */
struct picture {
    int height, width, channels;
    const unsigned char *pixels;
};

/* Draws it as large as the area allows with its proportions, a cell being twice as high as wide, in
 * the upper left corner. Returns the lines that it takes. */
int picture_draw(const struct draw *draw, struct rect area, const struct picture *picture)
    __attribute__((nonnull(1, 3)));

#endif
