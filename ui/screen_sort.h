/* A list of columns to sort by, over the table. Its first line is the order of the trials. */
#ifndef UI_SCREEN_SORT_H
#define UI_SCREEN_SORT_H

#include "ui/ui.h"

/* An action: sorts by the line that is chosen, and goes back to the table. */
unsigned sort_screen_choose(struct ui *ui, int argument) __attribute__((nonnull(1)));
/* Another: takes its column as the second one. */
unsigned sort_screen_choose_then(struct ui *ui, int argument) __attribute__((nonnull(1)));

#endif
