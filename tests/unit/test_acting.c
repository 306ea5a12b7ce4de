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

#include <math.h>

#include "acting_worker.h"
#include "base/random.h"
#include "measure/clock.h"
#include "runner_harness.h"

#define ROUNDS 12

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

static const char *const with_data[][2] = {
    {"model", "net"},
    {"modes", "[fp32, w8, fp16]"},
    {"data.samples", "random:8"},
    {"measure.min_rounds", "12"},
    {"measure.max_rounds", "12"},
    {"measure.process_rounds", "4"},
    {NULL, NULL},
};

static void start(struct bench *bench)
{
    bench_open(bench, options, path, false);
    runner_start(bench->runner);
}

static const struct row *row_of(const struct bench *bench, int trial)
{
    return results_row(bench->results, trial);
}

/* Each round that counts has a block of both sides. */
static bool is_twice(const struct row *row)
{
    return row->speedup.present && fabs(row->speedup.value - 2.0) < 1e-9;
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
    bench_check(&bench, path);
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
    bench_check(&bench, path);
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
    bench_check(&bench, path);
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
    bench_check(&bench, path);
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
    assert_true(is_twice(row));
    assert_true(row_of(&bench, 2)->rounds.value == ROUNDS);
    assert_false(does(&bench, (struct act){.kind = ACT_SKIP, .trial = 2})); /* done */
    bench_check(&bench, path);
}

/* The rows that are under way are asked for, too, whatever their workers do just then. */
static void a_row_is_skipped_at_any_moment(void **state)
{
    (void)state;
    for (int steps = 1; steps < 30; steps += 4) {
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
                assert_string_equal(row->speedup.reason, "the fp32 row was left out by hand");
        }
        bench_check(&bench, path);
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
    bench_check(&bench, path);
}

static bool repeats(struct bench *bench, int trial)
{
    return does(bench, (struct act){.kind = ACT_REPEAT, .trial = trial});
}

/* How many rows are measured again, and how many lose figures. */
static void check_cost(struct bench *bench, int trial, int repeated, int lost)
{
    const struct act act = {.kind = ACT_REPEAT, .trial = trial};
    struct act_cost cost;
    struct error error;
    assert_int_equal(runner_weigh(bench->runner, &act, &cost, &error), STATUS_OK);
    assert_int_equal(cost.repeated, repeated);
    assert_int_equal(cost.lost, lost);
}

static void a_row_is_measured_again_when_all_is_over(void **state)
{
    struct bench bench;
    (void)state;
    start(&bench);
    finish(&bench);
    check_cost(&bench, 1, 1, 1);
    assert_true(repeats(&bench, 1));
    assert_false(results_run(bench.results)->ended);
    assert_false(row_of(&bench, 1)->median.present || row_of(&bench, 1)->speedup.present);
    assert_false(repeats(&bench, 1)); /* it is waiting */
    finish(&bench);
    assert_true(results_run(bench.results)->ended);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(row_of(&bench, i)->state, TRIAL_DONE);
        assert_true(row_of(&bench, i)->rounds.value == (i == 0 ? 2 * ROUNDS : ROUNDS));
        assert_true(i == 0 || is_twice(row_of(&bench, i)));
    }
    /* What was timed last lasted longest: the new blocks are of later rounds. */
    assert_true(row_of(&bench, 1)->fastest.value > row_of(&bench, 2)->fastest.value);
    assert_int_equal(results_run(bench.results)->resumed, 0);
    bench_check(&bench, path);
}

static void what_is_compared_with_a_row_is_measured_again_with_it(void **state)
{
    struct bench bench;
    (void)state;
    bench_open(&bench, with_data, path, false);
    runner_start(bench.runner);
    finish(&bench);
    assert_true(does(&bench, (struct act){.kind = ACT_PAUSE}) == false);
    check_cost(&bench, 0, 3, 3);
    assert_true(repeats(&bench, 0));
    for (int i = 0; i < 3; i++)
        assert_false(row_of(&bench, i)->median.present || row_of(&bench, i)->accuracy.present);
    finish(&bench);
    for (int i = 0; i < 3; i++) {
        const struct row *row = row_of(&bench, i);
        assert_int_equal(row->state, TRIAL_DONE);
        assert_true(row->rounds.value == ROUNDS && row->scored.value == 8.0);
        assert_true(i == 0 || is_twice(row));
    }
    bench_check(&bench, path);
}

static void a_row_that_was_skipped_comes_back(void **state)
{
    struct bench bench;
    (void)state;
    start(&bench);
    go_to_round(&bench, 1, 4);
    assert_false(repeats(&bench, 1));
    assert_true(does(&bench, (struct act){.kind = ACT_SKIP, .trial = 1}));
    go_to_round(&bench, 0, 8);
    check_cost(&bench, 1, 1, 1);
    assert_true(repeats(&bench, 1));
    assert_string_equal(row_of(&bench, 1)->reason, "");
    finish(&bench);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(row_of(&bench, i)->state, TRIAL_DONE);
        assert_true(row_of(&bench, i)->rounds.value >= ROUNDS);
        assert_true(i == 0 || is_twice(row_of(&bench, i)));
    }
    assert_true(row_of(&bench, 0)->rounds.value > ROUNDS); /* beside the one that came late */
    bench_check(&bench, path);
}

/* Everything is repeated at any moment, whatever workers do just then. */
static void rows_are_skipped_and_repeated_at_any_moment(void **state)
{
    (void)state;
    for (int steps = 1; steps < 90; steps += 8) {
        struct bench bench;
        bench_open(&bench, with_data, path, false);
        runner_start(bench.runner);
        for (int i = 0; i < steps && runner_running(bench.runner); i++)
            bench_step(&bench);
        for (int i = 2; i >= 0; i--) {
            does(&bench, (struct act){.kind = ACT_SKIP, .trial = i});
            for (int k = 0; k < steps % 4; k++)
                bench_step(&bench);
            assert_true(repeats(&bench, i));
        }
        finish(&bench);
        for (int i = 0; i < 3; i++) {
            const struct row *row = row_of(&bench, i);
            if (row->state != TRIAL_DONE)
                fail_msg("%d steps: row %d ends as %s: %s", steps, i, trial_state_name(row->state),
                         row->reason);
            if (!(row->scored.value == 8.0 && row->rounds.value >= ROUNDS))
                fail_msg("%d steps: row %d has %g scores and %g rounds", steps, i,
                         row->scored.value, row->rounds.value);
            assert_true(i == 0 || is_twice(row));
        }
        bench_check(&bench, path);
        unlink(path);
    }
}

/* A stop cuts a worker short: what it left is not taken for whole. */
static void stop_and_go_on(struct bench *bench)
{
    runner_stop(bench->runner);
    assert_false(runner_running(bench->runner) || repeats(bench, 1));
    runner_start(bench->runner);
    finish(bench);
    for (int i = 0; i < 3; i++) {
        const struct row *row = row_of(bench, i);
        if (row->state != TRIAL_DONE)
            fail_msg("row %d ends as %s: %s", i, trial_state_name(row->state), row->reason);
        assert_true(row->scored.value == 8.0 && row->rounds.value == ROUNDS);
    }
    bench_check(bench, path);
}

static void a_stop_cuts_no_file_short(void **state)
{
    struct bench bench;
    (void)state;
    bench_open(&bench, with_data, path, false);
    runner_start(bench.runner);
    go_to_state(&bench, 1, TRIAL_QUANTIZING);
    stop_and_go_on(&bench);
}

static void a_stop_cuts_no_scores_short(void **state)
{
    (void)state;
    for (int trial = 0; trial < 2; trial++) {
        struct bench bench;
        bench_open(&bench, with_data, path, false);
        runner_start(bench.runner);
        go_to_state(&bench, trial, TRIAL_SCORING);
        while (row_of(&bench, trial)->scored.value < 4.0)
            bench_step(&bench);
        assert_true(row_of(&bench, trial)->scored.value < 8.0);
        stop_and_go_on(&bench);
        unlink(path);
    }
}

static bool changes(struct bench *bench, enum act_kind kind, const char *text)
{
    return does(bench, (struct act){.kind = kind, .text = text});
}

/* All that there is was measured, beside fp32 of its placement. */
static void check_done(struct bench *bench, int rows)
{
    assert_int_equal(results_count(bench->results), rows);
    for (int i = 0; i < rows; i++) {
        const struct row *row = row_of(bench, i);
        if (row->state != TRIAL_DONE)
            fail_msg("row %d ends as %s: %s", i, trial_state_name(row->state), row->reason);
        assert_true(row->scored.value == 8.0 && row->rounds.value >= ROUNDS);
        assert_true(row->baseline == i || is_twice(row));
        assert_string_equal(row_of(bench, row->baseline)->label, "fp32");
        assert_string_equal(row_of(bench, row->baseline)->placement, row->placement);
    }
}

/* At any moment, and also when all was over. */
static void modes_and_placements_come_later(void **state)
{
    (void)state;
    for (int steps = 1; steps < 400; steps += steps < 60 ? 11 : 340) {
        struct bench bench;
        bench_open(&bench, with_data, path, false);
        runner_start(bench.runner);
        for (int i = 0; i < steps && runner_running(bench.runner); i++)
            bench_step(&bench);
        assert_true(changes(&bench, ACT_ADD_MODE, "bf16"));
        assert_int_equal(results_count(bench.results), 4);
        assert_int_equal(row_of(&bench, 3)->baseline, 0);
        assert_int_equal(row_of(&bench, 3)->candidate, 3);
        for (int i = 0; i < steps % 5; i++)
            bench_step(&bench);
        assert_true(changes(&bench, ACT_ADD_PLACEMENT, "cores"));
        assert_int_equal(results_count(bench.results), 8);
        assert_int_equal(row_of(&bench, 7)->candidate, 3);
        finish(&bench);
        check_done(&bench, 8);
        bench_check(&bench, path);
        unlink(path);
    }
}

/* Rows of a candidate have the same scores, but one that came meanwhile is to be timed first. */
static void what_comes_while_others_are_scored_is_timed(void **state)
{
    struct bench bench;
    (void)state;
    bench_open(&bench, with_data, path, false);
    runner_start(bench.runner);
    go_to_state(&bench, 1, TRIAL_SCORING);
    assert_true(changes(&bench, ACT_ADD_PLACEMENT, "cores"));
    go_to_state(&bench, 1, TRIAL_DONE);
    assert_int_equal(row_of(&bench, 4)->state, TRIAL_WAITING);
    finish(&bench);
    check_done(&bench, 6);
    assert_true(repeats(&bench, 4));
    go_to_state(&bench, 4, TRIAL_TIMING);
    assert_true(row_of(&bench, 4)->accuracy.present); /* by the same file's other row */
    finish(&bench);
    check_done(&bench, 6);
    bench_check(&bench, path);
}

static void what_cannot_be_added_or_removed_says_why(void **state)
{
    static const struct {
        enum act_kind kind;
        const char *text, *reason;
    } cases[] = {
        {ACT_ADD_MODE, "w9", "nearest is 'w8'"},
        {ACT_ADD_MODE, "w8", "mode 'w8' takes part already"},
        {ACT_ADD_MODE, "", ""},
        {ACT_ADD_PLACEMENT, "coers", "nearest is 'cores'"},
        {ACT_ADD_PLACEMENT, "1", "placement '1' takes part already"},
        {ACT_ADD_PLACEMENT, "pu:99999", ""},
        {ACT_REMOVE_MODE, "w9", "no mode 'w9' takes part, nearest is 'w8'"},
        {ACT_REMOVE_PLACEMENT, "cores", "no placement 'cores' takes part"},
    };
    struct bench bench;
    struct error error;
    (void)state;
    bench_open(&bench, with_data, path, false);
    assert_false(changes(&bench, ACT_ADD_MODE, "bf16")); /* it stands still */
    runner_start(bench.runner);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct act act = {.kind = cases[i].kind, .text = cases[i].text};
        error.text[0] = '\0';
        assert_int_not_equal(runner_act(bench.runner, &act, &error), STATUS_OK);
        if (!strstr(error.text, cases[i].reason))
            fail_msg("'%s' is not in '%s'", cases[i].reason, error.text);
    }
    assert_int_equal(results_count(bench.results), 3);
    finish(&bench);
    bench_check(&bench, path);
}

static void what_is_removed_has_no_figures_and_comes_back(void **state)
{
    struct bench bench;
    struct act_cost cost;
    struct error error;
    const struct act act = {.kind = ACT_REMOVE_MODE, .text = "fp32"};
    (void)state;
    bench_open(&bench, with_data, path, false);
    runner_start(bench.runner);
    go_to_round(&bench, 1, 3);
    assert_true(changes(&bench, ACT_REMOVE_MODE, "w8"));
    assert_false(changes(&bench, ACT_REMOVE_MODE, "w8"));
    assert_string_equal(row_of(&bench, 1)->reason, "removed by hand");
    finish(&bench);
    assert_true(row_of(&bench, 1)->state == TRIAL_SKIPPED && !row_of(&bench, 1)->median.present);
    assert_int_equal(runner_weigh(bench.runner, &act, &cost, &error), STATUS_OK);
    assert_true(cost.removed == 1 && cost.lost == 1 && cost.compared == 1);
    assert_true(changes(&bench, ACT_REMOVE_MODE, "fp32"));
    assert_false(row_of(&bench, 0)->accuracy.present || row_of(&bench, 2)->speedup.present);
    assert_string_equal(row_of(&bench, 2)->speedup.reason, "the fp32 row was left out by hand");
    assert_true(row_of(&bench, 2)->accuracy.present);
    assert_true(repeats(&bench, 0)); /* with the one that is compared with it */
    assert_true(repeats(&bench, 1));
    finish(&bench);
    check_done(&bench, 3);
    bench_check(&bench, path);
}

/* As another process does it. */
static void resume(struct bench *bench, const char *const keys[][2])
{
    bench_close(bench);
    results_free(bench->results);
    setenv("RESUMED", "1", 1);
    bench_open(bench, keys, path, true);
}

/* A run goes on in another process with all that was done to it. */
static void a_resumed_run_keeps_what_was_done_to_it(void **state)
{
    (void)state;
    for (int rounds = 1; rounds < 12; rounds += 5) {
        struct bench bench;
        bench_open(&bench, with_data, path, false);
        runner_start(bench.runner);
        go_to_round(&bench, 0, 2);
        assert_true(changes(&bench, ACT_ADD_PLACEMENT, "cores"));
        assert_true(changes(&bench, ACT_ADD_MODE, "bf16"));
        assert_true(does(&bench, (struct act){.kind = ACT_SKIP, .trial = 1}));
        assert_true(changes(&bench, ACT_REMOVE_MODE, "fp16"));
        go_to_round(&bench, 6, rounds);
        assert_string_equal(row_of(&bench, 6)->label, "bf16");
        resume(&bench, with_data);
        assert_int_equal(results_count(bench.results), 8);
        runner_start(bench.runner);
        finish(&bench);
        for (int i = 0; i < 8; i++) {
            const struct row *row = row_of(&bench, i);
            bool is_left_out = i == 1 || strcmp(row->label, "fp16") == 0;
            assert_int_equal(row->state, is_left_out ? TRIAL_SKIPPED : TRIAL_DONE);
            assert_true(is_left_out || row->baseline == i || is_twice(row));
        }
        assert_true(row_of(&bench, 1)->median.present && !row_of(&bench, 2)->median.present);
        bench_check(&bench, path);
        unlink(path);
        unsetenv("RESUMED");
    }
}

static void a_repetition_is_resumed_in_new_rounds(void **state)
{
    struct bench bench;
    (void)state;
    start(&bench);
    finish(&bench);
    assert_true(repeats(&bench, 1));
    go_to_round(&bench, 1, 3);
    resume(&bench, options);
    assert_true(row_of(&bench, 0)->rounds.value > ROUNDS);
    assert_false(row_of(&bench, 1)->median.present);
    runner_start(bench.runner);
    finish(&bench);
    assert_true(row_of(&bench, 1)->rounds.value == ROUNDS && is_twice(row_of(&bench, 1)));
    bench_check(&bench, path);
    unsetenv("RESUMED");
}

/* One thing that a user may do, whether it can be done or not. */
static void do_anything(struct bench *bench, struct random *random)
{
    static const char *const modes[] = {"fp32", "w8", "fp16", "bf16", "w4"};
    const char *mode = modes[random_below(random, 5)];
    const char *placement = random_below(random, 2) ? "1" : "cores";
    int trial = (int)random_below(random, (size_t)results_count(bench->results));
    switch (random_below(random, 9)) {
    case 0:
        does(bench, (struct act){.kind = ACT_PAUSE});
        break;
    case 1:
        runner_stop(bench->runner);
        runner_start(bench->runner);
        break;
    case 2:
    case 3:
        does(bench, (struct act){.kind = ACT_SKIP, .trial = trial});
        break;
    case 4:
        changes(bench, ACT_ADD_MODE, mode);
        break;
    case 5:
        changes(bench, ACT_ADD_PLACEMENT, placement);
        break;
    case 6:
        changes(bench, random_below(random, 2) ? ACT_REMOVE_MODE : ACT_REMOVE_PLACEMENT,
                random_below(random, 2) ? mode : placement);
        break;
    default:
        repeats(bench, trial);
    }
    size_t steps = random_below(random, 40);
    for (size_t i = 0;
         i < steps && runner_running(bench->runner) && runner_pause(bench->runner) != PAUSE_BEGUN;
         i++)
        bench_step(bench);
    does(bench, (struct act){.kind = ACT_CONTINUE});
}

/* Whatever is done, all rows end, those that are done have all figures, none of two times. */
static void anybody_may_do_anything(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct random random = {seed};
        struct bench bench;
        bench_open(&bench, with_data, path, false);
        runner_start(bench.runner);
        for (int i = 0; i < 12; i++)
            do_anything(&bench, &random);
        finish(&bench);
        for (int i = 0; i < results_count(bench.results); i++) {
            const struct row *row = row_of(&bench, i);
            if (row->state != TRIAL_DONE && row->state != TRIAL_SKIPPED)
                fail_msg("seed %d: row %d ends as %s: %s", (int)seed, i,
                         trial_state_name(row->state), row->reason);
            if (row->state == TRIAL_DONE &&
                !(row->rounds.value >= ROUNDS && row->scored.value == 8.0))
                fail_msg("seed %d: row %d has %g rounds and %g scores", (int)seed, i,
                         row->rounds.value, row->scored.value);
            if (row->baseline != i && row->speedup.present && !is_twice(row))
                fail_msg("seed %d: row %d is %g times as fast", (int)seed, i, row->speedup.value);
        }
        bench_check(&bench, path);
        unlink(path);
    }
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
        TEST(a_row_is_measured_again_when_all_is_over),
        TEST(what_is_compared_with_a_row_is_measured_again_with_it),
        TEST(a_row_that_was_skipped_comes_back),
        TEST(rows_are_skipped_and_repeated_at_any_moment),
        TEST(modes_and_placements_come_later),
        TEST(what_comes_while_others_are_scored_is_timed),
        TEST(what_cannot_be_added_or_removed_says_why),
        TEST(what_is_removed_has_no_figures_and_comes_back),
        TEST(a_resumed_run_keeps_what_was_done_to_it),
        TEST(a_repetition_is_resumed_in_new_rounds),
        TEST(anybody_may_do_anything),
        TEST(a_stop_cuts_no_file_short),
        TEST(a_stop_cuts_no_scores_short),
    };
    if (argc > 1 && strcmp(argv[1], "worker") == 0)
        return acting_worker();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
