/* Writing settings: into the configuration, which is somebody's own text, and what is kept of the
 * session. */
#ifndef UI_SETTINGS_SAVE_H
#define UI_SETTINGS_SAVE_H

#include "ui/settings.h"

/* Puts what was set on the screen into the configuration, and nothing else: its comments, its
 * order and what is not known here stay as they are. The names of what was saved, with commas, go
 * to *said. Afterwards nothing is left to be saved. STATUS_INVALID: there is no configuration to
 * write, or nothing was set, or the text has a form in which a value cannot be replaced; STATUS_IO:
 * it cannot be read or written. Nothing is written then. */
enum status settings_save(struct settings *settings, struct text *said, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* Keeps values for the next session, and for the next screens of this one; NULL: as it was kept
 * before. Nothing is written where all are as they were. */
enum status settings_keep(struct settings *settings, const char *const values[SETTING_COUNT],
                          struct error *error) __attribute__((nonnull(1, 2, 3)));

#endif
