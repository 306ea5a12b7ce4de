/* The lines above the table: what runs where, how far it is, and what to ship. */
#ifndef UI_HEADER_H
#define UI_HEADER_H

#include "ui/ui.h"

/* Into the lines that the layout gives. selected: the row whose model the message is about; NULL:
 * none. */
void header_draw(struct ui *ui, const struct row *selected, const struct draw *draw,
                 const struct layout *layout) __attribute__((nonnull(1, 3, 4)));

/* Whether some meter is drawn with large digits, where there is room. */
bool header_wants_digits(const struct ui *ui) __attribute__((nonnull(1)));

#endif
