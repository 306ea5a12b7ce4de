/* Random networks in every mode with every option, calibrated on random samples, written and read
 * back: the file computes what the graph does, on the reference kernels and on the best ones, and
 * both stay close to float32. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "formats/model.h"
#include "graph/summary.h"
#include "graph_harness.h"
#include "model/load.h"
#include "network_harness.h"
#include "node_harness.h"
#include "patience.h"
#include "quantize/candidate.h"

#define SAMPLES     8 /* of the data set */
#define RUNS        2 /* of them, compared */
#define PER_NETWORK 5 /* layers taken from the table; a few more make them fit each other */
#define PER_ROUND   ((layer_count + PER_NETWORK - 1) / PER_NETWORK)
#define NETWORKS    (2 * PER_ROUND / STRIDE)

/* A network and its data set on disk. */
struct subject {
    char model[48], samples[48];
    struct dataset_spec spec;
    float *inputs; /* SAMPLES times elements */
    size_t elements;
};

static void temporary(char *path, const char *suffix)
{
    snprintf(path, 48, "/tmp/quantop-round-trip-XXXXXX%s", suffix);
    int descriptor = mkstemps(path, (int)strlen(suffix));
    assert_true(descriptor >= 0);
    close(descriptor);
}

static void write_or_fail(const char *path, const void *bytes, size_t size)
{
    struct error error;
    if (file_write(path, bytes, size, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static void write_model(const struct graph *graph, const char *path)
{
    struct error error;
    unsigned char *bytes;
    size_t size;
    if (model_write(model_format_for(path), graph, NULL, &bytes, &size, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    write_or_fail(path, bytes, size);
    free(bytes);
}

/* The NPY format, version 1: magic, length of the header, a Python dictionary, the elements. */
static void write_samples(struct subject *subject, const struct shape *shape)
{
    char header[129];
    struct text file = {0};
    snprintf(header, sizeof(header), "%-127s\n",
             "..........{'descr': '<f4', 'fortran_order': False, 'shape': (");
    memcpy(header, "\x93NUMPY\x01\x00\x76\x00", 10);
    char *dimensions = strchr(header + 10, '(') + 1;
    int used = snprintf(dimensions, 40, "%d, %d, %d, %d), }", SAMPLES, shape->dim[1], shape->dim[2],
                        shape->dim[3]);
    dimensions[used] = ' ';
    text_add(&file, header, 128);
    text_add(&file, (const char *)subject->inputs, SAMPLES * subject->elements * sizeof(float));
    write_or_fail(subject->samples, file.bytes, file.length);
    text_release(&file);
}

/* Brings an image to what every layer takes. */
static int fit(struct graph *graph, struct random *random, int image)
{
    const struct shape *shape = &graph->tensors[image].shape;
    if (shape->dim[1] < 4 || shape->dim[2] < 4 || shape->dim[1] > 10 || shape->dim[2] > 10)
        image = network_layer(graph, random, OP_RESIZE_NEAREST_NEIGHBOR, image);
    if (graph->tensors[image].shape.dim[3] % 2 || graph->tensors[image].shape.dim[3] > 24)
        image = network_layer(graph, random, OP_FULLY_CONNECTED, image);
    return image;
}

/* All pixels to ten classes, with weights that dynamic range finds worth its while. */
static int classify(struct graph *graph, struct random *random, int image)
{
    const int32_t row[] = {1, (int32_t)shape_elements(&graph->tensors[image].shape)};
    double spread = sqrt(3.0 / row[1]);
    int shape = harness_ints(graph, row, 2);
    int flat = harness_node(graph, OP_RESHAPE, (int[]){image, shape}, 2, NULL, TYPE_F32, 0, 0);
    int weights = network_constant(graph, random, SHAPE(10, row[1]), -spread, spread);
    int bias = network_constant(graph, random, SHAPE(10), -0.1, 0.1);
    return harness_node(graph, OP_FULLY_CONNECTED, (int[]){flat, weights, bias}, 3, NULL, TYPE_F32,
                        0, 0);
}

/* Network i has the i-th PER_NETWORK layers of the table, in random order; those of the second
 * round through the table end in SOFTMAX. */
static struct graph *make_network(size_t number, struct random *random)
{
    struct graph *graph = network_new(SHAPE(1, 8, 7, 4));
    size_t order[PER_NETWORK];
    int image = network_layer(graph, random, OP_CONV_2D, 0);
    random_order(random, order, PER_NETWORK);
    for (size_t i = 0; i < PER_NETWORK; i++) {
        const struct layer *layer =
            &layers[(number % PER_ROUND * PER_NETWORK + order[i]) % layer_count];
        image = network_layer(graph, random, layer->op, fit(graph, random, image));
    }
    int out = classify(graph, random, image);
    if (number >= PER_ROUND)
        out = network_layer(graph, random, OP_SOFTMAX, out);
    graph_set_outputs(graph, &out, 1);
    return graph;
}

static void subject_init(struct subject *subject, size_t number)
{
    struct random random = {number + 1};
    struct graph *graph = make_network(number, &random);
    const struct shape *shape = &graph->tensors[0].shape;
    subject->elements = shape_elements(shape);
    subject->inputs = calloc(SAMPLES * subject->elements, sizeof(float));
    harness_fill(&random, TYPE_F32, subject->inputs, SAMPLES * subject->elements, 1.0, false);
    temporary(subject->model, ".tflite");
    temporary(subject->samples, ".npy");
    write_model(graph, subject->model);
    write_samples(subject, shape);
    dataset_spec_init(&subject->spec);
    subject->spec.samples = subject->samples;
    graph_free(graph);
}

static void subject_release(struct subject *subject)
{
    unlink(subject->model);
    unlink(subject->samples);
    free(subject->inputs);
}

static struct candidate make(const struct subject *subject, const char *mode)
{
    struct candidate candidate;
    struct error error = {0};
    if (candidate_make(&(struct candidate_order){.model = subject->model,
                                                 .mode = mode,
                                                 .calibration = &subject->spec},
                       &candidate, &error) != STATUS_OK)
        fail_msg("%s: %s: %s", mode, error.where, error.text);
    return candidate;
}

/* Elements of the graph's only output for a sample; the input in the type that the graph takes. */
static const void *run(struct graph *graph, enum isa isa, const float *sample)
{
    const struct tensor *input = &graph->tensors[graph->inputs[0]];
    size_t count = shape_elements(&input->shape);
    const void *elements = sample;
    void *output;
    if (input->type != TYPE_F32) {
        uint8_t *bytes = arena_alloc(graph->arena, count);
        int low = input->type == TYPE_U8 ? 0 : -128, zero_point = input->quant.zero_point[0];
        for (size_t i = 0; i < count; i++) {
            double q = round((double)sample[i] / (double)input->quant.scale[0]) + zero_point;
            bytes[i] = (uint8_t)(int)fmax(low, fmin(q, low + 255));
        }
        elements = bytes;
    }
    harness_graph_run(graph, isa, 1, &elements, &output);
    return output;
}

static double real_value(const struct tensor *tensor, const void *elements, size_t i)
{
    if (tensor->type == TYPE_F32)
        return (double)((const float *)elements)[i];
    int q =
        tensor->type == TYPE_U8 ? ((const uint8_t *)elements)[i] : ((const int8_t *)elements)[i];
    return (double)tensor->quant.scale[0] * (q - tensor->quant.zero_point[0]);
}

/* Signal and noise against float32, over all outputs of the samples that are compared. */
struct quality {
    double signal, noise;
};

static double decibels(const struct quality *quality)
{
    return 10.0 * log10(quality->signal / fmax(quality->noise, 1e-30 * quality->signal));
}

static void add_quality(struct quality *quality, const struct tensor *tensor, const void *elements,
                        const float *expected)
{
    for (size_t i = 0; i < shape_elements(&tensor->shape); i++) {
        double error = real_value(tensor, elements, i) - (double)expected[i];
        quality->signal += (double)expected[i] * (double)expected[i];
        quality->noise += error * error;
    }
}

/* One run of a graph on both instruction sets. */
struct outcome {
    const void *reference, *fast;
};

static struct outcome run_both(struct graph *graph, const float *sample)
{
    return (struct outcome){run(graph, ISA_REFERENCE, sample), run(graph, isa_best(), sample)};
}

/* What the file computes. Its float operators may be others with the same meaning, which round in
 * another order, kernels of half precision with fewer digits. */
static void compare_file(const struct graph *graph, struct graph *read, const float *sample,
                         const struct outcome *expected, bool is_exact, double fast_bound)
{
    const struct tensor *out = &graph->tensors[graph->outputs[0]];
    struct outcome got = run_both(read, sample);
    size_t count = shape_elements(&out->shape);
    assert_int_equal(read->tensors[read->outputs[0]].type, out->type);
    if (is_exact) {
        harness_equal(out->type, got.reference, expected->reference, count);
        harness_equal(out->type, got.fast, expected->fast, count);
    } else {
        harness_near(got.reference, expected->reference, count, 1e-5, 1e-5);
        harness_near(got.fast, expected->fast, count, fast_bound, fast_bound);
    }
}

static bool has_halves(const char *mode)
{
    return strcmp(mode, "fp16") == 0;
}

/* Whether no runtime of .tflite files widens what the mode stores. */
static bool is_onnx_only(const char *text)
{
    return strcmp(text, "bf16") == 0 || strstr(text, "block=");
}

/* The graph and its files agree on both instruction sets: in every bit, but for float operators of
 * an .onnx file. In the integer modes these agree with each other, too. Returns how close it is to
 * float32. */
static double compare(const struct subject *subject, const char *text, bool is_integer,
                      struct graph *float_graph)
{
    struct candidate candidate = make(subject, text);
    struct graph *graph = candidate.graph;
    struct graph *onnx = harness_through_file(graph, ".onnx"),
                 *tflite = is_onnx_only(text) ? NULL : harness_through_file(graph, ".tflite");
    const struct tensor *out = &graph->tensors[graph->outputs[0]];
    struct quality quality = {0};
    for (int i = 0; i < RUNS; i++) {
        const float *sample = subject->inputs + (size_t)i * subject->elements;
        struct outcome outcome;
        if (tflite) {
            harness_round_like(graph, tflite);
            outcome = run_both(graph, sample);
            compare_file(graph, tflite, sample, &outcome, true, 0.0);
        }
        harness_round_like(graph, onnx);
        outcome = run_both(graph, sample);
        compare_file(graph, onnx, sample, &outcome, is_integer, has_halves(text) ? 1e-3 : 1e-5);
        if (is_integer)
            harness_equal(out->type, outcome.fast, outcome.reference, shape_elements(&out->shape));
        add_quality(&quality, out, outcome.fast, run(float_graph, ISA_REFERENCE, sample));
    }
    graph_free(tflite);
    graph_free(onnx);
    candidate_release(&candidate);
    return decibels(&quality);
}

/* The least signal to noise in dB, some 5 dB below what the networks here have at worst. In fp32
 * and as-is the noise comes from other orders of summation alone. */
static const struct {
    const char *mode;
    double decibels;
} floors[] = {
    {"fp32", 110.0}, {"dynamic", 29.0}, {"int8", 26.0}, {"int8-io", 26.0}, {"16x8", 30.0},
    {"fp16", 52.0},  {"bf16", 40.0},    {"w8", 38.0},   {"w4", 12.0},      {"as-is", 110.0},
};

/* Of observers that cut off the largest values, of which a few samples have next to none to spare;
 * and of the one that cuts the ends of most samples. */
#define CUT_FLOOR     18.0
#define AVERAGE_FLOOR 7.0

static void check_variant(const struct subject *subject, const struct mode *mode, const char *text,
                          struct graph *float_graph)
{
    double got = compare(subject, text, mode->needs_calibration, float_graph);
    for (size_t i = 0; i < sizeof(floors) / sizeof(floors[0]); i++)
        if (strcmp(floors[i].mode, mode->name) == 0) {
            double least = strstr(text, "percentile=")        ? CUT_FLOOR
                           : strstr(text, "observer=average") ? AVERAGE_FLOOR
                                                              : floors[i].decibels;
            if (!(got >= least))
                fail_msg("%s: %.1f dB, expected %.0f at least", text, got, least);
            return;
        }
    fail_msg("no floor for mode '%s'", mode->name);
}

/* The mode alone, and with each value of each option that it has but the default; the latter with
 * biases as they are, so that it is the option alone that differs; of those that are about ranges
 * weights are not fitted, either, which takes most of the time. */
static void check_mode(const struct subject *subject, const struct mode *mode,
                       struct graph *float_graph)
{
    check_variant(subject, mode, mode->name, float_graph);
    for (size_t i = 0; i < mode_option_count; i++) {
        const struct mode_option *option = &mode_option_table[i];
        /* of observers, which are the same in all modes, int8 tells enough */
        if ((mode->options & option->bit) == 0 || option->kind == OPTION_NAMES ||
            (option->bit == HAS_OBSERVER && mode != mode_find("int8")))
            continue;
        /* the default comes first; a percentile matters to one observer */
        char *values = xstrdup(option->kind == OPTION_CHOICE ? strchr(option->values, '|') + 1
                                                             : "99.9,observer=percentile");
        char *rest = values, *value;
        while ((value = strsep(&rest, "|"))) {
            bool corrects = (mode->options & HAS_BIAS) != 0 && option->bit != HAS_BIAS;
            bool of_ranges = (option->bit & (HAS_OBSERVER | HAS_PERCENTILE)) != 0;
            char *text = xasprintf("%s:%s=%s%s%s", mode->name, option->name, value,
                                   corrects ? ",bias=plain" : "", of_ranges ? ",fit=nearest" : "");
            check_variant(subject, mode, text, float_graph);
            free(text);
        }
        free(values);
    }
}

static void files_compute_what_graphs_do(void **state)
{
    (void)state;
    for (size_t i = 0; i < NETWORKS; i++) {
        struct subject subject;
        subject_init(&subject, i);
        struct candidate base = make(&subject, "fp32");
        for (size_t m = 0; m < mode_count; m++)
            check_mode(&subject, mode_table[m], base.graph);
        candidate_release(&base);
        subject_release(&subject);
    }
}

static const char *const onnx_only[] = {".onnx", NULL};

static struct candidate make_as(const struct subject *subject, const char *mode,
                                const char *const *formats)
{
    struct candidate candidate;
    struct error error = {0};
    if (candidate_make(&(struct candidate_order){.model = subject->model,
                                                 .mode = mode,
                                                 .calibration = &subject->spec,
                                                 .formats = formats},
                       &candidate, &error) != STATUS_OK)
        fail_msg("%s: %s: %s", mode, error.where, error.text);
    assert_string_equal(candidate.format->suffix, formats[0]);
    return candidate;
}

static struct candidate make_onnx(const struct subject *subject, const char *mode)
{
    return make_as(subject, mode, onnx_only);
}

/* Of the graph, of what its file says, and whom reports name for it. */
static void check_rounding(const struct subject *subject, const char *const *formats,
                           const char *mode, enum rounding rounding, const char *arithmetic)
{
    struct candidate made = make_as(subject, mode, formats);
    struct graph *read;
    struct error error;
    assert_int_equal(made.graph->rounding, rounding);
    assert_int_equal(graph_load_bytes("x", made.bytes, made.size, NULL, &read, &error), STATUS_OK);
    made.bytes = NULL; /* the graph's now */
    assert_int_equal(read->rounding, rounding);
    assert_string_equal(graph_arithmetic(read), arithmetic);
    graph_free(read);
    candidate_release(&made);
}

static void rounding_is_the_modes_and_named(void **state)
{
    static const char *const tflite_only[] = {".tflite", NULL};
    const char *once = "rounded once, as in LiteRT with XNNPACK and in ONNX Runtime";
    const char *twice = "rounded twice, as in TensorFlow Lite Micro";
    struct subject subject;
    (void)state;
    subject_init(&subject, 0);
    check_rounding(&subject, tflite_only, "int8", ROUNDING_ONCE, once);
    check_rounding(&subject, tflite_only, "int8:rounding=twice", ROUNDING_TWICE, twice);
    check_rounding(&subject, tflite_only, "int8-io:rounding=twice", ROUNDING_TWICE, twice);
    check_rounding(&subject, tflite_only, "16x8", ROUNDING_TWICE, "rounded twice, as in LiteRT");
    check_rounding(&subject, tflite_only, "int8:wide=CONV_2D", ROUNDING_ONCE,
                   "rounded once, as in ONNX Runtime; LiteRT rounds int16 twice");
    check_rounding(&subject, tflite_only, "dynamic", ROUNDING_TWICE, "");
    check_rounding(&subject, onnx_only, "int8", ROUNDING_ONCE, once);
    check_rounding(&subject, onnx_only, "int8:rounding=twice", ROUNDING_TWICE, twice);
    check_rounding(&subject, onnx_only, "16x8", ROUNDING_ONCE, "rounded once, as in ONNX Runtime");
    subject_release(&subject);
}

static void onnx_candidates_are_compared_with_onnx_files(void **state)
{
    struct subject subject;
    (void)state;
    subject_init(&subject, 0);
    struct candidate base = make_onnx(&subject, "fp32"), as_is = make_onnx(&subject, "as-is");
    struct candidate integer = make_onnx(&subject, "int8");
    struct candidate with_signs = make_onnx(&subject, "int8:activations=int8");
    assert_int_equal(integer.graph->rounding, ROUNDING_ONCE);
    assert_int_equal(base.base_size, base.size);
    assert_int_equal(as_is.base_size,
                     as_is.size); /* nothing was folded: the network has no norms */
    assert_int_equal(integer.base_size, base.size);
    assert_true(integer.size < base.size);
    assert_int_equal(with_signs.size, integer.size);
    assert_memory_not_equal(with_signs.bytes, integer.bytes, integer.size);
    candidate_release(&base);
    candidate_release(&as_is);
    candidate_release(&integer);
    candidate_release(&with_signs);
    subject_release(&subject);
}

static void candidates_know_their_sizes(void **state)
{
    static const struct {
        const char *mode;
        double least, most; /* share of the float32 file */
        size_t samples;
    } cases[] = {
        {"fp32", 1.0, 1.0, 0},
        {"as-is", 0.9, 1.1, 0},
        {"fp16", 0.4, 0.95, 0},
        {"dynamic", 0.25, 0.95, 0},
        {"int8", 0.25, 0.8, SAMPLES},
        {"16x8", 0.25, 0.85, SAMPLES},
        {"w8", 0.2, 0.95, 0},
        {"w4", 0.1, 0.95, 0},
        {"w4:fit=moments", 0.1, 0.95, SAMPLES},
        {"dynamic:fit=moments", 0.25, 0.95, SAMPLES},
        {"dynamic:bias=corrected", 0.25, 0.95, SAMPLES},
        {"dynamic:scales=output", 0.25, 0.95, SAMPLES},
    };
    struct subject subject;
    size_t base_size = 0;
    (void)state;
    subject_init(&subject, 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct candidate candidate = make(&subject, cases[i].mode);
        base_size = base_size ? base_size : candidate.size;
        if (strcmp(cases[i].mode, "as-is") != 0)
            assert_int_equal(candidate.base_size, base_size);
        double share = (double)candidate.size / (double)base_size;
        if (share < cases[i].least || share > cases[i].most)
            fail_msg("%s: %.2f of the size of fp32", cases[i].mode, share);
        assert_int_equal(candidate.calibration_samples, cases[i].samples);
        candidate_release(&candidate);
    }
    subject_release(&subject);
}

static void what_is_quantized_already_runs_only_as_it_is(void **state)
{
    struct subject subject;
    struct candidate again;
    struct error error;
    (void)state;
    subject_init(&subject, 0);
    struct candidate candidate = make(&subject, "int8");
    write_or_fail(subject.model, candidate.bytes, candidate.size);
    for (size_t i = 0; i < mode_count; i++) {
        enum status status = candidate_make(&(struct candidate_order){.model = subject.model,
                                                                      .mode = mode_table[i]->name,
                                                                      .calibration = &subject.spec},
                                            &again, &error);
        assert_int_equal(status, mode_table[i]->takes_quantized ? STATUS_OK : STATUS_UNSUPPORTED);
        if (status != STATUS_OK) {
            assert_int_equal(strncmp(error.text, "the model is quantized already (", 32), 0);
            assert_null(again.bytes);
            continue;
        }
        assert_int_equal(again.base_size, 0);
        assert_int_equal(again.size, candidate.size);
        assert_memory_equal(again.bytes, candidate.bytes, candidate.size);
        candidate_release(&again);
    }
    candidate_release(&candidate);
    subject_release(&subject);
}

/* A file with half-precision weights is a float model still. */
static void halves_are_widened_again(void **state)
{
    struct subject subject;
    (void)state;
    subject_init(&subject, 0);
    struct candidate base = make(&subject, "fp32"), halves = make(&subject, "fp16");
    write_or_fail(subject.model, halves.bytes, halves.size);
    assert_true(compare(&subject, "fp32", false, base.graph) > 50.0);
    assert_true(compare(&subject, "int8", true, base.graph) > 15.0);
    candidate_release(&base);
    candidate_release(&halves);
    subject_release(&subject);
}

static void calibration_needs_samples_that_fit(void **state)
{
    struct subject subject;
    struct candidate candidate;
    struct error error;
    (void)state;
    subject_init(&subject, 0);
    assert_int_equal(
        candidate_make(&(struct candidate_order){.model = subject.model, .mode = "int8"},
                       &candidate, &error),
        STATUS_INVALID);
    assert_string_equal(error.text,
                        "the mode needs a calibration data set (key 'calibration' or 'data')");
    write_samples(&subject, &SHAPE(1, 2, 2, 3));
    assert_int_equal(candidate_make(&(struct candidate_order){.model = subject.model,
                                                              .mode = "int8",
                                                              .calibration = &subject.spec},
                                    &candidate, &error),
                     STATUS_FORMAT); /* the file is too long for its shape */
    subject.elements = 12;
    write_samples(&subject, &SHAPE(1, 2, 2, 3));
    assert_int_equal(candidate_make(&(struct candidate_order){.model = subject.model,
                                                              .mode = "int8",
                                                              .calibration = &subject.spec},
                                    &candidate, &error),
                     STATUS_INVALID);
    assert_non_null(
        strstr(error.text, "samples of 2x2x3 (12 elements) do not fit the input 1x8x7x4 "));
    subject_release(&subject);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_compute_what_graphs_do),
        cmocka_unit_test(rounding_is_the_modes_and_named),
        cmocka_unit_test(onnx_candidates_are_compared_with_onnx_files),
        cmocka_unit_test(candidates_know_their_sizes),
        cmocka_unit_test(what_is_quantized_already_runs_only_as_it_is),
        cmocka_unit_test(halves_are_widened_again),
        cmocka_unit_test(calibration_needs_samples_that_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
