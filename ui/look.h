/* How everything is drawn, and whether the mouse is asked for. */
#ifndef UI_LOOK_H
#define UI_LOOK_H

#include <stdbool.h>

#include "ui/draw.h"
#include "ui/settings.h"
#include "ui/theme.h"

struct look {
    enum scheme scheme;
    enum glyphs glyphs;
    bool mouse;
};

/* What the settings say. */
struct look look_of(const struct settings *settings) __attribute__((nonnull(1)));

/* Takes it into a drawing: auto is what the locale, LC_CTYPE of which is set, can show. */
void look_draw(const struct look *look, struct draw *draw) __attribute__((nonnull(1, 2)));

#endif
