/* A journal on the screen. */
#ifndef COMMAND_VIEW_H
#define COMMAND_VIEW_H

#include "base/error.h"
#include "ui/app.h"

/* Shows a journal as `quantop view` does, with the screen that `ui` describes: colours, and whether
 * there is a start screen to go back to. */
enum status view_on_screen(const char *path, struct ui_options *ui, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

#endif
