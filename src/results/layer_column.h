/* The columns of the layer ledger: one row per figure or text of a layer. The table, CSV, JSON,
 * Markdown and the manual work from this list. */
#ifndef RESULTS_LAYER_COLUMN_H
#define RESULTS_LAYER_COLUMN_H

#include <stdbool.h>
#include <stddef.h>

#include "results/layers.h"

struct layer_column {
    const char *id;    /* "isolated_sqnr_db": CSV header, JSON key, and what --sort takes */
    const char *title; /* "alone": table header */
    const char *unit;  /* "dB", "" */
    const char *help;  /* one sentence: what the figure means */
    /* One of both. */
    const char *(*text)(const struct layer_row *layer);
    const struct figure *(*figure)(const struct layer_row *layer);
    int digits;        /* in tables, behind the point */
    bool significant;  /* digits counts significant ones */
    double scale;      /* tables and exports have value * scale, in the unit */
    bool interval;     /* exports have _low and _high columns */
    bool worst_is_low; /* which end of a figure comes first when it sorts */
    bool shown;        /* in tables, of people */
};

extern const struct layer_column layer_columns[];
extern const size_t layer_column_count;

/* By id, or NULL. */
const struct layer_column *layer_column_find(const char *id) __attribute__((nonnull(1)));

/* The value in a table, "-" where absent; in buffer, except that a text is returned as it is. */
#define LAYER_COLUMN_TEXT_SIZE 64
const char *layer_column_format(const struct layer_column *column, const struct layer_row *layer,
                                char buffer[LAYER_COLUMN_TEXT_SIZE])
    __attribute__((returns_nonnull, nonnull(1, 2, 3)));
/* The unit to show for a row: the metric's own for the drop. */
const char *layer_column_unit(const struct layer_column *column, const struct row *row)
    __attribute__((returns_nonnull, nonnull(1, 2)));

/* Sorts the layers of a trial, the worst by this column first; texts in their order, what is
 * absent last, among these the largest isolated error first, and equal ones in the order of the
 * model. */
void layers_sort(struct layer_row *layers, size_t count, const struct layer_column *column)
    __attribute__((nonnull(3)));

#endif
