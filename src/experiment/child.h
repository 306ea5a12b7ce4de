/* One worker process as its parent sees it: started, spoken to line by line, killed and reaped. */
#ifndef EXPERIMENT_CHILD_H
#define EXPERIMENT_CHILD_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/text.h"
#include "experiment/handover.h"

struct child {
    pid_t pid;         /* 0: none */
    int socket;        /* non-blocking; -1: none */
    int log;           /* what it wrote to stderr; -1: none */
    struct text heard; /* bytes that have not been taken yet */
    size_t taken;      /* how many of them have been by now */
    size_t searched;   /* no line ends before this one */
};

void child_init(struct child *child) __attribute__((nonnull(1)));

/* Starts this very program as `quantop worker` with the files at the descriptors that work.h
 * names. The worker dies with this process. STATUS_SYSTEM: it could not be started. */
enum status child_start(struct child *child, const struct handover *files, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
bool child_is_alive(const struct child *child) __attribute__((nonnull(1)));

/* Sends one line. False when the worker is gone. Takes over the reference. */
bool child_send(struct child *child, json_t *message) __attribute__((nonnull(1, 2)));

enum child_state { CHILD_QUIET, CHILD_SPOKE, CHILD_GONE };
/* Reads once what has arrived, so that one that never stops talking holds nobody up. CHILD_GONE:
 * it has ended, or sends what can be no event. */
enum child_state child_listen(struct child *child) __attribute__((nonnull(1)));
/* Takes the next whole line of what was heard: a new reference in *message, NULL when it is not a
 * line of JSON. False: there is none. */
bool child_take(struct child *child, json_t **message) __attribute__((nonnull(1, 2)));

/* Waits up to so many seconds for the next message; false: the worker is gone, silent, or says what
 * is no line of JSON. */
bool child_await(struct child *child, double seconds, json_t **message)
    __attribute__((nonnull(1, 3)));

void child_kill(struct child *child) __attribute__((nonnull(1)));
/* Reaps it, killing it if it does not end by itself soon, and says in reason (which may be NULL)
 * how it ended: "the worker was killed by signal 9 (Killed)". */
void child_end(struct child *child, char *reason, size_t size) __attribute__((nonnull(1)));

#endif
