/* When actions can be done. */
#ifndef UI_CONDITIONS_H
#define UI_CONDITIONS_H

#include "ui/ui.h"

/* Why a condition is not met, for people; NULL when it is. */
const char *condition_refusal(const struct ui *ui, enum condition condition)
    __attribute__((nonnull(1)));

#endif
