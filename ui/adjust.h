/* Settings at work: what they do to the screens, and what the screens have come to. */
#ifndef UI_ADJUST_H
#define UI_ADJUST_H

#include "ui/ui.h"

/* Does what a value says, which is one; returns bits of enum loop_request. */
unsigned adjust(struct ui *ui, enum setting setting, const char *text)
    __attribute__((nonnull(1, 3)));
/* Gives the screens all settings, which outlive the ui; screen (NULL: none) is the page to show in
 * the place of that of the settings. What concerns tables waits where the start screen is shown. */
void adjust_begin(struct ui *ui, struct settings *settings, const char *screen)
    __attribute__((nonnull(1, 2)));
/* Says for some seconds what is wrong with the configuration (the first of it, without its folder,
 * for which there is hardly room), or that there are rows which are not shown. */
void adjust_tell(struct ui *ui) __attribute__((nonnull(1)));
/* Keeps for the next session what tells where the user was; says on standard error, which is shown
 * when the screens are closed, where that cannot be. */
void adjust_end(const struct ui *ui, const char *screen) __attribute__((nonnull(1)));

#endif
