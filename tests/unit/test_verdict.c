/* Verdicts: what intervals say in words, what it would take to tell, and how often they are wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "near.h"
#include "results_harness.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void add_block(struct results *results, int trial, int round, double ns, double t)
{
    harness_apply(results,
                  "{'event': 'block', 'trial': %d, 'round': %d, 'process': %d, 'ns': [%.17g], "
                  "'t': %.17g}",
                  trial, round, round, ns, t);
}

/* Ratios in equal steps of `spread` to each side of `centre`, in rounds of two seconds. */
static struct results *with_spread(double centre, double spread, int rounds, double same_percent)
{
    struct results *results = results_new();
    harness_apply(results, "{'event': 'run', 'format': 1, 'same_percent': %.17g}", same_percent);
    harness_trial(results, 0, "fp32", 0);
    harness_trial(results, 1, "int8", 0);
    for (int i = 0; i < rounds; i++) {
        double ratio = centre + spread * (2.0 * i / (rounds - 1) - 1.0);
        add_block(results, 0, i, 1000.0, 2.0 * i + 1.0);
        add_block(results, 1, i, 1000.0 / ratio, 2.0 * i + 2.0);
    }
    return results;
}

static void the_band_is_the_runs(void **state)
{
    static const struct {
        double same_percent, centre;
        const char *verdict;
    } cases[] = {{1.0, 1.0, "same"},   {0.1, 1.0, "cannot tell"}, {1.0, 1.03, "faster"},
                 {5.0, 1.03, "same"},  {1.0, 0.97, "slower"},     {5.0, 0.97, "same"},
                 {5.0, 1.08, "faster"}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct results *results = with_spread(cases[i].centre, 0.005, 12, cases[i].same_percent);
        assert_string_equal(results_row(results, 1)->speed_verdict, cases[i].verdict);
        results_free(results);
    }
}

/* n (w / d)^2 rounds in all, where w reaches to the end of the interval and d to the band's. */
static void what_cannot_be_told_says_how_long_it_would_take(void **state)
{
    struct results *results = with_spread(1.02, 0.04, 12, 1.0);
    const struct row *row = results_row(results, 1);
    double reach = (row->speedup.value - row->speedup.low) / (row->speedup.value - 1.01);
    (void)state;
    assert_string_equal(row->speed_verdict, "cannot tell");
    assert_true(row->seconds_needed.present && reach > 1.0);
    near(row->seconds_needed.value, (reach * reach - 1.0) * 12 * 2.0, 1e-6);
    results_free(results);

    results = with_spread(1.0, 0.04, 12, 1.0); /* both ends have to come within the band */
    row = results_row(results, 1);
    double low = (row->speedup.value - row->speedup.low) / (row->speedup.value - 0.99);
    double high = (row->speedup.high - row->speedup.value) / (1.01 - row->speedup.value);
    reach = fmax(low, high);
    near(row->seconds_needed.value, (reach * reach - 1.0) * 12 * 2.0, 1e-6);
    results_free(results);

    results = with_spread(2.0, 0.001, 6, 1.0); /* too few rounds, whatever they say */
    near(results_row(results, 1)->seconds_needed.value, 3.0 * 2.0, 1e-6);
    results_free(results);

    results = with_spread(2.0, 0.001, 12, 1.0);
    assert_false(results_row(results, 1)->seconds_needed.present);
    assert_string_equal(results_row(results, 1)->seconds_needed.reason, "the verdict is there");
    results_free(results);
}

static void without_times_there_are_no_seconds(void **state)
{
    struct results *results = harness_two_rows();
    (void)state;
    for (int i = 0; i < 12; i++) {
        harness_block(results, 0, i, i, 1000.0);
        harness_block(results, 1, i, i, 1000.0 / (1.0 + 0.04 * (i % 2)));
    }
    assert_string_equal(results_row(results, 1)->speed_verdict, "cannot tell");
    assert_false(results_row(results, 1)->seconds_needed.present);
    assert_string_equal(results_row(results, 1)->seconds_needed.reason,
                        "the journal does not say when blocks were timed");
    results_free(results);
}

/* int8 misses more samples of 1000 than fp32, under limits in percentage points; 0: none. */
static void a_loss_is_judged_by_the_limit(void **state)
{
    static const struct {
        double max_drop;
        int misses;
        const char *verdict;
        bool tells_samples;
    } cases[] = {
        {0.0, 0, "no loss seen", false}, {0.0, 6, "loss", false},
        {2.0, 6, "small loss", false},   {0.0, 40, "loss", false},
        {8.0, 40, "small loss", false},  {2.0, 3, "no loss seen", false},
        {0.4, 1, "cannot tell", true},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct results *results = results_new();
        if (cases[i].max_drop > 0.0)
            harness_apply(results, "{'event': 'run', 'format': 1, 'constraints': {'max_drop': %g}}",
                          cases[i].max_drop);
        harness_trial(results, 0, "fp32", 0);
        harness_trial(results, 1, "int8", 0);
        harness_metric(results, "top1");
        harness_scores(results, 0, 1000, 0, 0);
        harness_scores(results, 1, 1000, 0, cases[i].misses);
        const struct row *row = results_row(results, 1);
        assert_string_equal(row->drop_verdict, cases[i].verdict);
        assert_int_equal(row->samples_needed.present, cases[i].tells_samples);
        if (cases[i].tells_samples)
            assert_true(row->samples_needed.value >= 1.0 && row->samples_needed.value < 1e5);
        assert_string_equal(results_row(results, 0)->samples_needed.reason, "there is no drop");
        results_free(results);
    }
}

/* Rows of 12 rounds around a speedup, of a mode that promises 4 and 3 times; 0: no promise. */
static void promises_are_held_against_what_was_measured(void **state)
{
    static const struct {
        double smaller, faster; /* promised */
        int bytes;              /* of 4000 */
        double speedup, spread;
        const char *promise;
    } cases[] = {
        {4.0, 3.0, 1000, 3.5, 0.01, "kept"},
        {4.0, 3.0, 1100, 3.5, 0.01, "kept"}, /* a tenth is for what textbooks do not count */
        {4.0, 3.0, 1200, 3.5, 0.01, "size missed"},
        {4.0, 3.0, 1000, 2.5, 0.01, "speed missed"},
        {4.0, 3.0, 1200, 2.5, 0.01, "both missed"},
        {4.0, 3.0, 1000, 3.0, 0.5, "cannot tell"},
        {4.0, 0.0, 1000, 0.5, 0.01, "kept"},
        {0.0, 0.0, 1000, 0.5, 0.01, ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct results *results = results_new();
        harness_trial(results, 0, "fp32", 0);
        harness_apply(results,
                      "{'event': 'trial', 'trial': 1, 'candidate': 1, 'model': 'm', 'mode': 'x', "
                      "'label': 'x', 'placement': '1', 'threads': 1, 'baseline': 0, "
                      "'promised_smaller': %g, 'promised_faster': %g}",
                      cases[i].smaller, cases[i].faster);
        harness_apply(results,
                      "{'event': 'prepared', 'candidate': 1, 'bytes': %d, 'base_bytes': 4000}",
                      cases[i].bytes);
        for (int round = 0; round < 12; round++) {
            double ratio = cases[i].speedup + cases[i].spread * (2.0 * round / 11.0 - 1.0);
            add_block(results, 0, round, 1000.0, round);
            add_block(results, 1, round, 1000.0 / ratio, round);
        }
        assert_string_equal(results_row(results, 1)->promise, cases[i].promise);
        assert_string_equal(results_row(results, 0)->promise, "");
        results_free(results);
    }
}

/* --- How often verdicts are wrong, on drawn noise --- */

/* Standard deviations of logs of block medians as a noisy machine has them: what all rows of a
 * round share, what a process keeps (its memory layout), what is each block's own; and one block in
 * twenty that something disturbs, by up to 30 %. */
#define SHARED    0.03
#define LAYOUT    0.006
#define OWN       0.012
#define DISTURBED 0.05
#define WORST     0.3

/* The log of what a block takes beyond what its round shares. */
static double block_noise(struct random *random)
{
    double pair[2];
    random_normals(random, pair);
    double noise = LAYOUT * pair[0] + OWN * pair[1];
    if (random_unit(random) < DISTURBED)
        noise += WORST * random_unit(random);
    return noise;
}

/* One run as the schedule has it: at least 10 rounds, then until the verdict is there, at most
 * `most`. */
static const char *simulate(struct random *random, double ratio, int most)
{
    struct results *results = with_spread(1.0, 0.0, 0, 1.0);
    const char *verdict = "";
    for (int round = 0; round < most; round++) {
        double pair[2];
        random_normals(random, pair);
        double shared = SHARED * pair[0];
        add_block(results, 0, round, 1e6 * exp(shared + block_noise(random)), 2.0 * round + 1.0);
        add_block(results, 1, round, 1e6 / ratio * exp(shared + block_noise(random)),
                  2.0 * round + 2.0);
        if (round < 9)
            continue;
        verdict = results_row(results, 1)->speed_verdict;
        if (!results_row(results, 1)->is_open)
            break;
    }
    results_free(results);
    return verdict; /* a static text */
}

struct tally {
    int same, faster, slower;
};

static struct tally simulate_all(double ratio, int runs, int most)
{
    struct random random = {2026};
    struct tally tally = {0};
    for (int i = 0; i < runs; i++) {
        const char *verdict = simulate(&random, ratio, most);
        tally.same += strcmp(verdict, "same") == 0;
        tally.faster += strcmp(verdict, "faster") == 0;
        tally.slower += strcmp(verdict, "slower") == 0;
    }
    return tally;
}

#define RUNS 100

static void two_rows_of_one_mode_are_the_same(void **state)
{
    struct tally tally = simulate_all(1.0, RUNS, 120);
    (void)state;
    print_message("# A/A: same %d, faster %d, slower %d of %d\n", tally.same, tally.faster,
                  tally.slower, RUNS);
    assert_true(tally.same * 20 >= RUNS * 19);
    assert_true((tally.faster + tally.slower) * 20 <= RUNS);
}

static void a_real_difference_is_found(void **state)
{
    struct tally faster = simulate_all(1.05, RUNS, 120), slower = simulate_all(0.95, RUNS, 120);
    (void)state;
    print_message("# 5 %%: faster %d, slower %d of %d\n", faster.faster, slower.slower, RUNS);
    assert_true(faster.faster * 20 >= RUNS * 19 && faster.slower == 0);
    assert_true(slower.slower * 20 >= RUNS * 19 && slower.faster == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_band_is_the_runs),
        cmocka_unit_test(what_cannot_be_told_says_how_long_it_would_take),
        cmocka_unit_test(without_times_there_are_no_seconds),
        cmocka_unit_test(a_loss_is_judged_by_the_limit),
        cmocka_unit_test(promises_are_held_against_what_was_measured),
        cmocka_unit_test(two_rows_of_one_mode_are_the_same),
        cmocka_unit_test(a_real_difference_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
