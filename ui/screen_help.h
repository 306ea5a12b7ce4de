/* The help screen: what the keys, columns and marks mean, and a search in it. */
#ifndef UI_SCREEN_HELP_H
#define UI_SCREEN_HELP_H

#include "ui/ui.h"

/* Actions; each returns bits of enum loop_request. */
unsigned help_search(struct ui *ui, int argument) __attribute__((nonnull(1)));
/* Goes to the next line that was searched for (1), or the one before (-1). */
unsigned help_next(struct ui *ui, int step) __attribute__((nonnull(1)));

#endif
