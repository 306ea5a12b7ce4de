/* The log of a run, from its events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "results/log.h"
#include "results/own_cost.h"
#include "results_harness.h"

static bool last_is(const struct results *results, enum log_kind kind, const char *text)
{
    size_t count = results_log_count(results);
    const struct log_line *line = count > 0 ? results_log_line(results, count - 1) : NULL;
    if (!line || line->kind != kind || strcmp(line->text, text) != 0)
        print_message("the last line is '%s'\n", line ? line->text : "");
    return line && line->kind == kind && strcmp(line->text, text) == 0;
}

static void events_become_lines(void **state)
{
    struct results *results = harness_two_rows();
    (void)state;
    harness_apply(results, "{'event': 'prepared', 'candidate': 1, 'bytes': 2048, 't': 1.5, "
                           "'seconds': 0.25}");
    assert_true(last_is(results, LOG_NEWS, "m, int8: 2.0 KiB, prepared in 0.25 s"));
    assert_true(results_log_line(results, results_log_count(results) - 1)->seconds == 1.5);
    harness_apply(results, "{'event': 'state', 'trial': 1, 'state': 'timing'}");
    assert_true(last_is(results, LOG_NEWS, "m, int8 on 1: timing"));
    harness_apply(results, "{'event': 'process', 'trial': 1, 'process': 0, 'load_ms': 12.5, "
                           "'first_ms': 0.25}");
    assert_true(
        last_is(results, LOG_NEWS, "m, int8 on 1: loaded in 12.5 ms, first inference 0.250 ms"));
    size_t count = results_log_count(results);
    harness_apply(results, "{'event': 'process', 'trial': 1, 'process': 1, 'load_ms': 12.5, "
                           "'first_ms': 0.25}");
    harness_block(results, 1, 0, 0, 1000.0);
    assert_int_equal(results_log_count(results), count);
    harness_apply(results, "{'event': 'warning', 'kind': 'load', 'text': 'busy\\u001b[2J', "
                           "'remedy': 'wait'}");
    assert_true(last_is(results, LOG_WARNING, "busy?[2J; wait"));
    harness_apply(results, "{'event': 'failed', 'trial': 1, 'stage': 'timing', "
                           "'reason': 'killed'}");
    assert_true(last_is(results, LOG_FAILURE, "m, int8 on 1: failed: timing: killed"));
    harness_apply(results, "{'event': 'end'}");
    assert_true(last_is(results, LOG_NEWS, "the run ends"));
    results_free(results);
}

/* Of a run that two processes did, the second of them without a screen. */
static void what_the_program_took_adds_up(void **state)
{
    static const char *const bad[] = {
        "{'event': 'own_cost', 'cpu': 1, 'runner': 1}",
        "{'event': 'own_cost', 'seconds': 0, 'cpu': 0, 'runner': 0}",
        "{'event': 'own_cost', 'seconds': 9, 'runner': 0}",
        "{'event': 'own_cost', 'seconds': 9, 'cpu': 1, 'runner': 2}",
        "{'event': 'own_cost', 'seconds': 9, 'cpu': 1, 'runner': -1}",
        "{'event': 'own_cost', 'seconds': 9, 'cpu': 1, 'runner': 1, 'pictures': -1}",
    };
    struct results *results = harness_two_rows();
    struct text text = {0};
    struct error error;
    (void)state;
    results_say_own_cost(results, &text);
    assert_int_equal(text.length, 0);
    harness_apply(results, "{'event': 'own_cost', 'seconds': 100, 'cpu': 0.5, 'runner': 0.2, "
                           "'pictures': 200}");
    assert_true(last_is(results, LOG_NEWS,
                        "this program took 0.50 s of CPU in 100 s (0.50 %), 0.30 s of it for the "
                        "screen: 200 pictures, 2.0 a second"));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        json_t *event = harness_json("%s", bad[i]);
        assert_int_equal(results_apply(results, event, &error), STATUS_FORMAT);
        json_decref(event);
    }
    harness_apply(results, "{'event': 'own_cost', 'seconds': 50, 'cpu': 0.25, 'runner': 0.25}");
    results_say_own_cost(results, &text);
    assert_string_equal(text.bytes, "0.75 s of CPU in 150 s (0.50 %), 0.30 s of it for the screen: "
                                    "200 pictures, 1.3 a second");
    text_release(&text);
    results_free(results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_become_lines),
        cmocka_unit_test(what_the_program_took_adds_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
