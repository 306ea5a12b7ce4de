/* The start screen, and what is opened from it. */
#ifndef COMMAND_START_H
#define COMMAND_START_H

#include "command/command.h"

/* Shows what there is to measure in the folder, and what was measured, and opens what the user
 * chooses, until he ends the program; the form of the model first, unless that is NULL. Of the
 * arguments, those of group_screen count. */
enum exit_status start_show(const struct arguments *arguments, const char *folder,
                            const char *model) __attribute__((nonnull(1, 2)));

/* Prints the same screen once, as --size has it. */
enum exit_status start_print(const struct arguments *arguments, const char *folder,
                             const char *model) __attribute__((nonnull(1, 2)));

#endif
