#include "ui/widget/table_columns.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Priority of a column in which all rows agree: it says nothing when room is short. */
#define PRIORITY_CONSTANT 1000
/* Essential columns come before all that have a priority of their own. */
#define PRIORITY_ESSENTIAL 100
/* The bar goes before columns that matter less than this. */
#define PRIORITY_BAR 5
/* Tables with more rows are measured by those in sight alone: what is formatted at every drawing
 * must not grow with the run. */
#define MEASURED_ROWS 200

const struct column *painter_column(const struct painter *painter, int index)
{
    return &painter->source->columns[index];
}

const char *painter_head(const struct painter *painter, int index, char *buffer, size_t size)
{
    const struct column *column = painter_column(painter, index);
    const char *unit = column_unit(column, painter->source->run);
    bool both = painter->heads == 1 && *unit != '\0';
    snprintf(buffer, size, "%s%s%s", column_title(column, painter->source->run), both ? " " : "",
             both ? unit : "");
    return buffer;
}

static int head_width(const struct painter *painter, int index)
{
    char head[128];
    bool ascii = painter->draw->ascii;
    int width = cells_width(painter_head(painter, index, head, sizeof(head)), ascii);
    int unit =
        cells_width(column_unit(painter_column(painter, index), painter->source->run), ascii);
    return painter->heads > 1 && unit > width ? unit : width;
}

/* Columns that are new have not been seen yet. */
static void take_columns(struct table *table, const struct table_source *source)
{
    if (table->n_extents >= source->column_count)
        return;
    table->extents = xrealloc(table->extents, source->column_count, sizeof(*table->extents));
    while (table->n_extents < source->column_count)
        table->extents[table->n_extents++] = (struct table_extent){0};
}

/* The rows to measure: all, or those in sight. */
static void measured_rows(const struct painter *painter, int *first, int *end)
{
    *first = 0;
    *end = painter->source->row_count;
    if (*end <= MEASURED_ROWS)
        return;
    *first = painter->table->top;
    *end = *first + painter->area.height;
    if (*end > (int)painter->table->n_lines)
        *end = (int)painter->table->n_lines;
}

static const struct row *measured_row(const struct painter *painter, int i)
{
    const struct table_source *source = painter->source;
    bool all = source->row_count <= MEASURED_ROWS;
    return source->row(source->context, all ? i : painter->table->lines[i].row);
}

int painter_whole(const char *figure)
{
    return (int)strcspn(figure, ". ");
}

static void widen(int *width, int needed)
{
    *width = needed > *width ? needed : *width;
}

/* Takes the room of a value, whose decimal point stands below those of the others. */
static void measure_value(const struct painter *painter, const struct column *column,
                          const struct row *row, const char *text, struct table_extent *extent)
{
    int width = cells_width(text, painter->draw->ascii);
    if (column->kind == COLUMN_FIGURE && column->figure(row)->present) {
        widen(&extent->whole, painter_whole(text));
        widen(&extent->rest, width - painter_whole(text));
        width = extent->whole + extent->rest;
    }
    widen(&extent->width, width);
}

/* Takes the widest value and whether rows differ into the table. */
static void measure_column(const struct painter *painter, int index)
{
    const struct column *column = painter_column(painter, index);
    struct table_extent *extent = &painter->table->extents[index];
    char first[COLUMN_TEXT_SIZE], buffer[COLUMN_TEXT_SIZE];
    const char *first_text = NULL;
    int begin, end;
    measured_rows(painter, &begin, &end);
    for (int i = begin; i < end; i++) {
        const struct row *row = measured_row(painter, i);
        const char *text = column_format(column, row, first_text ? buffer : first);
        measure_value(painter, column, row, text, extent);
        if (!first_text)
            first_text = text;
        else if (strcmp(text, first_text) != 0)
            extent->varied = true;
    }
}

/* The least width that a column can have: texts may be cut, figures must not be. */
static int least_width(const struct painter *painter, int index)
{
    const struct column *column = painter_column(painter, index);
    int width = painter->table->extents[index].width, head = head_width(painter, index);
    if (column->kind == COLUMN_TEXT ? width > column->width : width < column->width)
        width = column->width;
    return width > head ? width : head;
}

static int priority(const struct painter *painter, int index)
{
    const struct column *column = painter_column(painter, index);
    if (index == painter->table->sort_column)
        return INT_MIN;
    bool constant = column->kind == COLUMN_TEXT && !painter->table->extents[index].varied &&
                    painter->source->row_count > 1;
    if (constant)
        return column->priority + PRIORITY_CONSTANT;
    return column->priority - (column->is_essential ? PRIORITY_ESSENTIAL : 0);
}

/* Whether a column finds its place before others get the room that it could use. */
static bool is_essential(const struct painter *painter, int index)
{
    return priority(painter, index) < 0;
}

/* What the heads of groups say is not said again by each row. */
static bool is_in_heads(const struct painter *painter, int index)
{
    return table_has_heads(painter->table) && index == painter->table->grouped_by;
}

/* Lists the columns that may be drawn in the order of their importance; among equals the left one
 * comes first. There is room for all of the source. */
static size_t rank_columns(const struct painter *painter, int *ranked)
{
    size_t count = 0;
    int figures = 0;
    for (int k = 0; k < (int)table_column_count(painter->table, painter->source); k++) {
        int i = table_column_at(painter->table, k);
        const struct column *column = painter_column(painter, i);
        bool shown =
            table_has_column(painter->table, painter->source, i) && !is_in_heads(painter, i);
        bool moved_out =
            column->kind == COLUMN_FIGURE && shown && figures++ < painter->table->moved_out;
        if (!shown || moved_out)
            continue;
        size_t place = count++;
        for (; place > 0 && priority(painter, ranked[place - 1]) > priority(painter, i); place--)
            ranked[place] = ranked[place - 1];
        ranked[place] = i;
    }
    return count;
}

static int column_order(const void *a, const void *b)
{
    return ((const struct shown_column *)a)->place - ((const struct shown_column *)b)->place;
}

/* Brings a column nearer to a width, as far as there is room. Words are shown whole or as marks. */
static void grow_column(const struct painter *painter, struct shown_column *shown, int width,
                        int *left)
{
    bool has_marks = painter_column(painter, shown->index)->least == 1;
    int wanted = width - shown->width;
    int added = wanted < *left ? wanted : has_marks ? 0 : *left;
    if (added > 0) {
        shown->width += added;
        *left -= added;
    }
}

static void widen_texts(struct painter *painter, int spare)
{
    for (size_t i = 0; i < painter->n_shown; i++) {
        struct shown_column *shown = &painter->shown[i];
        grow_column(painter, shown, painter->table->extents[shown->index].width, &spare);
    }
}

/* Keeps room for the bar, where its column is shown and all that matters more has found its place.
 */
static bool take_bar(const struct painter *painter, int *left)
{
    bool has_column = false;
    for (size_t i = 0; i < painter->n_shown; i++)
        has_column = has_column || painter->shown[i].index == painter->source->bar_column;
    if (!has_column || *left < BAR_WIDTH + painter->gap)
        return false;
    *left -= BAR_WIDTH + painter->gap;
    return true;
}

/* Gives a column its place, where there is room for so many cells of it. The first one is cut. */
static void take_column(struct painter *painter, int index, int width, int *left)
{
    int needed = width + (painter->n_shown > 0 ? painter->gap : 0);
    if (needed > *left && painter->n_shown > 0) {
        painter->table->hidden++;
        return;
    }
    painter->shown[painter->n_shown++] = (struct shown_column){
        .index = index,
        .place = table_column_place(painter->table, painter->source, index),
        .width = needed > *left ? *left : width,
    };
    *left -= needed;
}

/* What a narrow screen may leave a column. */
static int narrow_width(const struct painter *painter, int index)
{
    int width = least_width(painter, index), narrow = painter_column(painter, index)->least;
    return narrow > 0 && narrow < width ? narrow : width;
}

/* Gives what is left to the columns that have their place already: first words in the place of
 * marks, then texts that were cut. */
static void grow_columns(const struct painter *painter, int *left)
{
    for (int marks = 1; marks >= 0; marks--)
        for (size_t i = 0; i < painter->n_shown; i++) {
            struct shown_column *shown = &painter->shown[i];
            if ((painter_column(painter, shown->index)->least == 1) == marks)
                grow_column(painter, shown, least_width(painter, shown->index), left);
        }
}

/* Returns whether the bar has room, too; what is left goes to *spare. */
static bool take_room(struct painter *painter, const int *ranked, size_t count, int *spare)
{
    int left = painter->area.width - GUTTER - MARGIN;
    bool asked = false, has_bar = false;
    size_t i = 0;
    for (; i < count && is_essential(painter, ranked[i]); i++)
        take_column(painter, ranked[i], narrow_width(painter, ranked[i]), &left);
    grow_columns(painter, &left);
    for (; i < count; i++) {
        if (!asked && priority(painter, ranked[i]) >= PRIORITY_BAR) {
            asked = true;
            has_bar = take_bar(painter, &left);
        }
        take_column(painter, ranked[i], least_width(painter, ranked[i]), &left);
    }
    if (!asked)
        has_bar = take_bar(painter, &left);
    *spare = left > 0 ? left : 0;
    return has_bar;
}

void painter_choose_columns(struct painter *painter)
{
    int *ranked = xcalloc(painter->source->column_count, sizeof(*ranked)), spare;
    take_columns(painter->table, painter->source);
    for (int i = 0; i < (int)painter->source->column_count; i++)
        if (table_has_column(painter->table, painter->source, i))
            measure_column(painter, i);
    size_t count = rank_columns(painter, ranked);
    painter->table->hidden = 0;
    bool has_bar = take_room(painter, ranked, count, &spare);
    free(ranked);
    qsort(painter->shown, painter->n_shown, sizeof(painter->shown[0]), column_order);
    widen_texts(painter, spare);
    int x = GUTTER;
    for (size_t i = 0; i < painter->n_shown; i++) {
        painter->shown[i].x = x;
        x += painter->shown[i].width + painter->gap;
        if (has_bar && painter->shown[i].index == painter->source->bar_column) {
            painter->bar_x = x;
            x += BAR_WIDTH + painter->gap;
        }
    }
}
