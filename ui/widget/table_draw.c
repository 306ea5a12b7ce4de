/* Drawing the table: which columns have room, heads, rows and their colours. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ui/keys.h"
#include "ui/widget/table.h"

/* The cells left of the first column: which row is selected, its mark, and whether it is tagged. */
#define GUTTER 3
#define TAG    '+'
/* The cell right of the last column: whether there are more. */
#define MARGIN 1
/* Priority of a column in which all rows agree: it says nothing when room is short. */
#define PRIORITY_CONSTANT 1000
/* Below this width columns stand one cell apart, else two. */
#define NARROW 60

const struct table_mark table_marks[] = {
    {'*', "recommended: see the sentence above the table"},
    {'@', "being worked on now"},
    {'!', "failed: its details say why"},
    {TAG, "tagged, to be compared"},
};

const size_t table_mark_count = sizeof(table_marks) / sizeof(table_marks[0]);

/* A column that is drawn. */
struct shown_column {
    int index; /* in the source */
    int x, width;
};

/* One drawing of a table. */
struct painter {
    struct table *table;
    const struct table_source *source;
    const struct draw *draw;
    struct rect area;
    int heads; /* lines: titles alone with the units behind them, or titles and units */
    int gap;   /* cells between columns */
    bool focused;
    struct shown_column *shown; /* room for all columns of the source */
    size_t n_shown;
};

static bool is_active(const struct row *row)
{
    return row->state == TRIAL_QUANTIZING || row->state == TRIAL_TIMING ||
           row->state == TRIAL_SCORING;
}

static char row_mark(const struct painter *painter, const struct row *row)
{
    const struct table_source *source = painter->source;
    if (row->state == TRIAL_FAILED)
        return '!';
    if (is_active(row))
        return '@';
    return source->recommended && source->recommended(source->context, row) ? '*' : ' ';
}

static bool is_tagged(const struct painter *painter, const struct row *row)
{
    const struct table_source *source = painter->source;
    return source->tagged && source->tagged(source->context, row);
}

static const struct column *column_at(const struct painter *painter, int index)
{
    return &painter->source->columns[index];
}

/* The title, with the unit behind it when there is no second line for units. */
static const char *head_text(const struct painter *painter, int index, char *buffer, size_t size)
{
    const struct column *column = column_at(painter, index);
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
    int width = cells_width(head_text(painter, index, head, sizeof(head)), ascii);
    int unit = cells_width(column_unit(column_at(painter, index), painter->source->run), ascii);
    return painter->heads > 1 && unit > width ? unit : width;
}

/* Takes the widest value and whether rows differ into the table. */
static void measure_column(const struct painter *painter, int index)
{
    const struct column *column = column_at(painter, index);
    struct table_extent *extent = &painter->table->extents[index];
    char first[COLUMN_TEXT_SIZE], buffer[COLUMN_TEXT_SIZE];
    const char *first_text = NULL;
    for (int i = 0; i < painter->source->row_count; i++) {
        const struct row *row = painter->source->row(painter->source->context, i);
        const char *text = column_format(column, row, first_text ? buffer : first);
        int width = cells_width(text, painter->draw->ascii);
        if (width > extent->width)
            extent->width = width;
        if (!first_text)
            first_text = text;
        else if (strcmp(text, first_text) != 0)
            extent->varied = true;
    }
}

/* The least width that a column can have: texts may be cut, figures must not be. */
static int least_width(const struct painter *painter, int index)
{
    const struct column *column = column_at(painter, index);
    int width = painter->table->extents[index].width, head = head_width(painter, index);
    if (column->kind == COLUMN_TEXT ? width > column->width : width < column->width)
        width = column->width;
    return width > head ? width : head;
}

static int priority(const struct painter *painter, int index)
{
    const struct column *column = column_at(painter, index);
    if (index == painter->table->sort_column)
        return INT_MIN;
    bool constant = column->kind == COLUMN_TEXT && !painter->table->extents[index].varied &&
                    painter->source->row_count > 1;
    return column->priority + (constant ? PRIORITY_CONSTANT : 0);
}

/* Lists the columns that may be drawn in the order of their importance; among equals the left one
 * comes first. There is room for all of the source. */
static size_t rank_columns(const struct painter *painter, int *ranked)
{
    size_t count = 0;
    int figures = 0;
    for (int i = 0; i < (int)painter->source->column_count; i++) {
        const struct column *column = column_at(painter, i);
        bool shown = column_is_shown(column, SHOWN_TABLE, painter->source->run);
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
    return ((const struct shown_column *)a)->index - ((const struct shown_column *)b)->index;
}

static void widen_texts(struct painter *painter, int spare)
{
    for (size_t i = 0; i < painter->n_shown && spare > 0; i++) {
        struct shown_column *shown = &painter->shown[i];
        int wanted = painter->table->extents[shown->index].width - shown->width;
        int added = wanted < spare ? wanted : spare;
        if (added > 0) {
            shown->width += added;
            spare -= added;
        }
    }
}

/* Chooses the columns that fit, the most important first, and places them in their own order. */
static void choose_columns(struct painter *painter)
{
    int left = painter->area.width - GUTTER - MARGIN;
    int *ranked = xcalloc(painter->source->column_count, sizeof(*ranked));
    size_t count = rank_columns(painter, ranked);
    painter->table->hidden = 0;
    for (size_t i = 0; i < count; i++) {
        int width = least_width(painter, ranked[i]);
        int needed = width + (painter->n_shown > 0 ? painter->gap : 0);
        if (needed > left && painter->n_shown > 0) {
            painter->table->hidden++;
            continue;
        }
        painter->shown[painter->n_shown++] =
            (struct shown_column){ranked[i], 0, needed > left ? left : width};
        left -= needed;
    }
    free(ranked);
    qsort(painter->shown, painter->n_shown, sizeof(painter->shown[0]), column_order);
    widen_texts(painter, left);
    for (size_t i = 0, x = GUTTER; i < painter->n_shown; i++) {
        painter->shown[i].x = (int)x;
        x += (size_t)(painter->shown[i].width + painter->gap);
    }
}

/* In the column's cells: texts to the left, figures to the right. */
static int draw_field(const struct painter *painter, const struct shown_column *shown, int y,
                      enum role role, const char *text)
{
    struct rect field = rect_columns(painter->area, shown->x, shown->width);
    if (column_at(painter, shown->index)->kind == COLUMN_FIGURE)
        return shown->x + draw_text_right(painter->draw, field, y, role, text);
    draw_text(painter->draw, field, y, 0, role, text);
    return shown->x;
}

/* The arrow stands in the gap, so that sorting moves nothing. */
static void draw_head(const struct painter *painter, const struct shown_column *shown)
{
    const struct table *table = painter->table;
    const struct column *column = column_at(painter, shown->index);
    char head[128];
    bool sorted = shown->index == table->sort_column;
    const char *text = head_text(painter, shown->index, head, sizeof(head));
    int x = draw_field(painter, shown, 0, sorted ? ROLE_SORTED : ROLE_HEADER, text);
    if (painter->heads > 1)
        draw_field(painter, shown, 1, ROLE_LABEL, column_unit(column, painter->source->run));
    if (sorted) {
        enum symbol arrow = table->descending ? SYMBOL_DESCENDING : SYMBOL_ASCENDING;
        int behind = shown->x + cells_width(text, painter->draw->ascii);
        draw_text(painter->draw, painter->area, 0, column->kind == COLUMN_FIGURE ? x - 1 : behind,
                  ROLE_KEY, draw_symbol(painter->draw, arrow));
    }
    struct rect field = rect_columns(painter->area, shown->x, shown->width);
    draw_click(painter->draw, rect_lines(field, 0, painter->heads), ACTION_SORT_BY, shown->index);
}

static void draw_heads(const struct painter *painter)
{
    const struct table *table = painter->table;
    for (size_t i = 0; i < painter->n_shown; i++)
        draw_head(painter, &painter->shown[i]);
    if (table->moved_out > 0)
        draw_text(painter->draw, painter->area, 0, 0, ROLE_KEY, "<");
    if (table->hidden > 0)
        draw_text_right(painter->draw, painter->area, 0, ROLE_KEY, ">");
}

/* Colour of a figure that has a verdict; only repeats what sign and details say. */
static enum role verdict_role(const struct row *row, const struct figure *figure)
{
    static const struct {
        const char *verdict;
        enum role role;
    } roles[] = {
        {"faster", ROLE_GOOD}, {"better", ROLE_GOOD}, {"slower", ROLE_BAD}, {"loss", ROLE_BAD}};
    const char *verdict = figure == &row->speedup ? row->speed_verdict
                          : figure == &row->drop  ? row->drop_verdict
                                                  : "";
    for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
        if (strcmp(verdict, roles[i].verdict) == 0)
            return roles[i].role;
    return ROLE_TEXT;
}

static enum role row_role(const struct painter *painter, const struct row *row)
{
    if (row->trial == painter->table->selected)
        return painter->focused ? ROLE_SELECTED : ROLE_MARKED;
    if (row->state == TRIAL_FAILED)
        return ROLE_BAD;
    if (is_active(row))
        return ROLE_ACTIVE;
    return row->state == TRIAL_WAITING ? ROLE_DIM : ROLE_TEXT;
}

static enum role cell_role(const struct column *column, const struct row *row, enum role line)
{
    if (column->kind != COLUMN_FIGURE || (line != ROLE_TEXT && line != ROLE_ACTIVE))
        return line;
    const struct figure *figure = column->figure(row);
    if (!figure->present)
        return ROLE_DIM;
    enum role role = verdict_role(row, figure);
    return role != ROLE_TEXT ? role : line;
}

static void draw_row(const struct painter *painter, const struct row *row, int y)
{
    char buffer[COLUMN_TEXT_SIZE];
    enum role role = row_role(painter, row);
    struct rect line = rect_lines(painter->area, y, 1);
    bool selected = row->trial == painter->table->selected;
    if (selected)
        draw_fill(painter->draw, line, role);
    draw_printf(painter->draw, line, 0, 0, role, "%c%c%c", selected ? '>' : ' ',
                row_mark(painter, row), is_tagged(painter, row) ? TAG : ' ');
    for (size_t i = 0; i < painter->n_shown; i++) {
        const struct column *column = column_at(painter, painter->shown[i].index);
        draw_field(painter, &painter->shown[i], y, cell_role(column, row, role),
                   column_format(column, row, buffer));
    }
    draw_click(painter->draw, line, ACTION_SELECT, row->trial);
    if (selected && painter->focused)
        draw_cursor(painter->draw, line, 0, 0);
}

/* Scrolls as little as keeps the selected row in sight and leaves no lines empty. */
static void scroll(struct painter *painter)
{
    struct table *table = painter->table;
    int place = table_place(table, painter->source), last = (int)table->count - table->page;
    if (table->top > place)
        table->top = place;
    if (table->top < place - table->page + 1)
        table->top = place - table->page + 1;
    if (table->top > last)
        table->top = last;
    if (table->top < 0)
        table->top = 0;
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

void table_draw(struct table *table, const struct table_source *source, const struct draw *draw,
                struct rect area, bool focused)
{
    if (area.height < 2 || area.width <= GUTTER + MARGIN)
        return;
    struct painter painter = {.table = table, .source = source, .draw = draw, .area = area};
    painter.focused = focused;
    painter.shown = xcalloc(source->column_count, sizeof(*painter.shown));
    painter.gap = area.width < NARROW ? 1 : 2;
    painter.heads = area.height >= 8 || area.height >= source->row_count + 2 ? 2 : 1;
    table->page = area.height - painter.heads;
    take_columns(table, source);
    for (int i = 0; i < (int)source->column_count; i++)
        if (column_is_shown(&source->columns[i], SHOWN_TABLE, source->run))
            measure_column(&painter, i);
    choose_columns(&painter);
    scroll(&painter);
    draw_heads(&painter);
    for (int y = 0; y < table->page && table->top + y < (int)table->count; y++)
        draw_row(&painter, source->row(source->context, table->order[table->top + y]),
                 painter.heads + y);
    free(painter.shown);
}
