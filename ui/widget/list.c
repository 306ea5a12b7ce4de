#include "ui/widget/list.h"

#include <stdlib.h>

#include "base/memory.h"
#include "ui/keys.h"

/* The cells left of the first column, and between columns. */
#define GUTTER 2
#define GAP    2
/* Widest that a text gets, and where the list is narrow, so that figures have room. */
#define TEXT_MAX    28
#define TEXT_NARROW 11
#define NARROW      45

/* A column with its cells. */
struct shown {
    size_t column;
    int x, width;
};

static void widen(int *width, const char *text, bool ascii)
{
    int needed = cells_width(text, ascii);
    *width = needed > *width ? needed : *width;
}

static int column_width(const struct list_source *source, size_t column, int list, bool ascii)
{
    const struct list_column *head = &source->columns[column];
    char buffer[LIST_CELL_SIZE];
    int width = 0, usual = list < NARROW ? TEXT_NARROW : TEXT_MAX;
    int most = head->most > 0 ? head->most : usual;
    widen(&width, head->title, ascii);
    widen(&width, head->unit, ascii);
    for (size_t row = 0; row < source->count; row++)
        widen(&width, source->cell(source->context, row, column, buffer), ascii);
    return !head->is_figure && width > most ? most : width;
}

/* Room for the sorted column is kept while those before it are placed. */
static size_t choose_columns(const struct list_source *source, int width, bool ascii,
                             struct shown *shown)
{
    size_t count = 0, sorted = (size_t)source->sorted;
    bool is_sorted = source->sorted != LIST_NO_COLUMN;
    int kept = is_sorted ? column_width(source, sorted, width, ascii) + GAP : 0, x = GUTTER;
    for (size_t column = 0; column < source->n_columns; column++) {
        bool is_chosen = is_sorted && column == sorted;
        if (is_chosen)
            kept = 0;
        if (source->columns[column].is_hidden && !is_chosen)
            continue;
        int needed = column_width(source, column, width, ascii);
        if (x + needed + kept > width && count > 0)
            continue;
        shown[count++] = (struct shown){column, x, needed};
        x += needed + GAP;
    }
    return count;
}

static void draw_cell(const struct draw *draw, const struct list_source *source, struct rect line,
                      const struct shown *shown, enum role role, const char *text)
{
    struct rect field = rect_columns(line, shown->x, shown->width);
    if (source->columns[shown->column].is_figure)
        draw_text_right(draw, field, 0, role, text);
    else
        draw_text(draw, field, 0, 0, role, text);
}

static void draw_heads(const struct draw *draw, const struct list_source *source, struct rect area,
                       const struct shown *shown, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct list_column *head = &source->columns[shown[i].column];
        bool is_sorted = (int)shown[i].column == source->sorted;
        draw_cell(draw, source, rect_lines(area, 0, 1), &shown[i],
                  is_sorted ? ROLE_SORTED : ROLE_HEADER, head->title);
        draw_cell(draw, source, rect_lines(area, 1, 1), &shown[i], ROLE_LABEL, head->unit);
    }
}

static void draw_row(const struct draw *draw, const struct list_source *source, struct rect line,
                     const struct shown *shown, size_t count, size_t row, bool is_selected)
{
    char buffer[LIST_CELL_SIZE];
    enum role role = is_selected ? ROLE_SELECTED : ROLE_TEXT;
    draw_fill(draw, line, role);
    draw_text(draw, line, 0, 0, role, is_selected ? ">" : " ");
    for (size_t i = 0; i < count; i++)
        draw_cell(draw, source, line, &shown[i], role,
                  source->cell(source->context, row, shown[i].column, buffer));
    draw_click(draw, line, "select", (int)row);
    if (is_selected)
        draw_cursor(draw, line, 0, 0);
}

/* Scrolls as little as keeps the selected row in sight and leaves no lines empty. */
static void scroll(struct list_view *view, int selected, int count)
{
    if (view->top > selected)
        view->top = selected;
    if (view->top < selected - view->page + 1)
        view->top = selected - view->page + 1;
    if (view->top > count - view->page)
        view->top = count > view->page ? count - view->page : 0;
}

void list_draw(struct list_view *view, const struct list_source *source, size_t selected,
               const struct draw *draw, struct rect area)
{
    view->page = area.height > LIST_HEADS + 1 ? area.height - LIST_HEADS : 1;
    if (area.height <= LIST_HEADS || source->count == 0)
        return;
    struct shown *shown = xcalloc(source->n_columns, sizeof(*shown));
    size_t count = choose_columns(source, area.width - 1, draw->ascii, shown);
    scroll(view, (int)selected, (int)source->count);
    draw_heads(draw, source, area, shown, count);
    for (int y = 0; y < view->page && view->top + y < (int)source->count; y++)
        draw_row(draw, source, rect_lines(area, LIST_HEADS + y, 1), shown, count,
                 (size_t)(view->top + y), view->top + y == (int)selected);
    if (view->top > 0)
        draw_text_right(draw, area, LIST_HEADS, ROLE_KEY, draw_symbol(draw, SYMBOL_ASCENDING));
    if (view->top + view->page < (int)source->count)
        draw_text_right(draw, area, LIST_HEADS + view->page - 1, ROLE_KEY,
                        draw_symbol(draw, SYMBOL_DESCENDING));
    free(shown);
}

size_t list_moved(const struct list_source *source, size_t selected, int lines)
{
    long place = (long)selected + lines, last = (long)source->count - 1;
    place = place > last ? last : place;
    return place > 0 ? (size_t)place : 0;
}

int list_next_column(const struct list_source *source, int step)
{
    int column = source->sorted, count = (int)source->n_columns;
    do
        column += step;
    while (column >= 0 && column < count && source->columns[column].is_hidden);
    return column < LIST_NO_COLUMN || column >= count ? source->sorted : column;
}
