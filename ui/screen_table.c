/* The main screen: header, table, details. Its two panes are two contexts of the same picture. */
#include "ui/details.h"
#include "ui/header.h"
#include "ui/ui.h"

static void draw_empty(const struct ui *ui, const struct draw *draw, struct rect area)
{
    const char *text = ui->runner ? "no rows yet" : "no rows in this journal yet";
    draw_text(draw, area, area.height / 2, 2, ROLE_DIM, text);
    draw_cursor(draw, area, 0, 0);
}

static void draw_details(struct ui *ui, const struct draw *draw, struct rect area, bool focused)
{
    struct table_source source = ui_source(ui);
    const struct row *row = table_selected(&ui->table, &source);
    if (area.height == 0 || row == NULL)
        return;
    if (row->trial != ui->details_trial)
        ui->details.top = 0;
    ui->details_trial = row->trial;
    char title[DETAILS_TITLE_SIZE];
    draw_rule(draw, area, 0, focused ? ROLE_ACTIVE : ROLE_RULE, details_title(row, title));
    struct rect body = rect_columns(rect_lines(area, 1, area.height - 1), 1, area.width - 3);
    struct document document;
    document_init(&document, body.width, draw->ascii);
    details_print(&source, row, ui_recommendation(ui), &document);
    body.width += 2; /* the arrows of scrolling stand at the very edge */
    document_draw(&document, &ui->details, draw, body);
    document_release(&document);
    if (focused)
        draw_cursor(draw, area, 1, 0);
}

static void draw_panes(struct ui *ui, const struct draw *draw, bool details_focused)
{
    struct table_source source = ui_source(ui);
    struct layout_content content = {.rows = source.row_count,
                                     .details = !ui->details_hidden && source.row_count > 0,
                                     .details_focused = details_focused};
    struct layout layout = layout_main(draw->height, draw->width, &content);
    header_draw(ui, draw, &layout);
    if (source.row_count > 0)
        table_draw(&ui->table, &source, draw, layout.table, !details_focused);
    else
        draw_empty(ui, draw, layout.table);
    draw_details(ui, draw, layout.details, details_focused);
}

static void table_screen_draw(struct ui *ui, const struct draw *draw)
{
    draw_panes(ui, draw, false);
}

static void table_screen_move(struct ui *ui, int lines)
{
    struct table_source source = ui_source(ui);
    table_move(&ui->table, &source, lines, ui->now);
}

static int table_screen_page(const struct ui *ui)
{
    return ui->table.page;
}

static unsigned table_screen_select(struct ui *ui, int trial)
{
    table_select(&ui->table, trial, ui->now);
    return 0;
}

const struct screen screen_table = {
    .draw = table_screen_draw,
    .move = table_screen_move,
    .page = table_screen_page,
    .select = table_screen_select,
};

static void details_screen_draw(struct ui *ui, const struct draw *draw)
{
    draw_panes(ui, draw, true);
}

static void details_screen_move(struct ui *ui, int lines)
{
    document_move(&ui->details, lines);
}

static int details_screen_page(const struct ui *ui)
{
    return ui->details.height;
}

static unsigned details_screen_select(struct ui *ui, int trial)
{
    ui_leave(ui);
    return table_screen_select(ui, trial);
}

const struct screen screen_details = {
    .draw = details_screen_draw,
    .move = details_screen_move,
    .page = details_screen_page,
    .select = details_screen_select,
};
