/* What each action of the key table does. */
#ifndef UI_ACTIONS_H
#define UI_ACTIONS_H

#include "ui/ui.h"

/* Does what the key, or a click on the cell, means to the screen that has the keys, or says why it
 * cannot be done now. Both return bits of enum loop_request; 0: it means nothing there. */
unsigned action_of_key(struct ui *ui, int key) __attribute__((nonnull(1)));
unsigned action_of_click(struct ui *ui, int y, int x) __attribute__((nonnull(1)));
/* Does what a binding stands for, whatever its keys, likewise. */
unsigned action_run(struct ui *ui, const struct key_binding *binding)
    __attribute__((nonnull(1, 2)));

#endif
