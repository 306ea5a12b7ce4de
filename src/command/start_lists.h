/* What the start screen lists: models and profiles of a folder, shipped profiles, and the journals
 * of the state folder. No model is read in this process, and what takes time is found out bit by
 * bit, while the screen is shown. */
#ifndef COMMAND_START_LISTS_H
#define COMMAND_START_LISTS_H

#include "base/error.h"
#include "command/start_items.h"

/* What the start screen is about. */
struct start_place {
    const char *folder;
    bool is_of_journals;     /* whose runs are listed, and nothing else */
    bool has_above;          /* the folder above it leads back */
    const char *model;       /* whose form is shown at first; NULL: none is */
    struct start_form *form; /* what the user entered into it, if he did; outlives the lists */
};

/* STATUS_IO: the folder cannot be read. Released in any case. */
enum status start_lists_init(struct start_lists *lists, const struct start_place *place,
                             struct error *error) __attribute__((nonnull(1, 2, 3)));
void start_lists_release(struct start_lists *lists) __attribute__((nonnull(1)));

#endif
