/* The other pane of the main screen, when the keys go there. */
#include "ui/screen_table.h"
#include "ui/screen_table_view.h"

static void details_screen_draw(struct ui *ui, const struct draw *draw)
{
    table_screen_draw_panes(ui, draw, true);
}

static void details_screen_move(struct ui *ui, int lines)
{
    document_move(&table_panes(ui)->details, lines);
}

static int details_screen_page(const struct ui *ui)
{
    return table_panes(ui)->details.height;
}

static unsigned details_screen_select(struct ui *ui, int trial)
{
    ui_leave(ui);
    return ui->screens[CONTEXT_TABLE]->select(ui, trial);
}

const struct screen screen_details = {
    .draw = details_screen_draw,
    .position = table_screen_position,
    .move = details_screen_move,
    .page = details_screen_page,
    .select = details_screen_select,
    .more_keys = &pane_keys,
};
