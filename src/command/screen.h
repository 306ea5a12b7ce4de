/* What the commands that open the screen share. */
#ifndef COMMAND_SCREEN_H
#define COMMAND_SCREEN_H

#include <stdbool.h>

#include "command/options.h"
#include "ui/app.h"

/* Whether this program has the screen and a person sits at both ends. */
bool screen_is_possible(void);

/* What the options of group_screen say; results, runner and journal are left to the caller. */
enum status screen_options(const struct arguments *arguments, struct ui_options *options,
                           struct error *error) __attribute__((nonnull(1, 2, 3)));

/* Prints the screen that is asked for once, as large as --size says. STATUS_INVALID: there is no
 * such size, or no such screen. */
enum status screen_print(const struct arguments *arguments, const struct ui_options *ui,
                         struct error *error) __attribute__((nonnull(1, 2, 3)));

#endif
