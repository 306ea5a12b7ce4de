/* A worker that was asked for something while whoever asked goes on with other things: nothing here
 * waits. */
#ifndef EXPERIMENT_ASKED_H
#define EXPERIMENT_ASKED_H

#include "experiment/child.h"

struct asked {
    struct child child;
    struct handover files;
    double until; /* seconds of clock_seconds; the worker is given up then */
};

void asked_init(struct asked *asked) __attribute__((nonnull(1)));
/* Starts a worker on an order (work_encode), whose reference is taken over, for at most so many
 * seconds. Whoever was asked before is given up. STATUS_SYSTEM, STATUS_IO: it could not be
 * started. */
enum status asked_begin(struct asked *asked, json_t *order, double seconds, struct error *error)
    __attribute__((nonnull(1, 2, 4)));
/* Asks the same worker for more; false: it is gone. Takes over the reference. */
bool asked_more(struct asked *asked, json_t *request, double seconds)
    __attribute__((nonnull(1, 2)));
bool asked_is_alive(const struct asked *asked) __attribute__((nonnull(1)));

enum asked_state {
    ASKED_WAITING, /* the worker is still at it */
    ASKED_TOLD,    /* *event, a new reference, is what it said */
    ASKED_LOST,    /* it failed, crashed or was too slow: reason, printable, says how; it is gone */
};
enum asked_state asked_hear(struct asked *asked, json_t **event, char *reason, size_t size)
    __attribute__((nonnull(1, 2, 3)));
/* Ends the worker, if there is one. */
void asked_give_up(struct asked *asked) __attribute__((nonnull(1)));

/* Whether the event has that name. */
bool asked_is(const json_t *event, const char *name) __attribute__((nonnull(2)));
/* A member that is a number; NaN: it is none. */
double asked_number(const json_t *event, const char *name) __attribute__((nonnull(2)));

#endif
