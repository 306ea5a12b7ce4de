/* What the files of the HTML report do for each other. Names are hostile: every text goes through
 * html_add, every number is written by this program. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "base/text.h"
#include "results/results.h"

/* Appends a text with all that has a meaning in HTML, attributes included, escaped. */
void html_add(struct text *out, const char *string) __attribute__((nonnull(1, 2)));
/* Appends a heading of that level. */
void html_add_heading(struct text *out, int level, const char *string)
    __attribute__((nonnull(1, 3)));
/* Appends a paragraph of a class of the style. */
void html_add_paragraph(struct text *out, const char *class, const char *string)
    __attribute__((nonnull(1, 2, 3)));
/* The style of the page: screen, dark screen, and print. */
extern const char html_style[];

/* The table with the columns of the terminal's, of all rows. */
void html_add_table(struct results *results, struct text *out) __attribute__((nonnull(1, 2)));
/* All exported figures of a model's rows, a line per column, folded away. Cells have the values
 * that CSV has in data-value, data-low and data-high. */
void html_add_details(struct results *results, const char *model, struct text *out)
    __attribute__((nonnull(1, 2, 3)));

/* Charts of a model, each with a caption; nothing where there is nothing to draw. */
void html_add_charts(struct results *results, const char *model, struct text *out)
    __attribute__((nonnull(1, 2, 3)));

/* Bars of a model's layers, a chart per row that has a ledger or whose steps were timed; where one
 * is missing, what it takes to have it. */
void html_add_layers(struct results *results, const char *model, struct text *out)
    __attribute__((nonnull(1, 2, 3)));

/* The machine as nested boxes. */
void html_add_machine(const struct results *results, struct text *out)
    __attribute__((nonnull(1, 2)));

#endif
