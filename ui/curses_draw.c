#include "ui/curses_draw.h"

#include <curses.h>

static attr_t attributes[ROLE_COUNT];
/* Where the cursor is to stand when all is drawn: curses moves it with every glyph. */
static int cursor_y, cursor_x;

static attr_t curses_attributes(unsigned style)
{
    static const struct {
        unsigned style;
        attr_t curses;
    } pairs[] = {{STYLE_BOLD, A_BOLD},
                 {STYLE_DIM, A_DIM},
                 {STYLE_UNDERLINE, A_UNDERLINE},
                 {STYLE_REVERSE, A_REVERSE}};
    attr_t out = A_NORMAL;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        if (style & pairs[i].style)
            out |= pairs[i].curses;
    return out;
}

void curses_draw_open(enum scheme scheme)
{
    static const short numbers[STYLE_COLOR_COUNT] = {[STYLE_OWN] = -1,
                                                     [STYLE_RED] = COLOR_RED,
                                                     [STYLE_GREEN] = COLOR_GREEN,
                                                     [STYLE_MAGENTA] = COLOR_MAGENTA,
                                                     [STYLE_CYAN] = COLOR_CYAN,
                                                     [STYLE_BLUE] = COLOR_BLUE,
                                                     [STYLE_ORANGE] = COLOR_YELLOW,
                                                     [STYLE_SKY] = COLOR_CYAN};
    /* Of the cube of 256 colours that terminals share: #ff8700 and #5fafff. */
    static const short many[STYLE_COLOR_COUNT] = {[STYLE_ORANGE] = 208, [STYLE_SKY] = 75};
    bool colored = scheme != SCHEME_MONO;
    if (colored) {
        start_color();
        use_default_colors();
        for (short color = 1; color < STYLE_COLOR_COUNT; color++)
            init_pair(color, COLORS >= 256 && many[color] ? many[color] : numbers[color], -1);
    }
    for (enum role role = 0; role < ROLE_COUNT; role++) {
        struct style style = theme_style(scheme, role);
        attributes[role] = curses_attributes(style.attributes);
        if (colored)
            attributes[role] |= (attr_t)COLOR_PAIR((int)style.color);
    }
}

static void curses_put(void *context, int y, int x, const struct glyph *glyph, enum role role)
{
    (void)context;
    attrset((int)attributes[role]);
    mvaddstr(y, x, glyph->bytes);
}

static void curses_cursor(void *context, int y, int x)
{
    (void)context;
    cursor_y = y;
    cursor_x = x;
}

void curses_draw_cursor(void)
{
    move(cursor_y, cursor_x);
}

void curses_draw_init(struct draw *draw, int height, int width)
{
    static const struct draw_methods methods = {curses_put, curses_cursor};
    cursor_y = cursor_x = 0;
    *draw = (struct draw){.methods = &methods, .height = height, .width = width};
}
