/* The option --replay of quantop view: a run is played again on the screen. */
#ifndef COMMAND_REPLAY_H
#define COMMAND_REPLAY_H

#include <jansson.h>

#include "command/options.h"
#include "ui/options.h"

/* *speed: that the option asks for; 0: it was not given. STATUS_INVALID: it is no speed, or another
 * option asks for what is not on the screen; STATUS_UNSUPPORTED: there is no screen. */
enum status replay_check(const struct arguments *arguments, double *speed, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* Opens the screen on options->journal, which is known to be one, and plays it; then the last
 * event, unless it is NULL. */
enum status replay_show(struct ui_options *options, double speed, json_t *last, struct error *error)
    __attribute__((nonnull(1, 4)));

#endif
