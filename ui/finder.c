#include "ui/finder.h"

#include <stdio.h>

void finder_release(struct finder *finder)
{
    filter_free(finder->filter);
    filter_free(finder->search);
    *finder = (struct finder){0};
}

static enum status set(struct filter **filter, char kept[PROMPT_SIZE], const char *text,
                       struct error *error)
{
    struct filter *parsed = NULL;
    enum status status = *text ? filter_parse(text, &parsed, error) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    filter_free(*filter);
    *filter = parsed;
    snprintf(kept, PROMPT_SIZE, "%s", text);
    return STATUS_OK;
}

enum status finder_set_filter(struct finder *finder, const char *text, struct error *error)
{
    return set(&finder->filter, finder->filter_text, text, error);
}

enum status finder_set_search(struct finder *finder, const char *text, struct error *error)
{
    return set(&finder->search, finder->search_text, text, error);
}

bool finder_shows(const struct finder *finder, const struct row *row)
{
    return !finder->filter || filter_matches(finder->filter, row);
}

/* Rows of folded groups are found, too: in the table's order of all rows. */
int finder_next(const struct finder *finder, const struct table *table,
                const struct table_source *source, int step, bool skip)
{
    size_t count = table->count, at = 0;
    if (!finder->search || count == 0)
        return -1;
    while (at < count && source->row(source->context, table->order[at])->trial != table->selected)
        at++;
    if (at == count)
        at = 0;
    for (size_t i = skip ? 1 : 0; i <= count; i++) {
        size_t place = step > 0 ? (at + i) % count : (at + count - i % count) % count;
        const struct row *row = source->row(source->context, table->order[place]);
        if (finder_shows(finder, row) && filter_matches(finder->search, row))
            return row->trial;
    }
    return -1;
}
