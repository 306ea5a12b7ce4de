/* What the main screen keeps, for its own files. */
#ifndef UI_TABLE_PANES_H
#define UI_TABLE_PANES_H

#include "ui/finder.h"
#include "ui/why_pane.h"
#include "ui/widget/document.h"

struct panes {
    struct table table;
    struct finder finder;
    int searched_from; /* the trial that was selected when the search began */
    bool is_following; /* the selection goes with what is worked on */
    int grouping;      /* place in the list of columns that rows can be grouped by */
    struct document_view details;
    bool details_hidden;
    int details_trial; /* whose details were drawn last */
    struct row_why why;
    bool why_hidden;
};

/* Both contexts have one. */
struct panes *table_panes(const struct ui *ui) __attribute__((returns_nonnull, nonnull(1)));
/* The rows with the filter. */
struct table_source table_source_of(struct ui *ui) __attribute__((nonnull(1)));
#endif
