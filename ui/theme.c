#include "ui/theme.h"

#include <stddef.h>
#include <string.h>

struct scheme_row {
    const char *name;
    enum style_color colors[STYLE_COLOR_COUNT]; /* in the place of those of the roles */
    unsigned added, removed;                    /* attributes */
};

static const struct scheme_row schemes[SCHEME_COUNT] = {
#define X(scheme, name, text, red, green, magenta, cyan, added, removed)                           \
    [scheme] = {name,                                                                              \
                {[STYLE_RED] = red,                                                                \
                 [STYLE_GREEN] = green,                                                            \
                 [STYLE_MAGENTA] = magenta,                                                        \
                 [STYLE_CYAN] = cyan},                                                             \
                added,                                                                             \
                removed},
    SCHEME_LIST(X)
#undef X
};

/* Of the default scheme, and the attributes without colours. */
static const struct role_row {
    struct style style;
    unsigned mono;
} roles[ROLE_COUNT] = {
#define X(role, text, color, attributes, mono) [role] = {{color, attributes}, mono},
    ROLE_LIST(X)
#undef X
};

static const char *const texts[ROLE_COUNT] = {
#define X(role, text, color, attributes, mono) [role] = text,
    ROLE_LIST(X)
#undef X
};

enum scheme theme_find(const char *name)
{
    enum scheme scheme = 0;
    while (scheme < SCHEME_COUNT && strcmp(schemes[scheme].name, name) != 0)
        scheme++;
    return scheme;
}

enum scheme theme_choose(enum scheme wanted, enum ui_color color, const char *no_color,
                         bool terminal_has_colors)
{
    bool refused = color == UI_COLOR_NEVER ||
                   (color == UI_COLOR_AUTO && no_color != NULL && no_color[0] != '\0');
    return refused || !terminal_has_colors ? SCHEME_MONO : wanted;
}

struct style theme_style(enum scheme scheme, enum role role)
{
    struct style style = roles[role].style;
    bool is_colored = style.color != STYLE_OWN;
    if (scheme == SCHEME_MONO)
        return (struct style){STYLE_OWN, roles[role].mono};
    style.color = schemes[scheme].colors[style.color];
    style.attributes &= ~schemes[scheme].removed;
    style.attributes |= is_colored ? schemes[scheme].added : 0;
    return style;
}

const char *theme_text(enum role role)
{
    return texts[role];
}
