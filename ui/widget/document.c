#include "ui/widget/document.h"

#include <stdlib.h>

#include "base/memory.h"
#include "ui/draw_buffer.h"

void document_init(struct document *document, int width, bool ascii)
{
    *document = (struct document){.arena = arena_new(), .width = width, .ascii = ascii};
}

void document_release(struct document *document)
{
    arena_free(document->arena);
    free(document->lines);
    *document = (struct document){0};
}

void document_break(struct document *document)
{
    document->lines =
        list_grow(document->lines, document->count, &document->capacity, sizeof(*document->lines));
    document->lines[document->count++] = arena_alloc(document->arena, sizeof(struct document_line));
}

static void add_span(struct document *document, int x, enum role role, const char *text)
{
    if (document->count == 0)
        document_break(document);
    struct document_line *line = document->lines[document->count - 1];
    if (line->count < DOCUMENT_SPANS_MAX)
        line->spans[line->count++] = (struct document_span){x, role, text};
}

void document_span(struct document *document, int x, enum role role, const char *text)
{
    add_span(document, x, role, arena_strdup(document->arena, text));
}

void document_paragraph(struct document *document, int x, enum role role, const char *text)
{
    int width = document->width - x;
    for (bool first = true; *text; first = false) {
        size_t next, length = cells_wrap(text, document->ascii, width > 1 ? width : 1, &next);
        char *line = arena_copy(document->arena, text, length + 1);
        line[length] = '\0';
        if (!first)
            document_break(document);
        add_span(document, x, role, line);
        text += next;
    }
}

void document_entry(struct document *document, int x, const char *label, enum role role,
                    const char *text)
{
    if (*text == '\0')
        return;
    document_break(document);
    document_span(document, 0, ROLE_LABEL, label);
    document_paragraph(document, x, role, text);
}

void document_cut(struct document *document, size_t lines)
{
    if (lines == 0 || document->count <= lines)
        return;
    struct document_line *line = document->lines[lines - 1];
    document->count = lines;
    if (line->count > 0) {
        const char **text = &line->spans[line->count - 1].text;
        *text = arena_printf(document->arena, "%s…", *text);
    }
}

void document_move(struct document_view *view, int lines)
{
    long top = (long)view->top + lines, last = (long)view->lines - view->height;
    if (top > last)
        top = last;
    view->top = top > 0 ? (int)top : 0;
}

static void draw_line(const struct document_line *line, const struct draw *draw, struct rect area,
                      int y)
{
    for (int i = 0; i < line->count; i++) {
        const struct document_span *span = &line->spans[i];
        int end = i + 1 < line->count ? line->spans[i + 1].x - 1 : area.width;
        draw_text(draw, rect_columns(area, 0, end), y, span->x, span->role, span->text);
    }
}

void document_draw(const struct document *document, struct document_view *view,
                   const struct draw *draw, struct rect area)
{
    view->lines = (int)document->count;
    view->height = area.height;
    document_move(view, 0);
    for (int y = 0; y < area.height && view->top + y < view->lines; y++)
        draw_line(document->lines[view->top + y], draw, area, y);
    if (view->top > 0)
        draw_text_right(draw, area, 0, ROLE_KEY, draw_symbol(draw, SYMBOL_ASCENDING));
    if (view->top + area.height < view->lines)
        draw_text_right(draw, area, area.height - 1, ROLE_KEY,
                        draw_symbol(draw, SYMBOL_DESCENDING));
}

void document_print(const struct document *document, struct text *out)
{
    struct draw_buffer buffer;
    struct draw draw;
    struct document_view view = {0};
    if (document->count == 0)
        return;
    draw_buffer_init(&buffer, (int)document->count, document->width, document->ascii, &draw);
    document_draw(document, &view, &draw, draw_area(&draw));
    draw_buffer_print(&buffer, out);
    draw_buffer_release(&buffer);
}
