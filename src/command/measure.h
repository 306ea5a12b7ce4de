/* Measuring on the screen. */
#ifndef COMMAND_MEASURE_H
#define COMMAND_MEASURE_H

#include "command/command.h"
#include "ui/app.h"

/* Measures what the arguments describe, with the screen that `ui` describes: colours, and whether
 * there is a start screen to go back to. An error: nothing could be measured, or the run broke off;
 * else *exit_status is filled. */
enum status measure_on_screen(const struct arguments *arguments, struct ui_options *ui,
                              enum exit_status *exit_status, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));

#endif
