/* What sharing work costs on these processing units. */
#include <unistd.h>

#include "engine/pool.h"
#include "engine/rest.h"

/* Each of the two takes half a millisecond at most, and far less where nothing disturbs. */
#define NANOSECONDS_MAX 500000
/* Of the times of so many rounds the least counts: what is more is somebody else's doing. */
#define AWAKE_ROUNDS 32
#define SLEEP_ROUNDS 3

/* Looking for as long as a wake-up takes costs at most twice what the better of looking and
 * sleeping would have, whenever the round comes. */
#define SPIN_LEAST 10000
#define SPIN_MOST  100000

/* From what a thread does last to its sleep, and more. */
#define SETTLING 20000

/* Taken where threads did not come in time. */
#define USUAL_ROUND 1000
#define USUAL_WAKE  50000

/* Taken where threads share processing units, and nothing that is measured would come again: a
 * thread must leave its unit before another one can go on. */
#define CROWDED_ROUND 20000.0
#define CROWDED_WAKE  50000.0

/* Processing units that the threads have for themselves. */
static int count_units(const struct pool *pool)
{
    int count = 0;
    if (!binding_is_real())
        return (int)sysconf(_SC_NPROCESSORS_ONLN);
    for (int i = 0; i < pool->n_threads; i++) {
        int k = 0;
        while (pool->pus[k] != pool->pus[i])
            k++;
        count += k == i;
    }
    return count;
}

struct meeting {
    atomic_uint here;
    unsigned all;
    long end;
};

/* Each thread has an item, and waits for those of all others. */
static void meet(void *context, size_t first, size_t last, int thread)
{
    struct meeting *meeting = context;
    unsigned here = atomic_fetch_add(&meeting->here, (unsigned)(last - first)) + 1;
    (void)thread;
    while (here < meeting->all && rest_clock() < meeting->end)
        here = atomic_load(&meeting->here);
}

/* The time of a round; NANOSECONDS_MAX: threads did not come before the end. */
static long time_round(struct pool *pool, long end)
{
    struct meeting meeting = {.all = (unsigned)pool->n_threads, .end = end};
    long begin = rest_clock();
    pool_run(pool, meet, &meeting, meeting.all, true);
    long now = rest_clock();
    return now < end ? now - begin : NANOSECONDS_MAX;
}

static void wait_for_sleep(struct pool *pool, long end)
{
    while (atomic_load(&pool->sleepers) < (unsigned)pool->n_started && rest_clock() < end)
        continue;
    for (long now = rest_clock(); rest_clock() < now + SETTLING;)
        continue;
}

static long least_time(struct pool *pool, int rounds, bool sleeps, long usual)
{
    long least = NANOSECONDS_MAX, end = rest_clock() + NANOSECONDS_MAX;
    for (int i = 0; i < rounds && rest_clock() < end; i++) {
        if (sleeps)
            wait_for_sleep(pool, end);
        long time = time_round(pool, end);
        least = time < least ? time : least;
    }
    return least < NANOSECONDS_MAX ? least : usual;
}

void pool_measure(struct pool *pool)
{
    pool->costs = (struct pool_costs){CROWDED_ROUND, CROWDED_WAKE};
    if (pool->n_threads == 1 || count_units(pool) < pool->n_threads)
        return;
    long wake = least_time(pool, SLEEP_ROUNDS, true, USUAL_WAKE);
    long spin = wake < SPIN_LEAST ? SPIN_LEAST : wake < SPIN_MOST ? wake : SPIN_MOST;
    atomic_store(&pool->spin, spin);
    pool->costs.wake = (double)wake;
    pool->costs.round = (double)least_time(pool, AWAKE_ROUNDS, false, USUAL_ROUND);
}
