/* Colours and attributes: what something means (its role) is drawn in one way per scheme.
 *
 * The terminal's own background is kept, and its own text colour where no other is named. Blue is
 * left out, because it cannot be read on black. No role differs from another by colour alone where
 * that matters: signs, marks and words say the same. */
#ifndef UI_THEME_H
#define UI_THEME_H

#include <stdbool.h>

#include "ui/options.h"

enum style_attribute {
    STYLE_BOLD = 1,
    STYLE_DIM = 2,
    STYLE_UNDERLINE = 4,
    STYLE_REVERSE = 8,
};

enum style_color {
    STYLE_OWN, /* the terminal's own text colour */
    STYLE_RED,
    STYLE_GREEN,
    STYLE_MAGENTA,
    STYLE_CYAN,
    STYLE_BLUE,
    STYLE_ORANGE, /* yellow and cyan where a terminal has few colours */
    STYLE_SKY,
    STYLE_COLOR_COUNT
};

struct style {
    enum style_color color;
    unsigned attributes;
};

/* X(role, text for the legend (NULL: not listed there), colour and attributes of the default
 * scheme, attributes of the mono scheme). */
#define ROLE_LIST(X)                                                                               \
    X(ROLE_TEXT, NULL, STYLE_OWN, 0, 0)                                                            \
    X(ROLE_TITLE, NULL, STYLE_OWN, STYLE_BOLD, STYLE_BOLD)                                         \
    X(ROLE_LABEL, NULL, STYLE_CYAN, 0, 0)                                                          \
    X(ROLE_HEADER, NULL, STYLE_CYAN, STYLE_BOLD, STYLE_BOLD)                                       \
    X(ROLE_SORTED, "head of the column that the rows are sorted by", STYLE_OWN,                    \
      STYLE_BOLD | STYLE_UNDERLINE, STYLE_BOLD | STYLE_UNDERLINE)                                  \
    X(ROLE_SELECTED, "selected row", STYLE_OWN, STYLE_REVERSE, STYLE_REVERSE)                      \
    X(ROLE_MARKED, "selected row while the keys go elsewhere", STYLE_OWN,                          \
      STYLE_BOLD | STYLE_UNDERLINE, STYLE_BOLD | STYLE_UNDERLINE)                                  \
    X(ROLE_ACTIVE, "being worked on now", STYLE_OWN, STYLE_BOLD, STYLE_BOLD)                       \
    X(ROLE_DIM, "waiting, or not measured", STYLE_OWN, STYLE_DIM, STYLE_DIM)                       \
    X(ROLE_GOOD, "faster, better, or meets the constraints", STYLE_GREEN, 0, 0)                    \
    X(ROLE_BAD, "slower, worse, failed, or breaks a constraint", STYLE_RED, 0, STYLE_BOLD)         \
    X(ROLE_WARNING, "needs attention", STYLE_MAGENTA, STYLE_BOLD, STYLE_BOLD)                      \
    X(ROLE_RULE, NULL, STYLE_OWN, STYLE_DIM, 0)                                                    \
    X(ROLE_KEY, NULL, STYLE_OWN, STYLE_BOLD, STYLE_BOLD)                                           \
    X(ROLE_KEY_LABEL, NULL, STYLE_OWN, STYLE_REVERSE, STYLE_REVERSE)                               \
    X(ROLE_BAR, NULL, STYLE_GREEN, 0, 0)

enum role {
#define X(role, text, color, attributes, mono) role,
    ROLE_LIST(X)
#undef X
        ROLE_COUNT
};

/* X(scheme, name, text, colours in the place of red, green, magenta and cyan, attributes that
 * colours get, attributes that nothing has). */
#define SCHEME_LIST(X)                                                                             \
    X(SCHEME_DEFAULT, "default", "for dark backgrounds", STYLE_RED, STYLE_GREEN, STYLE_MAGENTA,    \
      STYLE_CYAN, 0, 0)                                                                            \
    X(SCHEME_LIGHT, "light", "for light backgrounds", STYLE_RED, STYLE_GREEN, STYLE_MAGENTA,       \
      STYLE_BLUE, 0, STYLE_DIM)                                                                    \
    X(SCHEME_CONTRAST, "contrast", "bold, and nothing is dim", STYLE_RED, STYLE_GREEN,             \
      STYLE_MAGENTA, STYLE_OWN, STYLE_BOLD, STYLE_DIM)                                             \
    X(SCHEME_SAFE, "safe",                                                                         \
      "orange and light blue, which every eye tells apart, for red and green", STYLE_ORANGE,       \
      STYLE_SKY, STYLE_MAGENTA, STYLE_OWN, 0, 0)                                                   \
    X(SCHEME_MONO, "mono", "no colours", STYLE_OWN, STYLE_OWN, STYLE_OWN, STYLE_OWN, 0, 0)

enum scheme {
#define X(scheme, name, text, red, green, magenta, cyan, added, removed) scheme,
    SCHEME_LIST(X)
#undef X
        SCHEME_COUNT
};

/* By name; SCHEME_COUNT: there is none. */
enum scheme theme_find(const char *name) __attribute__((nonnull(1)));
/* wanted is used where there may be colours. no_color is the environment's NO_COLOR, or NULL; it
 * counts when it is not empty and the user did not ask for colour. */
enum scheme theme_choose(enum scheme wanted, enum ui_color color, const char *no_color,
                         bool terminal_has_colors);

struct style theme_style(enum scheme scheme, enum role role);
/* What a legend says of the role; NULL: nothing. */
const char *theme_text(enum role role);

#endif
