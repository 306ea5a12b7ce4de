#include "ui/widget/table.h"

#include <stdlib.h>

#include "base/memory.h"
#include "ui/widget/table_lines.h"

void table_init(struct table *table)
{
    *table = (struct table){
        .selected = TABLE_NO_TRIAL,
        .sort_column = TABLE_NO_COLUMN,
        .then_column = TABLE_NO_COLUMN,
        .grouped_by = TABLE_NO_COLUMN,
    };
}

void table_release(struct table *table)
{
    FREE_AND_NULL(table->order);
    FREE_AND_NULL(table->group_of);
    FREE_AND_NULL(table->groups);
    FREE_AND_NULL(table->lines);
    FREE_AND_NULL(table->extents);
    FREE_AND_NULL(table->chosen);
}

static const struct row *row_of(const struct table_source *source, int row)
{
    return source->row(source->context, row);
}

/* What qsort_r hands to its comparison. */
struct sorting {
    const struct table *table;
    const struct table_source *source;
};

/* Negative when row a stands above row b: by group, then by the columns. Rows that are equal stand
 * in the order of the trials. */
static int compare(const void *a_place, const void *b_place, void *context)
{
    const struct sorting *sorting = context;
    const struct table *table = sorting->table;
    int a = *(const int *)a_place, b = *(const int *)b_place, order = 0;
    const struct row *first = row_of(sorting->source, a), *second = row_of(sorting->source, b);
    if (table->group_of[a] != table->group_of[b])
        return table->group_of[a] - table->group_of[b];
    if (table->sort_column != TABLE_NO_COLUMN)
        order = column_compare(&sorting->source->columns[table->sort_column], first, second,
                               table->descending);
    else if (table->descending)
        return second->trial - first->trial;
    if (order == 0 && table->then_column != TABLE_NO_COLUMN)
        order = column_compare(&sorting->source->columns[table->then_column], first, second,
                               table->then_descending);
    return order != 0 ? order : first->trial - second->trial;
}

static void sort(struct table *table, const struct table_source *source)
{
    struct sorting sorting = {table, source};
    table_find_groups(table, source);
    if (table->count > 0)
        qsort_r(table->order, table->count, sizeof(*table->order), compare, &sorting);
    table->sorted = true;
    table->sorted_revision = source->revision;
    table_make_lines(table, source);
}

static void take_rows(struct table *table, const struct table_source *source)
{
    size_t capacity = table->capacity, count = table->count;
    if ((size_t)source->row_count < table->count)
        table->count = 0;
    while (table->count < (size_t)source->row_count) {
        table->order =
            list_grow(table->order, table->count, &table->capacity, sizeof(*table->order));
        table->order[table->count] = (int)table->count;
        table->count++;
    }
    if (table->capacity != capacity)
        table->group_of = xrealloc(table->group_of, table->capacity, sizeof(*table->group_of));
    if (table->count == count)
        return;
    table->sorted = false;
    table->lines_are_stale = true;
    if (table->grouped_by != TABLE_NO_COLUMN)
        table->n_lines = 0; /* sorts at once: a row must not stand below another group's head */
    table_find_groups(table, source);
}

bool table_is_held(const struct table *table, const struct table_source *source)
{
    return !table->sorted || table->sorted_revision != source->revision;
}

void table_update(struct table *table, const struct table_source *source, double now)
{
    take_rows(table, source);
    bool may_move = now >= table->hold_until && !table->is_frozen;
    if (table_is_held(table, source) && (may_move || (!table->sorted && table->n_lines == 0)))
        sort(table, source);
    if (table->lines_are_stale)
        table_make_lines(table, source);
}

const struct row *table_selected(const struct table *table, const struct table_source *source)
{
    int place = table_place(table, source);
    return place >= 0 ? row_of(source, table->lines[place].row) : NULL;
}

void table_move(struct table *table, const struct table_source *source, int lines, double now)
{
    if (table->n_lines == 0)
        return;
    long place = (long)table_place(table, source) + lines, last = (long)table->n_lines - 1;
    place = place > last ? last : place > 0 ? place : 0;
    table_select(table, row_of(source, table->lines[place].row)->trial, now);
    table->on_head = table->lines[place].is_head;
}

void table_select(struct table *table, int trial, double now)
{
    table->selected = trial;
    table->on_head = false;
    table->hold_until = now + TABLE_HOLD_SECONDS;
}

void table_select_head(struct table *table, int trial, double now)
{
    table_select(table, trial, now);
    table->on_head = true;
}

void table_show(struct table *table, const struct table_source *source, int trial, double now)
{
    table_select(table, trial, now);
    if (table_place(table, source) < 0)
        table_unfold(table, source, trial);
}

void table_shift(struct table *table, int figures)
{
    if (figures > 0 && table->hidden > 0)
        table->moved_out++;
    if (figures < 0 && table->moved_out > 0)
        table->moved_out--;
}

/* What sorting by a column starts with: the best rows first. */
static bool starts_descending(const struct table_source *source, int column)
{
    return column != TABLE_NO_COLUMN && source->columns[column].best_is_high;
}

void table_sort_by(struct table *table, const struct table_source *source, int column)
{
    table->descending =
        column == table->sort_column ? !table->descending : starts_descending(source, column);
    table->sort_column = column;
    if (column == table->then_column)
        table->then_column = TABLE_NO_COLUMN;
    sort(table, source);
}

void table_sort_then(struct table *table, const struct table_source *source, int column)
{
    table->then_descending =
        column == table->then_column ? !table->then_descending : starts_descending(source, column);
    table->then_column = column == table->sort_column ? TABLE_NO_COLUMN : column;
    sort(table, source);
}

void table_sort_as(struct table *table, const struct table_source *source, const int *sorted,
                   const int *directions, size_t count)
{
    int both[2] = {TABLE_NO_COLUMN, TABLE_NO_COLUMN};
    bool descending[2] = {false, false};
    for (size_t i = 0; i < count && i < 2; i++) {
        both[i] = sorted[i];
        descending[i] =
            directions[i] < 0 || (directions[i] == 0 && starts_descending(source, sorted[i]));
    }
    table->sort_column = both[0];
    table->descending = descending[0];
    table->then_column = both[1];
    table->then_descending = descending[1];
    sort(table, source);
}

void table_choose_columns(struct table *table, const int *chosen, size_t count)
{
    table->chosen = xrealloc(table->chosen, count + 1, sizeof(*table->chosen));
    for (size_t i = 0; i < count; i++)
        table->chosen[i] = chosen[i];
    table->n_chosen = count;
}

size_t table_column_count(const struct table *table, const struct table_source *source)
{
    return table->n_chosen > 0 ? table->n_chosen : source->column_count;
}

int table_column_at(const struct table *table, int place)
{
    return table->n_chosen > 0 && place >= 0 ? table->chosen[place] : place;
}

int table_column_place(const struct table *table, const struct table_source *source, int column)
{
    int place = (int)table_column_count(table, source) - 1;
    while (place >= 0 && table_column_at(table, place) != column)
        place--;
    return place;
}

bool table_has_column(const struct table *table, const struct table_source *source, int column)
{
    const struct column *row = &source->columns[column];
    return column_is_shown(row, SHOWN_TABLE, source->run) ||
           (table->n_chosen > 0 && column_is_shown(row, SHOWN_DETAILS, source->run));
}

void table_sort_step(struct table *table, const struct table_source *source, int step)
{
    int count = (int)table_column_count(table, source);
    int place = table_column_place(table, source, table->sort_column);
    do
        place += step;
    while (place >= 0 && place < count &&
           !table_has_column(table, source, table_column_at(table, place)));
    if (place >= -1 && place < count)
        table_sort_by(table, source, place < 0 ? TABLE_NO_COLUMN : table_column_at(table, place));
}

void table_sort_reverse(struct table *table, const struct table_source *source)
{
    table_sort_by(table, source, table->sort_column);
}
