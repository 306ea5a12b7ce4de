#include "ui/adjust.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "ui/settings_save.h"
#include "ui/table_panes.h"

static unsigned adjust_look(struct ui *ui, const char *text)
{
    (void)text;
    ui->look = look_of(ui->settings);
    return LOOP_LOOK;
}

static unsigned adjust_screen(struct ui *ui, const char *text)
{
    if (!ui->start)
        ui_go(ui, screen_find(text));
    return 0;
}

static unsigned adjust_columns(struct ui *ui, const char *text)
{
    int places[SETTING_COLUMNS_MAX];
    size_t count;
    struct error ignored;
    if (setting_columns(text, SETTING_COLUMNS_MAX, places, NULL, &count, &ignored) == STATUS_OK)
        table_choose_columns(&table_panes(ui)->table, places, count);
    return 0;
}

static unsigned adjust_sort(struct ui *ui, const char *text)
{
    int places[SETTING_SORT_MAX], directions[SETTING_SORT_MAX];
    size_t count;
    struct error ignored;
    struct table_source source = table_source_of(ui);
    if (setting_columns(text, SETTING_SORT_MAX, places, directions, &count, &ignored) == STATUS_OK)
        table_sort_as(&table_panes(ui)->table, &source, places, directions, count);
    return 0;
}

static unsigned adjust_filter(struct ui *ui, const char *text)
{
    struct error ignored;
    finder_set_filter(&table_panes(ui)->finder, text, &ignored);
    table_refresh(&table_panes(ui)->table);
    return 0;
}

static unsigned (*const adjusters[SETTING_COUNT])(struct ui *ui, const char *text) = {
    [SETTING_SCHEME] = adjust_look,     [SETTING_GLYPHS] = adjust_look,
    [SETTING_MOUSE] = adjust_look,      [SETTING_SCREEN] = adjust_screen,
    [SETTING_COLUMNS] = adjust_columns, [SETTING_SORT] = adjust_sort,
    [SETTING_FILTER] = adjust_filter,
};

unsigned adjust(struct ui *ui, enum setting setting, const char *text)
{
    return LOOP_DRAW | (adjusters[setting] ? adjusters[setting](ui, text) : 0);
}

void adjust_tell(struct ui *ui)
{
    const struct settings *settings = ui->settings;
    const char *filter = ui->start ? NULL : settings->values[SETTING_FILTER];
    const char *problem = settings->problems.length > 0 ? settings->problems.bytes : "";
    size_t folder = settings->path ? (size_t)(path_name(settings->path) - settings->path) : 0;
    if (folder > 0 && strncmp(problem, settings->path, folder) == 0)
        problem += folder;
    if (*problem)
        ui_notice(ui, "%.*s", (int)strcspn(problem, "\n"), problem);
    else if (filter && *filter)
        ui_notice(ui, "only rows that match '%s' are shown", filter);
}

void adjust_begin(struct ui *ui, struct settings *settings, const char *screen)
{
    ui->settings = settings;
    ui->keymap = settings->keymap;
    ui->look = look_of(settings);
    if (ui->start)
        return;
    ui_update(ui); /* a page that is entered may look at what is selected */
    for (enum setting setting = 0; setting < SETTING_COUNT; setting++)
        if (settings->values[setting] && (setting != SETTING_SCREEN || !screen))
            adjust(ui, setting, settings->values[setting]);
    if (screen)
        ui_go(ui, screen_find(screen));
}

static void print_sort(const struct table *table, struct text *out)
{
    text_add_string(out, "");
    if (table->sort_column == TABLE_NO_COLUMN)
        return;
    text_printf(out, "%c%s", table->descending ? '-' : '+', columns[table->sort_column].id);
    if (table->then_column != TABLE_NO_COLUMN)
        text_printf(out, ",%c%s", table->then_descending ? '-' : '+',
                    columns[table->then_column].id);
}

void adjust_end(const struct ui *ui, const char *screen)
{
    const char *values[SETTING_COUNT] = {NULL};
    const struct screen_row *first = &screen_rows[ui->contexts[0]];
    const char *shown = first->tab ? first->id : NULL;
    const struct panes *panes = table_panes(ui);
    struct text sorted = {0};
    struct error error;
    if (ui->start)
        return;
    print_sort(&panes->table, &sorted);
    values[SETTING_SORT] = sorted.bytes;
    values[SETTING_FILTER] = panes->finder.filter_text;
    if (shown && !(screen && strcmp(shown, screen) == 0)) /* nobody went there by himself */
        values[SETTING_SCREEN] = shown;
    if (settings_keep(ui->settings, values, &error) != STATUS_OK)
        fprintf(stderr, "quantop: note: where you were is not kept: %s: %s\n", error.where,
                error.text);
    text_release(&sorted);
}
