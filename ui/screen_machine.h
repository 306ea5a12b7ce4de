/* The machine: how much of its tree is shown. */
#ifndef UI_SCREEN_MACHINE_H
#define UI_SCREEN_MACHINE_H

#include "ui/ui.h"

/* Shows one more level of the tree (1), one less (-1), or all (0). An action; returns bits of enum
 * loop_request. */
unsigned machine_levels(struct ui *ui, int step) __attribute__((nonnull(1)));

#endif
