/* A back end of drawing that keeps the cells in memory: pictures for tests. */
#ifndef UI_DRAW_BUFFER_H
#define UI_DRAW_BUFFER_H

#include "base/text.h"
#include "ui/draw.h"

struct draw_cell {
    char bytes[GLYPH_SIZE]; /* empty: the right part of a wide glyph */
    enum role role;
};

struct draw_buffer {
    struct draw_cell *cells; /* height x width */
    int height, width;
    int cursor_y, cursor_x; /* -1 where nothing placed it */
    long strays;            /* glyphs that were put outside */
};

/* Blank cells, and in *draw what draws into them. */
void draw_buffer_init(struct draw_buffer *buffer, int height, int width, bool ascii,
                      struct draw *draw) __attribute__((nonnull(1, 5)));
void draw_buffer_release(struct draw_buffer *buffer) __attribute__((nonnull(1)));
/* Adds the picture: one line per row of cells, without the blanks at its end. */
void draw_buffer_print(const struct draw_buffer *buffer, struct text *out)
    __attribute__((nonnull(1, 2)));
/* The cell at a place on the screen. */
const struct draw_cell *draw_buffer_cell(const struct draw_buffer *buffer, int y, int x)
    __attribute__((returns_nonnull, nonnull(1)));

#endif
