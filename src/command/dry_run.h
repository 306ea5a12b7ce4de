/* quantop run --dry-run: what a run would do, and whether it would work. */
#ifndef COMMAND_DRY_RUN_H
#define COMMAND_DRY_RUN_H

#include "command/command.h"

/* What the line of the estimate begins with; seconds follow. */
#define DRY_RUN_ESTIMATE "estimate: about "

/* Prints the trials, what the placements stand for, what workers find in models and data, where
 * results would go, and about how long it would take. EXIT_TROUBLE: nothing could be measured;
 * EXIT_ROWS_LOST: rows would fail. */
enum exit_status dry_run(const struct arguments *arguments) __attribute__((nonnull(1)));

#endif
