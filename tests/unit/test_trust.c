/* How far times can be trusted: facts of blocks, the grade that follows, and what is left out. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "forge.h"
#include "hardware/witness.h"
#include "near.h"
#include "report/notes.h"
#include "results_harness.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What a block of 20 ms is told to have met. */
struct facts {
    double waited, steal, others, switches, pace;
};
static const struct facts calm = {.pace = 1.0};

static void add_block(struct results *results, int trial, int round, double ns,
                      const struct facts *facts)
{
    harness_apply(results,
                  "{'event': 'block', 'trial': %d, 'round': %d, 'process': %d, 'ns': [%.17g], "
                  "'facts': {'seconds': 0.02, 'waited': %.17g, 'steal': %.17g, 'others': %.17g, "
                  "'switches': %.17g, 'pace': %.17g}}",
                  trial, round, round, ns, facts->waited, facts->steal, facts->others,
                  facts->switches, facts->pace);
}

/* Twelve rounds, twice as fast as fp32 but for `wobble`, under those facts, which hold for every
 * n-th of them and are calm else. */
static struct results *with_facts(const struct facts *facts, int every, double wobble, double drift)
{
    struct results *results = harness_two_rows();
    for (int i = 0; i < 12; i++) {
        double ns = 1000.0 * (1.0 + drift * i / 11.0);
        add_block(results, 0, i, 2.0 * ns, &calm);
        add_block(results, 1, i, ns * (1.0 + wobble * (i % 3 - 1)), i % every ? &calm : facts);
    }
    return results;
}

static void the_grade_is_that_of_the_worst_fact(void **state)
{
    static const struct {
        struct facts facts;
        double wobble, drift;
        const char *grade, *reason;
    } cases[] = {
        {{.pace = 1.0}, 0.001, 0.0, "A", ""},
        {{.pace = 1.0, .waited = 0.0002},
         0.001,
         0.0,
         "B",
         "its threads waited for a processing unit 1.0 % of the time"},
        {{.pace = 1.0, .waited = 0.0008},
         0.001,
         0.0,
         "C",
         "its threads waited for a processing unit 4.0 % of the time"},
        {{.pace = 1.0, .steal = 0.0002}, 0.001, 0.0, "B", "the host took 1.0 % of the time"},
        {{.pace = 1.0, .steal = 0.0006}, 0.001, 0.0, "C", "the host took 3.0 % of the time"},
        {{.pace = 1.0, .switches = 1.0}, 0.001, 0.0, "B", "it was interrupted 50 times a second"},
        {{.pace = 1.0, .switches = 20.0},
         0.001,
         0.0,
         "D",
         "it was interrupted 1000 times a second"},
        {{.pace = 1.0, .others = 0.01},
         0.001,
         0.0,
         "B",
         "other programs used 0.5 processing units"},
        {{.pace = 1.0}, 0.03, 0.0, "B", "times are known to 1.5 % only"},
        {{.pace = 1.0},
         0.001,
         0.2,
         "C",
         "times drifted by 14.0 % from the first rounds to the last"},
        {{.pace = 1.0, .waited = 0.015},
         0.001,
         0.0,
         "D",
         "100 % of the rounds that count were disturbed; "
         "its threads waited for a processing unit 75.0 % of the time"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct results *results = with_facts(&cases[i].facts, 1, cases[i].wobble, cases[i].drift);
        const struct row *row = results_row(results, 1);
        assert_string_equal(row->trust, cases[i].grade);
        assert_string_equal(row->trust_reason, cases[i].reason);
        struct text notes = {0};
        text_add_string(&notes, "");
        report_trust(results, "", &notes);
        char *line = xasprintf("m: trust in the times is %s at worst, of int8 on 1: %s\n",
                               cases[i].grade, cases[i].reason);
        if (cases[i].drift <= 0.0) /* fp32 drifts, too */
            assert_string_equal(notes.bytes, cases[i].reason[0] ? line : "");
        free(line);
        text_release(&notes);
        results_free(results);
    }
}

static void a_clock_that_varies_is_told(void **state)
{
    static const struct facts slow = {.pace = 0.97};
    struct results *results = with_facts(&slow, 2, 0.001, 0.0);
    (void)state;
    assert_string_equal(results_row(results, 1)->trust, "B");
    assert_non_null(strstr(results_row(results, 1)->trust_reason, "the clock varied by 3.0 %"));
    assert_string_equal(results_row(results, 0)->trust, "A");
    results_free(results);
}

static void without_facts_there_is_no_grade(void **state)
{
    struct results *results = harness_two_rows();
    (void)state;
    for (int i = 0; i < 12; i++)
        for (int t = 0; t < 2; t++)
            harness_block(results, t, i, i, 1000.0);
    assert_string_equal(results_row(results, 1)->trust, "");
    assert_string_equal(results_row(results, 1)->trust_reason, "");
    assert_string_equal(results_row(results, 1)->waited.reason, "the journal does not tell");
    near(results_row(results, 1)->disturbed.value, 0.0, 0.0);
    results_free(results);
}

/* Of 12 rounds `disturbed` are, and take five times as long. */
static void disturbed_rounds_are_left_out_while_others_remain(void **state)
{
    static const struct facts bad[] = {
        {.pace = 1.0, .waited = 0.004}, {.pace = 1.0, .steal = 0.01}, {.pace = 0.9}};
    (void)state;
    for (size_t kind = 0; kind < COUNT(bad); kind++)
        for (int disturbed = 0; disturbed <= 4; disturbed++) {
            struct results *results = harness_two_rows();
            for (int i = 0; i < 12; i++) {
                bool is_bad = i < disturbed;
                add_block(results, 0, i, 2000.0, &calm);
                add_block(results, 1, i, is_bad ? 5000.0 : 1000.0, is_bad ? &bad[kind] : &calm);
            }
            const struct row *row = results_row(results, 1);
            bool all_count = disturbed > 3;
            near(row->disturbed.value, disturbed, 0.0);
            near(row->rounds.value, 12.0, 0.0);
            near(row->samples.value, all_count ? 12.0 : 12.0 - disturbed, 0.0);
            near(row->disturbed_share.value, all_count ? 4.0 / 12.0 : 0.0, 1e-12);
            assert_int_equal(row->typical.value > 1000.5, all_count);
            assert_int_equal(fabs(row->speedup.value - 2.0) > 1e-9 || row->speedup.low < 2.0 - 1e-9,
                             all_count);
            assert_int_equal(row->n_blocks, 12);
            results_free(results);
        }
}

/* A round counts in a ratio only where it counts on both sides. */
static void a_disturbed_baseline_takes_its_round_along(void **state)
{
    static const struct facts bad = {.pace = 1.0, .waited = 0.01};
    struct results *results = harness_two_rows();
    (void)state;
    for (int i = 0; i < 12; i++) {
        add_block(results, 0, i, i == 4 ? 9000.0 : 2000.0, i == 4 ? &bad : &calm);
        add_block(results, 1, i, 1000.0, &calm);
    }
    const struct row *row = results_row(results, 1);
    near(row->speedup.high, 2.0, 1e-9);
    near(row->samples.value, 12.0, 0.0);
    results_free(results);
}

static void the_typical_block_has_an_interval(void **state)
{
    struct results *results = with_facts(&calm, 1, 0.01, 0.0);
    const struct row *row = results_row(results, 1);
    (void)state;
    assert_true(row->typical.bounded && row->typical.low < row->typical.value);
    near(row->typical.value, 1000.0, 1.0);
    results_free(results);
}

/* --- The witness --- */

static char root[64];

/* Ticks of unit 0 and 3, of which only the latter is the process's. */
static void forge_stat(double user, double steal)
{
    char *text = xasprintf("cpu  %.0f 0 0 0 0 0 0 %.0f 0 0\ncpu0 0 0 0 0 0 0 0 700 0 0\n"
                           "cpu3 0 0 0 0 0 0 0 %.0f 0 0\nintr 5\n",
                           user, steal + 700.0, steal);
    forge(root, "/proc/stat", text);
    free(text);
}

static void the_witness_compares_counters(void **state)
{
    const int pus[] = {3};
    const double tick = (double)sysconf(_SC_CLK_TCK);
    struct witness_mark mark;
    (void)state;
    strcpy(root, "/tmp/quantop-witness-XXXXXX");
    assert_non_null(mkdtemp(root));
    forge_stat(1000, 10);
    forge(root, "/proc/self/task/11/schedstat", "5000 1000000000 7\n");
    forge(root, "/proc/self/task/12/schedstat", "5000 2000000000 7\n");
    witness_begin(root, pus, 1, &mark);
    forge_stat(1000 + 3 * tick, 10 + tick / 2);
    forge(root, "/proc/self/task/12/schedstat", "5000 2250000000 7\n");
    struct witness witness = witness_end(root, pus, 1, &mark);
    near(witness.waited, 0.25, 1e-9);
    near(witness.steal, 0.5, 1e-9);
    near(witness.others, 3.0, 0.2); /* but for what this test computed */
    assert_true(witness.switches >= 0.0 && witness.seconds >= 0.0 && witness.seconds < 60.0);
    assert_true(witness.pace > 0.01 && witness.pace < 10.0);

    forge(root, "/proc/stat", "nothing\n");
    forge(root, "/proc/self/task/11/schedstat", "\n");
    forge(root, "/proc/self/task/12/schedstat", "\n");
    witness_begin(root, pus, 1, &mark);
    witness = witness_end(root, pus, 1, &mark);
    assert_true(isnan(witness.waited) && isnan(witness.steal) && isnan(witness.others));
    char *command = xasprintf("rm -rf '%s'", root);
    assert_int_equal(system(command), 0);
    free(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_grade_is_that_of_the_worst_fact),
        cmocka_unit_test(a_clock_that_varies_is_told),
        cmocka_unit_test(without_facts_there_is_no_grade),
        cmocka_unit_test(disturbed_rounds_are_left_out_while_others_remain),
        cmocka_unit_test(a_disturbed_baseline_takes_its_round_along),
        cmocka_unit_test(the_typical_block_has_an_interval),
        cmocka_unit_test(the_witness_compares_counters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
