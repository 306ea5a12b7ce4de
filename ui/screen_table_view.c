#include "ui/screen_table_view.h"

#include <stdio.h>
#include <string.h>

/* Columns to group by in turn; NULL: none. */
static const char *const groupings[] = {"model", "placement", "runtime", NULL};

#define GROUPING_COUNT (sizeof(groupings) / sizeof(groupings[0]))

static void group(struct panes *panes)
{
    const char *name = groupings[panes->grouping];
    table_group_by(&panes->table, name ? (int)(column_find(name) - columns) : TABLE_NO_COLUMN);
}

void table_screen_begin_groups(struct panes *panes)
{
    panes->grouping = 0;
    group(panes);
}

void table_screen_forget_groups(struct ui *ui)
{
    group(table_panes(ui));
}

unsigned table_screen_group(struct ui *ui, int argument)
{
    struct panes *panes = table_panes(ui);
    (void)argument;
    panes->grouping = (panes->grouping + 1) % (int)GROUPING_COUNT;
    group(panes);
    const char *name = groupings[panes->grouping];
    ui_notice(ui, "%s%s", name ? "grouped by " : "not grouped", name ? name : "");
    return 0;
}

static unsigned say_ungrouped(struct ui *ui)
{
    char key[KEY_SAID_SIZE];
    ui_notice(ui, "the rows are not in several groups; %s changes what they are grouped by",
              ui_key(ui, CONTEXT_TABLE, "group", key));
    return 0;
}

unsigned table_screen_fold(struct ui *ui, int trial)
{
    struct table_source source = table_source_of(ui);
    struct table *table = &table_panes(ui)->table;
    if (trial >= 0)
        table_select_head(table, trial, ui->now);
    return table_fold(table, &source) ? 0 : say_ungrouped(ui);
}

unsigned table_screen_fold_all(struct ui *ui, int argument)
{
    struct table_source source = table_source_of(ui);
    (void)argument;
    return table_fold_all(&table_panes(ui)->table, &source) ? 0 : say_ungrouped(ui);
}

static void search_changed(struct ui *ui, const char *text)
{
    struct panes *panes = table_panes(ui);
    struct table_source source = table_source_of(ui);
    struct error error;
    table_show(&panes->table, &source, panes->searched_from, ui->now);
    if (finder_set_search(&panes->finder, text, &error) != STATUS_OK)
        return; /* while it is typed, much is no search yet */
    int trial = finder_next(&panes->finder, &panes->table, &source, 1, false);
    if (trial >= 0)
        table_show(&panes->table, &source, trial, ui->now);
}

static bool search_accepted(struct ui *ui, const char *text)
{
    struct panes *panes = table_panes(ui);
    struct table_source source = table_source_of(ui);
    struct error error;
    bool is_sound = finder_set_search(&panes->finder, text, &error) == STATUS_OK;
    if (!is_sound)
        ui_notice(ui, "%s", error.text);
    else if (*text && finder_next(&panes->finder, &panes->table, &source, 1, false) < 0)
        ui_notice(ui, "no row matches '%s'", text);
    return is_sound;
}

static void search_cancelled(struct ui *ui)
{
    struct panes *panes = table_panes(ui);
    struct table_source source = table_source_of(ui);
    table_show(&panes->table, &source, panes->searched_from, ui->now);
}

unsigned table_screen_search(struct ui *ui, int argument)
{
    static const struct prompt_use use = {.label = "find: ",
                                          .changed = search_changed,
                                          .accepted = search_accepted,
                                          .cancelled = search_cancelled};
    struct panes *panes = table_panes(ui);
    (void)argument;
    panes->searched_from = panes->table.selected;
    prompt_open(ui, &use, "");
    return 0;
}

unsigned table_screen_next(struct ui *ui, int step)
{
    struct panes *panes = table_panes(ui);
    struct table_source source = table_source_of(ui);
    char key[KEY_SAID_SIZE];
    int trial = finder_next(&panes->finder, &panes->table, &source, step, true);
    if (trial >= 0)
        table_show(&panes->table, &source, trial, ui->now);
    else if (panes->finder.search)
        ui_notice(ui, "no row matches '%s'", panes->finder.search_text);
    else
        ui_notice(ui, "nothing was searched for yet: %s does",
                  ui_key(ui, CONTEXT_TABLE, "search", key));
    return 0;
}

static bool filter_accepted(struct ui *ui, const char *text)
{
    struct panes *panes = table_panes(ui);
    struct error error;
    bool is_sound = finder_set_filter(&panes->finder, text, &error) == STATUS_OK;
    if (!is_sound)
        ui_notice(ui, "%s", error.text);
    table_refresh(&panes->table);
    return is_sound;
}

unsigned table_screen_filter(struct ui *ui, int argument)
{
    static const struct prompt_use use = {.label = "filter: ", .accepted = filter_accepted};
    (void)argument;
    prompt_open(ui, &use, table_panes(ui)->finder.filter_text);
    return 0;
}

unsigned table_screen_freeze(struct ui *ui, int argument)
{
    struct table *table = &table_panes(ui)->table;
    char key[KEY_SAID_SIZE];
    (void)argument;
    table->is_frozen = !table->is_frozen;
    ui_notice(ui, table->is_frozen ? "rows keep their places until %s" : "rows are sorted again",
              ui_key(ui, CONTEXT_TABLE, "freeze", key));
    return 0;
}

unsigned table_screen_follow(struct ui *ui, int argument)
{
    struct panes *panes = table_panes(ui);
    (void)argument;
    panes->is_following = !panes->is_following;
    ui_notice(ui, panes->is_following ? "following what is measured until you move"
                                      : "not following any more");
    return 0;
}

void table_screen_follow_row(struct ui *ui)
{
    struct panes *panes = table_panes(ui);
    struct table_source source = table_source_of(ui);
    for (int i = 0; panes->is_following && i < source.row_count; i++) {
        const struct row *row = results_row_as_it_stands(ui->results, i);
        if (trial_state_is_active(row->state) && row->trial != panes->table.selected) {
            double hold = panes->table.hold_until;
            table_show(&panes->table, &source, row->trial, ui->now);
            panes->table.hold_until = hold; /* nobody moved by hand */
            return;
        }
    }
}

const char *table_screen_position(const struct ui *ui, char *buffer, size_t size)
{
    const struct panes *panes = table_panes(ui);
    struct table_source source = table_source_of((struct ui *)ui);
    int place = table_place(&panes->table, &source), lines = (int)panes->table.n_lines;
    const char *frozen = panes->table.is_frozen ? "frozen " : "";
    const char *following = panes->is_following ? "following " : "";
    if (source.row_count == 0)
        return NULL;
    if (panes->finder.filter)
        snprintf(buffer, size, "%s%sfilter %s: %d/%d of %d", frozen, following,
                 panes->finder.filter_text, place + 1, lines, source.row_count);
    else
        snprintf(buffer, size, "%s%s%d/%d", frozen, following, place + 1, lines);
    return buffer;
}
