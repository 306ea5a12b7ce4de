/* What the files of the pool share. */
#ifndef ENGINE_POOL_H
#define ENGINE_POOL_H

#include <pthread.h>

#include "engine/shares.h"
#include "engine/threads.h"

struct member {
    struct pool *pool;
    pthread_t thread;
    int number;
};

/* A number that threads wait for, in memory of its own. */
struct signal {
    _Alignas(64) atomic_uint value;
    unsigned char apart[SHARE_BYTES - sizeof(unsigned)];
};

struct pool {
    int n_threads;
    int *pus; /* NULL: not bound */
    struct member *members;
    int n_started;
    struct pool_costs costs;
    atomic_long spin; /* nanoseconds for which those that wait look before they sleep */

    /* The piece of work. Written while nobody has a part of it, and read by those who do. */
    pool_task *task;
    void *context;
    size_t items;
    uint32_t grains; /* that the items are dealt out in */

    struct share *shares;   /* one per thread */
    struct signal round;    /* counts pieces of work */
    struct signal left;     /* grains that are not done */
    struct signal alarm;    /* counts wake-ups; members sleep on it */
    atomic_uint sleepers;   /* members that sleep, or are about to */
    atomic_bool is_resting; /* the caller sleeps on `left`, or is about to */
    atomic_bool is_ending;
    atomic_uint ready;  /* members that have tried to bind themselves */
    atomic_int refused; /* those that could not */
};

/* Does a thread's part of every piece of work, until the pool is ending. */
void pool_serve(struct pool *pool, int thread) __attribute__((nonnull(1)));
/* Begins a round: what the pool says is to be done, or that it is ending. */
void pool_announce(struct pool *pool, bool wakes) __attribute__((nonnull(1)));

/* Finds out costs, and how long to spin. All members are ready. */
void pool_measure(struct pool *pool) __attribute__((nonnull(1)));

#endif
