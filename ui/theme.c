#include "ui/theme.h"

#include <stddef.h>

static const struct style styles[SCHEME_COUNT][ROLE_COUNT] = {
#define X(role, text, color, attributes, mono) [role] = {color, attributes},
    [SCHEME_DEFAULT] = {ROLE_LIST(X)},
#undef X
#define X(role, text, color, attributes, mono) [role] = {STYLE_OWN, mono},
    [SCHEME_MONO] = {ROLE_LIST(X)},
#undef X
};

static const char *const texts[ROLE_COUNT] = {
#define X(role, text, color, attributes, mono) [role] = text,
    ROLE_LIST(X)
#undef X
};

enum scheme theme_choose(enum ui_color wanted, const char *no_color, bool terminal_has_colors)
{
    bool refused = wanted == UI_COLOR_NEVER ||
                   (wanted == UI_COLOR_AUTO && no_color != NULL && no_color[0] != '\0');
    return refused || !terminal_has_colors ? SCHEME_MONO : SCHEME_DEFAULT;
}

const struct style *theme_style(enum scheme scheme, enum role role)
{
    return &styles[scheme][role];
}

const char *theme_text(enum role role)
{
    return texts[role];
}
