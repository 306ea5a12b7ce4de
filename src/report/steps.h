/* The steps of a row, for people and for programs. */
#ifndef REPORT_STEPS_H
#define REPORT_STEPS_H

#include <jansson.h>

#include "report/report.h"

/* A list with a line of titles and a line per step, each with an indent of 2; nothing where the row
 * was not profiled. */
void steps_write_text(struct results *results, int trial, const struct table_style *style,
                      struct text *out) __attribute__((nonnull(1, 3, 4)));
/* An object per step, a new reference; null where the row was not profiled. */
json_t *steps_json(struct results *results, int trial) __attribute__((returns_nonnull, nonnull(1)));

#endif
