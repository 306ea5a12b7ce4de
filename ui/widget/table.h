/* The table of trials: columns from a list of struct column, one line per row. The selection is
 * bound to a trial, not to a place, and rows keep their places while the user moves. Rows may stand
 * in groups, each under a head, and a group may be folded to its head. */
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
    bool (*shown)(void *context, const struct row *row);       /* NULL: all are */
    /* What the head of the row's group says of it; NULL: nothing. */
    const char *(*answer)(void *context, const struct row *row);
    int bar_column; /* a figure around 1 that is drawn as a bar, too; TABLE_NO_COLUMN: none */
    void *context;
};

/* What the drawings so far showed of a column. */
struct table_extent {
    int width;       /* of the widest value: columns do not shrink */
    int whole, rest; /* of figures: cells up to the decimal point, and from there on */
    bool varied;     /* rows differ in it, or did */
};

/* A line of the screen. */
struct table_line {
    int row;      /* of the source; of a head: the first one of its group */
    bool is_head; /* of a group */
};

struct table_group {
    const char *key; /* what its rows have in the column that groups them */
    bool is_folded;
    int count; /* rows that are shown, or would be */
};

struct table {
    int *order; /* all rows of the source, sorted */
    size_t count, capacity;
    int *group_of; /* by row; room for capacity */
    struct table_group *groups;
    size_t n_groups, group_capacity;
    int grouped_by; /* a text column of the source; TABLE_NO_COLUMN: rows are not grouped */
    struct table_line *lines;
    size_t n_lines, line_capacity;
    bool lines_are_stale;
    int selected;          /* trial number; TABLE_NO_TRIAL before there are rows */
    bool on_head;          /* the head of its group is selected, and not the row */
    int top;               /* place of the first line shown */
    int page;              /* lines for rows when last drawn */
    int moved_out, hidden; /* figures moved out on the left; columns without room when last drawn */
    int sort_column;       /* of the source; TABLE_NO_COLUMN: in the order of the trials */
    bool descending;
    int then_column; /* decides between rows that are equal there; TABLE_NO_COLUMN: none does */
    bool then_descending;
    int *chosen;       /* columns of the source that the user chose, in their order */
    size_t n_chosen;   /* 0: all that the source shows */
    double hold_until; /* no sorting by itself before */
    bool is_frozen;    /* no sorting by itself at all */
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

/* Words of verdicts: their colour, and the mark that stands for them in a column of one cell ('\0':
 * none). */
struct table_verdict {
    const char *word;
    char mark;
    enum role role;
};

extern const struct table_verdict table_verdicts[];
extern const size_t table_verdict_count;
/* NULL: the word is no verdict that looks different. */
const struct table_verdict *table_verdict_find(const char *word) __attribute__((nonnull(1)));

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
/* The line of the selected row, from 0; -1 when there is none. */
int table_place(const struct table *table, const struct table_source *source)
    __attribute__((nonnull(1, 2)));

void table_move(struct table *table, const struct table_source *source, int lines, double now)
    __attribute__((nonnull(1, 2)));
void table_select(struct table *table, int trial, double now) __attribute__((nonnull(1)));
/* Selects the head of a group, by the first of its rows that is shown. */
void table_select_head(struct table *table, int trial, double now) __attribute__((nonnull(1)));
/* Selects a row and unfolds its group. */
void table_show(struct table *table, const struct table_source *source, int trial, double now)
    __attribute__((nonnull(1, 2)));
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
/* Lets another column decide between rows that are equal; the one that does already is reversed. */
void table_sort_then(struct table *table, const struct table_source *source, int column)
    __attribute__((nonnull(1, 2)));
/* Sorts at once by up to two columns; directions below 0 are descending, above 0 ascending, 0 has
 * the best first. */
void table_sort_as(struct table *table, const struct table_source *source, const int *sorted,
                   const int *directions, size_t count) __attribute__((nonnull(1, 2)));

/* Columns to show, in their order; none: those that the source shows. */
void table_choose_columns(struct table *table, const int *chosen, size_t count)
    __attribute__((nonnull(1)));
/* The columns that may be shown, by their place from the left, and the place of one; -1: it has
 * none. */
size_t table_column_count(const struct table *table, const struct table_source *source)
    __attribute__((nonnull(1, 2)));
int table_column_at(const struct table *table, int place) __attribute__((nonnull(1)));
int table_column_place(const struct table *table, const struct table_source *source, int column)
    __attribute__((nonnull(1, 2)));
/* Whether this run has the column in its table; one that was chosen may be from the details. */
bool table_has_column(const struct table *table, const struct table_source *source, int column)
    __attribute__((nonnull(1, 2)));

/* Groups the rows by a text column of the source. */
void table_group_by(struct table *table, int column) __attribute__((nonnull(1)));
/* Folds the group of the selected row, or unfolds it. False: rows have no groups. */
bool table_fold(struct table *table, const struct table_source *source)
    __attribute__((nonnull(1, 2)));
/* Folds all groups, or unfolds them where all are folded. */
bool table_fold_all(struct table *table, const struct table_source *source)
    __attribute__((nonnull(1, 2)));
/* Whether more than one group is there, so that heads are shown. */
bool table_has_heads(const struct table *table) __attribute__((nonnull(1)));
/* Makes the lines anew at the next update, after source->shown tells something else. */
void table_refresh(struct table *table) __attribute__((nonnull(1)));

/* focused: the keys go to the table. Registers clicks on heads and rows. */
void table_draw(struct table *table, const struct table_source *source, const struct draw *draw,
                struct rect area, bool focused) __attribute__((nonnull(1, 2, 3)));

#endif
