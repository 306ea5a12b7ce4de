/* The log of a run, from its events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "results/log.h"
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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(events_become_lines)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
