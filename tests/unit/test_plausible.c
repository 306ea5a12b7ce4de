/* Doubts about fp32's own scores, and what the recommendation says then. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/report.h"
#include "results/plausible.h"
#include "results/recommend.h"
#include "results_harness.h"

#define SAMPLES 100

/* What fp32 and a mode name for sample i, and its label. */
struct answers {
    const char *metric;
    int (*top1)(int i), (*label)(int i);
    const char *outputs; /* of fp32's event "fidelity" */
};

static int turn(int i)
{
    return i % 10;
}

static int next(int i)
{
    return i % 10 + 1;
}

static int scrambled(int i)
{
    return i / 10;
}

/* One off in so few samples that this tells nothing. */
static int far(int i)
{
    return (i + (i % 10 == 0 ? 1 : 5)) % 10;
}

static int three(int i)
{
    (void)i;
    return 3;
}

static int mostly_right(int i)
{
    return i % 10 == 4 ? 5 : i % 10;
}

static int rare(int i)
{
    return i % 20 == 0;
}

static int never(int i)
{
    (void)i;
    return 0;
}

static int none(int i)
{
    (void)i;
    return -1;
}

static void score(struct results *results, int candidate, const struct answers *answers)
{
    json_t *values = json_array(), *top1 = json_array(), *labels = json_array();
    for (int i = 0; i < SAMPLES; i++) {
        int label = answers->label(i);
        json_array_append_new(values, json_real(answers->top1(i) == label));
        json_array_append_new(top1, json_integer(answers->top1(i)));
        json_array_append_new(labels, label < 0 ? json_null() : json_integer(label));
    }
    json_t *event =
        json_pack("{s:s, s:i, s:i, s:o, s:o, s:o}", "event", "scores", "candidate", candidate,
                  "first", 0, "values", values, "top1", top1, "labels", labels);
    struct error error;
    assert_int_equal(results_apply(results, event, &error), STATUS_OK);
    json_decref(event);
}

#define TEN_CLASSES "{'name': 'y', 'shape': '1x10', 'elements': 10, 'constant': false}"
#define CONSTANT    "{'name': 'y', 'shape': '1x10', 'elements': 10, 'constant': true}"

/* Both rows give the same answers, so that nothing is lost; only constraints end in a verdict. */
static struct results *run_of(const struct answers *answers, const char *limits)
{
    struct results *results = results_new();
    harness_apply(results, "{'event': 'run', 'format': 1, 'constraints': {%s}}", limits);
    harness_trial(results, 0, "fp32", 0);
    harness_trial(results, 1, "int8", 0);
    harness_metric(results, answers->metric);
    for (int i = 0; i < 2; i++) {
        score(results, i, answers);
        harness_apply(results, "{'event': 'fidelity', 'candidate': %d, 'outputs': [%s]}", i,
                      answers->outputs);
        harness_apply(results, "{'event': 'done', 'trial': %d}", i);
    }
    return results;
}

static void sound_scores_raise_no_doubt(void **state)
{
    static const struct answers sound[] = {
        {"top1", turn, turn, TEN_CLASSES},
        {"top1", mostly_right, turn, TEN_CLASSES},
        {"top1", rare, rare, TEN_CLASSES},
        {"decision", rare, rare, "{'name': 'y', 'shape': '1', 'elements': 1}"},
        {"agreement", turn, none, TEN_CLASSES},
        {"sqnr", none, none, TEN_CLASSES},
        {"top1", turn, turn, "{'name': 'y', 'constant': false}"},
        {"top1", turn, turn, ""}, /* a journal without the event, as older programs wrote */
    };
    (void)state;
    for (size_t i = 0; i < sizeof(sound) / sizeof(sound[0]); i++) {
        struct results *results = run_of(&sound[i], "'max_drop': 10");
        char text[DOUBT_SIZE];
        if (plausible_doubt(results, "m", text))
            fail_msg("case %zu: %s", i, text);
        assert_string_equal(text, "");
        results_free(results);
    }
}

static const struct {
    struct answers answers;
    const char *said;
} doubtful[] = {
    {{"top1", scrambled, turn, TEN_CLASSES}, "no better than chance (10.0 %)"},
    {{"top1", far, turn, TEN_CLASSES}, "no better than chance (10.0 %)"},
    {{"top1", never, rare, TEN_CLASSES}, "fp32 names class 0 for all 100 samples"},
    {{"top1", three, turn, CONSTANT}, "the first output of fp32 is the same for all 100 samples"},
    {{"top1", turn, next, TEN_CLASSES}, "10 of 100 labels lie beyond the 10 classes"},
    {{"top1", next, turn, TEN_CLASSES}, "the class after it in 100.0 %: the labels seem to be one"},
    {{"top1", three, three, TEN_CLASSES}, "all 100 labels are of class 3"},
    {{"agreement", three, none, TEN_CLASSES}, "fp32 names class 3 for all 100 samples"},
};

static void senseless_scores_are_named_and_pass_no_gate(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(doubtful) / sizeof(doubtful[0]); i++) {
        struct results *results = run_of(&doubtful[i].answers, "'max_drop': 10");
        struct recommendation answer = recommend(results, "m");
        char text[DOUBT_SIZE];
        assert_true(plausible_doubt(results, "m", text));
        if (!strstr(text, doubtful[i].said))
            fail_msg("case %zu: %s", i, text);
        assert_int_equal(answer.verdict, VERDICT_UNKNOWN);
        assert_int_equal(answer.trial, -1);
        assert_non_null(strstr(answer.text, text));
        assert_false(plausible_doubt(results, "another", text));
        results_free(results);
    }
}

/* Who asks for no drop gets an answer, with the doubt beside it. */
static void doubts_are_said_without_a_limit_of_the_drop(void **state)
{
    struct results *sized = run_of(&doubtful[0].answers, "'max_bytes': 10");
    struct results *open = run_of(&doubtful[0].answers, "");
    (void)state;
    assert_int_equal(recommend(sized, "m").verdict, VERDICT_PASS);
    assert_non_null(strstr(recommend(sized, "m").text, "x smaller; but fp32 names"));
    assert_int_equal(recommend(open, "m").verdict, VERDICT_NONE);
    assert_int_equal(strncmp(recommend(open, "m").text, "fp32 names", 10), 0);
    results_free(sized);
    results_free(open);
}

/* Scores that are doubted say nothing of a loss. */
static void no_loss_is_claimed_in_doubt(void **state)
{
    static const struct answers sound = {"top1", turn, turn, TEN_CLASSES};
    (void)state;
    for (int doubted = 0; doubted < 2; doubted++) {
        const struct answers *answers = doubted ? &doubtful[0].answers : &sound;
        struct results *sized = run_of(answers, "'max_bytes': 10"), *open = run_of(answers, "");
        for (int round = 0; round < 6; round++)
            for (int trial = 0; trial < 2; trial++)
                harness_block(open, trial, round, round, trial ? 1e6 : 2e6);
        const char *told = "int8: as large at a speed that cannot be told apart";
        assert_int_equal(strncmp(recommend(open, "m").text, told, strlen(told)), 0);
        assert_int_equal(strstr(recommend(open, "m").text, "drop +0.00") != NULL, !doubted);
        assert_int_equal(strstr(recommend(sized, "m").text, "drop") != NULL, !doubted);
        results_free(sized);
        results_free(open);
    }
}

/* What the first samples gave rise to holds until all are scored, or for good. */
static void the_first_samples_are_doubted_before_all_are_scored(void **state)
{
    static const struct answers sound = {"top1", turn, turn, TEN_CLASSES};
    char text[DOUBT_SIZE];
    (void)state;
    for (int stays = 0; stays < 2; stays++) {
        struct results *results = results_new();
        harness_apply(results, "{'event': 'run', 'format': 1, 'constraints': {'max_drop': 10}}");
        harness_trial(results, 0, "fp32", 0);
        harness_trial(results, 1, "int8", 0);
        assert_string_equal(plausible_first_doubt(results, 0), "");
        harness_metric(results, "top1");
        harness_apply(results,
                      "{'event': 'prepared', 'candidate': 0, 'bytes': 1, 'metric': 'top1', "
                      "'samples': 100, 'doubt': 'labels\\nare odd', 'doubt_stays': %s}",
                      stays ? "true" : "false");
        assert_string_equal(plausible_first_doubt(results, 0), "labels?are odd");
        assert_string_equal(plausible_first_doubt(results, 1), "");
        assert_string_equal(recommend(results, "m").text, "labels?are odd");
        assert_int_equal(recommend(results, "m").verdict, VERDICT_NONE);
        for (int i = 0; i < 2; i++) {
            score(results, i, &sound);
            assert_int_equal(plausible_doubt(results, "m", text), i == 0 || stays);
            harness_apply(results, "{'event': 'done', 'trial': %d}", i);
        }
        assert_int_equal(recommend(results, "m").verdict, stays ? VERDICT_UNKNOWN : VERDICT_PASS);
        results_free(results);
    }
}

/* A preset that does better is no better than all samples that do as well without it. */
static void all_samples_clear_up_a_preset_that_they_come_up_to(void **state)
{
    static const struct answers sound = {"top1", turn, turn, TEN_CLASSES};
    static const struct answers worse = {"top1", mostly_right, turn, TEN_CLASSES};
    char text[DOUBT_SIZE];
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct results *results = results_new();
        bool is_lower = i >= 2; /* errors of 1, or nearly so */
        harness_trial(results, 0, "fp32", 0);
        harness_apply(results,
                      "{'event': 'prepared', 'candidate': 0, 'bytes': 1, 'metric': '%s', "
                      "'samples': 100, 'doubt': 'a preset', 'doubt_stays': true, 'doubt_bar': %g}",
                      is_lower ? "mae" : "top1", is_lower ? (i % 2 ? 0.5 : 1.0) : 0.98);
        score(results, 0, i % 2 ? &worse : &sound);
        harness_apply(results, "{'event': 'done', 'trial': 0}");
        assert_int_equal(plausible_doubt(results, "m", text), i % 2);
        assert_int_equal(plausible_clears(results, 0), i % 2 == 0);
        results_free(results);
    }
}

/* Agreement of outputs that name one class is no figure, whatever its value. */
static void vacuous_agreement_is_absent(void **state)
{
    static const struct answers vacuous = {"agreement", three, none, TEN_CLASSES};
    static const struct answers sound = {"agreement", turn, none, TEN_CLASSES};
    struct results *results = run_of(&vacuous, "");
    (void)state;
    assert_string_equal(results_row(results, 1)->accuracy.reason,
                        "fp32 names one class for all samples, so that agreement says nothing");
    assert_false(results_row(results, 1)->drop.present);
    results_free(results);
    results = run_of(&sound, "");
    assert_true(results_row(results, 1)->accuracy.present);
    assert_string_equal(results_row(results, 0)->accuracy.reason,
                        "fp32 is what the others agree with");
    results_free(results);
}

/* A metric that does not fit says why, in the row and at the gate. */
static void a_metric_that_does_not_fit_gives_its_reason(void **state)
{
    static const struct answers sound = {"top1", turn, turn, TEN_CLASSES};
    struct results *results = run_of(&sound, "'max_drop': 10");
    (void)state;
    for (int i = 0; i < 2; i++)
        harness_apply(results,
                      "{'event': 'prepared', 'candidate': %d, 'bytes': 1, 'metric': 'auc', "
                      "'metric_absent': 'the output has three elements'}",
                      i);
    assert_string_equal(results_row(results, 1)->accuracy.reason, "the output has three elements");
    assert_string_equal(results_row(results, 1)->drop.reason, "the output has three elements");
    assert_int_equal(recommend(results, "m").verdict, VERDICT_UNKNOWN);
    assert_non_null(strstr(recommend(results, "m").text, "the output has three elements"));
    struct text text = {0};
    report_markdown.write(results, &text);
    const char *said = strstr(text.bytes, "- m fp32: no accuracy: the output has three elements\n");
    assert_non_null(said);
    assert_null(strstr(strchr(said, '\n'), "no accuracy")); /* once per model */
    text_release(&text);
    results_free(results);
}

/* A regression's errors, those of the best answer that is the same for all, and what is said. */
static void constant_answers_are_no_worse_than_a_regression_in_doubt(void **state)
{
    static const struct {
        const char *metric;
        double own, spread, trivial;
        const char *said; /* NULL: nothing */
    } cases[] = {
        {"mae", 0.1, 0.1, 0.5, NULL},
        {"mae", 0.5, 0.1, 0.5,
         "MAE of fp32 is 0.5, no better than the 0.5 of always answering the "
         "targets' median"},
        {"mse", 0.6, 0.1, 0.5, "no better than the 0.5 of always answering the targets' mean"},
        {"rmse", 0.49, 0.4, 0.5, "not clearly better than"},
        {"r2", 0.9, 0.1, 0.0, NULL},
        {"r2", -0.1, 0.1, 1e-12, "R2 of fp32 is -0.1, no better than the 0 of always answering"},
        {"r2", 0.02, 1.0, 0.0, "R2 of fp32 is 0.02, not clearly better than the 0 of always"},
        {"pixel", 0.9, 0.1, 0.6, NULL},
        {"pixel", 0.6, 0.1, 0.6, "pixels of fp32 is 60 %, no better than the 60 % of naming the"},
        {"miou", 0.2, 0.1, 0.3, "no better than the 30 % of naming the most frequent class"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        double values[SAMPLES], trivial[SAMPLES];
        char text[DOUBT_SIZE];
        struct evidence evidence = {
            .metric = metric_kind_find(cases[i].metric),
            .scores = {.values = values, .count = SAMPLES},
            .trivial = trivial,
        };
        for (int k = 0; k < SAMPLES; k++) {
            values[k] = cases[i].own + (k % 2 ? cases[i].spread : -cases[i].spread);
            trivial[k] = cases[i].trivial;
        }
        if (plausible_judge(&evidence, text) != (cases[i].said != NULL) ||
            (cases[i].said && !strstr(text, cases[i].said)))
            fail_msg("case %zu: %s", i, text);
        evidence.trivial = NULL; /* as in older journals */
        assert_false(plausible_judge(&evidence, text));
    }
}

/* The same from events, with the gate. */
static void a_regression_that_has_learned_nothing_passes_no_gate(void **state)
{
    (void)state;
    for (int doubted = 0; doubted < 2; doubted++) {
        struct results *results = results_new();
        harness_apply(results, "{'event': 'run', 'format': 1, 'constraints': {'max_drop': 10}}");
        harness_trial(results, 0, "fp32", 0);
        harness_trial(results, 1, "int8", 0);
        harness_metric(results, "mae");
        for (int i = 0; i < 2; i++) {
            for (int k = 0; k < 40; k++)
                harness_apply(results,
                              "{'event': 'scores', 'candidate': %d, 'first': %d, 'values': [%g], "
                              "'top1': [0], 'labels': [null], 'trivial': [%g]}",
                              i, k, 0.1 + k % 3, doubted ? 1.1 : 2.1 + k % 2);
            harness_apply(results, "{'event': 'done', 'trial': %d}", i);
        }
        assert_int_equal(recommend(results, "m").verdict, doubted ? VERDICT_UNKNOWN : VERDICT_PASS);
        results_free(results);
    }
}

/* Of some samples, what is found is said to be of them; labels are known of all. */
static void a_part_of_the_samples_is_said_to_be_one(void **state)
{
    int32_t labels[10 * SAMPLES], top1[SAMPLES];
    double values[SAMPLES] = {0};
    char text[DOUBT_SIZE];
    struct evidence evidence = {
        .metric = metric_kind_find("top1"),
        .scores = {.values = values, .top1 = top1, .labels = labels, .count = SAMPLES},
        .labels = labels,
        .total = 10 * SAMPLES,
        .classes = 10.0,
    };
    (void)state;
    for (int i = 0; i < 10 * SAMPLES; i++)
        labels[i] = i >= SAMPLES; /* those that were scored are all of class 0 */
    for (int i = 0; i < SAMPLES; i++)
        top1[i] = i % 2;
    assert_false(plausible_judge(&evidence, text));
    memset(top1, 0, sizeof(top1));
    assert_false(plausible_judge(&evidence, text));
    assert_string_equal(plausible_word(&evidence), "");
    evidence.is_constant = true;
    assert_true(plausible_judge(&evidence, text));
    assert_string_equal(plausible_word(&evidence), "constant output");
    assert_string_equal(text, "the first output of fp32 is the same for all 100 of 1000 samples "
                              "looked at");
    evidence.is_constant = false;
    labels[SAMPLES] = 10;
    assert_true(plausible_judge(&evidence, text));
    assert_non_null(strstr(text, "1 of 1000 labels lie beyond the 10 classes"));
    for (int i = 0; i < 10 * SAMPLES; i++)
        labels[i] = i % 2;
    assert_true(plausible_judge(&evidence, text));
    assert_string_equal(text, "fp32 names class 0 for all 100 of 1000 samples looked at");
    memset(labels, 0, sizeof(labels));
    assert_true(plausible_judge(&evidence, text));
    assert_non_null(strstr(text, "all 1000 labels are of class 0"));
}

/* Of hits, by the shares of classes; half of an area under the ROC curve; of others it is not
 * known. */
static void chance_is_what_guessing_comes_to(void **state)
{
    int32_t labels[SAMPLES], top1[SAMPLES];
    double values[SAMPLES];
    struct evidence evidence = {
        .metric = metric_kind_find("top1"),
        .scores = {.values = values, .top1 = top1, .labels = labels, .count = SAMPLES},
        .classes = 4.0,
    };
    (void)state;
    for (int i = 0; i < SAMPLES; i++) {
        labels[i] = i % 4;
        top1[i] = i / 4 % 4;
        values[i] = labels[i] == top1[i] ? 1.0 : 0.0;
    }
    assert_true(fabs(plausible_chance(&evidence) - 0.25) < 0.01);
    assert_string_equal(plausible_word(&evidence), "at chance level");
    evidence.metric = metric_kind_find("top5");
    for (int i = 0; i < SAMPLES; i++)
        values[i] = 1.0;
    assert_true(isnan(plausible_chance(&evidence)));
    evidence.metric = metric_kind_find("auc");
    assert_true(fabs(plausible_chance(&evidence) - 0.5) < 1e-12);
    evidence.metric = metric_kind_find("mae");
    assert_true(isnan(plausible_chance(&evidence)));
}

/* What all samples clear up is gone, once the row is done or the journal says so. */
static void doubts_are_taken_back(void **state)
{
    static const struct answers sound = {"top1", turn, turn, TEN_CLASSES};
    (void)state;
    for (int doubted = 0; doubted < 2; doubted++) {
        struct results *results = results_new();
        harness_trial(results, 0, "fp32", 0);
        harness_apply(results,
                      "{'event': 'prepared', 'candidate': 0, 'bytes': 1, 'metric': 'top1', "
                      "'samples': 100, 'doubt': 'of some'}");
        score(results, 0, doubted ? &doubtful[0].answers : &sound);
        assert_false(plausible_clears(results, 0));
        harness_apply(results, "{'event': 'done', 'trial': 0}");
        assert_int_equal(plausible_clears(results, 0), !doubted);
        assert_string_equal(plausible_first_doubt(results, 0), "of some");
        harness_apply(results, "{'event': 'cleared', 'candidate': 0, 'doubt': 'of some'}");
        assert_string_equal(plausible_first_doubt(results, 0), "");
        assert_false(plausible_clears(results, 0));
        results_free(results);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sound_scores_raise_no_doubt),
        cmocka_unit_test(senseless_scores_are_named_and_pass_no_gate),
        cmocka_unit_test(doubts_are_said_without_a_limit_of_the_drop),
        cmocka_unit_test(no_loss_is_claimed_in_doubt),
        cmocka_unit_test(the_first_samples_are_doubted_before_all_are_scored),
        cmocka_unit_test(constant_answers_are_no_worse_than_a_regression_in_doubt),
        cmocka_unit_test(a_regression_that_has_learned_nothing_passes_no_gate),
        cmocka_unit_test(a_part_of_the_samples_is_said_to_be_one),
        cmocka_unit_test(chance_is_what_guessing_comes_to),
        cmocka_unit_test(doubts_are_taken_back),
        cmocka_unit_test(all_samples_clear_up_a_preset_that_they_come_up_to),
        cmocka_unit_test(vacuous_agreement_is_absent),
        cmocka_unit_test(a_metric_that_does_not_fit_gives_its_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
