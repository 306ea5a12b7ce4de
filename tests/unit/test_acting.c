/* What the user does to a run while it goes on: it waits, rows are left out, measured once more and
 * added; and all of that is in the journal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "experiment/resume.h"
#include "experiment/work.h"
#include "measure/clock.h"
#include "runner_harness.h"
#include "worker/messages.h"

#define ROUNDS 12

/* --- the worker's side: fp32 takes twice as long as the others --- */

static void serve_blocks(int trial, int process, int ns)
{
    json_t *request;
    long round;
    while ((request = worker_await()) != NULL && work_asks_for_block(request, &round)) {
        json_decref(request);
        usleep(2000);
        worker_emit(json_pack("{s:s, s:i, s:I, s:i, s:[i, i]}", "event", "block", "trial", trial,
                              "round", (json_int_t)round, "process", process, "ns", ns, ns + 1));
    }
    json_decref(request);
    worker_emit(json_pack("{s:s, s:i, s:i, s:f}", "event", "memory", "trial", trial, "process",
                          process, "peak_bytes", 1e6));
}

static void work(const json_t *order)
{
    const char *what = json_string_value(json_object_get(order, "do"));
    const char *mode = json_string_value(json_object_get(order, "mode"));
    int trial = (int)json_integer_value(json_object_get(order, "trial"));
    int candidate = (int)json_integer_value(json_object_get(order, "candidate"));
    int process = (int)json_integer_value(json_object_get(order, "process"));
    bool is_fp32 = strcmp(mode, "fp32") == 0;
    if (strcmp(what, "prepare") == 0) {
        worker_emit(json_pack("{s:s, s:i, s:i, s:i}", "event", "prepared", "candidate", candidate,
                              "bytes", 100, "nodes", 1));
        return;
    }
    worker_emit(json_pack("{s:s, s:i, s:i, s:f, s:f}", "event", "process", "trial", trial,
                          "process", process, "load_ms", 1.0, "first_ms", 1.0));
    serve_blocks(trial, process, is_fp32 ? 1000 : 500);
}

static int act_as_worker(void)
{
    json_t *order = worker_await();
    if (order)
        work(order);
    json_decref(order);
    return 0;
}

/* --- the parent's side --- */

static const char *const options[][2] = {
    {"model", "net"},
    {"modes", "[fp32, w8, fp16]"},
    {"measure.min_rounds", "12"},
    {"measure.max_rounds", "12"},
    {"measure.process_rounds", "4"},
    {NULL, NULL},
};

/* Each test has a journal of its own. */
static char path[64];

static int make_path(void **state)
{
    (void)state;
    strcpy(path, "/tmp/quantop-acting-XXXXXX");
    int descriptor = mkstemp(path);
    close(descriptor);
    return descriptor < 0 || unlink(path) != 0;
}

static int remove_file(void **state)
{
    (void)state;
    unlink(path);
    return 0;
}

static void start(struct bench *bench)
{
    bench_open(bench, options, path, false);
    runner_start(bench->runner);
}

static const struct row *row_of(const struct bench *bench, int trial)
{
    return results_row(bench->results, trial);
}

/* Goes on until a row has so many rounds, or all is done. */
static void go_to_round(struct bench *bench, int trial, double rounds)
{
    double until = clock_seconds() + 30.0;
    while (runner_running(bench->runner) && clock_seconds() < until &&
           !(row_of(bench, trial)->rounds.value >= rounds))
        bench_step(bench);
}

static void finish(struct bench *bench)
{
    double until = clock_seconds() + 30.0;
    while (runner_running(bench->runner) && clock_seconds() < until)
        bench_step(bench);
    assert_true(runner_finished(bench->runner));
}

static bool does(struct bench *bench, struct act act)
{
    struct error error;
    return runner_act(bench->runner, &act, &error) == STATUS_OK;
}

/* What the journal tells is what this process shows; closes the bench. */
static void check_journal(struct bench *bench)
{
    struct results *read = results_new();
    struct error error;
    bench_close(bench);
    if (resume_read(path, read, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_int_equal(results_count(read), results_count(bench->results));
    for (int i = 0; i < results_count(read); i++) {
        const struct row *there = results_row(read, i), *here = results_row(bench->results, i);
        assert_int_equal(there->state, here->state);
        assert_string_equal(there->label, here->label);
        assert_string_equal(there->placement, here->placement);
        assert_string_equal(there->reason, here->reason);
        assert_true(there->rounds.value == here->rounds.value);
        assert_int_equal(there->speedup.present, here->speedup.present);
        assert_true(!here->speedup.present || there->speedup.value == here->speedup.value);
    }
    results_free(read);
    results_free(bench->results);
}

static void a_pause_begins_between_rounds_and_does_not_count(void **state)
{
    struct bench bench;
    (void)state;
    start(&bench);
    assert_false(does(&bench, (struct act){.kind = ACT_CONTINUE}));
    go_to_round(&bench, 0, 2);
    assert_true(does(&bench, (struct act){.kind = ACT_PAUSE}));
    assert_false(does(&bench, (struct act){.kind = ACT_PAUSE}));
    while (runner_pause(bench.runner) != PAUSE_BEGUN)
        bench_step(&bench);
    double rounds = row_of(&bench, 0)->rounds.value, before = results_run(bench.results)->elapsed;
    for (int i = 1; i < 3; i++)
        assert_true(row_of(&bench, i)->rounds.value == rounds);
    assert_true(results_run(bench.results)->paused && runner_running(bench.runner));
    assert_int_equal(results_progress(bench.results), RUN_IS_PAUSED);
    assert_string_equal(runner_progress(bench.runner).stage, "paused");
    for (int i = 0; i < 4; i++)
        bench_step(&bench);
    assert_true(row_of(&bench, 0)->rounds.value == rounds);
    assert_true(does(&bench, (struct act){.kind = ACT_CONTINUE}));
    assert_true(results_run(bench.results)->elapsed - before < 0.2); /* it waited for 0.4 s */
    assert_false(results_run(bench.results)->paused);
    finish(&bench);
    assert_true(row_of(&bench, 2)->rounds.value == ROUNDS);
    check_journal(&bench);
}

static void a_pause_that_has_not_begun_is_taken_back(void **state)
{
    struct bench bench;
    (void)state;
    start(&bench);
    go_to_round(&bench, 0, 2);
    assert_true(does(&bench, (struct act){.kind = ACT_PAUSE}));
    assert_int_equal(runner_pause(bench.runner), PAUSE_ASKED_FOR);
    assert_true(does(&bench, (struct act){.kind = ACT_CONTINUE}));
    assert_int_equal(runner_pause(bench.runner), PAUSE_NONE);
    finish(&bench);
    check_journal(&bench);
}

static void a_paused_run_is_stopped_and_goes_on(void **state)
{
    struct bench bench;
    (void)state;
    start(&bench);
    go_to_round(&bench, 0, 2);
    assert_true(does(&bench, (struct act){.kind = ACT_PAUSE}));
    while (runner_pause(bench.runner) != PAUSE_BEGUN)
        bench_step(&bench);
    runner_stop(bench.runner);
    assert_false(runner_running(bench.runner));
    assert_int_equal(results_progress(bench.results), RUN_WAS_STOPPED);
    assert_false(does(&bench, (struct act){.kind = ACT_PAUSE}));
    runner_start(bench.runner);
    finish(&bench);
    check_journal(&bench);
}

/* Goes on until a row is in this state. */
static void go_to_state(struct bench *bench, int trial, enum trial_state state)
{
    double until = clock_seconds() + 30.0;
    while (clock_seconds() < until && row_of(bench, trial)->state != state)
        bench_step(bench);
    assert_int_equal(row_of(bench, trial)->state, state);
}

static void a_row_that_is_skipped_before_it_begins_never_does(void **state)
{
    struct bench bench;
    (void)state;
    bench_open(&bench, options, path, false);
    assert_true(does(&bench, (struct act){.kind = ACT_SKIP, .trial = 1}));
    assert_false(does(&bench, (struct act){.kind = ACT_SKIP, .trial = 1}));
    assert_false(does(&bench, (struct act){.kind = ACT_SKIP, .trial = 3}));
    assert_false(does(&bench, (struct act){.kind = ACT_SKIP, .trial = -1}));
    runner_start(bench.runner);
    finish(&bench);
    const struct row *row = row_of(&bench, 1);
    assert_int_equal(row->state, TRIAL_SKIPPED);
    assert_string_equal(row->reason, "skipped by hand");
    assert_false(row->bytes.present || row->median.present);
    assert_string_equal(row->speedup.reason, "skipped by hand");
    assert_true(row_of(&bench, 2)->state == TRIAL_DONE && row_of(&bench, 2)->speedup.present);
    check_journal(&bench);
}

static void what_was_measured_of_a_skipped_row_stays(void **state)
{
    struct bench bench;
    (void)state;
    start(&bench);
    go_to_round(&bench, 1, 10);
    double rounds = row_of(&bench, 1)->rounds.value;
    assert_true(does(&bench, (struct act){.kind = ACT_SKIP, .trial = 1}));
    finish(&bench);
    const struct row *row = row_of(&bench, 1);
    assert_int_equal(row->state, TRIAL_SKIPPED);
    assert_true(row->rounds.value == rounds && row->median.present);
    assert_true(row->speedup.value > 1.9 && row->speedup.value < 2.1);
    assert_true(row_of(&bench, 2)->rounds.value == ROUNDS);
    assert_false(does(&bench, (struct act){.kind = ACT_SKIP, .trial = 2})); /* done */
    check_journal(&bench);
}

/* The rows that are under way are asked for, too, whatever their workers do just then. */
static void a_row_is_skipped_at_any_moment(void **state)
{
    (void)state;
    for (int steps = 1; steps < 30; steps++) {
        struct bench bench;
        start(&bench);
        for (int i = 0; i < steps; i++)
            bench_step(&bench);
        assert_true(does(&bench, (struct act){.kind = ACT_SKIP, .trial = 0}));
        finish(&bench);
        assert_int_equal(row_of(&bench, 0)->state, TRIAL_SKIPPED);
        for (int i = 1; i < 3; i++) {
            const struct row *row = row_of(&bench, i);
            assert_int_equal(row->state, TRIAL_DONE);
            assert_true(row->speedup.present == (row_of(&bench, 0)->rounds.value > 0.0));
            if (!row->speedup.present)
                assert_string_equal(row->speedup.reason, "the fp32 row was skipped by hand");
        }
        check_journal(&bench);
        unlink(path);
    }
}

/* What it takes is said before: two rows are compared with fp32. */
static void what_is_compared_with_a_row_is_counted(void **state)
{
    struct bench bench;
    struct act_cost cost;
    struct error error;
    (void)state;
    start(&bench);
    for (int i = 0; i < 3; i++) {
        const struct act act = {.kind = ACT_SKIP, .trial = i};
        assert_int_equal(runner_weigh(bench.runner, &act, &cost, &error), STATUS_OK);
        assert_int_equal(cost.compared, i == 0 ? 2 : 0);
    }
    go_to_state(&bench, 0, TRIAL_TIMING);
    runner_stop(bench.runner);
    assert_true(does(&bench, (struct act){.kind = ACT_SKIP, .trial = 2}));
    assert_true(results_run(bench.results)->stopped);
    runner_start(bench.runner);
    finish(&bench);
    check_journal(&bench);
}

int main(int argc, char **argv)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, make_path, remove_file)
    const struct CMUnitTest tests[] = {
        TEST(a_pause_begins_between_rounds_and_does_not_count),
        TEST(a_pause_that_has_not_begun_is_taken_back),
        TEST(a_paused_run_is_stopped_and_goes_on),
        TEST(a_row_that_is_skipped_before_it_begins_never_does),
        TEST(what_was_measured_of_a_skipped_row_stays),
        TEST(a_row_is_skipped_at_any_moment),
        TEST(what_is_compared_with_a_row_is_counted),
    };
    if (argc > 1 && strcmp(argv[1], "worker") == 0)
        return act_as_worker();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
