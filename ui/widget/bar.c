#include "ui/widget/bar.h"

void bar_draw(const struct draw *draw, struct rect area, double fraction)
{
    /* The last block is drawn in eighths where there are glyphs for that. */
    static const char *const parts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
    if (!(fraction > 0.0))
        fraction = 0.0;
    if (fraction > 1.0)
        fraction = 1.0;
    int eighths = (int)(fraction * 8.0 * area.width);
    for (int x = 0; x < area.width; x++) {
        int part = eighths - 8 * x;
        part = part > 8 ? 8 : part;
        if (draw->ascii && part > 0 && part < 8)
            part = 0;
        if (part > 0)
            draw_text(draw, area, 0, x, ROLE_BAR, draw->ascii ? "#" : parts[part]);
        else
            draw_text(draw, area, 0, x, ROLE_RULE, draw_symbol(draw, SYMBOL_BAR_EMPTY));
    }
}
