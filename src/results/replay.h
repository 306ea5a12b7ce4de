/* A run played again: the events of its journal are given to results when a clock that goes faster
 * or slower than real time reaches their own times.
 *
 * Events that say no time come with those before them. A journal of which no event says any is
 * paced by its rounds, each of which is a second. */
#ifndef RESULTS_REPLAY_H
#define RESULTS_REPLAY_H

#include <stdbool.h>

#include "results/journal.h"

/* Seconds of the run in one of real time. */
#define REPLAY_SLOWEST 0.125
#define REPLAY_FASTEST 1024.0
/* One of real time counts at most so many seconds at once: a program that was suspended goes on
 * where it was. */
#define REPLAY_STEP_MAX 2.0

struct replay;

/* Reads the journal once to know how long it takes. speed is brought into range. STATUS_IO: it
 * cannot be read; lines that are no events are skipped. Closed with replay_close. */
enum status replay_open(const char *path, double speed, struct replay **replay, struct error *error)
    __attribute__((nonnull(1, 3, 4)));
void replay_close(struct replay *replay);

/* One more event, which is applied behind the last one; NULL: none is. */
void replay_end_with(struct replay *replay, json_t *event) __attribute__((nonnull(1)));
/* From the first event on, into the results, which are emptied. STATUS_IO: the journal cannot be
 * read any more, and all is as it was. */
enum status replay_restart(struct replay *replay, struct results *results, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* Applies what is due. now: seconds of a monotonic clock; the first call starts at the time of the
 * first event. Events that results refuse are skipped. STATUS_IO: the rest cannot be read, and the
 * replay is over. */
enum status replay_advance(struct replay *replay, double now, struct results *results,
                           struct error *error) __attribute__((nonnull(1, 3, 4)));
/* Seconds of real time until there is more to apply; negative: never, as things stand. */
double replay_wait(const struct replay *replay) __attribute__((nonnull(1)));

void replay_pause(struct replay *replay, bool paused) __attribute__((nonnull(1)));
/* Multiplies the speed, within its range. */
void replay_hurry(struct replay *replay, double factor) __attribute__((nonnull(1)));

bool replay_is_paused(const struct replay *replay) __attribute__((nonnull(1)));
/* All events were applied. */
bool replay_is_over(const struct replay *replay) __attribute__((nonnull(1)));
/* False: the journal has no times, and is paced by rounds. */
bool replay_has_times(const struct replay *replay) __attribute__((nonnull(1)));
double replay_speed(const struct replay *replay) __attribute__((nonnull(1)));
/* Seconds of the run that are played, and those that it takes. */
double replay_position(const struct replay *replay) __attribute__((nonnull(1)));
double replay_length(const struct replay *replay) __attribute__((nonnull(1)));

#endif
