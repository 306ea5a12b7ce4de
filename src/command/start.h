/* The start screen, and what is opened from it. */
#ifndef COMMAND_START_H
#define COMMAND_START_H

#include "command/command.h"
#include "command/start_lists.h"

/* Shows what there is to measure at the place, and what was measured, and opens what the user
 * chooses, until he ends the program; the form of the place's model first, if it has one. Of the
 * place, its form and has_above are not looked at; of the arguments, those of group_screen count.
 */
enum exit_status start_show(const struct arguments *arguments, const struct start_place *place)
    __attribute__((nonnull(1, 2)));

/* Prints the same screen once, as --size has it. */
enum exit_status start_print(const struct arguments *arguments, const struct start_place *place)
    __attribute__((nonnull(1, 2)));

#endif
