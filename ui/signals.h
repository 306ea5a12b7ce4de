/* Signals as something to poll: handlers write into a pipe, the loop reads it. A pipe and not a
 * signalfd, because that wants the signals blocked, and a blocked signal stays blocked in the
 * worker processes that are started meanwhile. */
#ifndef UI_SIGNALS_H
#define UI_SIGNALS_H

#include "base/error.h"

enum signal_bit {
    SIGNALS_QUIT = 1, /* SIGINT, SIGTERM, SIGHUP, SIGQUIT */
    SIGNALS_RESIZED = 2,
    SIGNALS_SUSPEND = 4,   /* SIGTSTP from elsewhere */
    SIGNALS_CONTINUED = 8, /* the shell may have changed the terminal meanwhile */
};

enum status signals_open(struct error *error) __attribute__((nonnull(1)));
/* Puts the handlers back that were there before. */
void signals_close(void);

/* Polls readable when signals came. */
int signals_descriptor(void);
/* What came since the last call: bits of enum signal_bit. */
unsigned signals_take(void);

/* Stops this process as Ctrl-Z does; returns when it goes on. */
void signals_suspend(void);

#endif
