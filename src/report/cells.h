/* Single cells of reports. */
#ifndef REPORT_CELLS_H
#define REPORT_CELLS_H

#include <jansson.h>
#include <stdbool.h>

#include "base/text.h"
#include "results/results.h"

/* Columns on the screen that a UTF-8 text takes as cell_add_value writes it; names with wide
 * characters are only misaligned. */
int cell_width(const char *text, bool ascii) __attribute__((nonnull(1)));
/* Adds the value, ASCII only where that is asked for. */
void cell_add_value(struct text *out, const char *value, bool ascii) __attribute__((nonnull(1, 2)));

/* A text as RFC 4180 has it, quoted where it must be, and never a formula of a spreadsheet; a
 * number with 9 significant digits, nothing where there is none. */
void cell_add_csv(struct text *out, const char *value) __attribute__((nonnull(1, 2)));
void cell_add_csv_number(struct text *out, bool present, double value) __attribute__((nonnull(1)));

/* " value |", in which nothing ends the cell early or breaks the line. */
void cell_add_markdown(struct text *out, const char *value) __attribute__((nonnull(1, 2)));

/* Sets key to the figure times scale, with key_low and key_high where has_interval; null where it
 * is absent or infinite, with the reason as key_absent. */
void cell_set_json(json_t *object, const char *key, const struct figure *figure, double scale,
                   bool has_interval) __attribute__((nonnull(1, 2, 3)));

#endif
