/* Drawing: the few primitives that every screen and widget uses, over a back end that knows how to
 * put one glyph into one cell. Coordinates are relative to an area, and nothing is drawn beyond it:
 * a text that does not fit is cut and ends in '…' ('~' in ASCII). */
#ifndef UI_DRAW_H
#define UI_DRAW_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/cells.h"
#include "ui/layout.h"
#include "ui/theme.h"

/* A back end. Positions are always on the screen, wide glyphs included. */
struct draw_methods {
    void (*put)(void *context, int y, int x, const struct glyph *glyph, enum role role);
    void (*cursor)(void *context, int y, int x);
    /* The upper and the lower half of a cell in colours: red, green and blue. NULL: colours are too
     * few for that. */
    void (*halves)(void *context, int y, int x, const unsigned char upper[3],
                   const unsigned char lower[3]);
};

/* What a click there means; registered by whatever draws the thing. */
struct click {
    struct rect rect;
    const char *action; /* the id of a binding (see ui/keys.h), in static memory */
    int argument;       /* what it works on */
};

#define CLICKS_MAX 256
struct clicks {
    struct click items[CLICKS_MAX];
    size_t count;
};

/* What may be drawn with. X(glyphs, name). */
#define GLYPHS_LIST(X)                                                                             \
    X(GLYPHS_AUTO, "auto")                                                                         \
    X(GLYPHS_BRAILLE, "braille")                                                                   \
    X(GLYPHS_BLOCK, "block")                                                                       \
    X(GLYPHS_ASCII, "ascii")

enum glyphs {
#define X(glyphs, name) glyphs,
    GLYPHS_LIST(X)
#undef X
};

struct draw {
    const struct draw_methods *methods;
    void *context;
    int height, width;
    bool ascii;            /* nothing beyond ASCII */
    bool braille;          /* the font has braille, which is finer than blocks */
    struct clicks *clicks; /* NULL: clicks are not registered */
};

/* X(symbol, UTF-8, ASCII): one cell each. */
#define SYMBOL_LIST(X)                                                                             \
    X(SYMBOL_CUT, "…", "~")                                                                        \
    X(SYMBOL_ASCENDING, "▲", "^")                                                                  \
    X(SYMBOL_DESCENDING, "▼", "v")                                                                 \
    X(SYMBOL_HORIZONTAL, "─", "-")                                                                 \
    X(SYMBOL_VERTICAL, "│", "|")                                                                   \
    X(SYMBOL_TOP_LEFT, "┌", "+")                                                                   \
    X(SYMBOL_TOP_RIGHT, "┐", "+")                                                                  \
    X(SYMBOL_BOTTOM_LEFT, "└", "+")                                                                \
    X(SYMBOL_BOTTOM_RIGHT, "┘", "+")                                                               \
    X(SYMBOL_BAR_EMPTY, "░", ".")                                                                  \
    X(SYMBOL_FOLDED, "▸", ">")                                                                     \
    X(SYMBOL_UNFOLDED, "▾", "v")                                                                   \
    X(SYMBOL_INTERVAL, "━", "=")                                                                   \
    X(SYMBOL_POINT, "●", "o")                                                                      \
    X(SYMBOL_FULL, "█", "#")                                                                       \
    X(SYMBOL_UPPER, "▀", "\"")                                                                     \
    X(SYMBOL_LOWER, "▄", "_")                                                                      \
    X(SYMBOL_LEFT, "◂", "<")                                                                       \
    X(SYMBOL_RIGHT, "▸", ">")

enum symbol {
#define X(symbol, utf8, ascii) symbol,
    SYMBOL_LIST(X)
#undef X
};

const char *draw_symbol(const struct draw *draw, enum symbol symbol)
    __attribute__((returns_nonnull, nonnull(1)));

/* The whole screen. */
struct rect draw_area(const struct draw *draw) __attribute__((nonnull(1)));

/* Returns the column behind the text. */
int draw_text(const struct draw *draw, struct rect area, int y, int x, enum role role,
              const char *text) __attribute__((nonnull(1, 6)));
int draw_printf(const struct draw *draw, struct rect area, int y, int x, enum role role,
                const char *format, ...) __attribute__((format(printf, 6, 7), nonnull(1, 6)));
/* Ends at the area's right edge; returns the column where the text starts. */
int draw_text_right(const struct draw *draw, struct rect area, int y, enum role role,
                    const char *text) __attribute__((nonnull(1, 5)));
/* Blanks, in the role's background. */
void draw_fill(const struct draw *draw, struct rect area, enum role role)
    __attribute__((nonnull(1)));
/* A cell in two colours, where the back end has that. */
bool draw_has_halves(const struct draw *draw) __attribute__((nonnull(1)));
void draw_halves(const struct draw *draw, struct rect area, int y, int x,
                 const unsigned char upper[3], const unsigned char lower[3])
    __attribute__((nonnull(1, 5, 6)));
/* A horizontal rule with a title in it (NULL: none). */
void draw_rule(const struct draw *draw, struct rect area, int y, enum role role, const char *title)
    __attribute__((nonnull(1)));
/* A frame along the area's edges around blanks; returns what is inside. An area without room for a
 * frame is only blanked. */
struct rect draw_box(const struct draw *draw, struct rect area, enum role role, const char *title)
    __attribute__((nonnull(1)));
/* Where the hardware cursor shall stand: screen readers and magnifiers follow it. */
void draw_cursor(const struct draw *draw, struct rect area, int y, int x)
    __attribute__((nonnull(1)));
/* Registers what a click inside the area means. */
void draw_click(const struct draw *draw, struct rect area, const char *action, int argument)
    __attribute__((nonnull(1, 3)));
/* What was registered last for a place; NULL: nothing. */
const struct click *clicks_find(const struct clicks *clicks, int y, int x)
    __attribute__((nonnull(1)));

#endif
