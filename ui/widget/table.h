/* The table of trials: columns from a list of struct column, one line per row. The selection is
 * bound to a trial, not to a place, and rows keep their places while the user moves. */
#ifndef UI_WIDGET_TABLE_H
#define UI_WIDGET_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "results/column.h"
#include "results/results.h"
#include "ui/draw.h"

#define TABLE_NO_COLUMN -1
#define TABLE_NO_TRIAL  -1
/* Seconds for which rows keep their places after the user moved. */
#define TABLE_HOLD_SECONDS 3.0

/* What there is to show. */
struct table_source {
    const struct column *columns; /* those with SHOWN_TABLE */
    size_t column_count;
    const struct run_info *run; /* for units */
    int row_count;
    uint64_t revision; /* grows with every change of the rows */
    const struct row *(*row)(void *context, int i);
    bool (*recommended)(void *context, const struct row *row); /* NULL: none is */
    bool (*tagged)(void *context, const struct row *row);      /* likewise */
    void *context;
};

/* What the drawings so far showed of a column. */
struct table_extent {
    int width;   /* of the widest value: columns do not shrink */
    bool varied; /* rows differ in it, or did */
};

struct table {
    int *order; /* places on the screen -> rows of the source */
    size_t count, capacity;
    int selected;          /* trial number; TABLE_NO_TRIAL before there are rows */
    int top;               /* place of the first line shown */
    int page;              /* lines for rows when last drawn */
    int moved_out, hidden; /* figures moved out on the left; columns without room when last drawn */
    int sort_column;       /* of the source; TABLE_NO_COLUMN: in the order of the trials */
    bool descending;
    double hold_until; /* no sorting by itself before */
    uint64_t sorted_revision;
    bool sorted;
    struct table_extent *extents; /* of the source's columns */
    size_t n_extents;
};

/* Marks beside the rows, for the legend. */
struct table_mark {
    char mark;
    const char *help;
};

extern const struct table_mark table_marks[];
extern const size_t table_mark_count;

void table_init(struct table *table) __attribute__((nonnull(1)));
void table_release(struct table *table) __attribute__((nonnull(1)));

/* Takes in new rows, and sorts when rows changed and nobody moved lately. now is in seconds. */
void table_update(struct table *table, const struct table_source *source, double now)
    __attribute__((nonnull(1, 2)));
/* Whether rows wait for the end of the hold to be sorted. */
bool table_is_held(const struct table *table, const struct table_source *source)
    __attribute__((nonnull(1, 2)));

/* The selected row; NULL when there is none. */
const struct row *table_selected(const struct table *table, const struct table_source *source)
    __attribute__((nonnull(1, 2)));
/* The place of the selected row, from 0; -1 when there is none. */
int table_place(const struct table *table, const struct table_source *source)
    __attribute__((nonnull(1, 2)));

void table_move(struct table *table, const struct table_source *source, int lines, double now)
    __attribute__((nonnull(1, 2)));
void table_select(struct table *table, int trial, double now) __attribute__((nonnull(1)));
/* Moves figures out on the left (1) or back in (-1). */
void table_shift(struct table *table, int figures) __attribute__((nonnull(1)));

/* Sorts at once; the column that is chosen already is reversed. */
void table_sort_by(struct table *table, const struct table_source *source, int column)
    __attribute__((nonnull(1, 2)));
/* Sorts by the next shown column to the right (1) or left (-1); the order of the trials stands left
 * of the first. */
void table_sort_step(struct table *table, const struct table_source *source, int step)
    __attribute__((nonnull(1, 2)));
void table_sort_reverse(struct table *table, const struct table_source *source)
    __attribute__((nonnull(1, 2)));

/* focused: the keys go to the table. Registers clicks on heads and rows. */
void table_draw(struct table *table, const struct table_source *source, const struct draw *draw,
                struct rect area, bool focused) __attribute__((nonnull(1, 2, 3)));

#endif
