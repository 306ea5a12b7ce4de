#include "engine/pool.h"

#include "engine/rest.h"

/* Grains of a piece per thread: so small a part may be left to one thread when the others are
 * done. */
#define GRAINS_OF_THREAD 64

static size_t first_item(const struct pool *pool, uint32_t grain)
{
    size_t share = pool->items / pool->grains, rest = pool->items % pool->grains;
    return share * grain + (grain < rest ? grain : rest);
}

/* Does what there is to do for a thread. Whoever has a part of the piece may read what it is: it
 * cannot end before. */
static void do_work(struct pool *pool, int thread)
{
    struct grains taken;
    uint32_t done = 0;
    while (shares_take(pool->shares, pool->n_threads, thread, &taken)) {
        pool->task(pool->context, first_item(pool, taken.first), first_item(pool, taken.last),
                   thread);
        done += taken.last - taken.first;
    }
    if (done > 0 && atomic_fetch_sub(&pool->left.value, done) == done &&
        atomic_load(&pool->is_resting))
        rest_wake(&pool->left.value);
}

static void sleep_for_round(struct pool *pool, unsigned last)
{
    unsigned alarm = atomic_load(&pool->alarm.value);
    atomic_fetch_add(&pool->sleepers, 1);
    if (atomic_load(&pool->round.value) == last)
        rest_sleep(&pool->alarm.value, alarm);
    atomic_fetch_sub(&pool->sleepers, 1);
}

static unsigned wait_for_round(struct pool *pool, unsigned last)
{
    while (!rest_spin(&pool->round.value, last,
                      atomic_load_explicit(&pool->spin, memory_order_relaxed)))
        sleep_for_round(pool, last);
    return atomic_load(&pool->round.value);
}

void pool_serve(struct pool *pool, int thread)
{
    unsigned round = wait_for_round(pool, 0);
    while (!atomic_load(&pool->is_ending)) {
        do_work(pool, thread);
        round = wait_for_round(pool, round);
    }
}

static void wake_members(struct pool *pool)
{
    if (atomic_load(&pool->sleepers) == 0)
        return;
    atomic_fetch_add(&pool->alarm.value, 1);
    rest_wake(&pool->alarm.value);
}

/* Whoever is about to sleep sees the round, or is seen and woken. Where that does not matter the
 * caller goes on before the others' caches know of it. What a look at others follows is exchanged,
 * here and below: where QEMU emulates AArch64, loads pass the stores before them, whatever order is
 * asked for, and a thread slept for ever. */
void pool_announce(struct pool *pool, bool wakes)
{
    unsigned next = atomic_load_explicit(&pool->round.value, memory_order_relaxed) + 1;
    if (wakes) {
        atomic_exchange(&pool->round.value, next);
        wake_members(pool);
    } else {
        atomic_store_explicit(&pool->round.value, next, memory_order_release);
    }
}

static void wait_for_members(struct pool *pool)
{
    long spin = atomic_load_explicit(&pool->spin, memory_order_relaxed);
    unsigned left;
    while ((left = atomic_load_explicit(&pool->left.value, memory_order_acquire)) > 0) {
        if (rest_spin(&pool->left.value, left, spin))
            continue;
        atomic_exchange(&pool->is_resting, true);
        left = atomic_load(&pool->left.value);
        if (left > 0)
            rest_sleep(&pool->left.value, left);
        atomic_store(&pool->is_resting, false);
    }
}

void pool_run(struct pool *pool, pool_task *task, void *context, size_t items, bool wakes)
{
    unsigned others = (unsigned)pool->n_started;
    bool are_asleep = atomic_load_explicit(&pool->sleepers, memory_order_relaxed) == others;
    if (items <= 1 || others == 0 || (are_asleep && !wakes)) {
        if (items > 0)
            task(context, 0, items, 0);
        return;
    }
    size_t most = (size_t)pool->n_threads * GRAINS_OF_THREAD;
    pool->task = task;
    pool->context = context;
    pool->items = items;
    pool->grains = (uint32_t)(items < most ? items : most);
    atomic_store_explicit(&pool->left.value, pool->grains, memory_order_relaxed);
    shares_fill(pool->shares, pool->n_threads, pool->grains);
    pool_announce(pool, wakes);
    do_work(pool, 0);
    wait_for_members(pool);
}
