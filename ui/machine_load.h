/* The load of this machine while a run goes on, as the machine's page says it. */
#ifndef UI_MACHINE_LOAD_H
#define UI_MACHINE_LOAD_H

#include "ui/ui.h"

/* All units: "1.1 of 2 units compute"; or why there is no live load. */
void machine_load_print(struct ui *ui, struct text *out) __attribute__((nonnull(1, 2)));
/* Those of a list ("0-3,8"), a glyph and, where they are few, a share each; nothing where none is
 * known. */
void machine_load_print_units(const struct ui *ui, const char *units, const struct draw *draw,
                              struct text *out) __attribute__((nonnull(1, 2, 3, 4)));

#endif
