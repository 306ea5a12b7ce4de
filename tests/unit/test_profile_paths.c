/* Profiles: where the paths start that profiles and options have, and what options replace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "command/command.h"
#include "experiment/keys.h"
#include "formats/dataset/preset.h"
#include "key_samples.h"
#include "profile_harness.h"
#include "quantize/observer.h"

static void paths_start_from_the_profile(void **state)
{
    struct experiment *experiment =
        harness_profile("models: [m/a.tflite, {path: ../b.onnx}, /c.tflite]\n"
                        "data: {samples: x, labels: -}\n"
                        "calibration: {samples: sub/}\n"
                        "output: {csv: -, json: r.json}\n");
    char *near = path_join(harness_profile_folder, "m/a.tflite"),
         *above = path_join(harness_profile_folder, "../b.onnx"),
         *samples_path = path_join(harness_profile_folder, "x"),
         *calibration = path_join(harness_profile_folder, "sub/"),
         *json = path_join(harness_profile_folder, "r.json");
    (void)state;
    assert_string_equal(experiment->profile, harness_profile_path);
    assert_string_equal(experiment->models[0].path, near);
    assert_string_equal(experiment->models[1].path, above);
    assert_string_equal(experiment->models[2].path, "/c.tflite");
    assert_string_equal(experiment->data.samples, samples_path);
    assert_string_equal(experiment->data.labels, "-");
    assert_string_equal(experiment->calibration.samples, calibration);
    assert_string_equal(experiment->output.reports[REPORT_CSV], "-");
    assert_string_equal(experiment->output.reports[REPORT_JSON], json);
    free(near);
    free(above);
    free(samples_path);
    free(calibration);
    free(json);
    experiment_free(experiment);
}

static void paths_of_a_profile_right_here_stay_short(void **state)
{
    struct experiment *experiment = experiment_new();
    struct error error;
    char *before = getcwd(NULL, 0);
    (void)state;
    harness_profile_write("model: m/a.tflite\n", 18);
    assert_int_equal(chdir(harness_profile_folder), 0);
    assert_int_equal(profile_read("p.yaml", experiment, &error), STATUS_OK);
    assert_string_equal(experiment->models[0].path, "m/a.tflite");
    assert_int_equal(chdir(before), 0);
    free(before);
    experiment_free(experiment);
}

static void paths_of_options_start_from_here(void **state)
{
    struct experiment *experiment = harness_profile("title: a\n");
    struct error error;
    (void)state;
    assert_int_equal(experiment_set(experiment, "model", "m/a.tflite", &error), STATUS_OK);
    assert_string_equal(experiment->models[0].path, "m/a.tflite");
    experiment_free(experiment);
}

static void options_replace_the_profile_and_add_to_each_other(void **state)
{
    struct experiment *experiment =
        harness_profile("placements: [4, 8]\nmodel: a\nmodes: [fp32]\n");
    struct error error;
    (void)state;
    assert_int_equal(experiment_set(experiment, "placement", "1", &error), STATUS_OK);
    assert_int_equal(experiment_set(experiment, "placement", "cores", &error), STATUS_OK);
    assert_int_equal(experiment->n_placements, 2);
    assert_string_equal(experiment->placements[0], "1");
    assert_string_equal(experiment->placements[1], "cores");
    assert_int_equal(experiment_set(experiment, "models", "[b, c]", &error), STATUS_OK);
    assert_int_equal(experiment_set(experiment, "model", "d", &error), STATUS_OK);
    assert_int_equal(experiment->n_models, 3);
    assert_string_equal(experiment->models[2].path, "d");
    assert_int_equal(experiment_set(experiment, "models", "e", &error), STATUS_OK);
    assert_int_equal(experiment->n_models, 1);
    assert_int_equal(experiment->n_modes, 1);
    experiment_free(experiment);
}

static void a_refused_option_leaves_everything_as_it_was(void **state)
{
    struct experiment *experiment = harness_profile("models: [a, b]\nmeasure: {block_ms: 7}\n");
    struct error error;
    (void)state;
    assert_int_not_equal(experiment_set(experiment, "models", "[c, {}]", &error), STATUS_OK);
    assert_int_equal(experiment->n_models, 2);
    assert_int_not_equal(experiment_set(experiment, "measure.block_ms", "-7", &error), STATUS_OK);
    assert_true(experiment->measure.block_ms == 7.0);
    experiment_free(experiment);
}

/* A row more in a table is a name more in the help of its option. */
static void options_tell_the_choices_of_their_keys(void **state)
{
    const struct option_row *row;
    int told = 0;
    (void)state;
    for (size_t i = 0; (row = option_at(command_find("run"), i)) != NULL; i++) {
        struct text help = {0};
        if (!row->tells_choices)
            continue;
        const struct choices *choices = key_find(row->key)->choices;
        const char *at;
        option_help(row, &help);
        at = help.bytes + strlen(row->help);
        for (size_t k = 0; k < *choices->count; k++, told++) {
            at = strstr(at, choice_name(choices, k));
            assert_non_null(at);
            at += strlen(choice_name(choices, k));
        }
        assert_string_equal(at, "");
        text_release(&help);
    }
    assert_int_equal(told, metric_kind_count + observer_count + dataset_preset_count);
}

/* Architectures and drawn samples stand where paths do, and are none. */
static void architectures_are_no_paths(void **state)
{
    struct experiment *experiment = harness_profile(
        "models: [\"synth:mobilenet-v2:width=1,size=96\", ./synth:mlp, {path: synth:mlp, "
        "name: small}, {architecture: resnet-18, size: 64, width: 0.50}]\n"
        "data: {samples: random:8}\ncalibration: {samples: ./random:8}\n");
    char *near = path_join(harness_profile_folder, "./synth:mlp"),
         *drawn = path_join(harness_profile_folder, "./random:8");
    struct error error;
    (void)state;
    assert_int_equal(experiment_complete(experiment, &error), STATUS_OK);
    assert_string_equal(experiment->models[0].path, "synth:mobilenet-v2:size=96");
    assert_string_equal(experiment->models[0].name, "mobilenet-v2:size=96");
    assert_string_equal(experiment->models[1].path, near);
    assert_string_equal(experiment->models[2].path, "synth:mlp");
    assert_string_equal(experiment->models[2].name, "small");
    assert_string_equal(experiment->models[3].path, "synth:resnet-18:width=0.5,size=64");
    assert_string_equal(experiment->models[3].name, "resnet-18:width=0.5,size=64");
    assert_string_equal(experiment->data.samples, "random:8");
    assert_string_equal(experiment->calibration.samples, drawn);
    free(near);
    free(drawn);
    experiment_free(experiment);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_start_from_the_profile),
        cmocka_unit_test(paths_of_a_profile_right_here_stay_short),
        cmocka_unit_test(paths_of_options_start_from_here),
        cmocka_unit_test(architectures_are_no_paths),
        cmocka_unit_test(options_replace_the_profile_and_add_to_each_other),
        cmocka_unit_test(a_refused_option_leaves_everything_as_it_was),
        cmocka_unit_test(options_tell_the_choices_of_their_keys),
    };
    return cmocka_run_group_tests(tests, harness_profile_set_up, harness_profile_tear_down);
}
