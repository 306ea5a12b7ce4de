/* A list of rows with columns of texts and figures, one of which is selected: for what is shorter
 * than the table of trials and is made anew for each drawing. */
#ifndef UI_WIDGET_LIST_H
#define UI_WIDGET_LIST_H

#include "ui/draw.h"

#define LIST_NO_COLUMN (-1)
#define LIST_CELL_SIZE 96
/* Lines of the heads: titles and units. */
#define LIST_HEADS 2

struct list_column {
    const char *title, *unit;
    bool is_figure; /* stands at the right of its cells, and is never cut */
    bool is_hidden; /* shown only where the list is sorted by it */
    int most;       /* cells of a text; 0: as many as lists leave to texts */
};

/* What there is to show. */
struct list_source {
    const struct list_column *columns;
    size_t n_columns, count; /* of rows */
    int sorted;              /* column; LIST_NO_COLUMN: none */
    /* A cell, in buffer, except that a text of any length may be returned as it is. */
    const char *(*cell)(void *context, size_t row, size_t column, char buffer[LIST_CELL_SIZE]);
    void *context;
};

struct list_view {
    int top, page; /* first row shown; rows shown when last drawn */
};

/* Columns that have no room are left out from the right, but not the sorted one. A click on a row
 * selects its place. */
void list_draw(struct list_view *view, const struct list_source *source, size_t selected,
               const struct draw *draw, struct rect area) __attribute__((nonnull(1, 2, 4)));
/* The place so many rows further on, as far as there are any. */
size_t list_moved(const struct list_source *source, size_t selected, int lines)
    __attribute__((nonnull(1)));
/* The shown column to the right (1) or left (-1) of the one that it is sorted by, for another
 * order; left of the first is LIST_NO_COLUMN, right of the last nothing but that one. */
int list_next_column(const struct list_source *source, int step) __attribute__((nonnull(1)));

#endif
