/* A line of a journal. */
#ifndef RESULTS_JOURNAL_LINE_H
#define RESULTS_JOURNAL_LINE_H

#include <jansson.h>
#include <stddef.h>

#include "base/error.h"

/* As it stands there, and where. */
struct journal_line {
    const char *bytes; /* length of them, without the end of the line */
    size_t length;
    const char *path;
    long number;
};

/* Its event, a new reference; NULL, with the error filled (STATUS_FORMAT): it is no JSON. */
json_t *journal_line_read(const char *bytes, size_t length, struct error *error)
    __attribute__((nonnull(1, 3)));

#endif
