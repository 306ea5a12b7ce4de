/* What standard output is: for tables that fit, and for the choice between screen and plain text.
 */
#ifndef COMMAND_TERMINAL_H
#define COMMAND_TERMINAL_H

#include <stdbool.h>

#include "base/text.h"
#include "report/report.h"

/* Width, encoding and boldness of standard output; no limits unless it is a terminal. */
struct table_style terminal_style(void);
/* Whether a person sits at both ends, at a terminal that can place its cursor. */
bool terminal_is_interactive(void);
/* Writes the text to standard output at once and empties it. */
void terminal_print(struct text *text) __attribute__((nonnull(1)));
/* The lines above a table: the run's title and the machine. */
void terminal_print_heading(const struct run_info *run) __attribute__((nonnull(1)));

#endif
