#include "ui/table_panes.h"

struct panes *table_panes(const struct ui *ui)
{
    return ui_state(ui, CONTEXT_TABLE);
}

static bool source_shown(void *context, const struct row *row)
{
    return finder_shows(&table_panes(context)->finder, row);
}

struct table_source table_source_of(struct ui *ui)
{
    struct table_source source = ui_source(ui);
    if (table_panes(ui)->finder.filter)
        source.shown = source_shown;
    return source;
}
