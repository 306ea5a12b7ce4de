/* A list of columns to sort by, over the table. Its first line is the order of the trials. */
#include <stdio.h>

#include "ui/screen_table.h"
#include "ui/shared_keys.h"

#define WIDTH 44

struct sorting {
    int chosen, top, page; /* line of the list, first line shown, lines shown */
};

/* The column of a line of the list: TABLE_NO_COLUMN for the first, and behind the last. */
static int column_of(const struct table_source *source, int line)
{
    for (int i = 0; i < (int)source->column_count; i++)
        if (column_is_shown(&source->columns[i], SHOWN_TABLE, source->run) && --line == 0)
            return i;
    return TABLE_NO_COLUMN;
}

static int line_count(const struct table_source *source)
{
    int count = 1;
    for (size_t i = 0; i < source->column_count; i++)
        count += column_is_shown(&source->columns[i], SHOWN_TABLE, source->run);
    return count;
}

static void draw_line(struct ui *ui, const struct draw *draw, struct rect area, int line)
{
    const struct sorting *sorting = ui_state(ui, CONTEXT_SORT);
    const struct table *table = table_screen_table(ui);
    struct table_source source = ui_source(ui);
    int column = column_of(&source, line);
    bool chosen = line == sorting->chosen, sorted = column == table->sort_column;
    enum role role = chosen ? ROLE_SELECTED : sorted ? ROLE_TITLE : ROLE_TEXT;
    draw_fill(draw, area, role);
    draw_printf(draw, area, 0, 0, role, "%s ", chosen ? ">" : " ");
    const char *unit =
        column == TABLE_NO_COLUMN ? "" : column_unit(&source.columns[column], source.run);
    draw_printf(draw, area, 0, 2, role, "%s%s%s",
                column == TABLE_NO_COLUMN ? "order of the trials" : source.columns[column].title,
                *unit ? " " : "", unit);
    bool then = table->then_column != TABLE_NO_COLUMN && column == table->then_column;
    bool descending = sorted ? table->descending : table->then_descending;
    char mark[16];
    snprintf(mark, sizeof(mark), "%s%s", sorted ? "" : "then ",
             draw_symbol(draw, descending ? SYMBOL_DESCENDING : SYMBOL_ASCENDING));
    if (sorted || then)
        draw_text_right(draw, area, 0, role, mark);
    draw_click(draw, area, "select", line);
    if (chosen)
        draw_cursor(draw, area, 0, 0);
}

/* Scrolls as little as keeps the chosen line in sight and leaves no lines empty. */
static void scroll(struct sorting *sorting, int count)
{
    int height = sorting->page;
    if (sorting->top > sorting->chosen)
        sorting->top = sorting->chosen;
    if (sorting->top <= sorting->chosen - height)
        sorting->top = sorting->chosen - height + 1;
    if (sorting->top > 0 && sorting->top > count - height)
        sorting->top = count > height ? count - height : 0;
}

static void sort_draw(struct ui *ui, const struct draw *draw)
{
    struct sorting *sorting = ui_state(ui, CONTEXT_SORT);
    struct table_source source = ui_source(ui);
    int count = line_count(&source);
    /* The footer stays in sight. */
    struct rect box = layout_centred(draw->height - 1, draw->width, count + 2, WIDTH);
    struct rect list = draw_box(draw, box, ROLE_ACTIVE, "Sort by");
    sorting->page = list.height;
    scroll(sorting, count);
    for (int y = 0; y < list.height && sorting->top + y < count; y++)
        draw_line(ui, draw, rect_lines(list, y, 1), sorting->top + y);
}

static void sort_move(struct ui *ui, int lines)
{
    struct sorting *sorting = ui_state(ui, CONTEXT_SORT);
    struct table_source source = ui_source(ui);
    long chosen = (long)sorting->chosen + lines, last = line_count(&source) - 1;
    chosen = chosen > last ? last : chosen;
    sorting->chosen = chosen > 0 ? (int)chosen : 0;
}

static int sort_page(const struct ui *ui)
{
    const struct sorting *sorting = ui_state(ui, CONTEXT_SORT);
    return sorting->page;
}

static unsigned sort_select(struct ui *ui, int line)
{
    struct sorting *sorting = ui_state(ui, CONTEXT_SORT);
    struct table_source source = ui_source(ui);
    sorting->chosen = line;
    table_screen_sort_by(ui, column_of(&source, line));
    ui_leave(ui);
    return 0;
}

static unsigned sort_screen_choose(struct ui *ui, int argument)
{
    const struct sorting *sorting = ui_state(ui, CONTEXT_SORT);
    (void)argument;
    return sort_select(ui, sorting->chosen);
}

/* As the second column. */
static unsigned sort_screen_choose_then(struct ui *ui, int argument)
{
    const struct sorting *sorting = ui_state(ui, CONTEXT_SORT);
    struct table_source source = ui_source(ui);
    (void)argument;
    table_screen_sort_then(ui, column_of(&source, sorting->chosen));
    ui_leave(ui);
    return 0;
}

static const struct key_binding sort_keys[] = {
    {"choose", sort_screen_choose, ON_KEYS(UI_KEY_ENTER), .label = "Sort",
     .help = "Sort by this column; by the column already chosen, reverse the direction."},
    {"choose-then", sort_screen_choose_then, ON_KEYS('t'), .label = "Then",
     .help = "Let this column decide between rows that are equal in the first one; by the one "
             "already chosen, reverse the direction."},
    {"back", shared_back, ON_KEYS('s'), .function_key = 6, .help = "Go back to the table."},
};

const struct screen screen_sort = {
    .state_size = sizeof(struct sorting),
    .draw = sort_draw,
    .move = sort_move,
    .page = sort_page,
    .select = sort_select,
    .keys = KEY_TABLE(sort_keys),
};
