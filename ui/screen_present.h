/* The page for those in the last row. */
#ifndef UI_SCREEN_PRESENT_H
#define UI_SCREEN_PRESENT_H

#include "ui/ui.h"

/* Shows one row more (1) or takes the last one away (-1). */
unsigned present_reveal(struct ui *ui, int rows) __attribute__((nonnull(1)));

#endif
