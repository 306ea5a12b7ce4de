/* Writing results: one row per format, each in a file of its own. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "results/results.h"

/* X(identifier, name, help of the option, help of the profile's key). The name is that of the
 * option, of the key below output, and of the row: report_csv. */
#define REPORT_FORMAT_LIST(X)                                                                      \
    X(REPORT_CSV, csv, "write the results as CSV; - is standard output, in place of the table",    \
      "The table as comma-separated values.")                                                      \
    X(REPORT_JSON, json, "the same as JSON", "The table as JSON.")                                 \
    X(REPORT_MARKDOWN, markdown, "the same as a Markdown table", "The table as Markdown.")         \
    X(REPORT_HTML, html, "the same as a page with charts, which needs no other file",              \
      "The table, charts and the machine as one HTML page.")                                       \
    X(REPORT_JUNIT, junit,                                                                         \
      "rows and what they are held against as test cases, in the XML of JUnit",                    \
      "Rows and what they are held against as JUnit XML.")

enum {
#define X(identifier, name, option_help, key_help) identifier,
    REPORT_FORMAT_LIST(X)
#undef X
        REPORT_FORMAT_COUNT
};

struct report_format {
    const char *name; /* "csv" */
    void (*write)(struct results *results, struct text *out);
};

#define X(identifier, name, option_help, key_help) extern const struct report_format report_##name;
REPORT_FORMAT_LIST(X)
#undef X

extern const struct report_format *const report_formats[REPORT_FORMAT_COUNT];

/* The table for a terminal, in pieces, so that rows can be written as they become final. */
struct table_style {
    int width;  /* columns of the terminal; 0: as many as are needed */
    bool ascii; /* no characters beyond ASCII */
    bool bold;  /* the header in bold */
};

/* Which columns fit, and how wide each one is; from the trials known so far. */
struct table_layout {
    struct table_style style;
    size_t count;
    const struct column **columns;
    int *widths;
};

struct table_layout table_layout_new(struct results *results, const struct table_style *style)
    __attribute__((nonnull(1, 2)));
void table_layout_release(struct table_layout *layout) __attribute__((nonnull(1)));
void table_write_header(const struct table_layout *layout, const struct run_info *run,
                        struct text *out) __attribute__((nonnull(1, 2, 3)));
void table_write_row(const struct table_layout *layout, const struct row *row, struct text *out)
    __attribute__((nonnull(1, 2, 3)));
/* Failed rows with their reasons: one line per model and cause. */
void table_write_failures(struct results *results, const struct table_style *style,
                          struct text *out) __attribute__((nonnull(1, 2, 3)));
/* What stands under the table: failures with their reasons, what stayed float, and a recommendation
 * per model. */
void table_write_notes(struct results *results, const struct table_style *style, struct text *out)
    __attribute__((nonnull(1, 2, 3)));

#endif
