#include "ui/draw_buffer.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static struct draw_cell *cell_at(const struct draw_buffer *buffer, int y, int x)
{
    return &buffer->cells[(size_t)y * (size_t)buffer->width + (size_t)x];
}

static void set_cell(struct draw_buffer *buffer, int y, int x, const char *bytes, enum role role)
{
    struct draw_cell *cell = cell_at(buffer, y, x);
    memset(cell, 0, sizeof(*cell));
    memcpy(cell->bytes, bytes, strnlen(bytes, GLYPH_SIZE - 1));
    cell->role = role;
}

static bool is_continued(const struct draw_buffer *buffer, int y, int x)
{
    return x < buffer->width && cell_at(buffer, y, x)->bytes[0] == '\0';
}

/* As on a terminal, overwriting one half of a wide glyph blanks the other half. */
static void buffer_put(void *context, int y, int x, const struct glyph *glyph, enum role role)
{
    struct draw_buffer *buffer = context;
    if (y < 0 || y >= buffer->height || x < 0 || x + glyph->width > buffer->width) {
        buffer->strays++;
        return;
    }
    if (is_continued(buffer, y, x) && x > 0)
        set_cell(buffer, y, x - 1, " ", role);
    for (int i = x + glyph->width; is_continued(buffer, y, i); i++)
        set_cell(buffer, y, i, " ", role);
    set_cell(buffer, y, x, glyph->bytes, role);
    for (int i = 1; i < glyph->width; i++)
        set_cell(buffer, y, x + i, "", role);
}

static void buffer_cursor(void *context, int y, int x)
{
    struct draw_buffer *buffer = context;
    buffer->cursor_y = y;
    buffer->cursor_x = x;
}

void draw_buffer_init(struct draw_buffer *buffer, int height, int width, bool ascii,
                      struct draw *draw)
{
    static const struct draw_methods methods = {buffer_put, buffer_cursor, NULL};
    *buffer =
        (struct draw_buffer){.height = height, .width = width, .cursor_y = -1, .cursor_x = -1};
    buffer->cells = xcalloc((size_t)height * (size_t)width, sizeof(*buffer->cells));
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            set_cell(buffer, y, x, " ", ROLE_TEXT);
    *draw = (struct draw){
        .methods = &methods, .context = buffer, .height = height, .width = width, .ascii = ascii};
}

void draw_buffer_release(struct draw_buffer *buffer)
{
    FREE_AND_NULL(buffer->cells);
}

void draw_buffer_print(const struct draw_buffer *buffer, struct text *out)
{
    for (int y = 0; y < buffer->height; y++) {
        int end = buffer->width;
        while (end > 0 && strcmp(cell_at(buffer, y, end - 1)->bytes, " ") == 0)
            end--;
        for (int x = 0; x < end; x++)
            text_add_string(out, cell_at(buffer, y, x)->bytes);
        text_add(out, "\n", 1);
    }
}

const struct draw_cell *draw_buffer_cell(const struct draw_buffer *buffer, int y, int x)
{
    return cell_at(buffer, y, x);
}
