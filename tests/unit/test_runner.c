/* The runner with workers that misbehave: each costs its own row, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "experiment/work.h"
#include "measure/clock.h"
#include "quantize/doing.h"
#include "runner_harness.h"
#include "worker/messages.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ROUNDS       2

/* --- the worker's side: this program is its own worker, whose model says how it behaves --- */

static _Noreturn void hang(void)
{
    for (;;)
        pause();
}

static void emit_block(int trial, long round)
{
    worker_emit(json_pack("{s:s, s:i, s:I, s:i, s:[i, i]}", "event", "block", "trial", trial,
                          "round", (json_int_t)round, "process", 0, "ns", 1000, 1010));
}

static void write_raw(const char *bytes)
{
    if (write(WORK_SOCKET, bytes, strlen(bytes)) < 0)
        exit(0);
}

/* What is said in the place of a block, and once no more blocks are asked for. */
static void misbehave_in_block(const char *model, int trial, long round)
{
    emit_block(strcmp(model, "thief") == 0 ? trial + 1 : trial,
               strcmp(model, "prophet") == 0 ? round + 1 : round);
    if (strcmp(model, "chatterbox") == 0) /* asleep, as it should be */
        emit_block(trial, round);
    while (strcmp(model, "babbler") == 0)
        write_raw("{}\n{}\n{}\n{}\n");
}

static void serve_blocks(const char *model, int trial)
{
    json_t *request;
    long round;
    while ((request = worker_await()) != NULL && work_asks_for_block(request, &round))
        misbehave_in_block(model, trial, round);
    if (strcmp(model, "sleeper") == 0)
        hang();
    worker_emit(json_pack("{s:s, s:i, s:i, s:f}", "event", "memory", "trial", trial, "process", 0,
                          "peak_bytes", 1e6));
}

static void emit_doing(int what, int done, int all)
{
    worker_emit(json_pack("{s:s, s:i, s:i, s:i}", "event", WORK_DOING, "doing", what, "done", done,
                          "all", all));
}

static void prepare(const char *model, int candidate)
{
    if (strcmp(model, "teller") == 0) { /* the others make no sense, and nothing is made of them */
        emit_doing(DOING_CALIBRATION, 34, 100);
        emit_doing(DOING_COUNT, 1, 2);
        emit_doing(DOING_ROUNDING, 2, 1);
        emit_doing(-1, -1, -1);
        usleep(300000);
    }
    if (strcmp(model, "mumbler") == 0)
        write_raw("no json\n");
    if (strcmp(model, "usurper") == 0)
        candidate++;
    worker_emit(json_pack("{s:s, s:i, s:i, s:i}", "event", "prepared", "candidate", candidate,
                          "bytes", 100, "nodes", 1));
}

static int act_as_worker(void)
{
    json_t *order = worker_await();
    const char *model = order ? json_string_value(json_object_get(order, "model")) : NULL;
    const char *what = order ? json_string_value(json_object_get(order, "do")) : "";
    int trial = (int)json_integer_value(json_object_get(order, "trial"));
    int candidate = (int)json_integer_value(json_object_get(order, "candidate"));
    if (model && strcmp(what, "prepare") == 0) {
        prepare(strrchr(model, '/') ? strrchr(model, '/') + 1 : model, candidate);
    } else if (model) {
        worker_emit(json_pack("{s:s, s:i, s:i, s:f, s:f}", "event", "process", "trial", trial,
                              "process", 0, "load_ms", 1.0, "first_ms", 1.0));
        serve_blocks(strrchr(model, '/') ? strrchr(model, '/') + 1 : model, trial);
    }
    json_decref(order);
    return 0;
}

/* --- the parent's side --- */

static bool stage_has(const struct runner *runner, const char *text)
{
    return strstr(runner_progress(runner).stage, text) != NULL;
}

/* What is said of a row while it is prepared, once a worker told what it is at. */
static char heard[160];

static void hear(const struct runner *runner)
{
    struct progress progress = runner_progress(runner);
    if (strstr(progress.stage, "quantizing, "))
        snprintf(heard, sizeof(heard), "%s", progress.stage);
}

/* Runs to the end; *results are then to be freed. */
static void run(const char *model, struct results **results)
{
    struct text models = {0};
    struct bench bench;
    text_printf(&models, "[before, %s, behind]", model);
    const char *const options[][2] = {
        {"models", models.bytes},
        {"modes", "[fp32]"},
        {"measure.min_rounds", "2"},
        {"measure.max_rounds", "2"},
        {"measure.process_rounds", "9"},
        {"measure.timeout_seconds", "1"},
        {NULL, NULL},
    };
    double until = clock_seconds() + 30.0;
    bool saw_timing = false, saw_warm_up = false;
    bench_open(&bench, options, "/dev/null", false);
    text_release(&models);
    *results = bench.results;
    runner_start(bench.runner);
    while (runner_running(bench.runner) && clock_seconds() < until) {
        bench_step(&bench);
        saw_timing |= stage_has(bench.runner, "before on 1: timing, round 1 of at most 2");
        saw_warm_up |= stage_has(bench.runner, "timing, round 1 of at most 2, a process warms up");
        hear(bench.runner);
    }
    assert_true(saw_timing && saw_warm_up);
    assert_true(runner_finished(bench.runner));
    bench_close(&bench);
}

/* Rows before and behind that of the model are whole, and it has the state and reason itself. */
static void expect(const char *model, enum trial_state state, const char *reason)
{
    struct results *results;
    run(model, &results);
    assert_int_equal(results_count(results), 3);
    for (int i = 0; i < 3; i++) {
        const struct row *row = results_row(results, i);
        bool is_own = i == 1;
        if (row->state != (is_own ? state : TRIAL_DONE))
            fail_msg("%s: row %d ends as %s: %s", model, i, trial_state_name(row->state),
                     row->reason);
        if (is_own && !strstr(row->reason, reason))
            fail_msg("%s: '%s' is not in '%s'", model, reason, row->reason);
        if (!is_own)
            assert_true(row->rounds.value == ROUNDS && row->peak.present);
    }
    results_free(results);
}

static void a_good_one_is_done(void **state)
{
    (void)state;
    expect("good", TRIAL_DONE, "");
}

static void what_one_is_at_is_shown(void **state)
{
    (void)state;
    heard[0] = '\0';
    expect("good", TRIAL_DONE, "");
    assert_string_equal(heard, "");
    expect("teller", TRIAL_DONE, "");
    assert_string_equal(heard, "teller fp32: quantizing, calibrating, 34 of 100");
}

static void one_that_hangs_when_it_is_to_end_keeps_its_figures(void **state)
{
    struct results *results;
    (void)state;
    expect("sleeper", TRIAL_DONE, "");
    run("sleeper", &results);
    assert_true(results_row(results, 1)->median.present);
    assert_false(results_row(results, 1)->peak.present);
    assert_non_null(strstr(results_row(results, 1)->peak.reason, "no process"));
    results_free(results);
}

static void one_that_speaks_of_another_row_loses_its_own(void **state)
{
    static const char *const models[] = {"thief", "prophet", "usurper"};
    (void)state;
    for (size_t i = 0; i < COUNT(models); i++)
        expect(models[i], TRIAL_FAILED, "unexpected message");
}

static void one_that_speaks_unasked_loses_its_row(void **state)
{
    (void)state;
    expect("chatterbox", TRIAL_FAILED, "");
    expect("babbler", TRIAL_FAILED, "");
}

static void what_is_no_json_loses_the_row(void **state)
{
    (void)state;
    expect("mumbler", TRIAL_FAILED, "unexpected message");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_one_is_done),
        cmocka_unit_test(what_one_is_at_is_shown),
        cmocka_unit_test(one_that_hangs_when_it_is_to_end_keeps_its_figures),
        cmocka_unit_test(one_that_speaks_of_another_row_loses_its_own),
        cmocka_unit_test(one_that_speaks_unasked_loses_its_row),
        cmocka_unit_test(what_is_no_json_loses_the_row),
    };
    if (argc > 1 && strcmp(argv[1], "worker") == 0)
        return act_as_worker();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
