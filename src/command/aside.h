/* Another command of this program, run beside this one: what it prints is heard bit by bit. */
#ifndef COMMAND_ASIDE_H
#define COMMAND_ASIDE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/text.h"

struct aside {
    pid_t pid;         /* 0: none */
    int out;           /* the reading end of its standard output and error */
    struct text heard; /* all so far; lines are printable once they are whole */
    size_t printable;  /* bytes that are */
};

/* Zeros are none. Starts `quantop` with the arguments, the last of which is followed by NULL; it
 * dies with this process. STATUS_SYSTEM: it could not be started. */
enum status aside_begin(struct aside *aside, char *const *arguments, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
/* Takes what has been printed, without waiting. False: it has ended, or there is none. */
bool aside_listen(struct aside *aside) __attribute__((nonnull(1)));
/* Ends it, if it goes on, and forgets what was heard. */
void aside_end(struct aside *aside) __attribute__((nonnull(1)));

#endif
