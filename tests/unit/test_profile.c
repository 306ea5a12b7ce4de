/* Profiles: what every key takes, what is refused and how the message reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "experiment/keys.h"
#include "key_samples.h"
#include "profile_harness.h"
#include "quantize/observer.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The stored value of a key as text, for comparing two experiments. */
static void dump_list(const struct experiment *experiment, enum key_kind kind, struct text *out)
{
    for (size_t i = 0; kind == KEY_MODELS && i < experiment->n_models; i++)
        text_printf(out, "<%s|%s>", experiment->models[i].path,
                    experiment->models[i].name ? experiment->models[i].name : "");
    for (size_t i = 0; kind == KEY_PLACEMENTS && i < experiment->n_placements; i++)
        text_printf(out, "<%s>", experiment->placements[i]);
    for (size_t i = 0; kind == KEY_RUNTIMES && i < experiment->n_runtimes; i++)
        text_printf(out, "<%s>", experiment->runtimes[i]);
    for (size_t i = 0; kind == KEY_SHAPES && i < experiment->n_shapes; i++) {
        text_add_string(out, "<");
        model_shape_format(&experiment->shapes[i], out);
        text_add_string(out, ">");
    }
    for (size_t i = 0; kind == KEY_TARGETS && i < experiment->n_targets; i++) {
        const struct target *target = &experiment->targets[i];
        text_printf(out, "<%s|%g|%g|%d|%s|%zu>", target->name, target->flash, target->ram,
                    target->integer_only, target->types, strlen(target->operators));
    }
    for (size_t i = 0; kind == KEY_MODES && i < experiment->n_modes; i++) {
        const struct mode_choice *choice = &experiment->modes[i];
        const struct mode_options *options = &choice->options;
        text_printf(out, "<%s|%s|%d|%d|%s|%s|%g>", choice->mode->name,
                    choice->label ? choice->label : "", (int)options->weights,
                    (int)options->dense_weights, type_name(options->io),
                    options->observer ? options->observer : "", options->percentile);
    }
}

static void dump_scalar(const struct key *key, const void *at, struct text *out)
{
    const char *text = "";
    if (key->kind == KEY_TEXT || key->kind == KEY_PATH || key->kind == KEY_SAMPLES ||
        key->kind == KEY_CHOICE)
        memcpy(&text, at, sizeof(text));
    if (key->kind == KEY_NUMBER || key->kind == KEY_BYTES)
        text_printf(out, "%.17g", *(const double *)at);
    else if (key->kind == KEY_INTEGER)
        text_printf(out, "%ld", *(const long *)at);
    else if (key->kind == KEY_COUNT)
        text_printf(out, "%zu", *(const size_t *)at);
    else if (key->kind == KEY_SIZE)
        text_printf(out, "%dx%d", ((const struct picture_size *)at)->width,
                    ((const struct picture_size *)at)->height);
    else if (key->kind == KEY_TYPE)
        text_printf(out, "%d", (int)*(const enum type *)at);
    else
        text_add_string(out, text ? text : "NULL");
}

static char *dump(struct experiment *experiment, const struct key *key)
{
    const char *base = (const char *)draft_of(experiment);
    struct text out = {0};
    if (key->kind == KEY_MODELS || key->kind == KEY_MODES || key->kind == KEY_PLACEMENTS ||
        key->kind == KEY_RUNTIMES || key->kind == KEY_SHAPES || key->kind == KEY_TARGETS) {
        dump_list(experiment, key->kind, &out);
    } else if (key->kind == KEY_INPUTS) {
        const struct dataset_spec *spec = (const void *)(base + key->offset);
        for (size_t i = 0; i < spec->n_inputs; i++)
            text_printf(&out, "<%s|%s>", spec->inputs[i].input, spec->inputs[i].samples);
    } else if (key->kind == KEY_NUMBERS) {
        const double *numbers = (const double *)(const void *)(base + key->offset);
        for (int i = 0; i < *(const int *)(const void *)(base + key->also); i++)
            text_printf(&out, "%.17g ", numbers[i]);
    } else {
        dump_scalar(key, base + key->offset, &out);
        if (key->also)
            text_printf(&out, "|%d", *(const bool *)(base + key->also));
    }
    text_add_string(&out, "");
    return out.bytes;
}

/* "measure.block_ms" and "20" become "measure: {block_ms: 20}". */
static char *as_profile(const char *path, const char *value)
{
    const char *dot = strchr(path, '.');
    bool quoted = strchr("[{", value[0]) == NULL;
    const char *quote = quoted ? "'" : "";
    if (!dot)
        return xasprintf("%s: %s%s%s\n", path, quote, value, quote);
    return xasprintf("%.*s: {%s: %s%s%s}\n", (int)(dot - path), path, dot + 1, quote, value, quote);
}

static void every_key_takes_the_same_from_profile_and_option(void **state)
{
    (void)state;
    assert_int_equal(COUNT(samples), key_count());
    for (size_t i = 0; i < COUNT(samples); i++) {
        const struct key *key = key_find(samples[i].path);
        assert_non_null(key);
        char *text = as_profile(samples[i].path, samples[i].value);
        struct experiment *fresh = experiment_new(), *by_option = experiment_new();
        struct experiment *by_profile = harness_profile(text);
        struct error error = {0};
        if (experiment_set(by_option, samples[i].path, samples[i].value, &error) != STATUS_OK)
            fail_msg("%s", error.text);
        char *initial = dump(fresh, key), *profile = dump(by_profile, key),
             *option = dump(by_option, key);
        assert_string_equal(profile, option);
        assert_string_not_equal(profile, initial);
        if (samples[i].stored)
            assert_string_equal(profile, samples[i].stored);
        assert_int_equal(draft_of(by_profile)->given[key_index(key)].how, GIVEN_PROFILE);
        assert_int_equal(draft_of(by_option)->given[key_index(key)].how, GIVEN_OPTION);
        free(text);
        free(initial);
        free(profile);
        free(option);
        experiment_free(fresh);
        experiment_free(by_option);
        experiment_free(by_profile);
    }
}

static void a_key_changes_nothing_but_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        const struct key *key = key_find(samples[i].path);
        struct experiment *fresh = experiment_new(), *set = experiment_new();
        struct error error;
        assert_int_equal(experiment_set(set, samples[i].path, samples[i].value, &error), STATUS_OK);
        for (size_t j = 0; j < key_count(); j++) {
            if (key_at(j)->offset == key->offset)
                continue;
            char *before = dump(fresh, key_at(j)), *after = dump(set, key_at(j));
            assert_string_equal(before, after);
            free(before);
            free(after);
        }
        experiment_free(fresh);
        experiment_free(set);
    }
}

static void every_key_has_help_and_a_valid_default(void **state)
{
    (void)state;
    for (size_t i = 0; i < key_count(); i++) {
        const struct key *key = key_at(i);
        struct experiment *fresh = experiment_new(), *set = experiment_new();
        struct error error = {0};
        struct text expected = {0};
        assert_ptr_equal(key_find(key->path), key);
        assert_true(strlen(key->help) > 10);
        assert_int_equal(key->help[strlen(key->help) - 1], '.');
        assert_true(key->least <= key->most);
        key_expected(key, false, &expected);
        assert_true(expected.length > 0);
        if (key->initial) {
            assert_int_equal(experiment_set(set, key->path, key->initial, &error), STATUS_OK);
            char *before = dump(fresh, key), *after = dump(set, key);
            assert_string_equal(before, after);
            free(before);
            free(after);
        }
        text_release(&expected);
        experiment_free(fresh);
        experiment_free(set);
    }
}

static void numbers_end_at_their_limits(void **state)
{
    (void)state;
    for (size_t i = 0; i < key_count(); i++) {
        const struct key *key = key_at(i);
        struct experiment *experiment = experiment_new();
        struct error error;
        char least[64], most[64], below[64], above[64];
        if (key->kind != KEY_NUMBER && key->kind != KEY_INTEGER && key->kind != KEY_COUNT) {
            experiment_free(experiment);
            continue;
        }
        snprintf(least, sizeof(least), "%.0f", key->least);
        if (key->kind == KEY_NUMBER)
            snprintf(least, sizeof(least), "%.12g", key->least);
        snprintf(most, sizeof(most), "%.0f", key->most);
        snprintf(below, sizeof(below), "%.0f", key->least - 1.0);
        snprintf(above, sizeof(above), "%.0f", key->most + 1.0);
        assert_int_equal(experiment_set(experiment, key->path, least, &error), STATUS_OK);
        assert_int_equal(experiment_set(experiment, key->path, most, &error), STATUS_OK);
        assert_int_equal(experiment_set(experiment, key->path, below, &error), STATUS_INVALID);
        assert_int_equal(experiment_set(experiment, key->path, above, &error), STATUS_INVALID);
        experiment_free(experiment);
    }
}

static void sizes_have_units(void **state)
{
    static const struct {
        const char *text;
        double bytes; /* 0: refused */
    } cases[] = {
        {"300000", 300000},
        {"12 B", 12},
        {"500 KiB", 512000},
        {"500KiB", 512000},
        {"1.5MB", 1.5e6},
        {"1.5 mb", 1.5e6},
        {"2 GiB", 2147483648.0},
        {"2 kB", 2000},
        {"1e3", 1000},
        {"1 TB", 1e12},
        {"1 TiB", 1099511627776},
        {"3 K", 0},
        {"KiB", 0},
        {"", 0},
        {"0", 0},
        {"-5 KiB", 0},
        {"1e400", 0},
        {"nan", 0},
        {"1e15 TB", 0},
        {"5 KiB each", 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct experiment *experiment = experiment_new();
        struct error error;
        enum status status =
            experiment_set(experiment, "constraints.max_size", cases[i].text, &error);
        assert_int_equal(status, cases[i].bytes > 0 ? STATUS_OK : STATUS_INVALID);
        assert_int_equal(experiment->constraints.has_bytes, cases[i].bytes > 0);
        assert_true(cases[i].bytes <= 0 || experiment->constraints.max_bytes == cases[i].bytes);
        experiment_free(experiment);
    }
}

/* What is wrong with a profile: the place without the profile's path, and the message. */
static const struct wrong {
    const char *text, *place, *message;
} wrongs[] = {
    /* Unknown keys. */
    {"measure:\n  bloc_ms: 5\n", ":2:3",
     "unknown key 'measure.bloc_ms', nearest is 'measure.block_ms'"},
    {"mesure: {block_ms: 5}\n", ":1:1", "unknown key 'mesure', nearest is 'measure'"},
    {"block_ms: 5\n", ":1:1", "unknown key 'block_ms', nearest is 'measure.block_ms'"},
    {"title: x\nblok_ms: 5\n", ":2:1", "unknown key 'blok_ms', nearest is 'measure.block_ms'"},
    {"calibration: {mean: 5}\n", ":1:15",
     "unknown key 'calibration.mean', nearest is 'preprocess.mean'"},
    {"measure.block_ms: 5\n", ":1:1",
     "key 'measure.block_ms' with a dot, expected 'measure: {block_ms: ...}'"},
    {"output: {xyzzyplugh: a}\n", ":1:10",
     "unknown key 'output.xyzzyplugh', there are csv, json, markdown, html, junit, journal"},
    {"? [a, b]\n: 1\n", ":1:3", "key is a list, expected a text"},
    {"<<: {title: x}\n", ":1:1", NULL},
    /* Keys given twice. */
    {"measure:\n  seed: 1\n  isa: best\n  seed: 2\n", ":4:3",
     "duplicate key 'measure.seed', given before in line 2"},
    {"measure: {seed: 1}\ntitle: x\nmeasure: {isa: best}\n", ":3:1",
     "duplicate key 'measure', given before in line 1"},
    {"models: [a]\nmodel: b\n", ":2:1",
     "key 'model' beside 'models' of line 1, expected one of the two"},
    {"placement: 1\nplacements: [1]\n", ":1:1",
     "key 'placement' beside 'placements' of line 2, expected one of the two"},
    {"modes: [fp32, {mode: int8, mode: fp16}]\n", ":1:28",
     "duplicate key 'modes[1].mode', given before in line 1"},
    /* Values of the wrong type. */
    {"measure: 5\n", ":1:10", "'measure' is a text, expected a mapping of keys"},
    {"measure: [5]\n", ":1:10", "'measure' is a list, expected a mapping of keys"},
    {"measure:\n", ":1:9", "'measure' is empty, expected a mapping of keys"},
    {"- a\n- b\n", ":1:1", "the profile is a list, expected a mapping of keys"},
    {"title\n", ":1:1", "the profile is a text, expected a mapping of keys"},
    {"---\n---\n", ":2:1", NULL},
    {"title: [a]\n", ":1:8", "wrong value for 'title': a list, expected a text"},
    {"title: {a: b}\n", ":1:8", "wrong value for 'title': a mapping, expected a text"},
    {"title:\n", ":1:7", "no value for 'title', expected a text"},
    {"title: ''\n", ":1:8", "no value for 'title', expected a text"},
    {"title: ~\n", ":1:8", "no value for 'title', expected a text"},
    {"data: {samples: null}\n", ":1:17",
     "no value for 'data.samples', expected a path, or random: and a number of samples"},
    {"data: {inputs: {a: x, b: [1]}}\n", ":1:26",
     "wrong value for 'data.inputs.b': a list, expected a path, or random: and a number"},
    {"data: {inputs: {}}\n", ":1:16", "wrong value for 'data.inputs': 0 inputs, expected 1 to 256"},
    {"data: {inputs: x.npy}\n", ":1:16",
     "wrong value 'x.npy' for 'data.inputs', expected a mapping of the names of inputs to paths, "
     "or NAME=PATH"},
    {"data: {inputs: [a=x]}\n", ":1:16",
     "wrong value for 'data.inputs': a list, expected a mapping of the names of inputs to paths, "
     "or "
     "NAME=PATH"},
    {"data:\n  samples: x\n  inputs: {a: x}\n", ":3:3",
     "key 'inputs' beside 'samples' of line 2, expected one of the two"},
    {"measure:\n    block_ms: fast\n", ":2:15",
     "wrong value 'fast' for 'measure.block_ms', expected a number from 0.1 to 60000 ms"},
    {"measure: {min_rounds: 1.5}\n", ":1:23",
     "wrong value '1.5' for 'measure.min_rounds', expected an integer from 1 to 1000000"},
    {"measure: {block_ms: {a: 1}}\n", ":1:21",
     "wrong value for 'measure.block_ms': a mapping, expected a number from 0.1 to 60000 ms"},
    {"model: [a, b]\n", ":1:8",
     "wrong value for 'model': a list, expected a path, or a mapping with path (or "
     "architecture) and name"},
    {"placements: [1, [2]]\n", ":1:17",
     "wrong value for 'placements[1]': a list, expected a placement such as 1, cores or pu:0,2"},
    {"models: [a, ~]\n", ":1:13",
     "no value for 'models[1]', expected a path, or a mapping with path (or "
     "architecture) and name"},
    /* Values that cannot be. */
    {"measure: {block_ms: 0}\n", ":1:21",
     "wrong value '0' for 'measure.block_ms', expected a number from 0.1 to 60000 ms"},
    {"measure: {block_ms: .nan}\n", ":1:21",
     "wrong value '.nan' for 'measure.block_ms', expected a number from 0.1 to 60000 ms"},
    {"measure: {block_ms: inf}\n", ":1:21",
     "wrong value 'inf' for 'measure.block_ms', expected a number from 0.1 to 60000 ms"},
    {"data: {count: -1}\n", ":1:15",
     "wrong value '-1' for 'data.count', expected an integer from 0 to 1000000000"},
    {"data: {count: 99999999999999999999}\n", ":1:15",
     "wrong value '99999999999999999999' for 'data.count', expected an integer from 0 to "
     "1000000000"},
    {"preprocess: {scale: 0}\n", ":1:21",
     "wrong value '0' for 'preprocess.scale', expected a number other than 0 from -1000000000 to "
     "1000000000"},
    {"preprocess:\n  mean: [1, two]\n", ":2:13",
     "wrong value 'two' for 'preprocess.mean[1]', expected a number from -1000000000 to "
     "1000000000"},
    {"preprocess: {mean: []}\n", ":1:20",
     "wrong value for 'preprocess.mean': 0 numbers, expected 1 to 16"},
    {"preprocess: {mean: [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}\n", ":1:20",
     "wrong value for 'preprocess.mean': 17 numbers, expected 1 to 16"},
    {"constraints: {max_size: 5 KiBB}\n", ":1:25",
     "wrong value '5 KiBB' for 'constraints.max_size', expected a size such as 500 KiB, 1.5 MB or "
     "300000"},
    {"measure: {isa: avx3}\n", ":1:16",
     "wrong value 'avx3' for 'measure.isa', expected one of best, reference, generic, avx2, "
     "avx512, "
     "avx512-vnni, avx512-fp16, neon, neon-dot, nearest is 'avx2'"},
    {"runtimes: [builtin, onnxruntim]\n", ":1:21",
     "wrong value 'onnxruntim' for 'runtimes[1]', expected one of builtin, onnxruntime, nearest is "
     "'onnxruntime'"},
    {"runtimes: tensorrt\n", ":1:11",
     "wrong value 'tensorrt' for 'runtimes', expected a list with some, or one of builtin, "
     "onnxruntime"},
    {"shapes: [input=1x0x3]\n", ":1:10",
     "wrong value for 'shapes[0]': expected NAME=AxBxC with up to 6 dimensions from 1"},
    {"shape: 1x2\n", ":1:8",
     "wrong value for 'shape': expected NAME=AxBxC with up to 6 dimensions from 1"},
    {"runtime: [builtin]\n", ":1:10",
     "wrong value for 'runtime': a list, expected one of builtin, onnxruntime"},
    {"calibration: {observer: median}\n", ":1:25",
     "wrong value 'median' for 'calibration.observer', expected one of search, minmax, "
     "percentile, guarded, mse, entropy, average"},
    {"models: []\n", ":1:9", "wrong value for 'models': 0 items, expected 1 to 256"},
    /* Models and modes. */
    {"models:\n- {path: a, nam: b}\n", ":2:13",
     "unknown key 'models[0].nam', nearest is 'models[0].name'"},
    {"models: [{path: a, xyzzyplugh: 1}]\n", ":1:20",
     "unknown key 'models[0].xyzzyplugh', there are path, name, signature, architecture, "
     "width, size, classes, seed"},
    {"models: [{name: b}]\n", ":1:10",
     "wrong value for 'models[0]': a model without 'path' or "
     "'architecture'"},
    {"models: [synth:moblenet-v2]\n", ":1:10",
     "wrong value for 'models[0]': unknown architecture 'moblenet-v2', nearest is 'mobilenet-v2'"},
    {"model: \"synth:mlp:size=10,widht=2\"\n", ":1:8",
     "wrong value for 'model': architecture 'mlp' has no option 'widht', nearest is 'width'"},
    {"model: {architecture: mobilenet-v2, size: 10}\n", ":1:43",
     "wrong value for 'model.size': option 'size' is '10', expected an integer from 32 to 1024"},
    {"model: {architecture: mlp, size: [1]}\n", ":1:34",
     "wrong value for 'model.size': a list, expected the option's value"},
    {"model: {path: a, size: 10}\n", ":1:24",
     "wrong value for 'model.size': belongs to an architecture, not to a path"},
    {"model: {path: a, architecture: mlp}\n", ":1:32",
     "wrong value for 'model.architecture': given beside a path, expected one of the two"},
    {"data: {samples: random:many}\n", ":1:17",
     "wrong value 'random:many' for 'data.samples', expected a path, or random: and a number of "
     "samples"},
    {"model: {path: [a]}\n", ":1:15", "wrong value for 'model.path': a list, expected a text"},
    {"modes: [fp32, int9]\n", ":1:15",
     "wrong value for 'modes[1]': unknown mode 'int9', nearest is 'int8'"},
    {"modes: [{mode: int8, lable: b}]\n", ":1:22",
     "unknown key 'modes[0].lable', nearest is 'modes[0].label'"},
    {"mode: {mode: int8, weights: per-row}\n", ":1:29",
     "wrong value for 'mode.weights': option 'weights' is 'per-row', expected "
     "per-channel|per-tensor"},
    {"mode: {mode: fp32, io: int8}\n", ":1:24",
     "wrong value for 'mode.io': mode 'fp32' has no option 'io'"},
    {"mode: {label: x}\n", ":1:7", "wrong value for 'mode': a mode without 'mode'"},
    {"mode: {mode: int8, weights: [a]}\n", ":1:29",
     "wrong value for 'mode.weights': a list, expected the option's value"},
    {"mode: {mode: int8, label: ''}\n", ":1:27",
     "wrong value for 'mode.label': nothing, expected a text"},
    /* What YAML can do and a profile cannot. */
    {"title: a\n---\ntitle: b\n", ":2:1", "a second document begins, where only one is read"},
    {"# nothing\n", ":2:1", "there is nothing but comments"},
    {"title: &name a\n", ":1:8", "anchors and aliases ('&name', '*name') are not allowed"},
    {"title: *name\n", ":1:8", "anchors and aliases ('&name', '*name') are not allowed"},
    {"models: &m [a]\n", ":1:9", "anchors and aliases ('&name', '*name') are not allowed"},
    {"measure: &m {seed: 1}\n", ":1:10", "anchors and aliases ('&name', '*name') are not allowed"},
    {"title: !!str 5\n", ":1:8", "tags ('!name') are not allowed"},
    {"a: [[[[[[[[[[[[a]]]]]]]]]]]]\n", ":1:12", "lists and mappings are nested too deeply"},
    {"title: \"a\\0b\"\n", ":1:8", "the text holds a control character or a line break"},
    {"title: \"\\e[31m\"\n", ":1:8", "the text holds a control character or a line break"},
    {"title: \"\\u009b31m\"\n", ":1:8", "the text holds a control character or a line break"},
    {"title: |\n  a\n  b\n", ":1:8", "the text holds a control character or a line break"},
    {"title: [a\n", ":2:1",
     "not valid YAML: did not find expected ',' or ']' (while parsing a flow sequence from line "
     "1)"},
    {"title: a\n\tmodel: b\n", NULL, NULL},
    {"title: a\n model: b\n", ":2:7", NULL},
    {"title: a\nmodel: \xff\n", ":2:8", "not plain UTF-8 text: invalid leading UTF-8 octet"},
    {"title: \xc3\xa4\x01\n", ":1:9", "not plain UTF-8 text: control characters are not allowed"},
};

static void what_is_wrong_is_named_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(wrongs); i++) {
        struct experiment *experiment = experiment_new();
        struct error error = {0};
        char *place =
            xasprintf("%s%s", harness_profile_path, wrongs[i].place ? wrongs[i].place : "");
        enum status status = harness_profile_read(experiment, wrongs[i].text, &error);
        if (status != STATUS_INVALID && status != STATUS_FORMAT)
            fail_msg("accepted: %s", wrongs[i].text);
        assert_int_equal(error.status, status);
        if (wrongs[i].message)
            assert_string_equal(error.text, wrongs[i].message);
        if (wrongs[i].place)
            assert_string_equal(error.where, place);
        free(place);
        experiment_free(experiment);
    }
}

static void options_read_the_same_messages_without_place(void **state)
{
    static const struct {
        const char *key, *value, *message;
    } cases[] = {
        {"measure.bloc_ms", "5", "unknown key 'measure.bloc_ms', nearest is 'measure.block_ms'"},
        {"mesure.block_ms", "5", "unknown key 'mesure.block_ms', nearest is 'measure.block_ms'"},
        {"measure", "5", NULL},
        {"", "5", NULL},
        {"measure.block_ms", "x",
         "wrong value 'x' for 'measure.block_ms', expected a number from 0.1 to 60000 ms"},
        {"title", "", "no value for 'title', expected a text"},
        {"title", "a\x1b[31m",
         "wrong value 'a?[31m' for 'title': it holds a control character, a line break or bytes "
         "that are "
         "not UTF-8"},
        {"preprocess.mean", "[1, x]",
         "wrong value 'x' for 'preprocess.mean[1]', expected a number from -1000000000 to "
         "1000000000"},
        {"placements", "[1",
         "not valid YAML: did not find expected ',' or ']' (while parsing a flow sequence from "
         "line "
         "1)"},
        {"mode", "[fp32]", "wrong value for 'mode': unknown mode '[fp32]', nearest is 'fp32'"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct experiment *experiment = experiment_new();
        struct error error = {0};
        assert_int_not_equal(experiment_set(experiment, cases[i].key, cases[i].value, &error),
                             STATUS_OK);
        if (cases[i].message)
            assert_string_equal(error.text, cases[i].message);
        assert_string_equal(error.where, "");
        experiment_free(experiment);
    }
}

static void a_text_of_null_is_a_text_in_an_option_or_in_quotes(void **state)
{
    struct experiment *quoted = harness_profile("title: 'null'\n"), *option = experiment_new();
    struct error error;
    (void)state;
    assert_string_equal(quoted->title, "null");
    assert_int_equal(experiment_set(option, "title", "~", &error), STATUS_OK);
    assert_string_equal(option->title, "~");
    experiment_free(quoted);
    experiment_free(option);
}

static void hostile_texts_are_shortened_in_messages(void **state)
{
    struct experiment *experiment = experiment_new();
    struct error error = {0};
    struct text text = {0};
    (void)state;
    for (int i = 0; i < 3000; i++)
        text_add_string(&text, "\xc3\xa4");
    text_printf(&text, ": 1\n");
    assert_int_not_equal(harness_profile_read(experiment, text.bytes, &error), STATUS_OK);
    assert_true(strlen(error.text) < 400);
    text_clear(&text);
    text_add_string(&text, "measure: {isa: ");
    for (int i = 0; i < 300; i++)
        text_add_string(&text, "\xc3\xa4");
    text_add_string(&text, "}\n");
    assert_int_equal(harness_profile_read(experiment, text.bytes, &error), STATUS_INVALID);
    assert_non_null(strstr(error.text, "\xc3\xa4...'"));
    text_release(&text);
    experiment_free(experiment);
}

static void too_much_is_refused(void **state)
{
    struct experiment *experiment = experiment_new();
    struct error error = {0};
    struct text text = {0};
    (void)state;
    text_add_string(&text, "models: [");
    for (int i = 0; i < 257; i++)
        text_add_string(&text, "a, ");
    text_add_string(&text, "b]\n");
    assert_int_equal(harness_profile_read(experiment, text.bytes, &error), STATUS_INVALID);
    assert_string_equal(error.text, "wrong value for 'models': 258 items, expected 1 to 256");
    text_clear(&text);
    text_add_string(&text, "title: [");
    for (int i = 0; i < 5000; i++)
        text_add_string(&text, "a, ");
    text_add_string(&text, "b]\n");
    assert_int_equal(harness_profile_read(experiment, text.bytes, &error), STATUS_FORMAT);
    assert_string_equal(error.text, "too many values");
    text_clear(&text);
    text_printf(&text, "title: %05000d\n", 1);
    assert_int_equal(harness_profile_read(experiment, text.bytes, &error), STATUS_FORMAT);
    assert_string_equal(error.text, "text of 5000 bytes, expected at most 4096");
    text_clear(&text);
    text_printf(&text, "# %0300000d\ntitle: a\n", 1);
    assert_int_equal(harness_profile_read(experiment, text.bytes, &error), STATUS_FORMAT);
    text_release(&text);
    experiment_free(experiment);
}

static void a_nul_byte_is_refused_where_it_is(void **state)
{
    static const char text[] = "title: a\nmodel: b\0c\n";
    struct experiment *experiment = experiment_new();
    struct error error = {0};
    char *place = xasprintf("%s:2:9", harness_profile_path);
    (void)state;
    harness_profile_write(text, sizeof(text) - 1);
    assert_int_equal(profile_read(harness_profile_path, experiment, &error), STATUS_FORMAT);
    assert_string_equal(error.where, place);
    free(place);
    experiment_free(experiment);
}

static void a_file_that_cannot_be_read_is_named(void **state)
{
    struct experiment *experiment = experiment_new();
    struct error error = {0};
    (void)state;
    assert_int_equal(profile_read("/nowhere/p.yaml", experiment, &error), STATUS_IO);
    assert_string_equal(error.where, "/nowhere/p.yaml");
    assert_int_not_equal(profile_read(harness_profile_folder, experiment, &error), STATUS_OK);
    harness_profile_write("", 0);
    assert_int_equal(profile_read(harness_profile_path, experiment, &error), STATUS_FORMAT);
    assert_null(experiment->profile);
    experiment_free(experiment);
}

static void the_end_of_a_long_path_stays_in_the_place(void **state)
{
    char name[600];
    (void)state;
    memset(name, 'd', sizeof(name));
    memcpy(name + sizeof(name) - 8, "/p.yaml", 8);
    const struct source source = {.name = name};
    struct place place = place_at(&source, 123456, 7);
    const char *tail = "/p.yaml:123456:7";
    assert_memory_equal(place.text, "...d", 4);
    assert_string_equal(place.text + strlen(place.text) - strlen(tail), tail);
}

/* The number of calibration samples is a limit until somebody says it. */
static void calibration_counts_bind_when_given(void **state)
{
    struct error error;
    struct experiment *experiment = harness_profile("model: a.tflite\ndata: {samples: x}\n");
    (void)state;
    assert_int_equal(experiment_complete(experiment, &error), STATUS_OK);
    assert_int_equal(experiment->calibration.count, 200);
    assert_true(experiment->calibration.at_most);
    assert_false(experiment->data.at_most);
    experiment_free(experiment);
    experiment =
        harness_profile("model: a.tflite\ndata: {samples: x}\ncalibration: {count: 100}\n");
    assert_int_equal(experiment_complete(experiment, &error), STATUS_OK);
    assert_int_equal(experiment->calibration.count, 100);
    assert_false(experiment->calibration.at_most);
    experiment_free(experiment);
}

/* The calibration's defaults are those of the modes' options. */
static void calibration_and_modes_agree(void **state)
{
    struct experiment *experiment = experiment_new();
    const struct draft *draft = draft_of(experiment);
    struct mode_options options;
    const struct key *percentile = key_find("calibration.percentile");
    (void)state;
    mode_options_init(&options);
    assert_string_equal(draft->observer, options.observer);
    assert_true(draft->percentile == options.percentile);
    for (size_t i = 0; i < mode_option_count; i++) {
        const struct mode_option *option = &mode_option_table[i];
        if (option->bit != HAS_PERCENTILE)
            continue;
        assert_true(option->least == percentile->least && option->most == percentile->most);
    }
    experiment_free(experiment);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_takes_the_same_from_profile_and_option),
        cmocka_unit_test(a_key_changes_nothing_but_its_own),
        cmocka_unit_test(every_key_has_help_and_a_valid_default),
        cmocka_unit_test(numbers_end_at_their_limits),
        cmocka_unit_test(sizes_have_units),
        cmocka_unit_test(what_is_wrong_is_named_with_its_place),
        cmocka_unit_test(options_read_the_same_messages_without_place),
        cmocka_unit_test(a_text_of_null_is_a_text_in_an_option_or_in_quotes),
        cmocka_unit_test(hostile_texts_are_shortened_in_messages),
        cmocka_unit_test(too_much_is_refused),
        cmocka_unit_test(a_nul_byte_is_refused_where_it_is),
        cmocka_unit_test(a_file_that_cannot_be_read_is_named),
        cmocka_unit_test(the_end_of_a_long_path_stays_in_the_place),
        cmocka_unit_test(calibration_counts_bind_when_given),
        cmocka_unit_test(calibration_and_modes_agree),
    };
    return cmocka_run_group_tests(tests, harness_profile_set_up, harness_profile_tear_down);
}
