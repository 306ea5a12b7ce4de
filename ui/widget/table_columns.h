/* Which columns of a table have room, and where. Known to the files of the table alone. */
#ifndef UI_WIDGET_TABLE_COLUMNS_H
#define UI_WIDGET_TABLE_COLUMNS_H

#include "ui/widget/table.h"

/* The cells left of the first column: which row is selected, its mark, and whether it is tagged. */
#define GUTTER 3
/* The cell right of the last column: whether there are more columns or rows. */
#define MARGIN 1
/* Cells of the bar of a figure around 1: an octave has four of them. */
#define BAR_OCTAVE 4
#define BAR_WIDTH  (4 * BAR_OCTAVE + 1)

/* A column that is drawn. */
struct shown_column {
    int index; /* in the source */
    int place; /* among the columns that may be drawn */
    int x, width;
};

/* One drawing of a table. */
struct painter {
    struct table *table;
    const struct table_source *source;
    const struct draw *draw;
    struct rect area;
    int heads; /* lines: titles alone with the units behind them, or titles and units */
    int gap;   /* cells between columns */
    bool focused;
    struct shown_column *shown; /* room for all columns of the source */
    size_t n_shown;
    int bar_x; /* of the bar; 0: it is not drawn */
};

/* Cells of a figure up to its decimal point, or up to the interval of a whole number. */
int painter_whole(const char *figure) __attribute__((nonnull(1)));

const struct column *painter_column(const struct painter *painter, int index)
    __attribute__((returns_nonnull, nonnull(1)));
/* The title, with the unit behind it when there is no second line for units; in buffer. */
const char *painter_head(const struct painter *painter, int index, char *buffer, size_t size)
    __attribute__((returns_nonnull, nonnull(1, 3)));

/* Chooses the columns that fit, the most important first, and places them in their own order. */
void painter_choose_columns(struct painter *painter) __attribute__((nonnull(1)));

#endif
