/* Everything known about one row. */
#ifndef UI_DETAILS_H
#define UI_DETAILS_H

#include "results/recommend.h"
#include "ui/why_pane.h"
#include "ui/widget/document.h"
#include "ui/widget/table.h"

/* "resnet, int8, 1 thread on 1, builtin: timing", in buffer. */
#define DETAILS_TITLE_SIZE 256
const char *details_title(const struct row *row, char buffer[DETAILS_TITLE_SIZE])
    __attribute__((returns_nonnull, nonnull(1)));

/* What is known beside the row itself. */
struct details_context {
    const struct recommendation *answer; /* for its model, or NULL */
    const struct row_why *why;           /* the row's */
};

/* Adds the lines. */
void details_print(const struct table_source *source, const struct row *row,
                   const struct details_context *context, struct document *document)
    __attribute__((nonnull(1, 2, 3, 4)));

#endif
