/* The back end of drawing that curses puts on the terminal. */
#ifndef UI_CURSES_DRAW_H
#define UI_CURSES_DRAW_H

#include "ui/draw.h"

/* Sets up the scheme's colours; after newterm, and whenever it is another one. */
void curses_draw_open(enum scheme scheme);
/* Draws into stdscr, with blocks until the drawing is told otherwise. */
void curses_draw_init(struct draw *draw, int height, int width) __attribute__((nonnull(1)));
/* Leaves the cursor where the drawing placed it; after all is drawn. */
void curses_draw_cursor(void);

#endif
