#include "ui/screen_question.h"

#include <stdarg.h>
#include <stdio.h>

#include "ui/shared_keys.h"
#include "ui/widget/document.h"

#define WIDTH 60

/* Lines around the text: the frame, a blank line and the answers. */
#define LINES_MORE 4

struct question {
    char text[512];
    const char *title;
    char brief[32]; /* the title with the answers */
    unsigned (*yes)(struct ui *ui);
};

void question_ask(struct ui *ui, const char *title, unsigned (*yes)(struct ui *ui),
                  const char *format, ...)
{
    struct question *question = ui_state(ui, CONTEXT_QUESTION);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(question->text, sizeof(question->text), format, arguments);
    va_end(arguments);
    snprintf(question->brief, sizeof(question->brief), "%s y/n", title);
    question->title = title;
    question->yes = yes;
    ui_enter(ui, CONTEXT_QUESTION);
}

static unsigned question_yes(struct ui *ui, int argument)
{
    const struct question *question = ui_state(ui, CONTEXT_QUESTION);
    (void)argument;
    ui_leave(ui);
    return question->yes(ui);
}

static const char *question_brief(const struct ui *ui)
{
    const struct question *question = ui_state(ui, CONTEXT_QUESTION);
    return question->brief;
}

static void question_draw(struct ui *ui, const struct draw *draw)
{
    const struct question *question = ui_state(ui, CONTEXT_QUESTION);
    int height = draw->height - 1, width = draw->width < WIDTH ? draw->width : WIDTH;
    struct document document;
    document_init(&document, width - 4, draw->ascii);
    document_break(&document);
    document_paragraph(&document, 0, ROLE_TEXT, question->text);
    int wanted = (int)document.count + LINES_MORE;
    struct rect box = layout_centred(height, draw->width, wanted, width), body;
    if (wanted <= height) {
        body = draw_box(draw, box, ROLE_WARNING, question->title);
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

static const struct key_binding question_keys[] = {
    {"yes", question_yes, ON_KEYS('y', 'Y'), .label = "Yes", .help = "Do it."},
    {"no", shared_back, ON_KEYS('n', 'N', 'q', UI_KEY_ESCAPE), .label = "No",
     .help = "Leave things as they are."},
};

const struct screen screen_question = {
    .state_size = sizeof(struct question),
    .brief = question_brief,
    .draw = question_draw,
    .keys = KEY_TABLE(question_keys),
};
