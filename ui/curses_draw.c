#include "ui/curses_draw.h"

#include <curses.h>

static attr_t attributes[ROLE_COUNT];
/* Where the cursor is to stand when all is drawn: curses moves it with every glyph. */
static int cursor_y, cursor_x;
/* Each cell of a picture may have two colours of its own. */
#define COLORS_MANY 256
#define PAIRS_MANY  16384
static bool has_many_colors;

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
    has_many_colors = false;
    if (colored) {
        start_color();
        use_default_colors();
        has_many_colors = COLORS >= COLORS_MANY && COLOR_PAIRS >= PAIRS_MANY;
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

/* The colour of the 256 that is nearest: those of the cube of 6 x 6 x 6 and, for greys, of the ramp
 * of 24, as terminals with the colours of xterm have them. */
static int nearest_color(const unsigned char color[3])
{
    int red = (color[0] * 5 + 127) / 255, green = (color[1] * 5 + 127) / 255,
        blue = (color[2] * 5 + 127) / 255;
    if (color[0] != color[1] || color[1] != color[2])
        return 16 + 36 * red + 6 * green + blue;
    int step = (color[0] - 8 + 5) / 10; /* greys of the ramp are 8, 18, ... 238 */
    return color[0] < 4 ? 16 : step > 23 ? 231 : 232 + (step < 0 ? 0 : step);
}

static void curses_halves(void *context, int y, int x, const unsigned char upper[3],
                          const unsigned char lower[3])
{
    int pair = alloc_pair(nearest_color(upper), nearest_color(lower));
    (void)context;
    pair = pair < 0 ? 0 : pair;
    attr_set(A_NORMAL, 0, &pair);
    mvaddstr(y, x, "\u2580");
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
    static const struct draw_methods few = {curses_put, curses_cursor, NULL};
    static const struct draw_methods many = {curses_put, curses_cursor, curses_halves};
    cursor_y = cursor_x = 0;
    *draw =
        (struct draw){.methods = has_many_colors ? &many : &few, .height = height, .width = width};
}
