#include "ui/frame.h"

#include "ui/footer.h"

static bool is_small(const struct draw *draw)
{
    return draw->height < LAYOUT_HEIGHT_MIN || draw->width < LAYOUT_WIDTH_MIN;
}

static void draw_small(const struct ui *ui, const struct draw *draw)
{
    struct rect area = draw_area(draw);
    const struct screen *screen = ui_screen(ui);
    if (screen->brief)
        draw_text(draw, area, 0, 0, ROLE_WARNING, screen->brief(ui));
    else
        draw_printf(draw, area, 0, 0, ROLE_TEXT, "%dx%d, needs %dx%d", draw->width, draw->height,
                    LAYOUT_WIDTH_MIN, LAYOUT_HEIGHT_MIN);
    draw_cursor(draw, area, 0, 0);
}

/* The last screen, below the dialogs over it. */
static int last_screen(const struct ui *ui)
{
    int last = ui->depth - 1;
    while (screen_rows[ui->contexts[last]].kind & KINDS_DIALOG)
        last--;
    return last;
}

static void draw_screens(struct ui *ui, const struct draw *draw)
{
    for (int i = last_screen(ui); i < ui->depth; i++) {
        /* What lies under a dialog cannot be clicked. */
        ui->clicks.count = 0;
        ui->screens[ui->contexts[i]]->draw(ui, draw);
    }
}

/* Whether the screen itself has a line for notices. */
static bool has_message(const struct ui *ui, const struct draw *draw)
{
    static const struct layout_content nothing;
    return (screen_rows[ui->contexts[last_screen(ui)]].kind & KINDS_PANES) &&
           layout_main(draw->height, draw->width, &nothing).message.height > 0;
}

static void draw_notice(const struct draw *draw, struct rect area, const char *notice)
{
    draw_fill(draw, area, ROLE_TEXT);
    draw_text(draw, area, 0, 0, ROLE_TITLE, notice);
}

void frame_draw(struct ui *ui, struct draw *draw)
{
    draw->clicks = &ui->clicks;
    ui->clicks.count = 0;
    ui->height = draw->height;
    ui->width = draw->width;
    ui->is_ascii = draw->ascii;
    if (is_small(draw)) {
        draw_small(ui, draw);
        return;
    }
    draw_screens(ui, draw);
    struct rect last = rect_lines(draw_area(draw), draw->height - 1, 1);
    const char *notice = ui_current_notice(ui);
    if (notice && !has_message(ui, draw))
        draw_notice(draw, last, notice);
    else
        footer_draw(ui, draw, last);
}
