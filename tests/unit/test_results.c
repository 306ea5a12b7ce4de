/* Results: from events to figures and verdicts. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "near.h"
#include "results/column.h"
#include "results_harness.h"

#define Z            1.959963984540054
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Figures of one row */

static void before_events_everything_is_absent_with_a_reason(void **state)
{
    struct results *results = harness_two_rows();
    (void)state;
    for (int i = 0; i < 2; i++) {
        const struct row *row = results_row(results, i);
        for (size_t c = 0; c < column_count; c++) {
            if (columns[c].kind == COLUMN_TEXT) {
                assert_non_null(columns[c].text(row));
                continue;
            }
            const struct figure *figure = columns[c].figure(row);
            if (figure->present)
                assert_true(fabs(figure->value) < 0.5 || /* counts of nothing */
                            strcmp(columns[c].id, "threads") == 0);
            else
                assert_true(strlen(figure->reason) > 0);
        }
        harness_absent(&row->median, "not measured yet");
        harness_absent(&row->accuracy, "nothing is scored");
        assert_int_equal(row->state, TRIAL_WAITING);
        assert_string_equal(row->reason, "");
    }
    results_free(results);
}

static void the_size_ratio_is_that_of_the_files(void **state)
{
    struct results *results = harness_two_rows();
    (void)state;
    harness_apply(results, "{'event': 'prepared', 'candidate': 0, 'bytes': 1000}");
    harness_apply(results, "{'event': 'prepared', 'candidate': 1, 'bytes': 250, 'base_bytes': 1000,"
                           "'nodes': 7, 'float_nodes': [{'node': 0, 'op': 'CAST'}, {'node': 2, "
                           "'op': 'ELU'}, {'node': 5, 'op': 'CAST'}]}");
    harness_absent(&results_row(results, 0)->size_ratio, "the model has no float32 form");
    harness_absent(&results_row(results, 0)->nodes, "not measured yet");
    const struct row *row = results_row(results, 1);
    near(row->bytes.value, 250.0, 0.0);
    near(row->size_ratio.value, 4.0, 0.0);
    near(row->nodes.value, 7.0, 0.0);
    near(row->float_nodes.value, 3.0, 0.0);
    assert_string_equal(row->float_list, "CAST x2, ELU x1");
    results_free(results);
}

static void remarks_are_those_of_the_candidate(void **state)
{
    struct results *results = harness_two_rows();
    (void)state;
    assert_string_equal(results_row(results, 1)->remark_text, "");
    harness_apply(results, "{'event': 'prepared', 'candidate': 1, 'bytes': 250, 'remarks': "
                           "['first \\u001b[2J', 7, 'second']}");
    const struct row *row = results_row(results, 1);
    assert_int_equal(row->n_remarks, 2);
    assert_string_equal(row->remarks[0], "first ?[2J");
    assert_string_equal(row->remark_text, "first ?[2J; second");
    assert_int_equal(results_row(results, 0)->n_remarks, 0);
    results_free(results);
}

/* Blocks of 1, 2, ... nanoseconds in descending order, so that nothing comes sorted. */
static void add_times(struct results *results, int count)
{
    struct text list = {0};
    for (int i = count; i > 0; i--)
        text_printf(&list, i > 1 ? "%d, " : "%d", i);
    harness_apply(results, "{'event': 'block', 'trial': 0, 'round': 0, 'process': 0, 'ns': [%s]}",
                  list.bytes);
    text_release(&list);
}

static void quantiles_of_all_times_with_p99_from_459_on(void **state)
{
    static const struct {
        int count;
        double median, p90, p99; /* of 1..n: 1 + (n - 1) p */
    } cases[] = {{1, 1.0, 1.0, -1.0},
                 {100, 50.5, 90.1, -1.0},
                 {458, 229.5, 412.3, -1.0},
                 {459, 230.0, 413.2, 454.42}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct results *results = harness_two_rows();
        add_times(results, cases[i].count);
        const struct row *row = results_row(results, 0);
        near(row->median.value, cases[i].median, 1e-9);
        near(row->p90.value, cases[i].p90, 1e-9);
        near(row->fastest.value, 1.0, 0.0);
        near(row->samples.value, cases[i].count, 0.0);
        near(row->rounds.value, 1.0, 0.0);
        assert_int_equal(row->n_blocks, 1);
        near(row->block_medians[0], cases[i].median, 1e-9);
        if (cases[i].p99 > 0.0)
            near(row->p99.value, cases[i].p99, 1e-9);
        else
            harness_absent(&row->p99, "needs 459 timed inferences");
        results_free(results);
    }
}

static void processes_give_medians_and_the_highest_peak(void **state)
{
    static const double loads[] = {3.0, 1.0, 2.0}, peaks[] = {100.0, 300.0, 200.0};
    struct results *results = harness_two_rows();
    (void)state;
    for (int i = 0; i < 3; i++) {
        harness_apply(results,
                      "{'event': 'process', 'trial': 1, 'process': %d, 'load_ms': %g, 'first_ms': "
                      "%g, 'arena_bytes': 64, 'weight_bytes': 32, 'isa': 'avx2', 'arithmetic': "
                      "'rounded once', 'kernels': {'conv': 9, 'add_i8_reference': 1, "
                      "'cast_any_reference': 1, 'pad_any_copy': 2}, 'shares': {'conv': 0.8, "
                      "'add_i8_reference': 0.1, 'cast_any_reference': 0.0004, 'pad_any_copy': "
                      "0.0996}}",
                      i, loads[i], 10.0 * loads[i]);
        harness_apply(results, "{'event': 'memory', 'trial': 1, 'process': %d, 'peak_bytes': %g}",
                      i, peaks[i]);
    }
    const struct row *row = results_row(results, 1);
    near(row->load.value, 2e6, 1e-6);
    near(row->first.value, 2e7, 1e-6);
    near(row->peak.value, 300.0, 0.0);
    near(row->arena.value, 64.0, 0.0);
    near(row->weights.value, 32.0, 0.0);
    assert_string_equal(row->isa, "avx2");
    assert_string_equal(row->arithmetic, "rounded once");
    assert_string_equal(row->kernel_list,
                        "conv x9, add_i8_reference x1, cast_any_reference x1, pad_any_copy x2");
    assert_string_equal(row->plain_list, "add_i8 x1, cast_any x1");
    assert_string_equal(row->slow_list, "add_i8 x1");
    near(row->plain_share.value, 0.1004, 1e-9);
    results_free(results);
}

static void what_a_runtime_does_not_tell_is_absent(void **state)
{
    struct results *results = harness_two_rows();
    (void)state;
    harness_apply(results, "{'event': 'process', 'trial': 1, 'process': 0, 'load_ms': 1, "
                           "'first_ms': 1, 'isa': 'its own', 'kernels': 'library 1.2\\n3'}");
    const struct row *row = results_row(results, 1);
    harness_absent(&row->arena, "the runtime does not tell");
    harness_absent(&row->weights, "the runtime does not tell");
    assert_string_equal(row->isa, "its own");
    assert_string_equal(row->arithmetic, "");
    assert_string_equal(row->kernel_list, "library 1.2?3");
    harness_absent(&results_row(results, 0)->arena, "not measured yet");
    results_free(results);
}

/* Accuracy */

static void accuracy_is_a_share_with_wilsons_interval(void **state)
{
    const double n = 100.0, p = 0.8;
    const double centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n);
    const double half = Z / (1 + Z * Z / n) * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
    struct results *results = harness_two_rows();
    (void)state;
    harness_metric(results, "top1");
    harness_scores(results, 0, 100, 10, 30);
    const struct row *row = results_row(results, 0);
    near(row->accuracy.value, 80.0, 1e-9);
    near(row->accuracy.low, 100.0 * (centre - half), 1e-9);
    near(row->accuracy.high, 100.0 * (centre + half), 1e-9);
    near(row->scored.value, 100.0, 0.0);
    near(row->drop.value, 0.0, 0.0);
    assert_false(row->drop.bounded);
    harness_absent(&results_row(results, 1)->accuracy, "not measured yet");
    harness_absent(&results_row(results, 1)->drop, "not measured yet");
    assert_string_equal(results_run(results)->metric->name, "top1");
    assert_int_equal(results_run(results)->samples, 100);
    results_free(results);
}

static void the_drop_is_paired_by_sample(void **state)
{
    static const struct {
        int samples, first_miss, last_miss; /* of int8; fp32 misses 10..29 of 100 */
        double drop;
        const char *verdict;
    } cases[] = {
        {100, 10, 30, 0.0, "cannot tell"}, {100, 70, 90, 0.0, "cannot tell"},
        {100, 10, 50, 20.0, "loss"},       {100, 0, 0, -20.0, "better"},
        {100, 10, 31, 1.0, "cannot tell"}, {50, 10, 40, 20.0, "loss"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct results *results = harness_two_rows();
        harness_metric(results, "top1");
        harness_scores(results, 0, 100, 10, 30);
        harness_scores(results, 1, cases[i].samples, cases[i].first_miss, cases[i].last_miss);
        const struct row *row = results_row(results, 1);
        near(row->drop.value, cases[i].drop, 1e-9);
        assert_true(row->drop.bounded);
        assert_true(row->drop.low <= cases[i].drop && row->drop.high >= cases[i].drop);
        assert_string_equal(row->drop_verdict, cases[i].verdict);
        if (i == 0) { /* not one sample differs: Tango's interval is then +-z^2 / (n + z^2) */
            near(row->drop.low, -100.0 * Z * Z / (100.0 + Z * Z), 1e-6);
            near(row->drop.high, 100.0 * Z * Z / (100.0 + Z * Z), 1e-6);
        }
        results_free(results);
    }
}

/* Errors of any size show digits, and so do their intervals. */
static void small_errors_are_shown(void **state)
{
    struct results *results = harness_two_rows();
    const struct column *drop = column_find("drop"), *accuracy = column_find("accuracy");
    char text[COLUMN_TEXT_SIZE];
    (void)state;
    harness_metric(results, "mae");
    for (int i = 0; i < 40; i++)
        for (int t = 0; t < 2; t++)
            harness_apply(results,
                          "{'event': 'scores', 'candidate': %d, 'first': %d, 'values': [%g], "
                          "'top1': [0], 'labels': [null]}",
                          t, i, t ? 0.0012 + i % 2 * 0.0004 : 0.001);
    assert_string_equal(column_format(drop, results_row(results, 1), text), "+0.00040 ±0.00006");
    assert_string_equal(column_format(accuracy, results_row(results, 0), text), "0.0010");
    assert_int_equal(column_width(drop, results_run(results)), 16);
    results_free(results);
    results = harness_two_rows();
    harness_metric(results, "top1");
    assert_int_equal(column_width(drop, results_run(results)), 12);
    results_free(results);
}

static void agreement_needs_the_other_row(void **state)
{
    struct results *results = harness_two_rows();
    (void)state;
    harness_metric(results, "agreement");
    harness_trial(results, 2, "int8", -1);
    harness_apply(results, "{'event': 'prepared', 'candidate': 2, 'bytes': 1, 'metric': "
                           "'agreement', 'samples': 100}");
    harness_scores(results, 1, 100, 0, 25);
    harness_scores(results, 2, 100, 0, 25);
    harness_absent(&results_row(results, 1)->accuracy, "not measured yet");
    harness_scores(results, 0, 100, 0, 0);
    near(results_row(results, 1)->accuracy.value, 75.0, 1e-9);
    near(results_row(results, 1)->drop.value, 25.0, 1e-9);
    assert_string_equal(results_row(results, 1)->drop_verdict, "loss");
    harness_absent(&results_row(results, 2)->drop, "no fp32 row to compare with");
    assert_false(results_row(results, 2)->accuracy.present);
    results_free(results);
}

/* The journal writes null where a score is not a number. */
static void a_score_that_is_no_number_is_a_miss(void **state)
{
    struct results *results = harness_two_rows();
    (void)state;
    harness_metric(results, "top1");
    harness_apply(results, "{'event': 'scores', 'candidate': 0, 'first': 0, 'values': [1.0, null], "
                           "'top1': [3, -1], 'labels': [3, null]}");
    harness_apply(results, "{'event': 'scores', 'candidate': 0, 'first': 2, 'values': [1, 1], "
                           "'top1': [0, 0], 'labels': [0, 0]}");
    near(results_row(results, 0)->accuracy.value, 75.0, 1e-9);
    results_free(results);
}

/* Rows and the run */

static void a_failed_row_keeps_what_it_had(void **state)
{
    struct results *results = harness_two_rows();
    (void)state;
    harness_apply(results,
                  "{'event': 'prepared', 'candidate': 1, 'bytes': 250, 'base_bytes': 500}");
    harness_block(results, 1, 0, 0, 64.0);
    harness_apply(results,
                  "{'event': 'failed', 'trial': 1, 'stage': 'timing', 'reason': 'killed\\t9'}");
    const struct row *row = results_row(results, 1);
    assert_int_equal(row->state, TRIAL_FAILED);
    assert_string_equal(row->reason, "timing: killed?9");
    near(row->median.value, 64.0, 0.0);
    near(row->size_ratio.value, 2.0, 0.0);
    harness_absent(&row->peak, "the trial failed");
    harness_absent(&row->load, "the trial failed");
    harness_apply(results, "{'event': 'failed', 'trial': 0, 'reason': 'no stage'}");
    assert_string_equal(results_row(results, 0)->reason, "no stage");
    results_free(results);
}

static void states_have_names(void **state)
{
    static const char *const names[] = {"waiting", "quantizing", "ready",  "timing",
                                        "scoring", "done",       "failed", "skipped"};
    struct results *results = harness_two_rows();
    (void)state;
    assert_int_equal(TRIAL_STATE_COUNT, COUNT(names));
    for (int i = 0; i < TRIAL_STATE_COUNT; i++) {
        assert_string_equal(trial_state_name((enum trial_state)i), names[i]);
        assert_int_equal(trial_state_from_name(names[i]), i);
        harness_apply(results, "{'event': 'state', 'trial': 1, 'state': '%s'}", names[i]);
        assert_int_equal(results_row(results, 1)->state, i);
    }
    assert_int_equal(trial_state_from_name("asleep"), TRIAL_STATE_COUNT);
    harness_apply(results, "{'event': 'done', 'trial': 0}");
    assert_int_equal(results_row(results, 0)->state, TRIAL_DONE);
    results_free(results);
}

static void the_run_knows_its_time_and_how_it_stands(void **state)
{
    struct results *results = results_new();
    (void)state;
    harness_apply(results, "{'event': 'run', 'format': 1, 'title': 'a\\u001b[1m', 'cpu': 'c', "
                           "'constraints': {'max_drop': 1, 'min_speedup': null}, 't': 0.5}");
    const struct run_info *run = results_run(results);
    assert_string_equal(run->title, "a?[1m");
    assert_string_equal(run->cpu, "c");
    assert_string_equal(run->host, "");
    assert_true(results_constraints(results)->max_drop.present);
    near(results_constraints(results)->max_drop.value, 1.0, 0.0);
    harness_absent(&results_constraints(results)->min_speedup, "no constraint");
    harness_absent(&results_constraints(results)->max_bytes, "no constraint");
    harness_apply(results, "{'event': 'stopped', 't': 8}");
    assert_true(run->stopped);
    harness_trial(results, 0, "fp32", 0);
    assert_false(run->stopped);
    harness_apply(results, "{'event': 'end', 't': 7}");
    assert_true(run->ended);
    near(run->elapsed, 8.0, 0.0);
    results_free(results);
}

/* The same events give the same results, whenever somebody looks. */
static void looking_in_between_changes_nothing(void **state)
{
    struct results *watched = results_new();
    struct text first = {0}, second = {0};
    json_t *events = harness_run_events(), *event;
    struct error error;
    size_t i;
    (void)state;
    json_array_foreach(events, i, event)
    {
        assert_int_equal(results_apply(watched, event, &error), STATUS_OK);
        text_clear(&first);
        harness_fingerprint(watched, &first);
        if (i > 12 && i % 7 > 0) /* replaying takes long */
            continue;
        struct results *fresh = results_new();
        for (size_t k = 0; k <= i; k++)
            assert_int_equal(results_apply(fresh, json_array_get(events, k), &error), STATUS_OK);
        text_clear(&second);
        harness_fingerprint(fresh, &second);
        assert_string_equal(first.bytes, second.bytes);
        results_free(fresh);
    }
    text_release(&first);
    text_release(&second);
    json_decref(events);
    results_free(watched);
}

/* Batches */

static void batches_have_a_latency_per_sample(void **state)
{
    struct results *results = harness_two_rows();
    (void)state;
    harness_apply(results, "{'event': 'prepared', 'candidate': 0, 'bytes': 10}");
    assert_false(results_run(results)->has_batches);
    harness_apply(results,
                  "{'event': 'prepared', 'candidate': 1, 'bytes': 10, 'batch': 8, 'left_out': 3}");
    assert_true(results_run(results)->has_batches);
    assert_false(results_row(results, 1)->per_sample.present);
    harness_block(results, 0, 0, 0, 4000.0);
    harness_block(results, 1, 0, 0, 4000.0);
    assert_true(fabs(results_row(results, 0)->per_sample.value - 4000.0) < 1e-9);
    assert_true(fabs(results_row(results, 1)->per_sample.value - 500.0) < 1e-9);
    assert_true(fabs(results_row(results, 1)->left_out.value - 3.0) < 1e-9);
    results_free(results);
}

static void events_of_another_run_are_refused(void **state)
{
    struct results *results = results_new();
    struct error error = {0};
    (void)state;
    harness_apply(results, "{'event': 'run', 'format': 1, 'run': 'a'}");
    harness_apply(results, "{'event': 'trial', 'run': 'a', 'trial': 0, 'candidate': 0}");
    json_t *foreign = harness_json("{'event': 'done', 'run': 'b', 'trial': 0}");
    assert_int_equal(results_apply(results, foreign, &error), STATUS_FORMAT);
    assert_non_null(strstr(error.text, "another run"));
    json_decref(foreign);
    foreign = harness_json("{'event': 'done', 'trial': 0}");
    assert_int_equal(results_apply(results, foreign, &error), STATUS_FORMAT);
    json_decref(foreign);
    foreign = harness_json("{'event': 'run', 'format': 1, 'run': 'b'}");
    assert_int_equal(results_apply(results, foreign, &error), STATUS_UNSUPPORTED);
    json_decref(foreign);
    assert_int_equal(results_row(results, 0)->state, TRIAL_WAITING);
    results_free(results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_of_another_run_are_refused),
        cmocka_unit_test(before_events_everything_is_absent_with_a_reason),
        cmocka_unit_test(the_size_ratio_is_that_of_the_files),
        cmocka_unit_test(remarks_are_those_of_the_candidate),
        cmocka_unit_test(quantiles_of_all_times_with_p99_from_459_on),
        cmocka_unit_test(processes_give_medians_and_the_highest_peak),
        cmocka_unit_test(what_a_runtime_does_not_tell_is_absent),
        cmocka_unit_test(accuracy_is_a_share_with_wilsons_interval),
        cmocka_unit_test(the_drop_is_paired_by_sample),
        cmocka_unit_test(small_errors_are_shown),
        cmocka_unit_test(agreement_needs_the_other_row),
        cmocka_unit_test(a_score_that_is_no_number_is_a_miss),
        cmocka_unit_test(a_failed_row_keeps_what_it_had),
        cmocka_unit_test(states_have_names),
        cmocka_unit_test(the_run_knows_its_time_and_how_it_stands),
        cmocka_unit_test(looking_in_between_changes_nothing),
        cmocka_unit_test(batches_have_a_latency_per_sample),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
