/* Drawing the table: heads, groups, rows and their colours. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ui/keys.h"
#include "ui/widget/table_columns.h"

#define TAG '+'
/* Below this width columns stand one cell apart, else two. */
#define NARROW 60

const struct table_mark table_marks[] = {
    {'*', "recommended: see the sentence above the table"},
    {'@', "being worked on now"},
    {'!', "failed: its details say why"},
    {TAG, "tagged, to be compared"},
};

const size_t table_mark_count = sizeof(table_marks) / sizeof(table_marks[0]);

const struct table_verdict table_verdicts[] = {
    {"faster", '^', ROLE_GOOD},      {"slower", 'v', ROLE_BAD},   {"same", '=', ROLE_TEXT},
    {"cannot tell", '?', ROLE_TEXT}, {"better", '\0', ROLE_GOOD}, {"loss", '\0', ROLE_BAD},
};

const size_t table_verdict_count = sizeof(table_verdicts) / sizeof(table_verdicts[0]);

const struct table_verdict *table_verdict_find(const char *word)
{
    for (size_t i = 0; i < table_verdict_count; i++)
        if (strcmp(word, table_verdicts[i].word) == 0)
            return &table_verdicts[i];
    return NULL;
}

static char row_mark(const struct painter *painter, const struct row *row)
{
    const struct table_source *source = painter->source;
    if (row->state == TRIAL_FAILED)
        return '!';
    if (trial_state_is_active(row->state))
        return '@';
    return source->recommended && source->recommended(source->context, row) ? '*' : ' ';
}

static bool is_tagged(const struct painter *painter, const struct row *row)
{
    const struct table_source *source = painter->source;
    return source->tagged && source->tagged(source->context, row);
}

/* Whether marks stand in the place of its words. */
static bool has_marks(const struct painter *painter, const struct shown_column *shown)
{
    return painter_column(painter, shown->index)->least == 1 && shown->width == 1;
}

/* In the column's cells: texts to the left, figures to the right. */
static int draw_field(const struct painter *painter, const struct shown_column *shown, int y,
                      enum role role, const char *text)
{
    struct rect field = rect_columns(painter->area, shown->x, shown->width);
    if (painter_column(painter, shown->index)->kind == COLUMN_FIGURE)
        return shown->x + draw_text_right(painter->draw, field, y, role, text);
    draw_text(painter->draw, field, y, 0, role, text);
    return shown->x;
}

/* The arrow stands in the gap, so that sorting moves nothing. */
static void draw_head(const struct painter *painter, const struct shown_column *shown)
{
    const struct table *table = painter->table;
    const struct column *column = painter_column(painter, shown->index);
    char head[128];
    bool sorted = shown->index == table->sort_column, then = shown->index == table->then_column;
    const char *text = painter_head(painter, shown->index, head, sizeof(head));
    if (has_marks(painter, shown))
        head[1] = '\0';
    int x = draw_field(painter, shown, 0, sorted ? ROLE_SORTED : ROLE_HEADER, text);
    if (painter->heads > 1)
        draw_field(painter, shown, 1, ROLE_LABEL, column_unit(column, painter->source->run));
    if (sorted || then) {
        bool descending = sorted ? table->descending : table->then_descending;
        enum symbol arrow = descending ? SYMBOL_DESCENDING : SYMBOL_ASCENDING;
        int behind = shown->x + cells_width(text, painter->draw->ascii);
        draw_text(painter->draw, painter->area, 0, column->kind == COLUMN_FIGURE ? x - 1 : behind,
                  sorted ? ROLE_KEY : ROLE_DIM, draw_symbol(painter->draw, arrow));
    }
    struct rect field = rect_columns(painter->area, shown->x, shown->width);
    draw_click(painter->draw, rect_lines(field, 0, painter->heads), "sort-by", shown->index);
}

/* The column of the bar at which a value stands; below 0 or beyond BAR_WIDTH: it lies outside. */
static int bar_place(double value)
{
    double place = BAR_WIDTH / 2 + BAR_OCTAVE * log2(value);
    return (int)floor(fmax(-1.0, fmin(place, BAR_WIDTH)) + 0.5);
}

static void draw_bar_head(const struct painter *painter)
{
    static const struct {
        double value;
        const char *text;
    } labels[] = {{0.25, ".25"}, {0.5, ".5"}, {1.0, "1"}, {2.0, "2"}, {4.0, "4"}};
    struct rect field = rect_columns(painter->area, painter->bar_x, BAR_WIDTH);
    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
        draw_text(painter->draw, field, painter->heads - 1, bar_place(labels[i].value), ROLE_LABEL,
                  labels[i].text);
}

static void draw_heads(const struct painter *painter)
{
    const struct table *table = painter->table;
    for (size_t i = 0; i < painter->n_shown; i++)
        draw_head(painter, &painter->shown[i]);
    if (painter->bar_x > 0)
        draw_bar_head(painter);
    if (table->moved_out > 0)
        draw_text(painter->draw, painter->area, 0, 0, ROLE_KEY, "<");
    if (table->hidden > 0)
        draw_text_right(painter->draw, painter->area, 0, ROLE_KEY, ">");
}

/* Colour of a figure that has a verdict; only repeats what sign and details say. */
static enum role verdict_role(const struct row *row, const struct figure *figure)
{
    const struct table_verdict *verdict =
        table_verdict_find(figure == &row->speedup ? row->speed_verdict
                           : figure == &row->drop  ? row->drop_verdict
                                                   : "");
    return verdict ? verdict->role : ROLE_TEXT;
}

static enum role row_role(const struct painter *painter, const struct row *row, bool selected)
{
    if (selected)
        return painter->focused ? ROLE_SELECTED : ROLE_MARKED;
    if (row->state == TRIAL_FAILED)
        return ROLE_BAD;
    if (trial_state_is_active(row->state))
        return ROLE_ACTIVE;
    return row->state == TRIAL_WAITING || row->state == TRIAL_SKIPPED ? ROLE_DIM : ROLE_TEXT;
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

/* A figure around 1 on an axis of octaves from 1/4 to 4, with its interval. */
static void draw_bar(const struct painter *painter, const struct row *row, int y, enum role line)
{
    const struct column *column = painter_column(painter, painter->source->bar_column);
    const struct figure *figure = column->figure(row);
    struct rect field = rect_columns(painter->area, painter->bar_x, BAR_WIDTH);
    enum role role = cell_role(column, row, line);
    if (!figure->present || !(figure->value > 0.0))
        return;
    int centre = bar_place(figure->value);
    int from = figure->bounded && figure->low > 0.0 ? bar_place(figure->low) : centre;
    int to = figure->bounded ? bar_place(figure->high) : centre;
    bool is_out = centre < 0 || centre >= BAR_WIDTH;
    draw_text(painter->draw, field, y, BAR_WIDTH / 2, line == ROLE_TEXT ? ROLE_RULE : line,
              draw_symbol(painter->draw, SYMBOL_VERTICAL));
    for (int x = from > 0 ? from : 0; x <= to && x < BAR_WIDTH; x++)
        draw_text(painter->draw, field, y, x, role, draw_symbol(painter->draw, SYMBOL_INTERVAL));
    enum symbol point = !is_out ? SYMBOL_POINT : centre < 0 ? SYMBOL_LEFT : SYMBOL_RIGHT;
    draw_text(painter->draw, field, y,
              !is_out      ? centre
              : centre < 0 ? 0
                           : BAR_WIDTH - 1,
              role, draw_symbol(painter->draw, point));
}

/* The selected line's cursor, fill and mark. */
static void draw_line_start(const struct painter *painter, struct rect line, enum role role,
                            bool selected, char mark, char tag)
{
    if (selected)
        draw_fill(painter->draw, line, role);
    draw_printf(painter->draw, line, 0, 0, role, "%c%c%c", selected ? '>' : ' ', mark, tag);
    if (selected && painter->focused)
        draw_cursor(painter->draw, line, 0, 0);
}

/* A value in its cells: a figure so that all decimal points stand below each other. */
static void draw_value(const struct painter *painter, const struct shown_column *shown,
                       const struct row *row, int y, enum role role)
{
    char buffer[COLUMN_TEXT_SIZE], mark[2] = "";
    const struct column *column = painter_column(painter, shown->index);
    const char *text = column_format(column, row, buffer);
    struct shown_column cells = *shown;
    const struct table_verdict *verdict =
        has_marks(painter, shown) ? table_verdict_find(text) : NULL;
    if (verdict && verdict->mark) {
        mark[0] = verdict->mark;
        text = mark;
    }
    if (column->kind == COLUMN_FIGURE && column->figure(row)->present)
        cells.width -= painter->table->extents[shown->index].rest -
                       (cells_width(text, painter->draw->ascii) - painter_whole(text));
    draw_field(painter, &cells, y, cell_role(column, row, role), text);
}

static void draw_row(const struct painter *painter, const struct row *row, int y, bool selected)
{
    enum role role = row_role(painter, row, selected);
    struct rect line = rect_lines(painter->area, y, 1);
    draw_line_start(painter, line, role, selected, row_mark(painter, row),
                    is_tagged(painter, row) ? TAG : ' ');
    for (size_t i = 0; i < painter->n_shown; i++)
        draw_value(painter, &painter->shown[i], row, y, role);
    if (painter->bar_x > 0)
        draw_bar(painter, row, y, role);
    draw_click(painter->draw, line, "select", row->trial);
}

/* "v resnet  the answer" with how many rows are folded below it. */
static void draw_group(const struct painter *painter, const struct table_line *group_line, int y,
                       bool selected)
{
    const struct table_source *source = painter->source;
    const struct table_group *group =
        &painter->table->groups[painter->table->group_of[group_line->row]];
    const struct row *row = source->row(source->context, group_line->row);
    struct rect line = rect_lines(painter->area, y, 1);
    enum role role = !selected ? ROLE_TITLE : painter->focused ? ROLE_SELECTED : ROLE_MARKED;
    const char *answer = source->answer ? source->answer(source->context, row) : NULL;
    draw_line_start(painter, line, role, selected, ' ', ' ');
    enum symbol fold = group->is_folded ? SYMBOL_FOLDED : SYMBOL_UNFOLDED;
    draw_text(painter->draw, line, 0, 1, role, draw_symbol(painter->draw, fold));
    int x = draw_text(painter->draw, line, 0, GUTTER, role, group->key) + 2;
    if (group->is_folded)
        x = draw_printf(painter->draw, line, 0, x, selected ? role : ROLE_DIM, "(%d row%s)",
                        group->count, group->count == 1 ? "" : "s") +
            2;
    struct rect text = rect_columns(line, 0, line.width - MARGIN);
    if (answer)
        draw_text(painter->draw, text, 0, x, selected ? role : ROLE_TEXT, answer);
    draw_click(painter->draw, line, "fold-that", row->trial);
}

/* Scrolls as little as keeps the selected line in sight and leaves no lines empty. */
static void scroll(struct painter *painter)
{
    struct table *table = painter->table;
    int place = table_place(table, painter->source), last = (int)table->n_lines - table->page;
    if (table->top > place)
        table->top = place;
    if (table->top < place - table->page + 1)
        table->top = place - table->page + 1;
    if (table->top > last)
        table->top = last;
    if (table->top < 0)
        table->top = 0;
}

/* Arrows at the right edge: there are more lines above or below. */
static void draw_scroll_marks(const struct painter *painter)
{
    const struct table *table = painter->table;
    struct rect lines = rect_lines(painter->area, painter->heads, table->page);
    if (table->top > 0)
        draw_text_right(painter->draw, lines, 0, ROLE_KEY,
                        draw_symbol(painter->draw, SYMBOL_ASCENDING));
    if (table->top + table->page < (int)table->n_lines)
        draw_text_right(painter->draw, lines, lines.height - 1, ROLE_KEY,
                        draw_symbol(painter->draw, SYMBOL_DESCENDING));
}

static void draw_lines(const struct painter *painter)
{
    const struct table *table = painter->table;
    const struct table_source *source = painter->source;
    int place = table_place(table, source);
    for (int y = 0; y < table->page && table->top + y < (int)table->n_lines; y++) {
        const struct table_line *line = &table->lines[table->top + y];
        bool selected = table->top + y == place;
        if (line->is_head)
            draw_group(painter, line, painter->heads + y, selected);
        else
            draw_row(painter, source->row(source->context, line->row), painter->heads + y,
                     selected);
    }
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
    painter.heads = area.height >= 8 || area.height >= (int)table->n_lines + 2 ? 2 : 1;
    table->page = area.height - painter.heads;
    scroll(&painter);
    painter_choose_columns(&painter);
    draw_heads(&painter);
    draw_lines(&painter);
    draw_scroll_marks(&painter);
    free(painter.shown);
}
