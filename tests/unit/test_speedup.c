/* Results: speedups, which are paired by round and compared by process. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "near.h"
#include "results_harness.h"

#define Z            1.959963984540054
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

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
    harness_absent(&results_row(results, 2)->vs_builtin, "not measured yet");
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
    harness_absent(&results_row(results, 0)->vs_builtin, "no row of the builtin runtime");
    harness_absent(&results_row(results, 1)->vs_builtin, "the row of the builtin runtime failed");
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
    harness_absent(&results_row(results, 0)->speedup, "not measured yet");
    harness_absent(&results_row(results, 1)->speedup, "not measured yet");
    harness_absent(&results_row(results, 2)->speedup, "no fp32 row to compare with");
    harness_absent(&results_row(results, 3)->speedup, "no fp32 row to compare with");
    harness_absent(&results_row(results, 4)->speedup, "the trial failed");
    harness_apply(results, "{'event': 'failed', 'trial': 0, 'stage': 'load', 'reason': 'bad'}");
    harness_absent(&results_row(results, 1)->speedup, "the fp32 row failed");
    results_free(results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_speedup_is_paired_by_round),
        cmocka_unit_test(rows_are_compared_within_and_across_runtimes),
        cmocka_unit_test(without_a_builtin_row_there_is_nothing_to_compare_with),
        cmocka_unit_test(rounds_of_one_process_are_one_observation),
        cmocka_unit_test(rounds_without_a_partner_do_not_count),
        cmocka_unit_test(a_missing_speedup_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
