/* Who writes a journal, so that readers can tell a run that goes on from one that was killed. */
#ifndef RESULTS_WRITER_H
#define RESULTS_WRITER_H

#include <jansson.h>

/* Adds this process to an event: "host", "pid", "pid_started" (clock ticks after the start of the
 * system, since process numbers are used again), "pid_space" (containers count processes on their
 * own) and "boot" (of the system, drawn at its start). What the system does not tell is left out.
 */
void writer_describe(json_t *event) __attribute__((nonnull(1)));

enum writer_state {
    WRITER_ALIVE,
    WRITER_DEAD,
    WRITER_UNKNOWN, /* on another host, in another container, or the event does not say */
};

/* Whether the process that an event describes still runs. */
enum writer_state writer_state(const json_t *event) __attribute__((nonnull(1)));

#endif
