/* The columns: one row per figure or text of a trial. The UI's table and details, the terminal
 * table, CSV, JSON, Markdown and the man page all work from this table, so adding a column is
 * adding a row. */
#ifndef RESULTS_COLUMN_H
#define RESULTS_COLUMN_H

#include <stdbool.h>
#include <stddef.h>

#include "results/results.h"

enum column_kind {
    COLUMN_TEXT,   /* text() */
    COLUMN_FIGURE, /* figure() */
};

/* Where a column is shown by default. */
enum column_place {
    SHOWN_TABLE = 1,   /* live table and terminal table */
    SHOWN_DETAILS = 2, /* details pane */
    SHOWN_EXPORT = 4,  /* CSV and JSON */
};

struct column {
    const char *id; /* "latency_ms": CSV header and JSON key; with _low and _high where bounded */
    const char *title; /* "median": table header */
    const char *unit;  /* "ms", "x", "%", "KiB", "" */
    const char *help;  /* one sentence: what the figure means */
    enum column_kind kind;
    unsigned shown;      /* enum column_place bits */
    int width;           /* characters of the value in a table */
    int digits;          /* in tables: after the decimal point, or significant ones */
    bool significant;    /* what digits counts */
    double scale;        /* tables show value * scale, in `unit` */
    double export_scale; /* exports have value * export_scale, in the unit that the id ends with,
                          * with 9 significant digits */
    bool interval;       /* tables show "value ±half"; exports have _low and _high columns */
    bool is_signed;      /* tables show the sign */
    bool best_is_high;   /* direction that sorting starts with, and what is good */
    bool changes;        /* of a text, while the run goes on: tables leave `width` for what comes */
    int priority;        /* narrow tables drop the highest numbers first */
    bool is_essential;   /* narrow screens keep it before all others, whatever its priority */
    int least;           /* of a text: cells that narrow screens may leave it; 0: width. 1: what has
                          * marks for its words */
    bool of_runtimes;    /* people see it only where more than one runtime takes part */
    bool of_targets;     /* people see it only where the profile names targets */
    bool of_gate;        /* people see it only where the run was held against an earlier one */
    bool of_metrics;     /* tables have it only where models have several metrics */
    bool of_fidelity;    /* people see it only where outputs are compared with those of fp32 */
    bool of_recordings;  /* only where samples are the windows of recordings */
    bool of_batches;     /* people see it only where an inference takes several samples */
    const char *(*text)(const struct row *row);
    const struct figure *(*figure)(const struct row *row);
};

extern const struct column columns[];
extern const size_t column_count;

/* By id, or NULL. */
const struct column *column_find(const char *id) __attribute__((nonnull(1)));

/* Whether a place shows the column in this run. */
bool column_is_shown(const struct column *column, enum column_place place,
                     const struct run_info *run) __attribute__((nonnull(1, 3)));
/* A column's value in a table: "4.21", "3.98 ±0.02", "+0.12", "-" where absent; in buffer, except
 * that a text, which may be of any length, is returned as it is. */
#define COLUMN_TEXT_SIZE 64
const char *column_format(const struct column *column, const struct row *row,
                          char buffer[COLUMN_TEXT_SIZE])
    __attribute__((returns_nonnull, nonnull(1, 2, 3)));
/* Columns of the screen that a table has for it at least, in this run. */
int column_width(const struct column *column, const struct run_info *run)
    __attribute__((nonnull(1, 2)));
/* The title to show for this run: the metric's for accuracy. */
const char *column_title(const struct column *column, const struct run_info *run)
    __attribute__((returns_nonnull, nonnull(1, 2)));
/* The unit to show for this run: the metric's own for accuracy and drop. */
const char *column_unit(const struct column *column, const struct run_info *run)
    __attribute__((returns_nonnull, nonnull(1, 2)));
/* Order of two rows in this column, as for qsort; absent figures last in either direction. */
int column_compare(const struct column *column, const struct row *a, const struct row *b,
                   bool descending) __attribute__((nonnull(1, 2, 3)));

#endif
