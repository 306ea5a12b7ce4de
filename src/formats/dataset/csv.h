/* Comma-separated values (RFC 4180), row by row. Inner to this folder. */
#ifndef FORMATS_DATASET_CSV_H
#define FORMATS_DATASET_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct csv {
    const char *path;
    unsigned char *bytes; /* the file */
    size_t size, at;
    char separator; /* ',', or ';' or a tab where the first line has no comma */
    /* The row that csv_next found: its first line, and its fields without quotes and the space
     * around them, which live until the next call. */
    size_t line, n_fields;
    const char **fields;
    char *text;
    size_t next_line, field_capacity;
};

/* Reads a file of at most limit bytes; csv_close it whatever the outcome. */
enum status csv_open(const char *path, size_t limit, struct csv *csv, struct error *error)
    __attribute__((nonnull(1, 3, 4)));
void csv_close(struct csv *csv) __attribute__((nonnull(1)));

/* Finds the next row that is not empty; false at the end, and where the status, STATUS_FORMAT, is
 * not STATUS_OK: an open quote, a control character. */
bool csv_next(struct csv *csv, enum status *status, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
/* Back to the first row. */
void csv_rewind(struct csv *csv) __attribute__((nonnull(1)));

/* Fills the error with "path:line". */
enum status csv_fail(const struct csv *csv, struct error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4), nonnull(1, 2, 3)));

/* The number of a field: finite and with nothing behind it. */
bool csv_number(const char *field, double *number) __attribute__((nonnull(1, 2)));

#endif
