/* What workers tell of samples before a run, whatever it is. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "experiment/keys.h"
#include "experiment/look.h"
#include "experiment/work.h"

/* From JSON with ' in the place of ". */
static json_t *event_of(const char *text)
{
    char copy[512];
    snprintf(copy, sizeof(copy), "%s", text);
    for (char *at = copy; *at; at++)
        *at = *at == '\'' ? '"' : *at;
    json_t *event = json_loads(copy, 0, NULL);
    assert_non_null(event);
    return event;
}

static bool takes(const char *text, struct look_sample *sample)
{
    json_t *event = event_of(text);
    bool is_taken = look_take_sample(event, sample);
    json_decref(event);
    return is_taken;
}

static void samples_are_taken(void **state)
{
    struct look_sample sample;
    (void)state;
    assert_true(takes("{'event': 'shown', 'sample': 1, 'number': 6, 'count': 3, 'inputs': 1, "
                      "'input': 'a\\u001b', 'takes': 'float32 1x1x2x3', 'least': -1, 'most': 2, "
                      "'mean': null, 'label': 7, 'name': 'shoe', 'height': 1, 'width': 2, "
                      "'channels': 3, 'pixels': [0, 1, 2, 253, 254, 255]}",
                      &sample));
    assert_int_equal(sample.sample, 1);
    assert_int_equal(sample.count, 3);
    assert_int_equal((int)sample.number, 6);
    assert_int_equal(sample.width, 2);
    assert_int_equal(sample.pixels[5], 255);
    assert_string_equal(sample.label.bytes, "label 7 (shoe)");
    assert_string_equal(sample.about.bytes, "'a?', float32 1x1x2x3: -1 to 2, mean nan");
    assert_null(sample.ids.bytes);
    look_sample_release(&sample);
    assert_true(takes("{'event': 'shown', 'sample': 0, 'number': 0, 'count': 1, 'inputs': 2, "
                      "'ids': [3, -1], 'elements': 9, 'targets': 2, 'target': 0.5}",
                      &sample));
    assert_null(sample.pixels);
    assert_string_equal(sample.ids.bytes, "3, -1, ...");
    assert_string_equal(sample.label.bytes, "target 0.5 and more");
    assert_non_null(strstr(sample.about.bytes, "the first of 2 inputs"));
    look_sample_release(&sample);
}

/* A worker that read what a stranger made may say anything. */
static void what_cannot_be_is_no_sample(void **state)
{
    static const char *const texts[] = {
        "{}",
        "{'event': 'shown'}",
        "{'event': 'told', 'sample': 0, 'count': 1}",
        "{'event': 'shown', 'sample': 1, 'count': 1}",
        "{'event': 'shown', 'sample': -1, 'count': 1}",
        "{'event': 'shown', 'sample': 0, 'count': 1e300}",
        "{'event': 'shown', 'sample': 0, 'count': 1, 'pixels': []}",
        "{'event': 'shown', 'sample': 0, 'count': 1, 'pixels': [1], 'height': 1, 'width': 1}",
        "{'event': 'shown', 'sample': 0, 'count': 1, 'pixels': [1], 'height': 65, 'width': 1, "
        "'channels': 1}",
        "{'event': 'shown', 'sample': 0, 'count': 1, 'pixels': [1], 'height': 0.5, 'width': 2, "
        "'channels': 1}",
        "{'event': 'shown', 'sample': 0, 'count': 1, 'pixels': [1, 2], 'height': 1, 'width': 1, "
        "'channels': 2}",
        "{'event': 'shown', 'sample': 0, 'count': 1, 'pixels': [1, 2], 'height': 1.5, 'width': "
        "1.3333333333333333, 'channels': 1}",
        "{'event': 'shown', 'sample': 0, 'count': 1, 'pixels': [1, 256], 'height': 1, 'width': "
        "2, 'channels': 1}",
        "{'event': 'shown', 'sample': 0, 'count': 1, 'pixels': [1, 'x'], 'height': 1, 'width': "
        "2, 'channels': 1}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct look_sample sample;
        if (takes(texts[i], &sample))
            fail_msg("taken: %s", texts[i]);
        assert_null(sample.pixels);
    }
}

static void what_fp32_makes_of_them_is_told(void **state)
{
    static const struct {
        const char *looked, *prepared;
        enum look_verdict verdict;
        const char *text;
    } cases[] = {
        {"{'event': 'looked', 'metric': 'top1', 'samples': 256, 'total': 2000, 'estimate': 0.875, "
         "'low': 0.83, 'high': 0.91, 'chance': 0.1, 'word': ''}",
         "{'event': 'prepared'}", LOOK_PLAUSIBLE,
         "plausible: top-1 87.5 % (83 to 91 %), by chance 10 %, over 256 of 2000 samples"},
        {"{'event': 'looked', 'metric': 'auc', 'samples': 30, 'total': 30, 'estimate': 0.5, "
         "'low': 0.4, 'high': 0.6, 'chance': 0.5, 'word': 'at chance level'}",
         "{'event': 'prepared', 'doubt': 'check labels'}", LOOK_DOUBTFUL,
         "at chance level: check labels; AUC 0.5 (0.4 to 0.6)"},
        {"{'event': 'looked', 'metric': 'sqnr', 'samples': 32, 'total': 32, 'estimate': null, "
         "'low': null, 'high': null, 'chance': null, 'word': ''}",
         "{'event': 'prepared'}", LOOK_OPEN,
         "not constant, and no labels to judge it by, over 32 samples"},
        {"{'event': 'looked', 'metric': 'sqnr', 'samples': 32, 'total': 32, 'word': 'constant "
         "output'}",
         "{'event': 'prepared', 'doubt': 'it is the same'}", LOOK_DOUBTFUL,
         "constant output: it is the same"},
        {"{'event': 'looked', 'metric': 'auc', 'samples': 32, 'total': 32, 'estimate': null, "
         "'word': ''}",
         "{'event': 'prepared'}", LOOK_OPEN, "cannot be told: AUC says nothing of these labels"},
        {"{'event': 'looked', 'metric': 'none of ours', 'word': ''}", "{'event': 'prepared'}",
         LOOK_OPEN,
         "cannot be told: samples belong together, or the model is too slow for enough "
         "of them"},
        {"null", "{'event': 'prepared', 'metric_absent': 'it needs labels'}", LOOK_OPEN,
         "cannot be told: it needs labels"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        json_t *looked = cases[i].looked[0] == '{' ? event_of(cases[i].looked) : NULL;
        json_t *prepared = event_of(cases[i].prepared);
        struct look_check check = look_take_check(looked, prepared);
        assert_int_equal(check.verdict, cases[i].verdict);
        assert_string_equal(check.text.bytes, cases[i].text);
        look_check_release(&check);
        json_decref(looked);
        json_decref(prepared);
    }
}

/* Preparing, and scoring all samples as fast as some were. */
static void it_is_told_how_long_a_candidate_takes(void **state)
{
    json_t *looked = event_of("{'event': 'looked', 'metric': 'top1', 'word': '', 'seconds': 0.25}");
    json_t *prepared = event_of("{'event': 'prepared', 'seconds': 1.5, 'samples': 8}");
    json_t *nothing = event_of("{'event': 'prepared'}");
    struct look_check check = look_take_check(looked, prepared);
    (void)state;
    assert_true(check.run_seconds > 3.49 && check.run_seconds < 3.51);
    assert_true(check.sample_seconds == 0.25 && check.samples == 8.0);
    look_check_release(&check);
    check = look_take_check(NULL, prepared);
    assert_true(isnan(check.run_seconds));
    look_check_release(&check);
    check = look_take_check(looked, nothing);
    assert_true(isnan(check.run_seconds));
    look_check_release(&check);
    json_decref(looked);
    json_decref(prepared);
    json_decref(nothing);
}

static struct experiment *experiment_with(const char *key, const char *value)
{
    struct experiment *experiment = experiment_new();
    struct error error;
    assert_int_equal(experiment_set(experiment, "model", "m.tflite", &error), STATUS_OK);
    assert_int_equal(experiment_set(experiment, "data.samples", "x.npy", &error), STATUS_OK);
    assert_int_equal(experiment_set(experiment, key, value, &error), STATUS_OK);
    assert_int_equal(experiment_complete(experiment, &error), STATUS_OK);
    return experiment;
}

/* Both are looked at anew where a key changes them, and not where it does not. */
static void orders_differ_with_what_matters(void **state)
{
    static const struct {
        const char *key, *value;
        bool changes_sample, changes_check;
    } cases[] = {
        {"modes", "fp32", false, false},          {"measure.seconds", "3", false, false},
        {"calibration.count", "7", false, false}, {"data.labels", "y.npy", true, true},
        {"preprocess.scale", "0.5", true, true},  {"data.layout", "nchw", true, true},
        {"metric", "mse", false, true},           {"threshold", "0.25", false, true},
    };
    int pu = 0;
    const struct placement placement = {.n_threads = 1, .pus = &pu};
    struct experiment *plain = experiment_with("title", "t");
    json_t *show = look_order_show(plain, &placement);
    json_t *check = look_order_check(plain, &placement, false);
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct experiment *other = experiment_with(cases[i].key, cases[i].value);
        json_t *other_show = look_order_show(other, &placement);
        json_t *other_check = look_order_check(other, &placement, false);
        if (json_equal(show, other_show) == cases[i].changes_sample ||
            json_equal(check, other_check) == cases[i].changes_check)
            fail_msg("key %s", cases[i].key);
        json_decref(other_show);
        json_decref(other_check);
        experiment_free(other);
    }
    json_t *whole = look_order_check(plain, &placement, true);
    assert_string_equal(json_string_value(json_object_get(check, "mode")), "fp32");
    assert_string_equal(json_string_value(json_object_get(whole, "mode")), "as-is");
    json_decref(whole);
    json_decref(show);
    json_decref(check);
    experiment_free(plain);
}

/* Orders and requests arrive as they were meant. */
static void requests_arrive(void **state)
{
    struct arena *arena = arena_new();
    int pu = 0;
    const struct placement placement = {.n_threads = 1, .pus = &pu};
    struct experiment *plain = experiment_with("title", "t");
    json_t *check = look_order_check(plain, &placement, false), *request = work_show_request(41);
    struct work work;
    struct error error;
    (void)state;
    assert_int_equal(work_decode(check, arena, &work, &error), STATUS_OK);
    assert_int_equal(work.kind, WORK_PREPARE);
    assert_true(work.tells_look);
    assert_true(work.check_seconds > 0.0);
    assert_int_equal(work_asks_for_sample(request), 41);
    json_decref(check);
    json_decref(request);
    arena_free(arena);
    experiment_free(plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_are_taken),
        cmocka_unit_test(what_cannot_be_is_no_sample),
        cmocka_unit_test(what_fp32_makes_of_them_is_told),
        cmocka_unit_test(it_is_told_how_long_a_candidate_takes),
        cmocka_unit_test(orders_differ_with_what_matters),
        cmocka_unit_test(requests_arrive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
