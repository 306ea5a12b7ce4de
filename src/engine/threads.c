#include "engine/threads.h"

#include <stdlib.h>

#include "base/memory.h"
#include "engine/pool.h"
#include "engine/rest.h"

static enum status bind_member(const struct pool *pool, int thread, struct error *error)
{
    return pool->pus ? bind_thread(pool->pus[thread], error) : STATUS_OK;
}

static void *member_main(void *argument)
{
    struct member *member = argument;
    struct pool *pool = member->pool;
    struct error error;
    if (bind_member(pool, member->number, &error) != STATUS_OK)
        atomic_fetch_add(&pool->refused, 1);
    atomic_fetch_add(&pool->ready, 1);
    rest_wake(&pool->ready);
    pool_serve(pool, member->number);
    return NULL;
}

static enum status start_members(struct pool *pool, struct error *error)
{
    unsigned ready;
    for (int i = 1; i < pool->n_threads; i++) {
        struct member *member = &pool->members[i - 1];
        *member = (struct member){.pool = pool, .number = i};
        if (pthread_create(&member->thread, NULL, member_main, member) != 0)
            return error_set(error, STATUS_SYSTEM, NULL, "cannot start thread %d of %d", i,
                             pool->n_threads);
        pool->n_started++;
    }
    while ((ready = atomic_load(&pool->ready)) < (unsigned)pool->n_started)
        rest_sleep(&pool->ready, ready);
    if (atomic_load(&pool->refused) > 0)
        return error_set(error, STATUS_SYSTEM, NULL, "%d threads could not be bound",
                         atomic_load(&pool->refused));
    return STATUS_OK;
}

static void *allocate(size_t bytes)
{
    void *made = memory_try(bytes);
    if (!made)
        memory_exhausted(bytes);
    return made;
}

enum status pool_new(const struct placement *placement, struct pool **pool, struct error *error)
{
    int threads = placement ? placement->n_threads : 1;
    struct pool *made = allocate(sizeof(*made));
    made->n_threads = threads;
    made->members = xcalloc((size_t)threads, sizeof(*made->members));
    made->shares = allocate((size_t)threads * sizeof(*made->shares));
    if (placement) {
        made->pus = xcalloc((size_t)threads, sizeof(*made->pus));
        for (int i = 0; i < threads; i++)
            made->pus[i] = placement->pus[i];
    }
    enum status status = bind_member(made, 0, error);
    if (status == STATUS_OK)
        status = start_members(made, error);
    if (status != STATUS_OK) {
        pool_free(made);
        return status;
    }
    pool_measure(made);
    *pool = made;
    return STATUS_OK;
}

void pool_free(struct pool *pool)
{
    if (!pool)
        return;
    atomic_store(&pool->is_ending, true);
    pool_announce(pool, true);
    for (int i = 0; i < pool->n_started; i++)
        pthread_join(pool->members[i].thread, NULL);
    free(pool->members);
    free(pool->shares);
    free(pool->pus);
    free(pool);
}

int pool_threads(const struct pool *pool)
{
    return pool->n_threads;
}

struct pool_costs pool_costs(const struct pool *pool)
{
    return pool->costs;
}
