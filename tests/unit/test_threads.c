/* The pool of threads: each item is done once, by whoever has time, however the threads wait; and
 * what is worth sharing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/cost.h"
#include "engine/shares.h"
#include "engine/threads.h"
#include "graph_harness.h"
#include "node_harness.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define ITEMS_MAX     3000

/* How often each item was done. */
struct work {
    atomic_int done[ITEMS_MAX];
    int n_threads;
};

static void do_items(void *context, size_t first, size_t last, int thread)
{
    struct work *work = context;
    assert_in_range(thread, 0, work->n_threads - 1);
    assert_true(first < last);
    for (size_t i = first; i < last; i++)
        atomic_fetch_add(&work->done[i], 1);
}

static const size_t counts[] = {0, 1, 2, 3, 4, 5, 7, 8, 16, 31, 100, 999, ITEMS_MAX};

static void every_item_is_done_once(void **state)
{
    static struct work work;
    (void)state;
    for (int threads = 1; threads <= 9; threads++) {
        struct pool *pool = harness_pool(threads);
        assert_int_equal(pool_threads(pool), threads);
        work.n_threads = threads;
        for (size_t c = 0; c < 2 * LENGTH(counts); c++) {
            size_t items = counts[c / 2];
            memset(work.done, 0, sizeof(work.done));
            pool_run(pool, do_items, &work, items, c % 2 == 0);
            for (size_t i = 0; i < ITEMS_MAX; i++)
                assert_int_equal(work.done[i], i < items);
        }
        pool_free(pool);
    }
}

/* Rounds in quick succession find the threads looking, others find them asleep. */
static void threads_wake_up_every_time(void **state)
{
    static struct work work = {.n_threads = 3};
    struct pool *pool = harness_pool(3);
    (void)state;
    for (int round = 1; round <= 60; round++) {
        if (round % 6 == 0)
            usleep(1000);
        pool_run(pool, do_items, &work, 30, round % 12 != 0);
        for (size_t i = 0; i < 30; i++)
            assert_int_equal(work.done[i], round);
    }
    pool_free(pool);
    pool_free(NULL);
}

/* More threads than there are processing units. */
static void crowded_threads_come_to_an_end(void **state)
{
    static struct work work = {.n_threads = HARNESS_THREADS_MAX};
    struct pool *pool = harness_pool(HARNESS_THREADS_MAX);
    (void)state;
    for (int round = 1; round <= 2000; round++)
        pool_run(pool, do_items, &work, 64, round % 2 == 0);
    for (size_t i = 0; i < 64; i++)
        assert_int_equal(work.done[i], 2000);
    pool_free(pool);
}

/* Sleeping threads end, too, and those that have hardly begun. */
static void pools_are_freed_at_any_time(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        struct pool *pool = harness_pool(1 + i % 5);
        if (i % 2 == 0)
            usleep(500);
        pool_free(pool);
    }
}

/* Items of which the first ends when all others have. */
struct late {
    atomic_size_t done;
    size_t others;
};

static void do_late_items(void *context, size_t first, size_t last, int thread)
{
    struct late *late = context;
    (void)thread;
    for (size_t i = first; i < last; i++) {
        while (i == 0 && atomic_load(&late->done) < late->others)
            usleep(10);
        atomic_fetch_add(&late->done, i != 0);
    }
}

/* Of a thread that is slow, the others do what it has not begun: the test would not end else. */
static void nobody_waits_for_a_slow_thread(void **state)
{
    (void)state;
    for (int threads = 2; threads <= 5; threads++) {
        struct pool *pool = harness_pool(threads);
        struct late late = {.others = 4 * (size_t)threads - 1};
        pool_run(pool, do_late_items, &late, late.others + 1, true);
        assert_int_equal(late.done, late.others);
        pool_free(pool);
    }
}

static void count_calls(void *context, size_t first, size_t last, int thread)
{
    int *calls = context;
    assert_int_equal(first, 0);
    assert_int_equal(last, 10);
    assert_int_equal(thread, 0);
    ++*calls;
}

static void one_thread_shares_nothing(void **state)
{
    struct pool *pool = harness_pool(1);
    int calls = 0;
    (void)state;
    pool_run(pool, count_calls, &calls, 10, true);
    assert_int_equal(calls, 1);
    pool_free(pool);
}

static void units_that_do_not_exist_are_an_error(void **state)
{
    int pus[] = {0, 1 << 15};
    struct placement placement = {.name = "none", .n_threads = 2, .pus = pus};
    struct error error = {0};
    struct pool *pool;
    (void)state;
    if (getenv("HWLOC_SYNTHETIC") || getenv("HWLOC_XMLFILE"))
        skip(); /* nothing is bound then */
    assert_int_equal(pool_new(&placement, &pool, &error), STATUS_SYSTEM);
    assert_string_not_equal(error.text, "");
}

/* Takes everything in the name of one thread: its own share from the front, then those of others
 * from their ends. */
static void check_shares(int threads, uint32_t count, int thread)
{
    static struct share shares[HARNESS_THREADS_MAX];
    uint64_t begin = (uint64_t)count * (uint64_t)thread / (uint64_t)threads, next = begin;
    uint64_t end = (uint64_t)count * (uint64_t)(thread + 1) / (uint64_t)threads;
    unsigned char taken[ITEMS_MAX] = {0};
    struct grains grains;
    shares_fill(shares, threads, count);
    while (shares_take(shares, threads, thread, &grains)) {
        assert_true(grains.first < grains.last);
        assert_true(grains.last <= count);
        if (next < end) {
            assert_int_equal(grains.first, next);
            next = grains.last;
        }
        for (uint32_t i = grains.first; i < grains.last; i++)
            assert_int_equal(taken[i]++, 0);
    }
    assert_int_equal(next, end);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(taken[i], 1);
}

static void threads_begin_with_their_own_share(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 7; threads++)
        for (size_t c = 0; c < LENGTH(counts); c++)
            for (int thread = 0; thread < threads; thread++)
                check_shares(threads, (uint32_t)counts[c], thread);
}

/* A large product behind a small sum. */
static struct graph *small_and_large(void)
{
    struct graph *graph = graph_new("small and large");
    int in = harness_tensor(graph, TYPE_F32, SHAPE(64, 32), 0.0f, 0);
    int sum = harness_node(graph, OP_ADD, (int[]){in, in}, 2, NULL, TYPE_F32, 0.0f, 0);
    int product = harness_node(graph, OP_BATCH_MATMUL,
                               (int[]){sum, harness_tensor(graph, TYPE_F32, SHAPE(32, 4096), 0, 0)},
                               2, NULL, TYPE_F32, 0.0f, 0);
    graph_set_inputs(graph, (int[]){in, graph->nodes[1].inputs[1]}, 2);
    graph_set_outputs(graph, &product, 1);
    return graph;
}

static void what_gains_less_than_it_costs_is_not_shared(void **state)
{
    const struct plan_options options = {.threads = 2, .isa = isa_best()};
    struct graph *graph = small_and_large();
    struct plan *plan;
    struct error error = {0};
    struct sharing sharing[2];
    (void)state;
    assert_int_equal(plan_new(graph, &options, &plan, &error), STATUS_OK);
    assert_int_equal(plan_steps(plan), 2);
    int last = plan->steps[1].call.n_stages - 1;
    cost_share(plan, 2, &(struct pool_costs){2000.0, 5000.0}, sharing);
    assert_false(sharing[0].is_shared[0]);
    assert_true(sharing[1].is_shared[last]);
    assert_true(sharing[1].wakes[last]);
    cost_share(plan, 2, &(struct pool_costs){2000.0, 1e9}, sharing);
    assert_true(sharing[1].is_shared[last]);
    assert_false(sharing[1].wakes[last]);
    cost_share(plan, 2, &(struct pool_costs){1e9, 1e9}, sharing);
    assert_false(sharing[1].is_shared[last]);
    cost_share(plan, 1, &(struct pool_costs){0.0, 0.0}, sharing);
    assert_false(sharing[1].is_shared[last]);
    plan_free(plan);
    graph_free(graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_item_is_done_once),
        cmocka_unit_test(threads_wake_up_every_time),
        cmocka_unit_test(crowded_threads_come_to_an_end),
        cmocka_unit_test(pools_are_freed_at_any_time),
        cmocka_unit_test(nobody_waits_for_a_slow_thread),
        cmocka_unit_test(one_thread_shares_nothing),
        cmocka_unit_test(units_that_do_not_exist_are_an_error),
        cmocka_unit_test(threads_begin_with_their_own_share),
        cmocka_unit_test(what_gains_less_than_it_costs_is_not_shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
