/* Results: scores of recordings, whose windows are judged together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "near.h"
#include "results_harness.h"

#define Z            1.959963984540054
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Four recordings of two windows, the last two of class 1, in stretches of three and five. Scores
 * of windows are wide apart, their means are not. */
static void score_recordings(struct results *results, int candidate, double last)
{
    harness_apply(results,
                  "{'event': 'scores', 'candidate': %d, 'first': 0, 'values': [9, 1, 0], 'top1': "
                  "[0, 0, 0], 'labels': [0, 0, 0], 'groups': [0, 0, 1]}",
                  candidate);
    harness_apply(results,
                  "{'event': 'scores', 'candidate': %d, 'first': 3, 'values': [4, 6, 6, 2, %g], "
                  "'top1': [0, 0, 0, 0, 0], 'labels': [0, 1, 1, 1, 1], 'groups': [1, 2, 2, 3, 3]}",
                  candidate, last);
}

static void anomalies_are_those_of_recordings(void **state)
{
    struct results *results = harness_two_rows();
    const char *noun;
    (void)state;
    harness_metric(results, "anomaly");
    harness_absent(&results_row(results, 0)->recordings,
                   "samples are not known as windows of recordings");
    assert_false(results_run(results)->has_recordings);
    score_recordings(results, 0, 9.0); /* means 5, 2 and 6, 5.5 */
    score_recordings(results, 1, 1.0); /* 6, 1.5 */
    assert_true(results_run(results)->has_recordings);
    const struct row *row = results_row(results, 0);
    near(row->accuracy.value, 1.0, 1e-12);
    near(row->recordings.value, 4.0, 0.0);
    near(row->scored.value, 8.0, 0.0);
    assert_ptr_equal(row_judged(row, &noun), &row->recordings);
    assert_string_equal(noun, "recordings");
    near(results_row(results, 1)->accuracy.value, 0.5, 1e-12);
    near(results_row(results, 1)->drop.value, 0.5, 1e-12);
    results_free(results);
}

static void without_groups_samples_stand_for_themselves(void **state)
{
    struct results *results = harness_two_rows();
    const char *noun;
    (void)state;
    harness_metric(results, "anomaly");
    harness_apply(results,
                  "{'event': 'scores', 'candidate': 0, 'first': 0, 'values': [9, 1, 9, 1, 5, "
                  "5, 5, 5], 'top1': [0, 0, 0, 0, 0, 0, 0, 0], 'labels': [0, 0, 0, 0, 1, "
                  "1, 1, 1]}");
    const struct row *row = results_row(results, 0);
    near(row->accuracy.value, 0.5, 1e-12);
    assert_ptr_equal(row_judged(row, &noun), &row->scored);
    assert_string_equal(noun, "samples");
    score_recordings(results, 1, 9.0);
    harness_absent(&results_row(results, 1)->drop, "not defined for these samples");
    assert_false(results_row(results, 0)->recordings.present);
    results_free(results);
}

static void malformed_groups_are_refused(void **state)
{
    static const struct {
        const char *groups, *labels;
        bool is_first;
    } cases[] = {
        {"[1, 1]", "[0, 0]", true},
        {"[-1, 0]", "[0, 0]", true},
        {"[0, 2]", "[0, 0]", true},
        {"[0]", "[0, 0]", true},
        {"[0, 0]", "[0, 1]", true},
        {"[0, 0]", "[0, null]", true},
        {"[0, 1.0]", "[0, 0]", true},
        {"[0, '1']", "[0, 0]", true},
        {"null", "[0, 0]", true},
        {"5", "[0, 0]", true},
        {"[0, 4294967296]", "[0, 0]", true},
        {"[1, 1]", "[1, 1]", false},
        {"[2, 2]", "[1, 0]", false},
        {"[0, 0]", "[1, 1]", false},
        {"[4, 4]", "[1, 1]", false},
        {"[-1, -1]", "[1, 1]", false},
        {NULL, "[1, 1]", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct results *results = harness_two_rows();
        struct error error;
        harness_metric(results, "anomaly");
        if (!cases[i].is_first)
            harness_apply(results, "{'event': 'scores', 'candidate': 0, 'first': 0, 'values': "
                                   "[1, 2, 3], 'top1': [0, 0, 0], 'labels': [0, 1, 1], 'groups': "
                                   "[0, 1, 2]}");
        json_t *event = harness_json("{'event': 'scores', 'candidate': 0, 'first': %d, 'values': "
                                     "[1, 2], 'top1': [0, 0], 'labels': %s%s%s}",
                                     cases[i].is_first ? 0 : 3, cases[i].labels,
                                     cases[i].groups ? ", 'groups': " : "",
                                     cases[i].groups ? cases[i].groups : "");
        if (results_apply(results, event, &error) != STATUS_FORMAT ||
            !strstr(error.text, "'groups' is missing or wrong"))
            fail_msg("case %zu", i);
        near(results_row(results, 0)->scored.value, cases[i].is_first ? 0.0 : 3.0, 0.0);
        json_decref(event);
        results_free(results);
    }
}

/* What is scored again may have other groups. */
static void scores_that_are_void_take_their_groups_along(void **state)
{
    struct results *results = harness_two_rows();
    (void)state;
    harness_metric(results, "anomaly");
    score_recordings(results, 0, 9.0);
    harness_apply(results, "{'event': 'resumed', 'trials': [], 'candidates': [0]}");
    assert_false(results_row(results, 0)->recordings.present);
    harness_apply(results, "{'event': 'scores', 'candidate': 0, 'first': 0, 'values': [1, 2], "
                           "'top1': [0, 0], 'labels': [0, 1]}");
    near(results_row(results, 0)->accuracy.value, 1.0, 0.0);
    results_free(results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(anomalies_are_those_of_recordings),
        cmocka_unit_test(without_groups_samples_stand_for_themselves),
        cmocka_unit_test(malformed_groups_are_refused),
        cmocka_unit_test(scores_that_are_void_take_their_groups_along),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
