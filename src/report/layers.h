/* The layer ledger as text for a terminal, CSV, JSON and Markdown. */
#ifndef REPORT_LAYERS_H
#define REPORT_LAYERS_H

#include "report/report.h"
#include "results/layer_column.h"

#define LAYERS_BY_COST  "error_percent_per_ms"
#define LAYERS_BY_ERROR "isolated_sqnr_db"

/* Which layers, and in which order. */
struct layer_choice {
    const char *mode;                /* of the rows with this label or mode; NULL: all */
    const struct layer_column *sort; /* the worst by it first; NULL: LAYERS_BY_COST where any of
                                        a row's layers has that, else LAYERS_BY_ERROR */
    size_t top;                      /* of each row; 0: all */
    struct table_style style;        /* of the text */
};

/* X(identifier, name, help of the option). The name is that of the option and of the row. */
#define LAYER_REPORT_LIST(X)                                                                       \
    X(LAYER_REPORT_CSV, csv,                                                                       \
      "write the layers as CSV; - is standard output, in place of the table")                      \
    X(LAYER_REPORT_JSON, json, "the same as JSON")                                                 \
    X(LAYER_REPORT_MARKDOWN, markdown, "the same as a Markdown table")

enum {
#define X(identifier, name, help) identifier,
    LAYER_REPORT_LIST(X)
#undef X
        LAYER_REPORT_COUNT
};

typedef void layer_report(struct results *results, const struct layer_choice *choice,
                          struct text *out);
struct layer_report_format {
    const char *name; /* "csv" */
    layer_report *write;
};
extern const struct layer_report_format layer_report_formats[LAYER_REPORT_COUNT];

/* What a terminal shows. */
layer_report layers_write_text;

/* Whether any row that is chosen has a ledger, or a reason why it has none. */
bool layers_any(struct results *results, const struct layer_choice *choice)
    __attribute__((nonnull(1, 2)));

/* The layers of one row that are chosen, in their order; *count of them, to be freed. */
struct layer_row *layers_choose(struct results *results, int trial,
                                const struct layer_choice *choice, size_t *count)
    __attribute__((returns_nonnull, nonnull(1, 3, 4)));
/* What they are sorted by where nothing is chosen. */
const struct layer_column *layers_usual_sort(const struct layer_row *rows, size_t count)
    __attribute__((returns_nonnull));
/* Whether the row is chosen at all. */
bool layers_has_row(const struct row *row, const struct layer_choice *choice)
    __attribute__((nonnull(1, 2)));
/* What stands above a row's layers: which row it is, and what they rest on. */
void layers_describe(struct results *results, int trial, struct text *out)
    __attribute__((nonnull(1, 3)));

/* --- layers_export.c, layers_table.c --- */

layer_report layers_write_csv, layers_write_json, layers_write_markdown;

#endif
