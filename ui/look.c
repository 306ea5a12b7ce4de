#include "ui/look.h"

#include <langinfo.h>
#include <string.h>

static enum glyphs find_glyphs(const char *name)
{
    static const char *const names[] = {
#define X(glyphs, name) [glyphs] = name,
        GLYPHS_LIST(X)
#undef X
    };
    enum glyphs glyphs = GLYPHS_ASCII;
    while (glyphs > GLYPHS_AUTO && strcmp(names[glyphs], name) != 0)
        glyphs--;
    return glyphs;
}

struct look look_of(const struct settings *settings)
{
    const char *scheme = settings->values[SETTING_SCHEME];
    const char *glyphs = settings->values[SETTING_GLYPHS];
    const char *mouse = settings->values[SETTING_MOUSE];
    return (struct look){
        .scheme = scheme ? theme_find(scheme) : SCHEME_DEFAULT,
        .glyphs = glyphs ? find_glyphs(glyphs) : GLYPHS_AUTO,
        .mouse = mouse && setting_is_on(mouse),
    };
}

void look_draw(const struct look *look, struct draw *draw)
{
    bool is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    draw->ascii = look->glyphs == GLYPHS_ASCII || !is_utf8;
    draw->braille = look->glyphs == GLYPHS_BRAILLE && is_utf8;
}
