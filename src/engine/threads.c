#include "engine/threads.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"

/* How long a thread that has nothing to do spins before it sleeps: a little more than the time
 * between two nodes of a network. */
#define SPIN_NANOSECONDS 50000
/* Looks at the flag between looks at the clock. */
#define SPIN_LOOKS 64

struct member {
    struct pool *pool;
    pthread_t thread;
    int number;
};

struct pool {
    int n_threads;
    int *pus; /* NULL: not bound */
    struct member *members;
    int n_started;

    /* The piece of work: written before the round is announced. */
    pool_task *task;
    void *context;
    size_t items;

    _Alignas(64) atomic_uint round; /* counts pieces of work; a new one starts the members */
    _Alignas(64) atomic_int busy;   /* members that have not finished it */
    _Alignas(64) atomic_int sleepers;
    atomic_bool is_ending;
    atomic_int refused; /* members that could not be bound */
    pthread_mutex_t mutex;
    pthread_cond_t wake;
};

static void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static long nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000L + now.tv_nsec;
}

/* Until the round differs from the last one; false: not within the time. */
static bool spin_for_round(struct pool *pool, unsigned last)
{
    long end = nanoseconds() + SPIN_NANOSECONDS;
    do {
        for (int i = 0; i < SPIN_LOOKS; i++) {
            if (atomic_load_explicit(&pool->round, memory_order_acquire) != last)
                return true;
            relax();
        }
    } while (nanoseconds() < end);
    return false;
}

static void sleep_for_round(struct pool *pool, unsigned last)
{
    pthread_mutex_lock(&pool->mutex);
    atomic_fetch_add(&pool->sleepers, 1);
    while (atomic_load(&pool->round) == last)
        pthread_cond_wait(&pool->wake, &pool->mutex);
    atomic_fetch_sub(&pool->sleepers, 1);
    pthread_mutex_unlock(&pool->mutex);
}

static void do_share(struct pool *pool, int thread)
{
    size_t items = pool->items, threads = (size_t)pool->n_threads, i = (size_t)thread;
    size_t share = items / threads, rest = items % threads;
    size_t first = i * share + (i < rest ? i : rest);
    size_t last = first + share + (i < rest);
    if (first < last)
        pool->task(pool->context, first, last, thread);
}

static enum status bind_member(const struct pool *pool, int thread, struct error *error)
{
    return pool->pus ? bind_thread(pool->pus[thread], error) : STATUS_OK;
}

static void *member_main(void *argument)
{
    struct member *member = argument;
    struct pool *pool = member->pool;
    struct error error;
    unsigned last = 0;
    if (bind_member(pool, member->number, &error) != STATUS_OK)
        atomic_fetch_add(&pool->refused, 1);
    for (;;) {
        if (!spin_for_round(pool, last))
            sleep_for_round(pool, last);
        last++;
        if (atomic_load(&pool->is_ending))
            return NULL;
        do_share(pool, member->number);
        atomic_fetch_sub_explicit(&pool->busy, 1, memory_order_release);
    }
}

/* Starts the members on a new round. */
static void announce(struct pool *pool)
{
    atomic_store(&pool->busy, pool->n_started);
    atomic_fetch_add(&pool->round, 1);
    if (atomic_load(&pool->sleepers) == 0)
        return;
    pthread_mutex_lock(&pool->mutex);
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
}

static void wait_for_members(struct pool *pool)
{
    while (atomic_load_explicit(&pool->busy, memory_order_acquire) > 0)
        relax();
}

void pool_run(struct pool *pool, pool_task *task, void *context, size_t items)
{
    if (pool->n_threads == 1 || items == 1) {
        if (items > 0)
            task(context, 0, items, 0);
        return;
    }
    pool->task = task;
    pool->context = context;
    pool->items = items;
    announce(pool);
    do_share(pool, 0);
    wait_for_members(pool);
}

static void do_nothing(void *context, size_t first, size_t last, int thread)
{
    (void)context, (void)first, (void)last, (void)thread;
}

static enum status start_members(struct pool *pool, struct error *error)
{
    for (int i = 1; i < pool->n_threads; i++) {
        struct member *member = &pool->members[i - 1];
        *member = (struct member){.pool = pool, .number = i};
        if (pthread_create(&member->thread, NULL, member_main, member) != 0)
            return error_set(error, STATUS_SYSTEM, NULL, "cannot start thread %d of %d", i,
                             pool->n_threads);
        pool->n_started++;
    }
    /* After a first round every member has tried to bind itself. */
    pool_run(pool, do_nothing, NULL, (size_t)pool->n_threads);
    if (atomic_load(&pool->refused) > 0)
        return error_set(error, STATUS_SYSTEM, NULL, "%d threads could not be bound",
                         atomic_load(&pool->refused));
    return STATUS_OK;
}

enum status pool_new(const struct placement *placement, struct pool **pool, struct error *error)
{
    int threads = placement ? placement->n_threads : 1;
    struct pool *made = memory_try(sizeof(*made));
    if (!made)
        memory_exhausted(sizeof(*made));
    made->n_threads = threads;
    made->members = xcalloc((size_t)threads, sizeof(*made->members));
    pthread_mutex_init(&made->mutex, NULL);
    pthread_cond_init(&made->wake, NULL);
    if (placement) {
        made->pus = xcalloc((size_t)threads, sizeof(*made->pus));
        for (int i = 0; i < threads; i++)
            made->pus[i] = placement->pus[i];
    }
    enum status status = bind_member(made, 0, error);
    if (status == STATUS_OK)
        status = start_members(made, error);
    if (status == STATUS_OK)
        *pool = made;
    else
        pool_free(made);
    return status;
}

void pool_free(struct pool *pool)
{
    if (!pool)
        return;
    atomic_store(&pool->is_ending, true);
    announce(pool);
    for (int i = 0; i < pool->n_started; i++)
        pthread_join(pool->members[i].thread, NULL);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->mutex);
    free(pool->members);
    free(pool->pus);
    free(pool);
}

int pool_threads(const struct pool *pool)
{
    return pool->n_threads;
}
