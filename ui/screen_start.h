/* The start screen: what there is to measure, and what was measured. */
#ifndef UI_SCREEN_START_H
#define UI_SCREEN_START_H

#include "ui/ui.h"

/* There is more to find out for the start's work. */
void start_screen_wake(struct ui *ui) __attribute__((nonnull(1)));

#endif
