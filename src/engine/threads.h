/* A pool of threads, each bound to one processing unit, that share one piece of work at a time. */
#ifndef ENGINE_THREADS_H
#define ENGINE_THREADS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "hardware/topology.h"

struct pool;

/* Starts placement->n_threads - 1 threads and binds them and the calling thread; the caller is
 * thread 0. NULL placement: the caller alone, not bound. Where binding is refused (a synthetic
 * topology, a restricted container) that is an error. */
enum status pool_new(const struct placement *placement, struct pool **pool, struct error *error)
    __attribute__((nonnull(2, 3)));
/* Joins the threads. NULL is fine. */
void pool_free(struct pool *pool);

int pool_threads(const struct pool *pool) __attribute__((nonnull(1)));

/* What sharing costs, in nanoseconds, as it was measured when the pool was made. */
struct pool_costs {
    double round; /* handing out a piece of work and waiting for its end, while all are awake */
    double wake;  /* the same while the threads sleep */
};

struct pool_costs pool_costs(const struct pool *pool) __attribute__((nonnull(1)));

typedef void pool_task(void *context, size_t first, size_t last, int thread);

/* Gives each of 0..items-1 to one of the threads and returns when all is done. Each begins with a
 * part of its own, the same for an equal number of items, and helps others when that is done; the
 * task is called for several ranges. Threads that sleep are woken only if `wakes`, which pays where
 * much is to be done; the others do their part. Called by the thread that made the pool. */
void pool_run(struct pool *pool, pool_task *task, void *context, size_t items, bool wakes)
    __attribute__((nonnull(1, 2)));

#endif
