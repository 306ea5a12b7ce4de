/* The back end of drawing that curses puts on the terminal. */
#ifndef UI_CURSES_DRAW_H
#define UI_CURSES_DRAW_H

#include "ui/draw.h"

/* Sets up the scheme's colours; after newterm. */
void curses_draw_open(enum scheme scheme);
/* Draws into stdscr. */
void curses_draw_init(struct draw *draw, int height, int width, bool ascii)
    __attribute__((nonnull(1)));
/* Leaves the cursor where the drawing placed it; after all is drawn. */
void curses_draw_cursor(void);

#endif
