#include "ui/widget/big.h"

#include <string.h>

#define POINTS_HIGH 7

/* The points of a character: lines from the top, all of one length. */
struct shape {
    char character;
    const char *lines[POINTS_HIGH];
};

/* clang-format off */
static const struct shape shapes[] = {
    {' ', {"  ", "  ", "  ", "  ", "  ", "  ", "  "}},
    {'0', {" ### ", "#   #", "#   #", "#   #", "#   #", "#   #", " ### "}},
    {'1', {"  #  ", " ##  ", "  #  ", "  #  ", "  #  ", "  #  ", " ### "}},
    {'2', {" ### ", "#   #", "    #", "  ## ", " #   ", "#    ", "#####"}},
    {'3', {" ### ", "#   #", "    #", "  ## ", "    #", "#   #", " ### "}},
    {'4', {"   # ", "  ## ", " # # ", "#  # ", "#####", "   # ", "   # "}},
    {'5', {"#####", "#    ", "#### ", "    #", "    #", "#   #", " ### "}},
    {'6', {"  ## ", " #   ", "#    ", "#### ", "#   #", "#   #", " ### "}},
    {'7', {"#####", "    #", "   # ", "  #  ", "  #  ", "  #  ", "  #  "}},
    {'8', {" ### ", "#   #", "#   #", " ### ", "#   #", "#   #", " ### "}},
    {'9', {" ### ", "#   #", "#   #", " ####", "    #", "   # ", " ##  "}},
    {'.', {" ", " ", " ", " ", " ", " ", "#"}},
    {'+', {"     ", "  #  ", "  #  ", "#####", "  #  ", "  #  ", "     "}},
    {'-', {"    ", "    ", "    ", "####", "    ", "    ", "    "}},
    {'x', {"     ", "     ", "#   #", " # # ", "  #  ", " # # ", "#   #"}},
    {'%', {"##   ", "##  #", "   # ", "  #  ", " #   ", "#  ##", "   ##"}},
    {'?', {" ### ", "#   #", "    #", "  ## ", "  #  ", "     ", "  #  "}},
};
/* clang-format on */

static const struct shape *find(char character)
{
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
        if (shapes[i].character == character)
            return &shapes[i];
    return &shapes[0];
}

int big_height(int scale)
{
    return (POINTS_HIGH * scale + 1) / 2;
}

int big_width(const char *text, int scale)
{
    int points = 0;
    for (; *text; text++)
        points += (int)strlen(find(*text)->lines[0]) + (text[1] ? 1 : 0);
    return points * scale;
}

/* Whether the half line y of the screen shows a point in column x. */
static bool is_set(const struct shape *shape, int scale, int y, int x)
{
    return y < POINTS_HIGH * scale && shape->lines[y / scale][x / scale] == '#';
}

static void draw_cell(const struct draw *draw, struct rect area, enum role role, bool upper,
                      bool lower)
{
    enum symbol symbol = upper && lower ? SYMBOL_FULL : upper ? SYMBOL_UPPER : SYMBOL_LOWER;
    if (upper || lower)
        draw_text(draw, area, 0, 0, role, draw_symbol(draw, symbol));
}

static void draw_shape(const struct draw *draw, struct rect area, int scale, enum role role,
                       const struct shape *shape)
{
    int width = (int)strlen(shape->lines[0]) * scale;
    for (int y = 0; y < big_height(scale) && y < area.height; y++)
        for (int x = 0; x < width && x < area.width; x++)
            draw_cell(draw, rect_columns(rect_lines(area, y, 1), x, 1), role,
                      is_set(shape, scale, 2 * y, x), is_set(shape, scale, 2 * y + 1, x));
}

void big_draw(const struct draw *draw, struct rect area, int scale, enum role role,
              const char *text)
{
    for (; *text && area.width > 0; text++) {
        const struct shape *shape = find(*text);
        draw_shape(draw, area, scale, role, shape);
        area = rect_columns(area, ((int)strlen(shape->lines[0]) + 1) * scale, area.width);
    }
}
