/* What came of trying out what a form says: a page that grows while that goes on. */
#include <limits.h>
#include <string.h>

#include "ui/form.h"
#include "ui/page.h"

/* Cells left of the text. */
#define TEXT_X 2

static enum role line_role(const char *line)
{
    static const struct {
        const char *start;
        enum role role;
    } roles[] = {{"warning: ", ROLE_WARNING}, {"quantop: ", ROLE_BAD}, {"estimate: ", ROLE_TITLE}};
    for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
        if (strncmp(line, roles[i].start, strlen(roles[i].start)) == 0)
            return roles[i].role;
    return ROLE_TEXT;
}

static void print_line(struct document *document, const char *line, size_t length)
{
    char *text = arena_printf(document->arena, "%.*s", (int)length, line);
    document_break(document);
    document_paragraph(document, TEXT_X, line_role(text), text);
}

static void print_tried(struct ui *ui, struct document *document)
{
    const struct form *form = ui->start->form;
    const char *line = form->tried;
    while (*line) {
        size_t length = strcspn(line, "\n");
        print_line(document, line, length);
        line += length + (line[length] == '\n');
    }
    document_break(document);
    if (form->is_trying)
        document_span(document, TEXT_X, ROLE_ACTIVE, "trying it out ...");
}

/* What comes last tells most: the end stays in sight where it was. */
static void dry_run_draw(struct ui *ui, const struct draw *draw)
{
    struct document_view *view = ui_state(ui, CONTEXT_DRY_RUN);
    if (view->top + view->height >= view->lines)
        view->top = INT_MAX / 2;
    draw_rule(draw, layout_page(draw->height, draw->width).title, 0, ROLE_RULE,
              "quantop: a dry run, which measures nothing");
    page_draw(ui, CONTEXT_DRY_RUN, draw, print_tried);
}

const struct screen screen_dry_run = {
    .state_size = sizeof(struct document_view),
    .enter = page_enter,
    .draw = dry_run_draw,
    .move = page_move,
    .page = page_height,
};
