/* The steps of the selected row: what each call of a kernel does, and how long it takes. */
#ifndef UI_SCREEN_STEPS_H
#define UI_SCREEN_STEPS_H

#include "ui/ui.h"

/* Actions; each returns bits of enum loop_request. */

/* In the order of the plan, or the longest first. */
unsigned steps_sort(struct ui *ui, int argument) __attribute__((nonnull(1)));

#endif
