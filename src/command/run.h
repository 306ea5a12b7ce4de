/* Measuring without a screen, as several commands do it. */
#ifndef COMMAND_RUN_H
#define COMMAND_RUN_H

#include "command/launch.h"

/* Ends the command when all is measured, or was stopped: writes what it is for. */
typedef enum status run_finisher(const struct arguments *arguments, struct launch *launch,
                                 struct error *error);

/* Measures what the arguments say, with a line of progress on standard error, and the table and its
 * notes on standard output if that is wanted and nobody else writes there. */
enum exit_status run_measure(const struct arguments *arguments, bool shows_table,
                             run_finisher *finish) __attribute__((nonnull(1, 3)));

#endif
