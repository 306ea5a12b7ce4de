/* A session: the memory of one plan and the threads that run it. Nothing is allocated while it
 * runs. */
#ifndef ENGINE_SESSION_H
#define ENGINE_SESSION_H

#include "engine/plan.h"
#include "engine/threads.h"

struct session;

/* The pool must have as many threads as the plan is for. Both outlive the session. */
enum status session_new(struct plan *plan, struct pool *pool, struct session **session,
                        struct error *error) __attribute__((nonnull(1, 2, 3, 4)));
void session_free(struct session *session);

/* Elements of the graph's i-th input (to be filled before each run) and output (valid until the
 * next run). */
void *session_input(struct session *session, int i) __attribute__((returns_nonnull, nonnull(1)));
const void *session_output(const struct session *session, int i)
    __attribute__((returns_nonnull, nonnull(1)));

/* States begin with their initial values, and keep from run to run what nodes made of them. */
void session_run(struct session *session) __attribute__((nonnull(1)));
/* Whether all operands of the latest run had a result; else STATUS_FORMAT with the node whose did
 * not, and the outputs mean nothing. */
enum status session_check(const struct session *session, struct error *error)
    __attribute__((nonnull(1, 2)));
/* Begins another sequence: states have their initial values in the next run. */
void session_reset(struct session *session) __attribute__((nonnull(1)));

/* From now on the threads share every stage, whatever that costs (cost.h): so that tests see it. */
void session_share_all(struct session *session) __attribute__((nonnull(1)));

/* Called after each step with the elements of each of its outputs, and before the first step with
 * each source of the graph: for calibration and for looking into a network. NULL ends it. */
typedef void session_observer(void *context, int tensor, const void *elements);
void session_observe(struct session *session, session_observer *observer, void *context)
    __attribute__((nonnull(1)));

/* Called before the first step of a run, with -1, and after each step, with its number: to time
 * them. Of steps that take turns (band.h) it is called after each turn: the time of a step is the
 * sum of its turns. NULL ends it. */
typedef void session_watcher(void *context, int step);
void session_watch(struct session *session, session_watcher *watcher, void *context)
    __attribute__((nonnull(1)));

#endif
