#include "ui/page.h"

void page_draw(struct ui *ui, enum context context, const struct draw *draw,
               void (*print)(struct ui *ui, struct document *document))
{
    struct rect body = layout_page(draw->height, draw->width).table;
    struct document document;
    document_init(&document, body.width - 2, draw->ascii);
    document.braille = draw->braille;
    print(ui, &document);
    document_draw(&document, ui_state(ui, context), draw, body);
    draw_cursor(draw, body, 0, 0);
    document_release(&document);
}

static struct document_view *view_of(const struct ui *ui)
{
    return ui_state(ui, ui_context(ui));
}

void page_enter(struct ui *ui)
{
    view_of(ui)->top = 0;
}

void page_move(struct ui *ui, int lines)
{
    document_move(view_of(ui), lines);
}

int page_height(const struct ui *ui)
{
    return view_of(ui)->height;
}
