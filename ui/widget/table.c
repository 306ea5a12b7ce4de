#include "ui/widget/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void table_init(struct table *table)
{
    *table = (struct table){.selected = TABLE_NO_TRIAL, .sort_column = TABLE_NO_COLUMN};
}

void table_release(struct table *table)
{
    FREE_AND_NULL(table->order);
    FREE_AND_NULL(table->extents);
}

static const struct row *row_at(const struct table *table, const struct table_source *source,
                                size_t place)
{
    return source->row(source->context, table->order[place]);
}

/* Negative when row a stands above row b. Rows that are equal stand in the order of the trials. */
static int compare(const struct table *table, const struct table_source *source, int a, int b)
{
    const struct row *first = source->row(source->context, a);
    const struct row *second = source->row(source->context, b);
    int order = 0;
    if (table->sort_column != TABLE_NO_COLUMN)
        order =
            column_compare(&source->columns[table->sort_column], first, second, table->descending);
    else if (table->descending)
        return second->trial - first->trial;
    return order != 0 ? order : first->trial - second->trial;
}

/* Insertion sort: from one time to the next few rows change places, and few rows there are. */
static void sort(struct table *table, const struct table_source *source)
{
    for (size_t i = 1; i < table->count; i++) {
        int moved = table->order[i];
        size_t place = i;
        for (; place > 0 && compare(table, source, table->order[place - 1], moved) > 0; place--)
            table->order[place] = table->order[place - 1];
        table->order[place] = moved;
    }
    table->sorted = true;
    table->sorted_revision = source->revision;
}

static void take_rows(struct table *table, const struct table_source *source)
{
    if ((size_t)source->row_count < table->count)
        table->count = 0;
    while (table->count < (size_t)source->row_count) {
        table->order =
            list_grow(table->order, table->count, &table->capacity, sizeof(*table->order));
        table->order[table->count] = (int)table->count;
        table->count++;
        table->sorted = false;
    }
}

bool table_is_held(const struct table *table, const struct table_source *source)
{
    return !table->sorted || table->sorted_revision != source->revision;
}

void table_update(struct table *table, const struct table_source *source, double now)
{
    take_rows(table, source);
    if (table_is_held(table, source) && now >= table->hold_until)
        sort(table, source);
    if (table->count > 0 && table_place(table, source) < 0)
        table->selected = row_at(table, source, 0)->trial;
}

int table_place(const struct table *table, const struct table_source *source)
{
    for (size_t i = 0; i < table->count; i++)
        if (row_at(table, source, i)->trial == table->selected)
            return (int)i;
    return -1;
}

const struct row *table_selected(const struct table *table, const struct table_source *source)
{
    int place = table_place(table, source);
    return place >= 0 ? row_at(table, source, (size_t)place) : NULL;
}

void table_move(struct table *table, const struct table_source *source, int lines, double now)
{
    if (table->count == 0)
        return;
    long place = (long)table_place(table, source) + lines, last = (long)table->count - 1;
    place = place > last ? last : place;
    table_select(table, row_at(table, source, place > 0 ? (size_t)place : 0)->trial, now);
}

void table_select(struct table *table, int trial, double now)
{
    table->selected = trial;
    table->hold_until = now + TABLE_HOLD_SECONDS;
}

void table_shift(struct table *table, int figures)
{
    if (figures > 0 && table->hidden > 0)
        table->moved_out++;
    if (figures < 0 && table->moved_out > 0)
        table->moved_out--;
}

void table_sort_by(struct table *table, const struct table_source *source, int column)
{
    if (column == table->sort_column)
        table->descending = !table->descending;
    else
        table->descending = column != TABLE_NO_COLUMN && source->columns[column].best_is_high;
    table->sort_column = column;
    sort(table, source);
}

void table_sort_step(struct table *table, const struct table_source *source, int step)
{
    int column = table->sort_column;
    do
        column += step;
    while (column >= 0 && column < (int)source->column_count &&
           !column_is_shown(&source->columns[column], SHOWN_TABLE, source->run));
    if (column >= TABLE_NO_COLUMN && column < (int)source->column_count)
        table_sort_by(table, source, column);
}

void table_sort_reverse(struct table *table, const struct table_source *source)
{
    table_sort_by(table, source, table->sort_column);
}
