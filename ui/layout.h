/* Where things stand on the screen: a pure function of its size and of what there is to show. */
#ifndef UI_LAYOUT_H
#define UI_LAYOUT_H

#include <stdbool.h>

/* Cells; y counts from the top. Height or width 0: not shown. */
struct rect {
    int y, x, height, width;
};

/* The least that is useful; anything smaller only says so. */
#define LAYOUT_HEIGHT_MIN 5
#define LAYOUT_WIDTH_MIN  20

/* Lines of meters with large digits, and the names below these. */
#define LAYOUT_DIGITS_LINES 5

/* What the main screen has to show. */
struct layout_content {
    int rows;             /* of the table */
    bool details;         /* the details pane is wanted */
    bool why;             /* the pane of reasons is wanted */
    bool digits;          /* meters with large digits are wanted */
    bool details_focused; /* the keys go to it: where there is no room for both it takes the
                             table's place */
};

struct layout {
    bool too_small;
    struct rect title, machine, meters, progress, message; /* one line each */
    struct rect digits;                                    /* of meters */
    struct rect table, why, details;
    struct rect footer; /* one line */
};

/* Panes are dropped when the screen is low: digits first, meters and reasons, which leave the table
 * half of the screen where it has so many rows, then details, machine, message and progress. */
struct layout layout_main(int height, int width, const struct layout_content *content)
    __attribute__((nonnull(3)));

/* One pane between a title and a footer, for help; title and footer as in layout_main, the pane is
 * table. */
struct layout layout_page(int height, int width);

/* A centred rectangle of the wanted size, made smaller where the screen is; for dialogs. */
struct rect layout_centred(int height, int width, int wanted_height, int wanted_width);

/* The part of a rectangle from column x, width cells wide, as far as it lies inside. */
struct rect rect_columns(struct rect rect, int x, int width);
/* Likewise the lines from y. */
struct rect rect_lines(struct rect rect, int y, int height);
bool rect_contains(struct rect rect, int y, int x);

#endif
