/* The threads that share the work of quantizing. What comes out does not depend on how many there
 * are: each run of a sample is one thread's, and sums are taken in the order of the runs. */
#ifndef QUANTIZE_CREW_H
#define QUANTIZE_CREW_H

#include "engine/session.h"

/* From now on quantizing takes a thread on each unit of the placement, 16 at most, of which the
 * caller is one, bound to the first. A process has one crew; without it, and where threads cannot
 * be bound, the caller is alone. */
void crew_hire(const struct placement *placement) __attribute__((nonnull(1)));
void crew_dismiss(void);

/* The caller and the others. */
int crew_threads(void);
/* All of them; NULL: there is no crew. */
struct pool *crew_pool(void);

/* A graph that each of the crew runs by itself, in a session of its own. */
struct crew_graph {
    struct plan *plan;
    int count; /* threads */
    struct pool **pools;
    struct session **sessions;
};

/* The options are for one thread; the graph must outlive the result, which is to be closed in any
 * case. */
enum status crew_open(const struct graph *graph, const struct plan_options *options,
                      struct crew_graph *opened, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));
void crew_close(struct crew_graph *opened) __attribute__((nonnull(1)));

/* One of several runs, in the session of a thread. */
typedef enum status crew_task(void *context, struct session *session, int thread, size_t run,
                              struct error *error);

/* Has the crew do so many runs, in any order; the error is that of the first that fails. */
enum status crew_run(const struct crew_graph *opened, crew_task *task, void *context, size_t runs,
                     struct error *error) __attribute__((nonnull(1, 2, 5)));

#endif
