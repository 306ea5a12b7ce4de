/* What each action of the key table does. */
#ifndef UI_ACTIONS_H
#define UI_ACTIONS_H

#include "ui/ui.h"

/* Does it, or says why its condition is not met. clicked is what a click was on, 0 for keys.
 * Returns bits of enum need. */
unsigned action_do(struct ui *ui, const struct key_binding *binding, int clicked)
    __attribute__((nonnull(1, 2)));

/* Why a condition is not met, for people; NULL when it is. */
const char *condition_refusal(const struct ui *ui, enum condition condition)
    __attribute__((nonnull(1)));

#endif
