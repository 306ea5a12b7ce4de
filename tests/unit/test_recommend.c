/* The question at the top: which row is recommended, and when none is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "results/recommend.h"
#include "results_harness.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A row beside fp32: latency in ns of twelve processes that differ by spread, bytes, samples missed
 * of 400, and how it ends. */
struct choice {
    double ns, spread;
    int bytes, missed;
    const char *end;
};

#define CHOICES 4

static struct results *with_choices(const struct choice *choices, const char *limits, bool compared)
{
    struct results *results = results_new();
    harness_apply(results, "{'event': 'run', 'format': 1, 'constraints': {%s}}", limits);
    for (int i = 0; i < CHOICES && choices[i].end; i++) {
        char label[16];
        snprintf(label, sizeof(label), i ? "mode%d" : "fp32", i);
        harness_trial(results, i, label, compared ? 0 : -1);
        harness_apply(results,
                      "{'event': 'prepared', 'candidate': %d, 'bytes': %d, 'base_bytes': 4000, "
                      "'metric': 'top1', 'samples': 400}",
                      i, choices[i].bytes);
        for (int k = 0; k < 12 && choices[i].ns > 0.0; k++)
            harness_block(results, i, k, k,
                          choices[i].ns * (1.0 + choices[i].spread * (k / 11.0 - 0.5)));
        if (choices[i].missed >= 0)
            harness_scores(results, i, 400, 0, choices[i].missed);
        harness_apply(results, "{'event': '%s', 'trial': %d, 'state': 'timing'}", choices[i].end,
                      i);
    }
    return results;
}

/* fp32, and what stands beside it. */
static const struct choice base = {1000.0, 0.0, 4000, 4, "done"};

static const struct {
    const char *limits;
    struct choice others[CHOICES - 1];
    bool compared;
    enum verdict verdict;
    int trial;
} questions[] = {
    {"", {{500, 0, 1000, 4, "done"}}, true, VERDICT_NONE, -1},
    {"'max_drop': 9", {{500, 0, 1000, 4, "state"}}, true, VERDICT_NONE, -1},
    {"'max_drop': 9", {{500, 0, 1000, 4, "done"}}, true, VERDICT_PASS, 1},
    /* clearly faster, though larger */
    {"'max_drop': 9",
     {{500, .01, 1000, 4, "done"}, {400, .01, 2000, 4, "done"}},
     true,
     VERDICT_PASS,
     2},
    /* as fast as one can tell, and smaller */
    {"'max_drop': 9",
     {{500, .5, 1000, 4, "done"}, {480, .5, 2000, 4, "done"}},
     true,
     VERDICT_PASS,
     1},
    {"'max_drop': 9",
     {{480, .5, 2000, 4, "done"}, {500, .5, 1000, 4, "done"}},
     true,
     VERDICT_PASS,
     2},
    /* as fast and as large: the faster value */
    {"'max_drop': 9",
     {{500, .5, 1000, 4, "done"}, {480, .5, 1000, 4, "done"}},
     true,
     VERDICT_PASS,
     2},
    /* the fastest loses too much, or failed */
    {"'max_drop': 9",
     {{500, 0, 1000, 4, "done"}, {100, 0, 1000, 200, "done"}},
     true,
     VERDICT_PASS,
     1},
    {"'max_drop': 9",
     {{500, 0, 1000, 4, "done"}, {100, 0, 1000, 4, "failed"}},
     true,
     VERDICT_PASS,
     1},
    /* fp32 loses nothing, and is no candidate */
    {"'max_drop': 9", {{100, 0, 1000, 200, "done"}}, true, VERDICT_FAIL, -1},
    {"'max_drop': 9", {{0, 0, 0, 0, NULL}}, true, VERDICT_FAIL, -1},
    {"'max_bytes': 1500",
     {{500, 0, 1000, 4, "done"}, {100, 0, 1600, 4, "done"}},
     true,
     VERDICT_PASS,
     1},
    {"'max_bytes': 999", {{500, 0, 1000, 4, "done"}}, true, VERDICT_FAIL, -1},
    {"'max_bytes': 1000", {{500, 0, 1000, 4, "done"}}, true, VERDICT_PASS, 1},
    {"'min_speedup': 2.5", {{500, .01, 1000, 4, "done"}}, true, VERDICT_FAIL, -1},
    {"'min_speedup': 2", {{500, .2, 1000, 4, "done"}}, true, VERDICT_UNKNOWN, -1},
    /* one limit cannot be judged, another is broken for sure */
    {"'min_speedup': 2, 'max_bytes': 999", {{500, .2, 1000, 4, "done"}}, true, VERDICT_FAIL, -1},
    /* a loss of 1 % in 400 samples is no proof of 1.5 % at most */
    {"'min_speedup': 1.5, 'max_drop': 1.5", {{500, 0, 1000, 8, "done"}}, true, VERDICT_UNKNOWN, -1},
    {"'min_speedup': 1.5, 'max_drop': 1", {{500, 0, 1000, -1, "done"}}, true, VERDICT_UNKNOWN, -1},
    /* without a row to compare with, size alone */
    {"'max_bytes': 3000",
     {{500, 0, 2000, 4, "done"}, {600, 0, 1000, 4, "done"}},
     false,
     VERDICT_PASS,
     2},
};

static void the_fastest_row_within_the_limits_is_recommended(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(questions); i++) {
        struct choice choices[CHOICES] = {base};
        memcpy(&choices[1], questions[i].others, sizeof(questions[i].others));
        struct results *results = with_choices(choices, questions[i].limits, questions[i].compared);
        struct recommendation got = recommend(results, NULL);
        if (got.verdict != questions[i].verdict || got.trial != questions[i].trial)
            fail_msg("case %zu: verdict %d, row %d", i, (int)got.verdict, got.trial);
        assert_true(got.text[0] != '\0' || got.verdict == VERDICT_NONE);
        results_free(results);
    }
}

static void a_recommendation_gives_its_reason(void **state)
{
    static const struct choice choices[CHOICES] = {{1000, 0, 4000, 0, "done"},
                                                   {250, 0, 1000, 0, "done"}};
    struct results *results = with_choices(choices, "'max_bytes': 1000", true);
    (void)state;
    assert_string_equal(
        recommend(results, "m").text,
        "ship mode1 on one core: 4.00 ±0.00x as fast as fp32, 4.00x smaller, drop +0.00 ±0.95 pp");
    assert_int_equal(recommend(results, "another").verdict, VERDICT_NONE);
    assert_string_equal(recommend(results, "another").text, "");
    results_free(results);
}

/* What is said of rows beside fp32 under limits. */
static const struct {
    const char *limits;
    struct choice others[CHOICES - 1];
    const char *text;
} answers[] = {
    /* no limits: what is not beaten; mode1 is by mode2, mode3 is the smallest */
    {"",
     {{500, .01, 2000, 4, "done"}, {400, .01, 1000, 4, "done"}, {1000, 0, 500, 4, "done"}},
     "mode2: 2.5x faster, 4.0x smaller, no loss seen (+0.00 ±0.95 pp); mode3: 8.0x smaller at the "
     "same speed, no loss seen (+0.00 ±0.95 pp)"},
    {"",
     {{500, .01, 1000, 5, "done"}},
     "mode1: 2.0x faster, 4.0x smaller, drop +0.25 ±1.15 pp; about 550 more samples would tell a "
     "loss of 1 pp from none"},
    {"'max_bytes': 1000",
     {{500, 0, 1000, 5, "done"}},
     "ship mode1 on one core: 2.00 ±0.00x as fast as fp32, 4.00x smaller, drop +0.25 ±1.15 pp; "
     "about 550 more samples would tell a loss of 1 pp from none"},
    {"",
     {{2000, .01, 1000, 204, "done"}},
     "mode1: 2.0x slower, 4.0x smaller, drop +50.00 ±4.88 pp"},
    {"", {{500, .01, 4000, -1, "done"}}, "mode1: 2.0x faster, loss not measured"},
    {"", {{2000, .01, 4000, 4, "done"}}, "no mode is better than fp32 in speed, size or loss"},
    {"", {{2000, .01, 4000, 4, "state"}}, ""},
    /* the one that misses least, and by how much */
    {"'max_drop': 9",
     {{500, .01, 1000, 204, "done"}, {500, .01, 1000, 104, "done"}},
     "none: mode2 on one core comes closest, it misses max_drop by 16.00 pp"},
    {"'max_bytes': 512, 'min_speedup': 2.5",
     {{500, .01, 1536, 4, "done"}},
     "none: mode1 on one core comes closest, it misses min_speedup by 0.50x and max_size by 1.00 "
     "KiB"},
    {"'max_drop': 9", {{0, 0, 0, 0, NULL}}, "none: no quantized mode was measured"},
    /* what would tell */
    {"'max_drop': 1.5",
     {{500, 0, 1000, 8, "done"}},
     "cannot tell whether mode1 on one core meets the constraints: max_drop is 1.50 pp, its drop "
     "is "
     "+1.00 ±1.54 pp: about 3500 more samples would tell"},
    {"'max_drop': 1",
     {{500, 0, 1000, 8, "done"}},
     "cannot tell whether mode1 on one core meets the constraints: max_drop is 1.00 pp, its drop "
     "is "
     "+1.00 ±1.54 pp: too near for more samples to tell"},
    {"'max_drop': 1",
     {{500, 0, 1000, -1, "done"}},
     "cannot tell whether mode1 on one core meets the constraints: max_drop is 1.00 pp, its drop "
     "is "
     "not known (not measured yet)"},
};

static void every_end_has_an_answer(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(answers); i++) {
        struct choice choices[CHOICES] = {base};
        memcpy(&choices[1], answers[i].others, sizeof(answers[i].others));
        struct results *results = with_choices(choices, answers[i].limits, true);
        assert_string_equal(recommend(results, NULL).text, answers[i].text);
        results_free(results);
    }
}

/* Of recordings of two windows each it is recordings that are too few, or no better than chance. */
static void recordings_are_what_is_counted(void **state)
{
    static const struct {
        double gap; /* between anomalies and others */
        const char *words;
    } runs[] = {{0.5, " more recordings would tell"}, {0.0, "over 60 recordings, no better than"}};
    (void)state;
    for (size_t i = 0; i < COUNT(runs); i++) {
        struct results *results = results_new();
        harness_apply(results, "{'event': 'run', 'format': 1, 'constraints': {'max_drop': 0.05}}");
        for (int t = 0; t < 2; t++) {
            harness_trial(results, t, t ? "int8" : "fp32", 0);
            harness_apply(results,
                          "{'event': 'prepared', 'candidate': %d, 'bytes': 9, 'metric': "
                          "'anomaly', 'samples': 120}",
                          t);
            for (int w = 0; w < 120; w++)
                harness_apply(results,
                              "{'event': 'scores', 'candidate': %d, 'first': %d, 'values': "
                              "[%.3f], 'top1': [0], 'labels': [%d], 'groups': [%d]}",
                              t, w, (w / 4 * 7 + t * w / 5) % 30 / 30.0 + w / 2 % 2 * runs[i].gap,
                              w / 2 % 2, w / 2);
            harness_apply(results, "{'event': 'done', 'trial': %d}", t);
        }
        const char *text = recommend(results, NULL).text;
        if (!strstr(text, runs[i].words))
            fail_msg("%s", text);
        results_free(results);
    }
}

/* As many more samples as were said to be needed do tell, and half of them do not. */
static void as_many_more_samples_tell(void **state)
{
    static const struct {
        int samples, missed;
        enum verdict verdict;
    } runs[] = {{400, 8, VERDICT_UNKNOWN}, {3900, 78, VERDICT_PASS}, {1900, 38, VERDICT_UNKNOWN}};
    (void)state;
    for (size_t i = 0; i < COUNT(runs); i++) {
        struct results *results = results_new();
        harness_apply(results, "{'event': 'run', 'format': 1, 'constraints': {'max_drop': 1.5}}");
        for (int t = 0; t < 2; t++) {
            harness_trial(results, t, t ? "int8" : "fp32", 0);
            harness_apply(results,
                          "{'event': 'prepared', 'candidate': %d, 'bytes': 9, 'metric': 'top1', "
                          "'samples': %d}",
                          t, runs[i].samples);
            harness_scores(results, t, runs[i].samples, 0, t ? runs[i].missed : runs[i].missed / 2);
            harness_apply(results, "{'event': 'done', 'trial': %d}", t);
        }
        assert_int_equal(recommend(results, NULL).verdict, runs[i].verdict);
        results_free(results);
    }
}

static struct results *alike(int samples, const char *metric, const char *limits)
{
    struct results *results = results_new();
    harness_apply(results, "{'event': 'run', 'format': 1, 'constraints': {%s}}", limits);
    for (int t = 0; t < 2; t++) {
        harness_trial(results, t, t ? "int8" : "fp32", 0);
        harness_apply(results,
                      "{'event': 'prepared', 'candidate': %d, 'bytes': 9, 'metric': '%s', "
                      "'samples': %d}",
                      t, metric, samples);
        for (int round = 0; round < 12; round++)
            harness_block(results, t, round, round, 1e6);
        harness_scores(results, t, samples, 0, 0);
        harness_apply(results, "{'event': 'done', 'trial': %d}", t);
    }
    return results;
}

/* Nor do few samples tell that nothing is lost, though not one of them differs; as many more as are
 * said to be needed do, and half of them do not. */
static void few_samples_tell_nothing_of_a_loss(void **state)
{
    static const struct {
        int samples;
        const char *verdict, *words;
    } runs[] = {
        {4, "cannot tell",
         "drop +0.00 ±48.99 pp; about 380 more samples would tell a loss of 1 pp"},
        {192, "cannot tell", "about 190 more samples would tell a loss of 1 pp from none"},
        {384, "no loss seen", "no loss seen (+0.00 ±0.99 pp)"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(runs); i++) {
        struct results *results = alike(runs[i].samples, "top1", "");
        assert_string_equal(results_row(results, 1)->drop_verdict, runs[i].verdict);
        if (!strstr(recommend(results, "m").text, runs[i].words))
            fail_msg("%s", recommend(results, "m").text);
        assert_string_equal(results_row(results, 0)->drop_verdict, "");
        results_free(results);
    }
    struct results *results = alike(192, "top1", "'max_drop': 1");
    assert_non_null(strstr(recommend(results, "m").text, "about 190 more samples would tell"));
    results_free(results);
}

/* Errors of fewer than 30 samples have no interval: no limit of the drop is kept by them. */
static void no_interval_passes_no_gate(void **state)
{
    struct results *results = alike(29, "mae", "'max_drop': 0.5");
    (void)state;
    assert_int_equal(recommend(results, "m").verdict, VERDICT_UNKNOWN);
    assert_string_equal(
        recommend(results, "m").text,
        "cannot tell whether int8 on one core meets the constraints: max_drop is 0.50, its drop is "
        "+0.00: 29 samples give no interval, more would");
    results_free(results);
    results = alike(29, "mae", "");
    assert_non_null(strstr(recommend(results, "m").text,
                           "drop +0.00; too few samples to tell a loss of 0.01 from none"));
    results_free(results);
    results = alike(30, "mae", "'max_drop': 0.5");
    assert_int_equal(recommend(results, "m").verdict, VERDICT_PASS);
    results_free(results);
}

/* Speedups over two different fp32 rows say nothing about which of two rows is the faster. */
static void across_runtimes_the_faster_row_is_recommended(void **state)
{
    static const double ns[] = {1000.0, 500.0, 400.0, 300.0};
    struct results *results = results_new();
    (void)state;
    harness_apply(results, "{'event': 'run', 'format': 1, 'constraints': {'max_bytes': 100}}");
    for (int i = 0; i < 4; i++) {
        harness_runtime(results, i, i % 2 ? "int8" : "fp32", i < 2 ? "builtin" : "other", i / 2 * 2,
                        i % 2);
        harness_apply(results, "{'event': 'prepared', 'candidate': %d, 'bytes': %d}", i,
                      i % 2 ? 100 : 400);
        for (int round = 0; round < 9; round++)
            harness_block(results, i, round, round, ns[i]);
        harness_apply(results, "{'event': 'done', 'trial': %d}", i);
    }
    struct recommendation got = recommend(results, NULL);
    assert_int_equal(got.trial, 3);
    assert_int_equal(strncmp(got.text, "ship int8 on one core with other: 1.33", 38), 0);
    results_free(results);
}

/* The fastest row is one of another runtime, which names other classes than builtin for the
 * first `others` of 10 samples. */
static struct recommendation fastest_of_another_runtime(int others)
{
    struct results *results = results_new();
    harness_apply(results, "{'event': 'run', 'format': 1, 'constraints': {'max_bytes': 100}}");
    for (int i = 0; i < 4; i++) {
        harness_runtime(results, i, i % 2 ? "int8" : "fp32", i < 2 ? "builtin" : "other", i / 2 * 2,
                        i % 2);
        harness_apply(results,
                      "{'event': 'prepared', 'candidate': %d, 'bytes': %d, 'metric': 'agreement', "
                      "'samples': 10}",
                      i, i % 2 ? 100 : 400);
        for (int k = 0; k < 10; k++)
            harness_apply(results,
                          "{'event': 'scores', 'candidate': %d, 'first': %d, 'values': [1], "
                          "'top1': [%d], 'labels': [null]}",
                          i, k, k % 5 + (i == 3 && k < others));
        for (int round = 0; round < 9; round++)
            harness_block(results, i, round, round, i == 3 ? 300.0 : 1000.0);
        harness_apply(results, "{'event': 'done', 'trial': %d}", i);
    }
    struct recommendation got = recommend(results, NULL);
    results_free(results);
    return got;
}

static void a_row_that_computes_something_else_is_recommended_with_a_but(void **state)
{
    (void)state;
    struct recommendation got = fastest_of_another_runtime(4);
    assert_int_equal(got.trial, 3);
    assert_non_null(strstr(got.text, "; but other computes something else: for 4 of 10 samples"));
    assert_true(got.is_doubted);
    got = fastest_of_another_runtime(2); /* as rounding may do */
    assert_int_equal(got.trial, 3);
    assert_null(strstr(got.text, "; but"));
    assert_false(got.is_doubted);
}

/* Wherever the sentence ends, it does not end within a character. */
static void a_long_recommendation_ends_with_a_whole_character(void **state)
{
    char label[RECOMMENDATION_SIZE + 64];
    (void)state;
    for (int length = RECOMMENDATION_SIZE - 26; length < RECOMMENDATION_SIZE - 10; length++) {
        struct results *results = results_new();
        memset(label, 'x', sizeof(label));
        snprintf(label + length, sizeof(label) - (size_t)length, "äöü€😀äöü€😀äöü€😀");
        harness_apply(results, "{'event': 'run', 'format': 1, 'constraints': {'max_bytes': 9}}");
        harness_trial(results, 0, label, -1);
        harness_apply(results, "{'event': 'prepared', 'candidate': 0, 'bytes': 1}");
        harness_apply(results, "{'event': 'done', 'trial': 0}");
        struct recommendation got = recommend(results, NULL);
        json_t *string = json_string(got.text); /* takes nothing but sound UTF-8 */
        assert_non_null(string);
        assert_in_range(strlen(got.text), RECOMMENDATION_SIZE - 4, RECOMMENDATION_SIZE - 1);
        json_decref(string);
        results_free(results);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fastest_row_within_the_limits_is_recommended),
        cmocka_unit_test(a_recommendation_gives_its_reason),
        cmocka_unit_test(every_end_has_an_answer),
        cmocka_unit_test(recordings_are_what_is_counted),
        cmocka_unit_test(as_many_more_samples_tell),
        cmocka_unit_test(few_samples_tell_nothing_of_a_loss),
        cmocka_unit_test(no_interval_passes_no_gate),
        cmocka_unit_test(across_runtimes_the_faster_row_is_recommended),
        cmocka_unit_test(a_row_that_computes_something_else_is_recommended_with_a_but),
        cmocka_unit_test(a_long_recommendation_ends_with_a_whole_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
