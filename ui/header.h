/* The lines above the table: what runs where, how far it is, and what to ship. */
#ifndef UI_HEADER_H
#define UI_HEADER_H

#include "ui/ui.h"

/* Into the lines that the layout gives. */
void header_draw(struct ui *ui, const struct draw *draw, const struct layout *layout)
    __attribute__((nonnull(1, 2, 3)));

#endif
