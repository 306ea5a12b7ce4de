#include "ui/form_look.h"

#include "ui/widget/document.h"

/* Of an enlarged sample, the share of columns that its text gets, and what that takes at most. */
#define TEXT_SHARE 45
#define TEXT_MOST  40
/* Cells between both. */
#define GAP 2

enum role form_look_role(const struct form_look *look)
{
    static const enum role roles[] = {
        [FORM_OPEN] = ROLE_TEXT, [FORM_GOOD] = ROLE_GOOD, [FORM_BAD] = ROLE_BAD};
    return roles[look->verdict];
}

static void print_line(struct document *document, enum role role, const char *text)
{
    if (!*text)
        return;
    document_break(document);
    document_paragraph(document, 0, role, text);
}

void form_look_draw(const struct form_look *look, const struct draw *draw, struct rect area)
{
    struct document document;
    struct document_view view = {0};
    int taken = 0;
    document_init(&document, area.width, draw->ascii);
    print_line(&document, ROLE_TITLE, look->caption);
    print_line(&document, ROLE_TEXT, look->about);
    print_line(&document, ROLE_TEXT, look->ids);
    document_cut(&document, (size_t)area.height);
    if (look->picture.pixels)
        taken = picture_draw(draw, rect_lines(area, 0, area.height - (int)document.count),
                             &look->picture);
    document_draw(&document, &view, draw, rect_lines(area, taken, area.height - taken));
    document_release(&document);
}

void form_look_enlarge(const struct form_look *look, const struct draw *draw, struct rect area)
{
    int text =
        area.width * TEXT_SHARE / 100 < TEXT_MOST ? area.width * TEXT_SHARE / 100 : TEXT_MOST;
    struct document document;
    struct document_view view = {0};
    document_init(&document, look->picture.pixels ? text : area.width, draw->ascii);
    print_line(&document, ROLE_TITLE, look->caption);
    print_line(&document, ROLE_TEXT, look->about);
    print_line(&document, ROLE_TEXT, look->ids);
    print_line(&document, form_look_role(look), look->check);
    document_cut(&document, (size_t)area.height);
    if (look->picture.pixels)
        picture_draw(draw, rect_columns(area, 0, area.width - text - GAP), &look->picture);
    document_draw(&document, &view, draw,
                  rect_columns(area, area.width - document.width, document.width));
    document_release(&document);
}
