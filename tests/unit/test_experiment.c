/* Experiments: what is filled in, what does not fit together, and the order of trials. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "experiment/experiment.h"
#include "experiment/work.h"
#include "runtimes/runtime.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct option {
    const char *key, *value;
};

#define OPTIONS_MAX 10

/* Options up to the first without a key. */
static struct experiment *with_options(const struct option *options)
{
    struct experiment *experiment = experiment_new();
    struct error error = {0};
    for (size_t i = 0; i < OPTIONS_MAX && options[i].key; i++)
        if (experiment_set(experiment, options[i].key, options[i].value, &error) != STATUS_OK)
            fail_msg("%s", error.text);
    return experiment;
}

#define WITH(...) with_options((const struct option[OPTIONS_MAX]){__VA_ARGS__})

static void complete(struct experiment *experiment)
{
    struct error error = {0};
    if (experiment_complete(experiment, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static void what_is_left_open_is_filled(void **state)
{
    struct experiment *experiment = WITH({"model", "/m/kws_float.tflite"});
    (void)state;
    complete(experiment);
    assert_int_equal(experiment->n_models, 1);
    assert_string_equal(experiment->models[0].name, "kws_float");
    assert_int_equal(experiment->n_placements, 1);
    assert_string_equal(experiment->placements[0], "1");
    assert_int_equal(experiment->n_runtimes, 1);
    assert_string_equal(experiment->runtimes[0], "builtin");
    assert_null(experiment_library(experiment, 0));
    assert_false(experiment->has_data);
    assert_false(experiment->has_calibration);
    assert_null(experiment->metric);
    assert_null(experiment->measure.isa);
    assert_null(experiment->title);
    assert_null(experiment->profile);
    assert_true(experiment->measure.block_ms == 20.0);
    assert_true(experiment->measure.warmup_ms == 20.0);
    assert_true(experiment->measure.interval_percent == 1.0);
    assert_true(experiment->measure.seconds == 20.0);
    assert_true(experiment->measure.timeout_seconds == 120.0);
    assert_int_equal(experiment->measure.min_rounds, 10);
    assert_int_equal(experiment->measure.max_rounds, 60);
    assert_int_equal(experiment->measure.process_rounds, 1);
    assert_int_equal(experiment->measure.seed, 1);
    assert_int_equal(experiment->calibration.count, 200);
    assert_int_equal(experiment->data.type, TYPE_COUNT);
    experiment_free(experiment);
}

/* Names as a list are taken as they are; as a text they are written as on the command line. */
static void layers_that_stay_float_are_a_list_of_names(void **state)
{
    struct experiment *experiment =
        WITH({"modes", "[{mode: int8, skip: [\"a,b\", c+d, CONV_2D]}, \"int8:skip=a+b%2Cc\"]"});
    struct error error = {0};
    (void)state;
    assert_string_equal(experiment->modes[0].options.skip, "a%2Cb+c%2Bd+CONV_2D");
    assert_string_equal(experiment->modes[1].options.skip, "a+b%2Cc");
    assert_int_equal(experiment_set(experiment, "modes", "[{mode: int8, skip: [a, [b]]}]", &error),
                     STATUS_INVALID);
    assert_non_null(strstr(error.text, "a list, expected a name"));
    assert_int_equal(experiment_set(experiment, "modes", "[{mode: int8, skip: []}]", &error),
                     STATUS_INVALID);
    assert_non_null(strstr(error.text, "option 'skip' is '', expected names between '+'"));
    experiment_free(experiment);
}

static void all_modes_are_those_for_float_models(void **state)
{
    static const char *const labels[] = {"fp32", "dynamic", "int8", "int8-io", "16x8", "fp16"};
    struct experiment *experiment = WITH({"model", "a"});
    (void)state;
    complete(experiment);
    assert_int_equal(experiment->n_modes, COUNT(labels));
    for (size_t i = 0; i < COUNT(labels); i++) {
        assert_string_equal(experiment->modes[i].label, labels[i]);
        assert_string_equal(experiment->modes[i].mode->name, labels[i]);
        assert_string_equal(experiment->modes[i].options.observer, "search");
        assert_true(experiment->modes[i].options.percentile == 99.99);
    }
    experiment_free(experiment);
}

static void names_are_unique(void **state)
{
    static const char *const names[] = {"kws", "kws #2", "a.b", "kws #3", ".hidden", "plain"};
    struct experiment *experiment =
        WITH({"models", "[{path: x.tflite, name: kws}, /m/kws.tflite, m/a.b.tflite, n/kws.onnx, "
                        ".hidden, plain]"});
    (void)state;
    complete(experiment);
    for (size_t i = 0; i < COUNT(names); i++)
        assert_string_equal(experiment->models[i].name, names[i]);
    experiment_free(experiment);
}

static void given_names_come_first(void **state)
{
    struct experiment *experiment = WITH(
        {"models", "[a.tflite, {path: b, name: a}]"},
        {"modes", "[fp32, fp32, {mode: int8, label: fp32}, {mode: int8, label: 'fp32 #2'}, int8]"});
    static const char *const labels[] = {"fp32 #3", "fp32 #4", "fp32", "fp32 #2", "int8"};
    (void)state;
    complete(experiment);
    assert_string_equal(experiment->models[0].name, "a #2");
    assert_string_equal(experiment->models[1].name, "a");
    for (size_t i = 0; i < COUNT(labels); i++)
        assert_string_equal(experiment->modes[i].label, labels[i]);
    experiment_free(experiment);
}

static void modes_follow_the_calibration_unless_they_say(void **state)
{
    static const struct {
        const char *observer, *label;
        double percentile;
    } expected[] = {
        {"search", "fp32", 99.99},
        {"percentile", "int8:observer=percentile,percentile=99.5", 99.5},
        {"minmax", "int8:observer=minmax", 99.99},
        {"percentile", "int8:observer=percentile,percentile=99", 99},
        {"percentile", "int8:observer=percentile", 99.99},
        {"minmax", "int8:observer=minmax #2", 99.99},
    };
    struct experiment *experiment =
        WITH({"model", "a"},
             {"modes", "[fp32, int8, 'int8:observer=minmax', 'int8:percentile=99', {mode: int8, "
                       "percentile: 99.99}, {mode: int8, observer: minmax}]"},
             {"calibration.percentile", "99.5"}, {"calibration.observer", "percentile"});
    (void)state;
    complete(experiment);
    for (size_t i = 0; i < COUNT(expected); i++) {
        const struct mode_choice *choice = &experiment->modes[i];
        assert_string_equal(choice->options.observer, expected[i].observer);
        assert_string_equal(choice->label, expected[i].label);
        assert_true(choice->options.percentile == expected[i].percentile);
    }
    experiment_free(experiment);
    experiment =
        WITH({"model", "a"}, {"modes", "[{mode: int8, effort: 0}, {mode: int8, effort: 2}]"});
    complete(experiment); /* the effort says what is not said elsewhere */
    assert_string_equal(experiment->modes[0].options.observer, "minmax");
    assert_string_equal(experiment->modes[0].label, "int8:effort=0");
    assert_string_equal(experiment->modes[1].options.observer, "search");
    assert_string_equal(experiment->modes[1].label, "int8:effort=2");
    experiment_free(experiment);
    experiment =
        WITH({"model", "a"}, {"modes", "[int8, 16x8]"}, {"calibration.observer", "search"});
    complete(experiment); /* what is given is not tried otherwise, wherever it is */
    assert_string_equal(experiment->modes[0].label, "int8:observer=search");
    assert_string_equal(experiment->modes[1].label, "16x8");
    experiment_free(experiment);
}

static void calibration_takes_from_the_data_what_it_does_not_say(void **state)
{
    struct experiment *experiment =
        WITH({"model", "a"}, {"data.samples", "x"}, {"data.labels", "y"}, {"data.type", "int8"},
             {"data.first", "3"}, {"data.count", "4"}, {"calibration.first", "50"},
             {"preprocess.scale", "0.5"}, {"preprocess.mean", "[1, 2]"});
    (void)state;
    complete(experiment);
    assert_true(experiment->has_data && experiment->has_calibration);
    assert_string_equal(experiment->calibration.samples, "x");
    assert_string_equal(experiment->calibration.labels, "y");
    assert_int_equal(experiment->calibration.type, TYPE_I8);
    assert_int_equal(experiment->calibration.first, 50);
    assert_int_equal(experiment->calibration.count, 200);
    assert_true(experiment->calibration.scale == 0.5);
    assert_int_equal(experiment->calibration.n_mean, 2);
    assert_true(experiment->calibration.mean[1] == 2.0);
    experiment_free(experiment);
}

static bool is_near(const double *values, const double *expected, int count)
{
    for (int i = 0; i < count; i++)
        if (!(values[i] - expected[i] < 1e-9 && expected[i] - values[i] < 1e-9))
            return false;
    return true;
}

static void a_preset_fills_what_is_not_given(void **state)
{
    struct experiment *experiment =
        WITH({"model", "a"}, {"data.samples", "x"}, {"preprocess.deviation", "2"},
             {"preprocess.preset", "imagenet"});
    const struct dataset_spec *data = &experiment->data;
    (void)state;
    complete(experiment);
    assert_true(is_near(&data->scale, (const double[]){1.0 / 255.0}, 1));
    assert_int_equal(data->n_mean, 3);
    assert_true(is_near(data->mean, (const double[]){0.485, 0.456, 0.406}, 3));
    assert_int_equal(data->n_deviation, 1);
    assert_true(is_near(data->deviation, (const double[]){2}, 1));
    assert_true(is_near(&data->pictures.margin, (const double[]){256.0 / 224.0}, 1));
    assert_int_equal(experiment->calibration.n_mean, 3);
    experiment_free(experiment);
}

static void a_preset_follows_the_order_of_channels(void **state)
{
    struct experiment *experiment =
        WITH({"model", "a"}, {"data.samples", "x"}, {"preprocess.preset", "imagenet"},
             {"preprocess.order", "bgr"}, {"preprocess.scale", "1"});
    const struct dataset_spec *data = &experiment->data;
    (void)state;
    complete(experiment);
    assert_true(is_near(&data->scale, (const double[]){1}, 1));
    assert_true(is_near(data->mean, (const double[]){0.406, 0.456, 0.485}, 3));
    assert_true(is_near(data->deviation, (const double[]){0.225, 0.224, 0.229}, 3));
    experiment_free(experiment);
}

static void calibration_of_its_own_has_no_labels(void **state)
{
    struct experiment *experiment = WITH(
        {"model", "a"}, {"data.samples", "x"}, {"data.labels", "y"}, {"data.type", "int8"},
        {"calibration.samples", "c"}, {"calibration.type", "uint8"}, {"preprocess.scale", "0.5"});
    (void)state;
    complete(experiment);
    assert_string_equal(experiment->calibration.samples, "c");
    assert_null(experiment->calibration.labels);
    assert_int_equal(experiment->calibration.type, TYPE_U8);
    assert_int_equal(experiment->data.type, TYPE_I8);
    assert_true(experiment->calibration.scale == 0.5);
    experiment_free(experiment);
}

static void calibration_needs_no_data(void **state)
{
    struct experiment *experiment =
        WITH({"model", "a"}, {"calibration.samples", "c"}, {"preprocess.zero_point", "3"});
    (void)state;
    complete(experiment);
    assert_false(experiment->has_data);
    assert_true(experiment->has_calibration);
    assert_true(experiment->calibration.zero_point == 3.0);
    experiment_free(experiment);
}

/* A screen may change an experiment that is complete, and complete it again. */
static void completing_again_starts_from_what_was_given(void **state)
{
    struct experiment *experiment = WITH({"model", "a.tflite"}, {"data.samples", "x"});
    struct error error;
    (void)state;
    complete(experiment);
    assert_int_equal(experiment_set(experiment, "data.samples", "y", &error), STATUS_OK);
    assert_int_equal(experiment_set(experiment, "calibration.observer", "percentile", &error),
                     STATUS_OK);
    assert_int_equal(experiment_set(experiment, "model", "n/a.tflite", &error), STATUS_OK);
    complete(experiment);
    assert_int_equal(experiment->n_models, 2);
    assert_string_equal(experiment->models[0].name, "a");
    assert_string_equal(experiment->models[1].name, "a #2");
    assert_string_equal(experiment->calibration.samples, "y");
    assert_int_equal(experiment->n_modes, 6);
    assert_string_equal(experiment->modes[2].label, "int8:observer=percentile");
    assert_int_equal(experiment_set(experiment, "mode", "int8", &error), STATUS_OK);
    complete(experiment);
    assert_int_equal(experiment->n_modes, 1);
    experiment_free(experiment);
}

/* What does not fit together, as options. */
static const struct {
    struct option options[OPTIONS_MAX];
    const char *message;
} misfits[] = {
    {{{"title", "x"}}, "no model to compare modes of, expected 'model' or 'models'"},
    {{{"model", "a"}, {"data.labels", "y"}}, "'data.labels' without 'data.samples'"},
    {{{"model", "a"}, {"data.labels", "y"}, {"calibration.samples", "c"}},
     "'data.labels' without 'data.samples'"},
    {{{"model", "a"}, {"data.count", "7"}}, "'data.count' without 'data.samples'"},
    {{{"model", "a"}, {"metric", "top1"}}, "'metric' without 'data.samples'"},
    {{{"model", "a"}, {"preprocess.scale", "2"}},
     "'preprocess.scale' without 'calibration.samples' or 'data.samples'"},
    {{{"model", "a"}, {"calibration.count", "2"}},
     "'calibration.count' without 'calibration.samples' or 'data.samples'"},
    {{{"model", "a"}, {"calibration.percentile", "99"}},
     "'calibration.percentile' has no effect, no mode that follows it has the observer "
     "'percentile'"},
    {{{"model", "a"}, {"measure.min_rounds", "8"}, {"measure.max_rounds", "7"}},
     "'measure.min_rounds' is 8, more than 'measure.max_rounds', which is 7"},
    {{{"model", "a"}, {"placements", "[1, cores, 1]"}}, "duplicate placement '1'"},
    {{{"model", "a"}, {"runtime", "builtin"}, {"runtime", "onnxruntime"}, {"runtime", "builtin"}},
     "duplicate runtime 'builtin'"},
    {{{"model", "a"}, {"output.csv", "-"}, {"output.markdown", "-"}},
     "'output.csv' and 'output.markdown' are both '-'"},
};

static void a_limit_of_rounds_takes_the_other_along(void **state)
{
    static const struct {
        const char *key, *value;
        long least, most;
        struct option more; /* where key is no NULL */
    } rows[] = {
        {"measure.min_rounds", "80", 80, 80, {NULL, NULL}},
        {"measure.max_rounds", "3", 3, 3, {NULL, NULL}},
        {"measure.max_rounds", "11", 10, 11, {NULL, NULL}},
        {"measure.seconds", "300", 10, ROUNDS_MOST, {NULL, NULL}},
        {"measure.seconds", "300", 10, 11, {"measure.max_rounds", "11"}},
        {"measure.seconds", "300", 2000, ROUNDS_MOST, {"measure.min_rounds", "2000"}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct option options[OPTIONS_MAX] = {
            {"model", "a"}, {rows[i].key, rows[i].value}, rows[i].more};
        struct experiment *experiment = with_options(options);
        struct error error = {0};
        assert_int_equal(experiment_complete(experiment, &error), STATUS_OK);
        assert_int_equal(experiment->measure.min_rounds, rows[i].least);
        assert_int_equal(experiment->measure.max_rounds, rows[i].most);
        experiment_free(experiment);
    }
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(misfits); i++) {
        struct experiment *experiment = with_options(misfits[i].options);
        struct error error = {0};
        assert_int_equal(experiment_complete(experiment, &error), STATUS_INVALID);
        assert_string_equal(error.text, misfits[i].message);
        assert_string_equal(error.where, "");
        experiment_free(experiment);
    }
}

static void what_does_not_fit_in_a_profile_has_its_place(void **state)
{
    static const struct {
        const char *text, *tail;
    } cases[] = {
        {"model: a\ndata:\n  labels: y\n", ":3:3"},
        {"model: a\nmeasure: {max_rounds: 3, min_rounds: 80}\n", ":2:26"},
        {"model: a\nplacements: [1, 1]\n", ":2:1"},
        {"model: a\ntitle: x\nruntimes: [builtin, builtin]\n", ":3:1"},
        {"title: x\n", ""},
    };
    char path[] = "/tmp/quantop-experiment-XXXXXX";
    int descriptor = mkstemp(path);
    (void)state;
    assert_true(descriptor >= 0);
    close(descriptor);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct experiment *experiment = experiment_new();
        struct error error = {0};
        char *place = xasprintf("%s%s", path, cases[i].tail);
        assert_int_equal(file_write(path, cases[i].text, strlen(cases[i].text), &error), STATUS_OK);
        assert_int_equal(profile_read(path, experiment, &error), STATUS_OK);
        assert_int_equal(experiment_complete(experiment, &error), STATUS_INVALID);
        assert_string_equal(error.where, place);
        free(place);
        experiment_free(experiment);
    }
    unlink(path);
}

static void trials_have_a_limit(void **state)
{
    struct experiment *experiment = experiment_new();
    struct error error = {0};
    char number[24];
    (void)state;
    for (int i = 0; i < 50; i++) {
        snprintf(number, sizeof(number), "%d", i + 1);
        assert_int_equal(experiment_set(experiment, "model", number, &error), STATUS_OK);
        assert_int_equal(experiment_set(experiment, "placement", number, &error), STATUS_OK);
    }
    assert_int_equal(experiment_complete(experiment, &error), STATUS_INVALID);
    assert_string_equal(
        error.text, "models, modes, placements and runtimes make 15000 trials, more than 10000");
    experiment_free(experiment);
}

static void check_trials(const struct experiment *experiment, const struct trial *expected,
                         size_t expected_count)
{
    size_t count;
    const struct trial *trials = experiment_trials(experiment, &count);
    assert_int_equal(count, expected_count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(trials[i].candidate, expected[i].candidate);
        assert_int_equal(trials[i].model, expected[i].model);
        assert_int_equal(trials[i].mode, expected[i].mode);
        assert_int_equal(trials[i].placement, expected[i].placement);
        assert_int_equal(trials[i].runtime, expected[i].runtime);
        assert_int_equal(trials[i].baseline, expected[i].baseline);
        assert_int_equal(trials[i].builtin, expected[i].builtin);
    }
}

static void trials_go_model_by_model_placement_by_placement_mode_by_mode(void **state)
{
    static const struct trial expected[] = {
        {.candidate = 0, .model = 0, .mode = 0, .placement = 0, .baseline = 1, .builtin = 0},
        {.candidate = 1, .model = 0, .mode = 1, .placement = 0, .baseline = 1, .builtin = 1},
        {.candidate = 2, .model = 0, .mode = 2, .placement = 0, .baseline = 1, .builtin = 2},
        {.candidate = 0, .model = 0, .mode = 0, .placement = 1, .baseline = 4, .builtin = 3},
        {.candidate = 1, .model = 0, .mode = 1, .placement = 1, .baseline = 4, .builtin = 4},
        {.candidate = 2, .model = 0, .mode = 2, .placement = 1, .baseline = 4, .builtin = 5},
        {.candidate = 3, .model = 1, .mode = 0, .placement = 0, .baseline = 7, .builtin = 6},
        {.candidate = 4, .model = 1, .mode = 1, .placement = 0, .baseline = 7, .builtin = 7},
        {.candidate = 5, .model = 1, .mode = 2, .placement = 0, .baseline = 7, .builtin = 8},
        {.candidate = 3, .model = 1, .mode = 0, .placement = 1, .baseline = 10, .builtin = 9},
        {.candidate = 4, .model = 1, .mode = 1, .placement = 1, .baseline = 10, .builtin = 10},
        {.candidate = 5, .model = 1, .mode = 2, .placement = 1, .baseline = 10, .builtin = 11},
    };
    struct experiment *experiment =
        WITH({"models", "[a, b]"}, {"modes", "[int8, fp32, fp32]"}, {"placements", "[1, cores]"});
    (void)state;
    complete(experiment);
    check_trials(experiment, expected, COUNT(expected));
    experiment_free(experiment);
}

/* A row is compared with fp32 on its own runtime, and with its own mode on the builtin one. */
static void runtimes_multiply_the_trials(void **state)
{
    static const struct trial expected[] = {
        {0, .mode = 0, .runtime = 0, .placement = 0, .baseline = 2, .builtin = 1},
        {1, .mode = 0, .runtime = 1, .placement = 0, .baseline = 3, .builtin = 1},
        {2, .mode = 1, .runtime = 0, .placement = 0, .baseline = 2, .builtin = 3},
        {3, .mode = 1, .runtime = 1, .placement = 0, .baseline = 3, .builtin = 3},
        {0, .mode = 0, .runtime = 0, .placement = 1, .baseline = 6, .builtin = 5},
        {1, .mode = 0, .runtime = 1, .placement = 1, .baseline = 7, .builtin = 5},
        {2, .mode = 1, .runtime = 0, .placement = 1, .baseline = 6, .builtin = 7},
        {3, .mode = 1, .runtime = 1, .placement = 1, .baseline = 7, .builtin = 7},
    };
    struct experiment *experiment =
        WITH({"model", "a"}, {"modes", "[int8, fp32]"}, {"placements", "[1, cores]"},
             {"runtimes", "[onnxruntime, builtin]"}, {"onnxruntime", "/l/lib.so"});
    (void)state;
    complete(experiment);
    assert_int_equal(experiment_variants(experiment), 4);
    assert_string_equal(experiment_library(experiment, 0), "/l/lib.so");
    assert_null(experiment_library(experiment, 1));
    check_trials(experiment, expected, COUNT(expected));
    experiment_free(experiment);
}

/* A key may have the name of what is no runtime with a library; what it holds is no path then. */
static void only_runtimes_have_libraries(void **state)
{
    struct experiment *experiment =
        WITH({"model", "a"}, {"title", "t"}, {"runtimes", "[onnxruntime, builtin]"});
    static const char *const others[] = {"title", "models", "metric", "measure.seed", "nothing"};
    (void)state;
    assert_null(experiment_library(experiment, 0));
    for (size_t i = 0; i < COUNT(others); i++) {
        experiment->runtimes[1] = others[i];
        assert_null(experiment_library(experiment, 1));
    }
    experiment_free(experiment);
}

/* Whoever adds a runtime with a library adds its key, which takes a path. */
static void each_library_has_a_key_of_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < runtime_count; i++) {
        const char *name = runtime_table[i]->name;
        if (!runtime_table[i]->library)
            continue;
        struct experiment *experiment = WITH({"runtime", name}, {name, "/l/lib.so"});
        assert_string_equal(experiment_library(experiment, 0), "/l/lib.so");
        experiment_free(experiment);
    }
}

static void requests_of_timing_are_told_apart(void **state)
{
    json_t *block = work_block_request(7), *finish = work_finish_request(), *other = json_object();
    long round = 0;
    (void)state;
    assert_true(work_asks_for_block(block, &round));
    assert_int_equal(round, 7);
    assert_false(work_asks_for_block(finish, &round));
    assert_false(work_asks_for_block(other, &round));
    json_decref(block);
    json_decref(finish);
    json_decref(other);
}

static void without_the_builtin_runtime_nothing_is_compared_with_it(void **state)
{
    struct experiment *experiment =
        WITH({"model", "a"}, {"modes", "[fp32, int8]"}, {"runtime", "onnxruntime"});
    size_t count;
    (void)state;
    complete(experiment);
    const struct trial *trials = experiment_trials(experiment, &count);
    assert_int_equal(count, 2);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(trials[i].baseline, 0);
        assert_int_equal(trials[i].builtin, -1);
    }
    experiment_free(experiment);
}

static void without_fp32_there_is_no_baseline(void **state)
{
    struct experiment *experiment = WITH({"model", "a"}, {"mode", "int8"}, {"mode", "as-is"});
    size_t count;
    (void)state;
    complete(experiment);
    const struct trial *trials = experiment_trials(experiment, &count);
    assert_int_equal(count, 2);
    assert_int_equal(trials[0].baseline, -1);
    assert_int_equal(trials[1].baseline, -1);
    experiment_free(experiment);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_left_open_is_filled),
        cmocka_unit_test(layers_that_stay_float_are_a_list_of_names),
        cmocka_unit_test(all_modes_are_those_for_float_models),
        cmocka_unit_test(names_are_unique),
        cmocka_unit_test(given_names_come_first),
        cmocka_unit_test(modes_follow_the_calibration_unless_they_say),
        cmocka_unit_test(calibration_takes_from_the_data_what_it_does_not_say),
        cmocka_unit_test(calibration_of_its_own_has_no_labels),
        cmocka_unit_test(a_preset_fills_what_is_not_given),
        cmocka_unit_test(a_preset_follows_the_order_of_channels),
        cmocka_unit_test(calibration_needs_no_data),
        cmocka_unit_test(completing_again_starts_from_what_was_given),
        cmocka_unit_test(a_limit_of_rounds_takes_the_other_along),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(what_does_not_fit_in_a_profile_has_its_place),
        cmocka_unit_test(trials_have_a_limit),
        cmocka_unit_test(trials_go_model_by_model_placement_by_placement_mode_by_mode),
        cmocka_unit_test(runtimes_multiply_the_trials),
        cmocka_unit_test(only_runtimes_have_libraries),
        cmocka_unit_test(each_library_has_a_key_of_its_own),
        cmocka_unit_test(requests_of_timing_are_told_apart),
        cmocka_unit_test(without_the_builtin_runtime_nothing_is_compared_with_it),
        cmocka_unit_test(without_fp32_there_is_no_baseline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
