/* The user's configuration, as a command of his takes it. */
#ifndef COMMAND_CONFIGURATION_H
#define COMMAND_CONFIGURATION_H

#include "command/command.h"

/* Reads what the options of group_config say, for a command that has them, into
 * arguments->settings; with screens, what is kept of the last session, too. What is wrong with the
 * user's own configuration is warned of. A library that it names is put where those of the
 * environment are looked for, unless one is named there. STATUS_INVALID: options that exclude each
 * other; any other error: a configuration that an option names cannot be read. */
enum status configuration_read(const struct command *command, struct arguments *arguments,
                               struct error *error) __attribute__((nonnull(1, 2, 3)));

#endif
