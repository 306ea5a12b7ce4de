#include "ui/draw.h"

#include <stdarg.h>
#include <stdio.h>

const char *draw_symbol(const struct draw *draw, enum symbol symbol)
{
    static const char *const symbols[][2] = {
#define X(symbol, utf8, ascii) [symbol] = {utf8, ascii},
        SYMBOL_LIST(X)
#undef X
    };
    return symbols[symbol][draw->ascii];
}

struct rect draw_area(const struct draw *draw)
{
    return (struct rect){0, 0, draw->height, draw->width};
}

static void put(const struct draw *draw, struct rect area, int y, int x, enum role role,
                const struct glyph *glyph)
{
    y += area.y;
    x += area.x;
    if (glyph->width > 0 && y >= 0 && y < draw->height && x >= 0 && x + glyph->width <= draw->width)
        draw->methods->put(draw->context, y, x, glyph, role);
}

static void put_symbol(const struct draw *draw, struct rect area, int y, int x, enum role role,
                       enum symbol symbol)
{
    struct glyph glyph;
    cells_next(draw_symbol(draw, symbol), draw->ascii, &glyph);
    if (y >= 0 && y < area.height && x >= 0 && x < area.width)
        put(draw, area, y, x, role, &glyph);
}

/* The spellings of ASCII mode have several cells; back ends get them one by one. */
static void put_glyph(const struct draw *draw, struct rect area, int y, int x, enum role role,
                      const struct glyph *glyph)
{
    if (!draw->ascii) {
        put(draw, area, y, x, role, glyph);
        return;
    }
    for (int i = 0; i < glyph->width; i++) {
        struct glyph cell = {.bytes = {glyph->bytes[i]}, .width = 1};
        put(draw, area, y, x + i, role, &cell);
    }
}

int draw_text(const struct draw *draw, struct rect area, int y, int x, enum role role,
              const char *text)
{
    if (y < 0 || y >= area.height || x < 0 || x >= area.width)
        return x;
    bool cut = cells_width(text, draw->ascii) > area.width - x;
    int end = area.width - (cut ? 1 : 0);
    struct glyph glyph;
    for (size_t length; (length = cells_next(text, draw->ascii, &glyph)) > 0; text += length) {
        if (x + glyph.width > end)
            break;
        put_glyph(draw, area, y, x, role, &glyph);
        x += glyph.width;
    }
    if (!cut)
        return x;
    put_symbol(draw, area, y, x, role, SYMBOL_CUT);
    return x + 1;
}

int draw_printf(const struct draw *draw, struct rect area, int y, int x, enum role role,
                const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    return draw_text(draw, area, y, x, role, text);
}

int draw_text_right(const struct draw *draw, struct rect area, int y, enum role role,
                    const char *text)
{
    int x = area.width - cells_width(text, draw->ascii);
    if (x < 0)
        x = 0;
    draw_text(draw, area, y, x, role, text);
    return x;
}

void draw_fill(const struct draw *draw, struct rect area, enum role role)
{
    static const struct glyph blank = {" ", 1};
    for (int y = 0; y < area.height; y++)
        for (int x = 0; x < area.width; x++)
            put(draw, area, y, x, role, &blank);
}

bool draw_has_halves(const struct draw *draw)
{
    return draw->methods->halves && !draw->ascii;
}

void draw_halves(const struct draw *draw, struct rect area, int y, int x,
                 const unsigned char upper[3], const unsigned char lower[3])
{
    bool is_inside = y >= 0 && y < area.height && x >= 0 && x < area.width;
    y += area.y;
    x += area.x;
    if (is_inside && rect_contains(draw_area(draw), y, x))
        draw->methods->halves(draw->context, y, x, upper, lower);
}

void draw_rule(const struct draw *draw, struct rect area, int y, enum role role, const char *title)
{
    for (int x = 0; x < area.width; x++)
        put_symbol(draw, area, y, x, role, SYMBOL_HORIZONTAL);
    if (title == NULL || area.width < 8)
        return;
    struct rect inside = rect_columns(area, 2, area.width - 4);
    int x = draw_text(draw, inside, y, 0, ROLE_TEXT, " ");
    x = draw_text(draw, rect_columns(inside, 0, inside.width - 1), y, x, ROLE_TITLE, title);
    draw_text(draw, inside, y, x, ROLE_TEXT, " ");
}

struct rect draw_box(const struct draw *draw, struct rect area, enum role role, const char *title)
{
    draw_fill(draw, area, ROLE_TEXT);
    if (area.height < 3 || area.width < 3)
        return area;
    int bottom = area.height - 1, right = area.width - 1;
    for (int y = 1; y < bottom; y++) {
        put_symbol(draw, area, y, 0, role, SYMBOL_VERTICAL);
        put_symbol(draw, area, y, right, role, SYMBOL_VERTICAL);
    }
    draw_rule(draw, area, 0, role, title);
    draw_rule(draw, area, bottom, role, NULL);
    put_symbol(draw, area, 0, 0, role, SYMBOL_TOP_LEFT);
    put_symbol(draw, area, 0, right, role, SYMBOL_TOP_RIGHT);
    put_symbol(draw, area, bottom, 0, role, SYMBOL_BOTTOM_LEFT);
    put_symbol(draw, area, bottom, right, role, SYMBOL_BOTTOM_RIGHT);
    return rect_columns(rect_lines(area, 1, area.height - 2), 1, area.width - 2);
}

void draw_cursor(const struct draw *draw, struct rect area, int y, int x)
{
    bool is_inside = y >= 0 && y < area.height && x >= 0 && x < area.width;
    y += area.y;
    x += area.x;
    if (is_inside && rect_contains(draw_area(draw), y, x))
        draw->methods->cursor(draw->context, y, x);
}

void draw_click(const struct draw *draw, struct rect area, const char *action, int argument)
{
    struct clicks *clicks = draw->clicks;
    if (clicks != NULL && clicks->count < CLICKS_MAX)
        clicks->items[clicks->count++] = (struct click){area, action, argument};
}

const struct click *clicks_find(const struct clicks *clicks, int y, int x)
{
    for (size_t i = clicks->count; i > 0; i--)
        if (rect_contains(clicks->items[i - 1].rect, y, x))
            return &clicks->items[i - 1];
    return NULL;
}
