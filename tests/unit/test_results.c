/* Results: from events to figures and verdicts. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "results/column.h"
#include "results_harness.h"

#define Z            1.959963984540054
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define near(a, b, tolerance) check_near((a), (b), (tolerance), __LINE__)

static void check_near(double a, double b, double tolerance, int line)
{
    if (!(fabs(a - b) <= tolerance))
        fail_msg("line %d: %.15g, expected %.15g within %g", line, a, b, tolerance);
}

static void check_absent(const struct figure *figure, const char *reason)
{
    assert_false(figure->present);
    assert_string_equal(figure->reason, reason);
}

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
        check_absent(&row->median, "not measured yet");
        check_absent(&row->accuracy, "nothing is scored");
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
    check_absent(&results_row(results, 0)->size_ratio, "the model has no float32 form");
    check_absent(&results_row(results, 0)->nodes, "not measured yet");
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
            check_absent(&row->p99, "needs 459 timed inferences");
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
    check_absent(&row->arena, "the runtime does not tell");
    check_absent(&row->weights, "the runtime does not tell");
    assert_string_equal(row->isa, "its own");
    assert_string_equal(row->arithmetic, "");
    assert_string_equal(row->kernel_list, "library 1.2?3");
    check_absent(&results_row(results, 0)->arena, "not measured yet");
    results_free(results);
}

/* Speedup */

/* Rounds of fp32 that drift, and of int8 that are faster by exp(logs[process]) in each process. */
static struct results *with_ratios(const double *logs, int processes, int rounds_each)
{
    struct results *results = harness_two_rows();
    for (int process = 0, round = 0; process < processes; process++)
        for (int i = 0; i < rounds_each; i++, round++) {
            double base = 1000.0 + 37.0 * round * round;
            harness_block(results, 0, round, process, base);
            harness_block(results, 1, round, process, base * exp(-logs[process]));
        }
    return results;
}

static void the_speedup_is_paired_by_round(void **state)
{
    const double two = log(2.0), same = log(1.0005), slow = log(0.5);
    const struct {
        double centre, spread; /* logs of the ratios: centre + spread * -1 ... 1 in equal steps */
        int processes;
        bool bounded;
        const char *verdict;
    } cases[] = {
        {two, 0.0, 1, false, ""},
        {two, 0.0, 5, false, ""},
        {two, 0.0, 6, true, "cannot tell"},
        {two, 0.0, 8, true, "cannot tell"},
        {two, 0.0, 9, true, "faster"},
        {two, 0.05, 12, true, "faster"},
        {slow, 0.05, 12, true, "slower"},
        {same, 0.002, 9, true, "same"},
        {same, 0.1, 12, true, "cannot tell"},
        {two, 0.05, 6, true, "cannot tell"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        double logs[16] = {cases[i].centre};
        int n = cases[i].processes;
        for (int k = 0; k < n && n > 1; k++)
            logs[k] = cases[i].centre + cases[i].spread * (2.0 * k / (n - 1) - 1.0);
        struct results *results = with_ratios(logs, n, 2);
        const struct row *row = results_row(results, 1);
        near(row->speedup.value, exp(cases[i].centre), 1e-9);
        assert_int_equal(row->speedup.bounded, cases[i].bounded);
        assert_true(row->speedup.low <= row->speedup.value);
        assert_true(row->speedup.high >= row->speedup.value);
        if (n == 6) { /* the interval of six pairs reaches from the least to the greatest */
            near(row->speedup.low, exp(logs[0]), 1e-9);
            near(row->speedup.high, exp(logs[5]), 1e-9);
        }
        assert_string_equal(row->speed_verdict, cases[i].verdict);
        near(results_row(results, 0)->speedup.value, 1.0, 0.0);
        assert_string_equal(results_row(results, 0)->speed_verdict, "");
        results_free(results);
    }
}

/* One process that finds ratios 1 and 4 says 2, and says it once. */
/* fp32 and int8 on each of two runtimes, the second of which is numbered first. */
static void rows_are_compared_within_and_across_runtimes(void **state)
{
    static const double ns[] = {400.0, 1000.0, 100.0, 500.0};
    struct results *results = results_new();
    (void)state;
    for (int i = 0; i < 4; i++)
        harness_runtime(results, i, i < 2 ? "fp32" : "int8", i % 2 ? "builtin" : "other", i % 2,
                        i < 2 ? 1 : 3);
    check_absent(&results_row(results, 2)->vs_builtin, "not measured yet");
    for (int round = 0; round < 9; round++)
        for (int i = 0; i < 4; i++)
            harness_block(results, i, round, round, ns[i] * (1.0 + 0.1 * round));
    near(results_row(results, 2)->speedup.value, 4.0, 1e-9);
    near(results_row(results, 3)->speedup.value, 2.0, 1e-9);
    near(results_row(results, 0)->vs_builtin.value, 2.5, 1e-9);
    near(results_row(results, 2)->vs_builtin.value, 5.0, 1e-9);
    assert_true(results_row(results, 2)->vs_builtin.bounded);
    near(results_row(results, 3)->vs_builtin.value, 1.0, 0.0);
    assert_string_equal(results_row(results, 3)->speed_verdict, "faster");
    /* A new block of the builtin row changes the figures of the others. */
    for (int round = 9; round < 40; round++) {
        harness_block(results, 2, round, round, 100.0);
        harness_block(results, 3, round, round, 100.0);
    }
    near(results_row(results, 2)->vs_builtin.value, 1.0, 1e-9);
    results_free(results);
}

static void without_a_builtin_row_there_is_nothing_to_compare_with(void **state)
{
    struct results *results = results_new();
    struct error error;
    (void)state;
    harness_runtime(results, 0, "fp32", "other", 0, -1);
    harness_runtime(results, 1, "fp32", "other", 0, 2);
    harness_runtime(results, 2, "fp32", "builtin", 0, 2);
    harness_block(results, 1, 0, 0, 5.0);
    harness_apply(results, "{'event': 'failed', 'trial': 2, 'stage': '', 'reason': 'x'}");
    check_absent(&results_row(results, 0)->vs_builtin, "no row of the builtin runtime");
    check_absent(&results_row(results, 1)->vs_builtin, "the row of the builtin runtime failed");
    json_t *event = harness_json("{'event': 'trial', 'trial': 3, 'candidate': 3, 'builtin': -7}");
    assert_int_equal(results_apply(results, event, &error), STATUS_FORMAT);
    json_decref(event);
    results_free(results);
}

static void rounds_of_one_process_are_one_observation(void **state)
{
    struct results *results = harness_two_rows();
    (void)state;
    for (int round = 0; round < 10; round++) {
        harness_block(results, 0, round, 0, 1000.0);
        harness_block(results, 1, round, 0, round % 2 ? 1000.0 : 250.0);
    }
    near(results_row(results, 1)->speedup.value, 2.0, 1e-9);
    assert_false(results_row(results, 1)->speedup.bounded);
    results_free(results);
}

static void rounds_without_a_partner_do_not_count(void **state)
{
    static const struct {
        int round, trial;
        double ns;
    } blocks[] = {{0, 0, 100.0}, {0, 1, 50.0},  {1, 0, 100.0}, {2, 1, 1.0},
                  {3, 1, 200.0}, {3, 0, 400.0}, {4, 0, 9.0}};
    struct results *results = harness_two_rows();
    (void)state;
    for (size_t i = 0; i < COUNT(blocks); i++)
        harness_block(results, blocks[i].trial, blocks[i].round, blocks[i].round, blocks[i].ns);
    near(results_row(results, 1)->speedup.value, 2.0, 1e-9);
    near(results_row(results, 1)->rounds.value, 3.0, 0.0);
    results_free(results);
}

static void a_missing_speedup_says_why(void **state)
{
    struct results *results = harness_two_rows();
    (void)state;
    harness_trial(results, 2, "int8", -1);
    harness_trial(results, 3, "int8", 99);
    harness_trial(results, 4, "int8", 0);
    harness_apply(results, "{'event': 'failed', 'trial': 4, 'stage': 'load', 'reason': 'bad'}");
    check_absent(&results_row(results, 0)->speedup, "not measured yet");
    check_absent(&results_row(results, 1)->speedup, "not measured yet");
    check_absent(&results_row(results, 2)->speedup, "no fp32 row to compare with");
    check_absent(&results_row(results, 3)->speedup, "no fp32 row to compare with");
    check_absent(&results_row(results, 4)->speedup, "the trial failed");
    harness_apply(results, "{'event': 'failed', 'trial': 0, 'stage': 'load', 'reason': 'bad'}");
    check_absent(&results_row(results, 1)->speedup, "the fp32 row failed");
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
    check_absent(&results_row(results, 1)->accuracy, "not measured yet");
    check_absent(&results_row(results, 1)->drop, "not measured yet");
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
    check_absent(&results_row(results, 1)->accuracy, "not measured yet");
    harness_scores(results, 0, 100, 0, 0);
    near(results_row(results, 1)->accuracy.value, 75.0, 1e-9);
    near(results_row(results, 1)->drop.value, 25.0, 1e-9);
    assert_string_equal(results_row(results, 1)->drop_verdict, "loss");
    check_absent(&results_row(results, 2)->drop, "no fp32 row to compare with");
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

/* Recordings */

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
    check_absent(&results_row(results, 0)->recordings,
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
    check_absent(&results_row(results, 1)->drop, "not defined for these samples");
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
    check_absent(&row->peak, "the trial failed");
    check_absent(&row->load, "the trial failed");
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
    check_absent(&results_constraints(results)->min_speedup, "no constraint");
    check_absent(&results_constraints(results)->max_bytes, "no constraint");
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
        cmocka_unit_test(the_speedup_is_paired_by_round),
        cmocka_unit_test(what_a_runtime_does_not_tell_is_absent),
        cmocka_unit_test(rows_are_compared_within_and_across_runtimes),
        cmocka_unit_test(without_a_builtin_row_there_is_nothing_to_compare_with),
        cmocka_unit_test(rounds_of_one_process_are_one_observation),
        cmocka_unit_test(rounds_without_a_partner_do_not_count),
        cmocka_unit_test(a_missing_speedup_says_why),
        cmocka_unit_test(accuracy_is_a_share_with_wilsons_interval),
        cmocka_unit_test(the_drop_is_paired_by_sample),
        cmocka_unit_test(small_errors_are_shown),
        cmocka_unit_test(agreement_needs_the_other_row),
        cmocka_unit_test(a_score_that_is_no_number_is_a_miss),
        cmocka_unit_test(anomalies_are_those_of_recordings),
        cmocka_unit_test(without_groups_samples_stand_for_themselves),
        cmocka_unit_test(malformed_groups_are_refused),
        cmocka_unit_test(scores_that_are_void_take_their_groups_along),
        cmocka_unit_test(a_failed_row_keeps_what_it_had),
        cmocka_unit_test(states_have_names),
        cmocka_unit_test(the_run_knows_its_time_and_how_it_stands),
        cmocka_unit_test(looking_in_between_changes_nothing),
        cmocka_unit_test(batches_have_a_latency_per_sample),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
