/* A run that is played again: what is applied when, with a clock of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "results/replay.h"
#include "results_harness.h"

/* A journal of the test, and who plays it. */
struct stage {
    char path[64];
    struct replay *replay;
    struct results *results;
};

static void append(struct stage *stage, const char *lines)
{
    FILE *file = fopen(stage->path, "a");
    assert_non_null(file);
    for (; *lines; lines++)
        fputc(*lines == '\'' ? '"' : *lines, file);
    assert_int_equal(fclose(file), 0);
}

static void stage_open(struct stage *stage, const char *lines, double speed)
{
    struct error error;
    snprintf(stage->path, sizeof(stage->path), "/tmp/quantop-replay-XXXXXX");
    int descriptor = mkstemp(stage->path);
    assert_true(descriptor >= 0);
    close(descriptor);
    append(stage, lines);
    assert_int_equal(replay_open(stage->path, speed, &stage->replay, &error), STATUS_OK);
    stage->results = results_new();
}

static void stage_close(struct stage *stage)
{
    replay_close(stage->replay);
    results_free(stage->results);
    assert_int_equal(unlink(stage->path), 0);
}

/* The number of trials that are there at a time. */
static int trials_at(struct stage *stage, double now)
{
    struct error error;
    assert_int_equal(replay_advance(stage->replay, now, stage->results, &error), STATUS_OK);
    return results_count(stage->results);
}

#define RUN            "{'event': 'run', 'format': 1, 't': 10}\n"
#define TRIAL(n)       "{'event': 'trial', 'trial': " #n ", 'candidate': " #n ", 'model': 'm'"
#define AT(n, t)       TRIAL(n) ", 't': " #t "}\n"
#define PLAIN(n)       TRIAL(n) "}\n"
#define BLOCK(n)       "{'event': 'block', 'trial': 0, 'round': " #n ", 'process': 0, 'ns': [5]}\n"
#define TIMES          RUN AT(0, 10) AT(1, 12) PLAIN(2) AT(3, 11) AT(4, 20)
#define close_to(a, b) assert_true((a) > (b)-1e-9 && (a) < (b) + 1e-9)

/* The clock of the run starts with its first event; what says no time, or an earlier one, comes
 * with what was before. */
static void events_come_at_their_times(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, TIMES, 2.0);
    assert_true(replay_has_times(stage.replay));
    close_to(replay_length(stage.replay), 20.0);
    assert_int_equal(trials_at(&stage, 100.0), 1);
    close_to(replay_position(stage.replay), 10.0);
    close_to(replay_wait(stage.replay), 1.0);
    assert_int_equal(trials_at(&stage, 100.99), 1);
    assert_int_equal(trials_at(&stage, 101.01), 4);
    close_to(replay_wait(stage.replay), 3.99);
    assert_int_equal(trials_at(&stage, 103.0), 4);
    assert_false(replay_is_over(stage.replay));
    assert_int_equal(trials_at(&stage, 104.99), 4);
    assert_int_equal(trials_at(&stage, 105.0), 5);
    assert_true(replay_is_over(stage.replay));
    assert_true(replay_wait(stage.replay) < 0.0);
    stage_close(&stage);
}

static void a_replay_waits_and_changes_its_speed(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, TIMES, 1.0);
    assert_int_equal(trials_at(&stage, 0.0), 1);
    replay_pause(stage.replay, true);
    assert_true(replay_wait(stage.replay) < 0.0);
    assert_int_equal(trials_at(&stage, 50.0), 1);
    close_to(replay_position(stage.replay), 10.0);
    replay_pause(stage.replay, false);
    replay_hurry(stage.replay, 4.0);
    close_to(replay_wait(stage.replay), 0.5);
    assert_int_equal(trials_at(&stage, 50.4), 1);
    assert_int_equal(trials_at(&stage, 50.6), 4);
    replay_hurry(stage.replay, 0.125);
    close_to(replay_wait(stage.replay), (20.0 - 12.4) / 0.5);
    replay_hurry(stage.replay, 1e-300);
    close_to(replay_speed(stage.replay), REPLAY_SLOWEST);
    replay_hurry(stage.replay, 1e300);
    close_to(replay_speed(stage.replay), REPLAY_FASTEST);
    assert_int_equal(trials_at(&stage, 50.7), 5);
    stage_close(&stage);
}

/* As of a program that was suspended, or of a clock that went back. */
static void a_long_pause_counts_little(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, TIMES, 1.0);
    trials_at(&stage, 1000.0);
    trials_at(&stage, 2000.0);
    close_to(replay_position(stage.replay), 10.0 + REPLAY_STEP_MAX);
    trials_at(&stage, 1500.0);
    close_to(replay_position(stage.replay), 10.0 + REPLAY_STEP_MAX);
    stage_close(&stage);
}

/* The results are empty, as is the clock; what comes at the end comes again, too. */
static void a_replay_begins_anew(void **state)
{
    struct stage stage;
    struct error error;
    json_t *last = harness_json("{'event': 'trial', 'trial': 5, 'candidate': 5, 'model': 'last'}");
    (void)state;
    stage_open(&stage, TIMES, 2.0);
    replay_end_with(stage.replay, last);
    json_decref(last);
    trials_at(&stage, 100.0);
    assert_int_equal(trials_at(&stage, 101.01), 4);
    for (int turn = 0; turn < 2; turn++) {
        uint64_t revision = results_revision(stage.results);
        assert_int_equal(replay_restart(stage.replay, stage.results, &error), STATUS_OK);
        assert_int_equal(results_count(stage.results), 0);
        assert_null(results_run_event(stage.results));
        assert_true(results_revision(stage.results) > revision);
        close_to(replay_position(stage.replay), 10.0);
        assert_int_equal(trials_at(&stage, 200.0), 1);
        assert_int_equal(trials_at(&stage, 201.5), 4);
        assert_int_equal(trials_at(&stage, 203.4), 4);
        assert_int_equal(trials_at(&stage, 205.1), 6);
        assert_true(replay_is_over(stage.replay));
        assert_string_equal(results_row(stage.results, 5)->model, "last");
    }
    /* A journal that is gone leaves all as it is. */
    char away[sizeof(stage.path) + 5];
    snprintf(away, sizeof(away), "%s.away", stage.path);
    assert_int_equal(rename(stage.path, away), 0);
    assert_int_equal(replay_restart(stage.replay, stage.results, &error), STATUS_IO);
    assert_int_equal(rename(away, stage.path), 0);
    assert_int_equal(results_count(stage.results), 6);
    stage_close(&stage);
}

static void without_times_rounds_are_the_pace(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage,
               "{'event': 'run', 'format': 1}\n" PLAIN(0) BLOCK(0) BLOCK(0) BLOCK(1) PLAIN(1)
                   BLOCK(2) PLAIN(2),
               2.0);
    assert_false(replay_has_times(stage.replay));
    close_to(replay_length(stage.replay), 2.0);
    assert_int_equal(trials_at(&stage, 0.0), 1);
    assert_int_equal(results_row(stage.results, 0)->n_blocks, 2);
    close_to(replay_wait(stage.replay), 0.5);
    assert_int_equal(trials_at(&stage, 0.5), 2);
    assert_int_equal(results_row(stage.results, 0)->n_blocks, 3);
    assert_int_equal(trials_at(&stage, 1.0), 3);
    assert_true(replay_is_over(stage.replay));
    stage_close(&stage);
}

/* Lines that are no events, events that are refused, and times that are no numbers. */
static void damage_is_skipped(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage,
               RUN "{'event'\n" AT(7, 11) AT(0, 'soon') "[1]\n\n" AT(1, -5)
                   AT(2, 1e300) "{'event': 'cut",
               1024.0);
    assert_int_equal(trials_at(&stage, 0.0), 0);
    assert_int_equal(trials_at(&stage, 1.0), 2);
    assert_int_equal(trials_at(&stage, 3.0), 2);
    assert_true(replay_wait(stage.replay) > 1e200);
    stage_close(&stage);
}

/* What is written meanwhile is played as well; a journal without events is over at once. */
static void a_journal_may_grow(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, "", 1.0);
    assert_int_equal(trials_at(&stage, 0.0), 0);
    assert_true(replay_is_over(stage.replay));
    stage_close(&stage);
    stage_open(&stage, RUN AT(0, 11), 1.0);
    append(&stage, AT(1, 12) AT(2, 14));
    assert_int_equal(trials_at(&stage, 0.0), 0);
    assert_int_equal(trials_at(&stage, 1.0), 1);
    assert_int_equal(trials_at(&stage, 2.5), 2);
    close_to(replay_length(stage.replay), 14.0);
    assert_int_equal(trials_at(&stage, 4.5), 3);
    stage_close(&stage);
}

static void a_file_that_is_not_there_is_an_error(void **state)
{
    struct replay *replay;
    struct error error;
    (void)state;
    assert_int_equal(replay_open("/nowhere/at/all", 1.0, &replay, &error), STATUS_IO);
    assert_int_equal(replay_open("/tmp", 1.0, &replay, &error), STATUS_IO);
}

/* At the end the results are those of the journal read at once. */
static void the_whole_run_is_the_run(void **state)
{
    struct stage stage;
    struct text played = {0}, run = {0};
    struct results *results = harness_run_results();
    json_t *events = harness_run_events(), *event;
    size_t i;
    (void)state;
    stage_open(&stage, "", 1.0);
    replay_close(stage.replay);
    FILE *file = fopen(stage.path, "w");
    assert_non_null(file);
    json_array_foreach(events, i, event)
    {
        assert_int_equal(json_dumpf(event, file, JSON_COMPACT), 0);
        fputc('\n', file);
    }
    assert_int_equal(fclose(file), 0);
    struct error error;
    assert_int_equal(replay_open(stage.path, REPLAY_FASTEST, &stage.replay, &error), STATUS_OK);
    for (double now = 0.0; !replay_is_over(stage.replay); now += 0.01)
        trials_at(&stage, now);
    harness_fingerprint(stage.results, &played);
    harness_fingerprint(results, &run);
    assert_string_equal(played.bytes, run.bytes);
    text_release(&played);
    text_release(&run);
    json_decref(events);
    results_free(results);
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_come_at_their_times),
        cmocka_unit_test(a_replay_waits_and_changes_its_speed),
        cmocka_unit_test(a_long_pause_counts_little),
        cmocka_unit_test(a_replay_begins_anew),
        cmocka_unit_test(without_times_rounds_are_the_pace),
        cmocka_unit_test(damage_is_skipped),
        cmocka_unit_test(a_journal_may_grow),
        cmocka_unit_test(a_file_that_is_not_there_is_an_error),
        cmocka_unit_test(the_whole_run_is_the_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
