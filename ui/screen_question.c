/* A question over whatever was shown; its answers are in the footer, and in the box. */
#include "ui/ui.h"

#define WIDTH 60

/* Lines around the text: the frame, a blank line and the answers. */
#define LINES_MORE 4

static void question_draw(struct ui *ui, const struct draw *draw)
{
    int height = draw->height - 1, width = draw->width < WIDTH ? draw->width : WIDTH;
    struct document document;
    document_init(&document, width - 4, draw->ascii);
    document_break(&document);
    document_paragraph(&document, 0, ROLE_TEXT, ui->question.text);
    int wanted = (int)document.count + LINES_MORE;
    struct rect box = layout_centred(height, draw->width, wanted, width), body;
    if (wanted <= height) {
        body = draw_box(draw, box, ROLE_WARNING, ui->question.brief);
    } else {
        draw_fill(draw, box, ROLE_TEXT);
        body = box;
    }
    body = rect_columns(body, 1, body.width - 2);
    /* Where not all lines have room, the answers keep theirs. */
    struct document_view view = {0};
    document_draw(&document, &view, draw, rect_lines(body, 0, body.height - 1));
    int end = draw_text(draw, body, body.height - 1, 0, ROLE_KEY, "y/n ");
    draw_cursor(draw, body, body.height - 1, end);
    document_release(&document);
}

const struct screen screen_question = {
    .is_dialog = true,
    .draw = question_draw,
};
