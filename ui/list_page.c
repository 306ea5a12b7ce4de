#include "ui/list_page.h"

/* Lines of a body that the list keeps beside the details. */
#define LIST_LEAST 11

/* Besides its own lines, the details get those that the rows leave empty. */
static int details_height(int body, const struct list_page *page)
{
    int spare = body - 1 - LIST_HEADS - (int)page->source->count;
    if (body < LIST_LEAST + page->details)
        return 0;
    return spare > page->details ? spare : page->details;
}

void list_page_draw(const struct draw *draw, const struct list_page *page, void *context)
{
    struct rect body = layout_page(draw->height, draw->width).table;
    int details = details_height(body.height, page);
    draw_text(draw, body, 0, 1, ROLE_TITLE, page->heading);
    list_draw(page->view, page->source, page->place, draw,
              rect_lines(body, 1, body.height - 1 - details));
    if (details > 0)
        page->draw_details(draw, rect_lines(body, body.height - details, details), context);
}
