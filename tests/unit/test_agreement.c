/* ONNX Runtime, where its library is, takes every mode of every shipped model and architecture and
 * computes what this program does: integers within a step of the output. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "architectures/architecture.h"
#include "base/file.h"
#include "base/memory.h"
#include "formats/dataset/model_data.h"
#include "graph_harness.h"
#include "mode_texts.h"
#include "need.h"
#include "ort_harness.h"
#include "quantize/candidate.h"
#include "worker/feed.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define DATA          SOURCE_DIRECTORY "/data/"

static const char *const modes[] = {MODES_WITHOUT_EFFORT, "bf16", "w4:block=32"};
/* Once with what the default effort changes: shipped models. Those alone with layers of int16
 * beside int8, too: ONNX Runtime computes the former in float32, a step of int16 that is another
 * one makes a step of int8 now and then, and drawn weights make more of that. */
static const char *const at_effort[] = {"int8", "16x8", "int8:wide=CONV_2D+FULLY_CONNECTED"};

/* --- comparing --- */

struct agreement {
    size_t samples, same_class, values, near; /* near: within a step */
    double largest;                           /* difference in steps */
};

static size_t best(const float *values, size_t count)
{
    size_t at = 0;
    for (size_t i = 1; i < count; i++)
        if (values[i] > values[at])
            at = i;
    return at;
}

/* What a step of the output is. Real outputs are probabilities, of which the integer modes have
 * steps of 1/256. */
static double step_of(const struct tensor *out)
{
    return out->quant.count == 1 ? (double)out->quant.scale[0] : 1.0 / 256.0;
}

static void compare(struct agreement *agreement, const struct tensor *out, const void *a,
                    const void *b)
{
    size_t count = shape_elements(&out->shape);
    float *left = xcalloc(count, sizeof(float)), *right = xcalloc(count, sizeof(float));
    struct error error;
    need(feed_decode(out, a, left, &error), &error);
    need(feed_decode(out, b, right, &error), &error);
    for (size_t i = 0; i < count; i++) {
        double steps = ((double)left[i] - (double)right[i]) / step_of(out);
        steps = steps < 0.0 ? -steps : steps;
        agreement->near += steps < 1.01;
        agreement->largest = steps > agreement->largest ? steps : agreement->largest;
    }
    agreement->values += count;
    agreement->samples++;
    agreement->same_class += best(left, count) == best(right, count);
    free(left);
    free(right);
}

static double share(size_t part, size_t whole)
{
    return 100.0 * (double)part / (double)whole;
}

static void tell(const char *model, const char *mode, const struct agreement *agreement)
{
    printf("# %s %s: same class %.1f %%, within a step %.2f %%, at most %.1f steps apart\n",
           path_name(model), mode, share(agreement->same_class, agreement->samples),
           share(agreement->near, agreement->values), agreement->largest);
}

/* 8-bit activations throughout, computed by integer kernels on both sides. */
static bool is_integer(const char *mode)
{
    return strncmp(mode, "int8", 4) == 0;
}

static struct agreement run_samples(struct model_data *data, const char *what)
{
    struct runtime_options options = {.isa = isa_best(), .needs_scales = true};
    struct agreement agreement = {0};
    struct ort_pair pair;
    struct error error;
    ort_pair_open(&pair, ort_model_path(), what, &options);
    for (size_t i = 0; i < model_data_runs(data); i++) {
        need(model_data_read(data, i, pair.session[OURS]->inputs, &error), &error);
        ort_pair_run(&pair, what);
        compare(&agreement, &pair.model[OURS]->outputs[0], pair.session[OURS]->outputs[0],
                pair.session[THEIRS]->outputs[0]);
    }
    ort_pair_close(&pair);
    return agreement;
}

static struct agreement run_mode(const char *model, const char *mode,
                                 const struct dataset_spec *calibration,
                                 const struct dataset_spec *data)
{
    static const char *const formats[] = {".onnx", NULL};
    const struct candidate_order order = {
        .model = model, .mode = mode, .calibration = calibration, .formats = formats};
    struct candidate candidate;
    struct model_data *samples;
    struct error error;
    need(candidate_make(&order, &candidate, &error), &error);
    need(file_write(ort_model_path(), candidate.bytes, candidate.size, &error), &error);
    struct model_ends ends = ends_of_graph(candidate.graph);
    need(model_data_open(data, &ends, &samples, &error), &error);
    struct agreement agreement = run_samples(samples, model);
    model_data_free(samples);
    ends_release(&ends);
    candidate_release(&candidate);
    return agreement;
}

/* The least shares in per cent, near for what is computed with integers. */
struct floors {
    double same_class, near;
};

static void check(const char *model, const char *mode, const struct agreement *agreement,
                  const struct floors *floors)
{
    if (!(share(agreement->same_class, agreement->samples) >= floors->same_class))
        fail_msg("%s in %s: the classes differ", model, mode);
    if (is_integer(mode) && !(share(agreement->near, agreement->values) >= floors->near))
        fail_msg("%s in %s: %.2f %% within a step", model, mode,
                 share(agreement->near, agreement->values));
}

/* name: what people call the model. */
static void check_modes(const char *name, const char *model, const char *const *names, size_t count,
                        const struct dataset_spec *calibration, const struct dataset_spec *data,
                        const struct floors *floors)
{
    for (size_t m = 0; m < count; m++) {
        struct agreement agreement = run_mode(model, names[m], calibration, data);
        tell(name, names[m], &agreement);
        check(name, names[m], &agreement, floors);
    }
}

/* --- shipped models --- */

static void shipped_models_agree(void **state)
{
    static const char *const shipped[] = {DATA "mlp.tflite", DATA "mobilenet.tflite",
                                          DATA "resnet.tflite"};
    static const struct floors floors = {99.0, 99.0};
    struct dataset_spec data, calibration;
    NEEDS_LIBRARY;
    dataset_spec_init(&data);
    data.samples = DATA "test-images.idx.gz";
    data.labels = DATA "test-labels.idx.gz";
    data.scale = 1.0 / 255.0;
    calibration = data;
    calibration.samples = DATA "calibration-images.idx.gz";
    calibration.labels = NULL;
    data.count = 1000;       /* more take minutes and change no agreement */
    calibration.count = 100; /* likewise */
    for (size_t i = 0; i < LENGTH(shipped); i++) {
        check_modes(shipped[i], shipped[i], modes, LENGTH(modes), &calibration, &data, &floors);
        check_modes(shipped[i], shipped[i], at_effort, LENGTH(at_effort), &calibration, &data,
                    &floors);
    }
}

/* --- architectures --- */

/* Of a handful of samples one may have two classes next to each other, or a value in the middle
 * between two steps, where it matters in which order floats are added. */
static void architectures_are_taken(void **state)
{
    static const struct floors floors = {87.5, 95.0};
    struct dataset_spec spec;
    NEEDS_LIBRARY;
    dataset_spec_init(&spec);
    spec.samples = "random:8";
    for (size_t i = 0; i < architecture_count; i++) {
        const struct architecture *architecture = architecture_table[i];
        long size = architecture->size_least > 32 ? architecture->size_least : 32;
        char *text = xasprintf("synth:%s:size=%ld,classes=20,width=0.25", architecture->name, size);
        char *model = harness_drawn_file(text);
        check_modes(text, model, modes, LENGTH(modes), &spec, &spec, &floors);
        unlink(model);
        free(model);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_models_agree),
        cmocka_unit_test(architectures_are_taken),
    };
    return cmocka_run_group_tests_name("agreement", tests, ort_set_up, ort_tear_down);
}
