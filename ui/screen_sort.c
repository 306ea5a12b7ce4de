/* A list of columns to sort by, over the table. Its first line is the order of the trials. */
#include <stdio.h>

#include "ui/ui.h"

#define WIDTH 44

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

static void draw_line(const struct ui *ui, const struct table_source *source,
                      const struct draw *draw, struct rect area, int line)
{
    int column = column_of(source, line);
    bool chosen = line == ui->chosen, sorted = column == ui->table.sort_column;
    enum role role = chosen ? ROLE_SELECTED : sorted ? ROLE_TITLE : ROLE_TEXT;
    draw_fill(draw, area, role);
    draw_printf(draw, area, 0, 0, role, "%s ", chosen ? ">" : " ");
    const char *unit =
        column == TABLE_NO_COLUMN ? "" : column_unit(&source->columns[column], source->run);
    draw_printf(draw, area, 0, 2, role, "%s%s%s",
                column == TABLE_NO_COLUMN ? "order of the trials" : source->columns[column].title,
                *unit ? " " : "", unit);
    enum symbol arrow = ui->table.descending ? SYMBOL_DESCENDING : SYMBOL_ASCENDING;
    if (sorted)
        draw_text_right(draw, area, 0, role, draw_symbol(draw, arrow));
    draw_click(draw, area, ACTION_SELECT, line);
    if (chosen)
        draw_cursor(draw, area, 0, 0);
}

static void sort_draw(struct ui *ui, const struct draw *draw)
{
    struct table_source source = ui_source(ui);
    int count = line_count(&source);
    /* The footer stays in sight. */
    struct rect box = layout_centred(draw->height - 1, draw->width, count + 2, WIDTH);
    struct rect list = draw_box(draw, box, ROLE_ACTIVE, "Sort by");
    ui->chooser_page = list.height;
    if (ui->chooser_top > ui->chosen)
        ui->chooser_top = ui->chosen;
    if (ui->chooser_top <= ui->chosen - list.height)
        ui->chooser_top = ui->chosen - list.height + 1;
    if (ui->chooser_top > 0 && ui->chooser_top > count - list.height)
        ui->chooser_top = count > list.height ? count - list.height : 0;
    for (int y = 0; y < list.height && ui->chooser_top + y < count; y++)
        draw_line(ui, &source, draw, rect_lines(list, y, 1), ui->chooser_top + y);
}

static void sort_move(struct ui *ui, int lines)
{
    struct table_source source = ui_source(ui);
    long chosen = (long)ui->chosen + lines, last = line_count(&source) - 1;
    chosen = chosen > last ? last : chosen;
    ui->chosen = chosen > 0 ? (int)chosen : 0;
}

static int sort_page(const struct ui *ui)
{
    return ui->chooser_page;
}

static unsigned sort_select(struct ui *ui, int line)
{
    struct table_source source = ui_source(ui);
    ui->chosen = line;
    table_sort_by(&ui->table, &source, column_of(&source, line));
    ui_leave(ui);
    return 0;
}

const struct screen screen_sort = {
    .is_dialog = true,
    .draw = sort_draw,
    .move = sort_move,
    .page = sort_page,
    .select = sort_select,
};
