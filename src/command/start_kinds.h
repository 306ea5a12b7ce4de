/* What the start screen lists, kind by kind. */
#ifndef COMMAND_START_KINDS_H
#define COMMAND_START_KINDS_H

#include "command/start_items.h"

/* Models and what might become some, and first a model that is named, if one is: where the folder
 * does not list it. */
void start_list_models(struct start_lists *lists, const char *folder, const char *model)
    __attribute__((nonnull(1, 2)));
/* Folders in the folder that hold models, and the one above where the user came from there. */
void start_list_folders(struct start_lists *lists, const char *folder, bool has_above)
    __attribute__((nonnull(1, 2)));
/* Begins to find out what the model is; without a worker its item says why. */
void start_ask_model(struct start_lists *lists, size_t item) __attribute__((nonnull(1)));
/* Takes the answer about the model that was asked for; false: it is not there yet. */
bool start_hear_model(struct start_lists *lists) __attribute__((nonnull(1)));

/* Shipped profiles, the default one first, and those of the folder. */
void start_list_profiles(struct start_lists *lists, const char *folder)
    __attribute__((nonnull(1, 2)));
void start_look_at_profile(struct start_lists *lists, size_t item) __attribute__((nonnull(1)));

/* The newest journals of a folder; NULL: of the state folder. */
void start_list_journals(struct start_lists *lists, const char *folder) __attribute__((nonnull(1)));
void start_look_at_journal(struct start_lists *lists, size_t item) __attribute__((nonnull(1)));

#endif
