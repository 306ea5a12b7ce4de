#include "ui/widget/table_lines.h"

#include <string.h>

#include "base/memory.h"

static const struct row *row_of(const struct table_source *source, int row)
{
    return source->row(source->context, row);
}

static const char *key_of(const struct table *table, const struct table_source *source, int row)
{
    return source->columns[table->grouped_by].text(row_of(source, row));
}

int table_place(const struct table *table, const struct table_source *source)
{
    for (size_t i = 0; i < table->n_lines; i++)
        if (table->lines[i].is_head == table->on_head &&
            row_of(source, table->lines[i].row)->trial == table->selected)
            return (int)i;
    return -1;
}

/* Neighbours are mostly of one group, which is looked at first. */
static int find_group(struct table *table, const char *key, int likely)
{
    if (likely >= 0 && strcmp(table->groups[likely].key, key) == 0)
        return likely;
    for (size_t i = 0; i < table->n_groups; i++)
        if (strcmp(table->groups[i].key, key) == 0)
            return (int)i;
    table->groups =
        list_grow(table->groups, table->n_groups, &table->group_capacity, sizeof(*table->groups));
    table->groups[table->n_groups] = (struct table_group){.key = key};
    return (int)table->n_groups++;
}

void table_find_groups(struct table *table, const struct table_source *source)
{
    int group = -1;
    for (size_t row = 0; row < table->count; row++) {
        if (table->grouped_by != TABLE_NO_COLUMN)
            group = find_group(table, key_of(table, source, (int)row), group);
        table->group_of[row] = group;
    }
}

bool table_has_heads(const struct table *table)
{
    return table->n_groups > 1;
}

static void add_line(struct table *table, int row, bool is_head)
{
    table->lines =
        list_grow(table->lines, table->n_lines, &table->line_capacity, sizeof(*table->lines));
    table->lines[table->n_lines++] = (struct table_line){row, is_head};
}

/* The head of a group comes with the first of its rows that is shown. */
static void add_row(struct table *table, int row)
{
    struct table_group *group =
        table->group_of[row] >= 0 ? &table->groups[table->group_of[row]] : NULL;
    if (group && table_has_heads(table) && group->count == 0)
        add_line(table, row, true);
    if (group)
        group->count++;
    if (!group || !group->is_folded || !table_has_heads(table))
        add_line(table, row, false);
}

/* -1 when the trial is in none. */
static int group_of_trial(const struct table *table, const struct table_source *source, int trial)
{
    for (size_t row = 0; row < table->count; row++)
        if (row_of(source, (int)row)->trial == trial)
            return table->group_of[row];
    return -1;
}

static int find_head(const struct table *table, int group)
{
    for (size_t i = 0; i < table->n_lines; i++)
        if (table->lines[i].is_head && table->group_of[table->lines[i].row] == group)
            return (int)i;
    return -1;
}

/* Where the selected line is gone, the head of its group is selected, or the first line. */
static void keep_selection(struct table *table, const struct table_source *source)
{
    if (table->n_lines == 0 || table_place(table, source) >= 0)
        return;
    int line = find_head(table, group_of_trial(table, source, table->selected));
    if (line < 0) {
        table->on_head = false;
        if (table_place(table, source) >= 0)
            return;
        line = 0;
    }
    table->selected = row_of(source, table->lines[line].row)->trial;
    table->on_head = table->lines[line].is_head;
}

void table_make_lines(struct table *table, const struct table_source *source)
{
    table->n_lines = 0;
    table->lines_are_stale = false;
    for (size_t i = 0; i < table->n_groups; i++)
        table->groups[i].count = 0;
    for (size_t i = 0; i < table->count; i++) {
        int row = table->order[i];
        if (!source->shown || source->shown(source->context, row_of(source, row)))
            add_row(table, row);
    }
    keep_selection(table, source);
}

void table_refresh(struct table *table)
{
    table->lines_are_stale = true;
}

void table_group_by(struct table *table, int column)
{
    table->grouped_by = column;
    table->n_groups = 0;
    table->n_lines = 0; /* which are made at the next update, whatever is held or frozen */
    table->sorted = false;
    table->on_head = false;
}

/* Of the selected line; NULL: there is none, or there are no heads. */
static struct table_group *selected_group(struct table *table, const struct table_source *source)
{
    int place = table_place(table, source);
    if (place < 0 || !table_has_heads(table))
        return NULL;
    return &table->groups[table->group_of[table->lines[place].row]];
}

bool table_fold(struct table *table, const struct table_source *source)
{
    struct table_group *group = selected_group(table, source);
    if (group == NULL)
        return false;
    group->is_folded = !group->is_folded;
    table_make_lines(table, source);
    return true;
}

bool table_fold_all(struct table *table, const struct table_source *source)
{
    bool all = true;
    if (!table_has_heads(table))
        return false;
    for (size_t i = 0; i < table->n_groups; i++)
        all = all && table->groups[i].is_folded;
    for (size_t i = 0; i < table->n_groups; i++)
        table->groups[i].is_folded = !all;
    table_make_lines(table, source);
    return true;
}

void table_unfold(struct table *table, const struct table_source *source, int trial)
{
    int group = group_of_trial(table, source, trial);
    if (group < 0)
        return;
    table->groups[group].is_folded = false;
    table_make_lines(table, source);
}
