/* The last line: the keys that work now. */
#ifndef UI_FOOTER_H
#define UI_FOOTER_H

#include "ui/ui.h"

void footer_draw(const struct ui *ui, const struct draw *draw, struct rect area)
    __attribute__((nonnull(1, 2)));

#endif
