/* Which metric a model is scored by, what label maps give, and the whole way from a made model to
 * the events: all outputs are compared, and values that are not finite are named. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "dataset_harness.h"
#include "formats/dataset/model_data.h"
#include "formats/model.h"
#include "graph_harness.h"
#include "measure/segmentation.h"
#include "network_harness.h"
#include "node_harness.h"
#include "quantize/calibrate.h"
#include "worker/metric.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Choosing */

/* A network of one node, or of that and one that passes its values. */
static struct graph *network(struct shape shape, enum op op, bool reshaped)
{
    struct graph *graph = network_new(shape);
    int y = harness_node(graph, op, (int[]){0}, 1, NULL, TYPE_F32, 0, 0);
    if (reshaped) {
        const int32_t flat = (int32_t)shape_elements(&shape);
        int shape_of = harness_ints(graph, (int32_t[]){1, flat}, 2);
        y = harness_node(graph, OP_RESHAPE, (int[]){y, shape_of}, 2, NULL, TYPE_F32, 0, 0);
    }
    graph_set_outputs(graph, &y, 1);
    return graph;
}

enum labels { NONE, BINARY, TEN, VECTOR, MAP };

static struct dataset *labelled(enum labels labels)
{
    static const float samples[4] = {0}, vectors[8] = {0}, maps[24] = {0};
    static const int32_t classes[2][4] = {{0, 1, 1, 0}, {0, 9, 3, 1}};
    const char *truth = NULL;
    if (labels == BINARY || labels == TEN)
        truth = data_put_npy("y.npy", "<i4", "4,", classes[labels == TEN], sizeof(classes[0]));
    if (labels == VECTOR)
        truth = data_put_npy("y.npy", "<f4", "4, 2", vectors, sizeof(vectors));
    if (labels == MAP)
        truth = data_put_npy("y.npy", "<f4", "4, 6", maps, sizeof(maps));
    struct dataset_spec spec =
        data_spec(data_put_npy("x.npy", "<f4", "4, 1", samples, sizeof(samples)), truth);
    return data_open(&spec);
}

static const struct {
    const char *asked; /* NULL: auto */
    enum op op;
    struct shape shape;
    bool reshaped;
    enum labels labels;
    const char *metric;
    double threshold; /* 0: none */
    const char *absent;
} choices[] = {
    {NULL, OP_SOFTMAX, SHAPE(1, 10), false, TEN, "top1", 0, ""},
    {NULL, OP_TANH, SHAPE(1, 10), false, TEN, "top1", 0, ""},
    {NULL, OP_SOFTMAX, SHAPE(1, 10), false, NONE, "agreement", 0, ""},
    {NULL, OP_SOFTMAX, SHAPE(1, 1, 1, 10), true, NONE, "agreement", 0, ""},
    {NULL, OP_TANH, SHAPE(1, 10), false, NONE, "sqnr", 0, ""},
    {NULL, OP_SOFTMAX, SHAPE(1, 2, 3, 4), false, NONE, "sqnr", 0, ""},
    {NULL, OP_LOGISTIC, SHAPE(1, 1), false, NONE, "agreement", 0.5, ""},
    {NULL, OP_LOGISTIC, SHAPE(1, 1), true, BINARY, "decision", 0.5, ""},
    {NULL, OP_TANH, SHAPE(1, 1), false, BINARY, "auc", 0, ""},
    {NULL, OP_TANH, SHAPE(1, 1), false, NONE, "sqnr", 0, ""},
    {NULL, OP_LOGISTIC, SHAPE(1, 1), false, TEN, "decision", 0.5, "labels 0 and 1"},
    {NULL, OP_TANH, SHAPE(1, 2), false, VECTOR, "mae", 0, ""},
    {NULL, OP_TANH, SHAPE(1, 3), false, VECTOR, "mae", 0, "vectors of 3 numbers"},
    {NULL, OP_TANH, SHAPE(1, 2, 3, 4), false, MAP, "pixel", 0, ""},
    {NULL, OP_TANH, SHAPE(1, 4, 2, 3), false, MAP, "pixel", 0, ""},
    {NULL, OP_TANH, SHAPE(1, 2, 3, 4), false, TEN, "top1", 0, "one vector"},
    {NULL, OP_TANH, SHAPE(1, 10), false, BINARY, "anomaly", 0, ""},
    {NULL, OP_SOFTMAX, SHAPE(1, 2), false, BINARY, "top1", 0, ""},
    {"anomaly", OP_SOFTMAX, SHAPE(1, 2), false, BINARY, "anomaly", 0, "as long as the input"},
    {"top1", OP_LOGISTIC, SHAPE(1, 1), false, BINARY, "top1", 0.5, "at least 2 elements"},
    {"top5", OP_SOFTMAX, SHAPE(1, 5), false, TEN, "top5", 0, "at least 6 elements"},
    {"decision", OP_TANH, SHAPE(1, 1), false, BINARY, "decision", 0, "needs a 'threshold'"},
    {"decision", OP_SOFTMAX, SHAPE(1, 2), false, BINARY, "decision", 0, "at most 1 elements"},
    {"auc", OP_SOFTMAX, SHAPE(1, 3), false, BINARY, "auc", 0, "at most 2 elements"},
    {"auc", OP_LOGISTIC, SHAPE(1, 1), false, NONE, "auc", 0.5, "class numbers as labels"},
    {"auc", OP_LOGISTIC, SHAPE(1, 1), false, TEN, "auc", 0.5, "labels 0 and 1"},
    {"miou", OP_TANH, SHAPE(1, 2), false, VECTOR, "miou", 0, "label maps"},
    {"r2", OP_TANH, SHAPE(1, 2), false, NONE, "r2", 0, "vectors of 2 numbers"},
    {"agreement", OP_TANH, SHAPE(1, 1), false, NONE, "agreement", 0, "needs a 'threshold'"},
};

static void metrics_follow_the_output_and_the_labels(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(choices); i++) {
        struct graph *graph = network(choices[i].shape, choices[i].op, choices[i].reshaped);
        struct dataset *dataset = labelled(choices[i].labels);
        struct work work = {.metric = choices[i].asked};
        struct metric_choice got = metric_choose(&work, dataset, graph, 1);
        bool has_threshold = !isnan(got.threshold);
        if (strcmp(got.metric->name, choices[i].metric) != 0 ||
            !strstr(got.absent, choices[i].absent) ||
            (got.absent[0] == '\0') != (choices[i].absent[0] == '\0') ||
            has_threshold != (choices[i].threshold > 0.0))
            fail_msg("case %zu: %s, '%s'", i, got.metric->name, got.absent);
        dataset_free(dataset);
        graph_free(graph);
    }
}

static void a_threshold_that_is_given_counts(void **state)
{
    struct graph *graph = network(SHAPE(1, 1), OP_TANH, false);
    struct dataset *dataset = labelled(BINARY);
    struct work work = {.has_threshold = true, .threshold = -0.25};
    struct metric_choice got = metric_choose(&work, dataset, graph, 1);
    (void)state;
    assert_string_equal(got.metric->name, "decision");
    assert_true(got.threshold == -0.25 && got.absent[0] == '\0');
    dataset_free(dataset);
    graph_free(graph);
}

/* Label maps */

static void label_maps_are_compared_pixel_by_pixel(void **state)
{
    /* three pixels of two classes, then the same with the classes before the pixels */
    const float last[] = {9, 1, 2, 8, 7, 3, 0, 5}, first[] = {9, 2, 7, 0, 1, 8, 3, 5};
    const float labels[] = {0, 1, 1, 255};
    struct truth_value truth = {
        .target = labels, .target_elements = 4, .classes = 2, .class_stride = 1};
    (void)state;
    assert_true(segmentation_pixels(last, 8, &truth) == 2.0 / 3.0);
    assert_true(segmentation_iou(last, 8, &truth) == 0.5); /* 1 of 2 for either class */
    truth.class_stride = 4;
    assert_true(segmentation_pixels(first, 8, &truth) == 2.0 / 3.0);
    assert_true(segmentation_iou(first, 8, &truth) == 0.5);
    truth.classes = 0;
    assert_true(isnan(segmentation_pixels(first, 8, &truth)));
    assert_true(isnan(segmentation_iou(first, 8, &truth)));
}

static void labels_beyond_the_classes_are_never_right(void **state)
{
    const float output[] = {9, 1, 2, 8}, labels[] = {0, 7};
    struct truth_value truth = {
        .target = labels, .target_elements = 2, .classes = 2, .class_stride = 1};
    (void)state;
    assert_true(segmentation_pixels(output, 4, &truth) == 0.5);
    assert_true(segmentation_iou(output, 4, &truth) == 0.5);
}

/* Values that are not finite */

static void calibration_names_node_and_sample(void **state)
{
    const float samples[] = {1.0f, 2.0f, 0.0f};
    struct dataset_spec spec =
        data_spec(data_put_npy("x.npy", "<f4", "3, 1", samples, sizeof(samples)), NULL);
    spec.first = 1; /* numbers are those of the file */
    struct graph *graph = network_new(SHAPE(1, 1));
    struct model_data *data;
    struct mode_options options;
    struct ranges ranges;
    struct error error;
    (void)state;
    int y = harness_node(graph, OP_DIV, (int[]){0, 0}, 2, NULL, TYPE_F32, 0, 0);
    graph_set_outputs(graph, &y, 1);
    struct model_ends ends = ends_of_graph(graph);
    assert_int_equal(model_data_open(&spec, &ends, &data, &error), STATUS_OK);
    mode_options_init(&options);
    assert_int_equal(calibrate(graph, data, mode_find("int8"), &options, &ranges, &error),
                     STATUS_INVALID);
    assert_non_null(strstr(error.text, "node 0 (DIV"));
    assert_non_null(strstr(error.text, "calibration sample 2"));
    model_data_free(data);
    ends_release(&ends);
    graph_free(graph);
}

/* The whole way */

static void put_model(const char *name, const struct graph *graph)
{
    unsigned char *bytes;
    struct error error;
    size_t size;
    assert_int_equal(model_write(model_format_for(name), graph, NULL, &bytes, &size, &error),
                     STATUS_OK);
    data_put(name, bytes, size);
    free(bytes);
}

/* Runs the program on net.tflite and x.npy of the folder; what it wrote into the JSON report and on
 * the terminal, to be freed. `before` are commands for the shell. */
static char *run(const char *before, const char *modes, int wanted)
{
    char command[1024];
    struct error error;
    unsigned char *bytes;
    size_t size;
    snprintf(
        command, sizeof(command),
        "cd %s && %s XDG_STATE_HOME=$PWD $QUANTOP run --model net.tflite --data x.npy --modes %s "
        "--set measure.min_rounds=1 --set measure.max_rounds=1 --json rows.json >out 2>&1; "
        "s=$?; cat rows.json >>out; exit $s",
        data_folder, before, modes);
    int status = system(command);
    assert_int_equal(file_read(data_path("out"), 1 << 20, &bytes, &size, &error), STATUS_OK);
    char *text = calloc(size + 1, 1);
    memcpy(text, bytes, size);
    free(bytes);
    if (status != wanted << 8)
        fail_msg("status %d: %s", status >> 8, text);
    return text;
}

/* The second output has a channel that int8 cannot tell from 0 beside a large one. */
static void a_destroyed_second_output_is_seen(void **state)
{
    float samples[40 * 2];
    const float factors[] = {10000.0f, 1.0f};
    (void)state;
    for (int i = 0; i < 80; i++)
        samples[i] = (float)(i * 7 % 40 + 1) / 40.0f;
    data_put_npy("x.npy", "<f4", "40, 2", samples, sizeof(samples));
    struct graph *graph = network_new(SHAPE(1, 2));
    int factor = harness_constant(graph, TYPE_F32, SHAPE(2), 0, 0, factors);
    int first = harness_node(graph, OP_SOFTMAX, (int[]){0}, 1, NULL, TYPE_F32, 0, 0);
    int second = harness_node(graph, OP_MUL, (int[]){0, factor}, 2, NULL, TYPE_F32, 0, 0);
    graph_set_outputs(graph, (int[]){first, second}, 2);
    put_model("net.tflite", graph);
    char *text = run("", "fp32,int8", 0);
    if (!strstr(text, "channel 1 worst with 0.0 dB") || !strstr(text, "\"sqnr_db\": 0.0,"))
        fail_msg("%s", text);
    assert_non_null(strstr(text, "\"metric\": \"agreement\""));
    free(text);
    graph_free(graph);
}

static void an_output_that_is_not_finite_is_named(void **state)
{
    const float samples[] = {1, 2, 0, 3};
    (void)state;
    data_put_npy("x.npy", "<f4", "4, 1", samples, sizeof(samples));
    struct graph *graph = network_new(SHAPE(1, 1));
    int y = harness_node(graph, OP_DIV, (int[]){0, 0}, 2, NULL, TYPE_F32, 0, 0);
    y = harness_node(graph, OP_TANH, (int[]){y}, 1, NULL, TYPE_F32, 0, 0);
    graph_set_outputs(graph, &y, 1);
    put_model("net.tflite", graph);
    char *text = run("", "fp32,int8", 4);
    if (!strstr(text, "is NaN for sample 2; the first value that is not finite is in node 0 (DIV"))
        fail_msg("%s", text);
    free(text);
    graph_free(graph);
}

/* The output misses the second element, which is larger in anomalies. In int8 it lies where the
 * input was before. */
static void what_is_reconstructed_is_what_was_fed(void **state)
{
    float samples[40 * 2];
    int32_t classes[40];
    const float mask[] = {1.0f, 0.0f};
    (void)state;
    for (int i = 0; i < 40; i++) {
        classes[i] = i % 2;
        samples[2 * i] = (float)(i * 7 % 40) / 40.0f;
        samples[2 * i + 1] = (float)(i + 40 * classes[i] + 1) / 80.0f;
    }
    data_put_npy("x.npy", "<f4", "40, 2", samples, sizeof(samples));
    data_put_npy("y.npy", "<i4", "40,", classes, sizeof(classes));
    struct graph *graph = network_new(SHAPE(1, 2));
    int factor = harness_constant(graph, TYPE_F32, SHAPE(2), 0, 0, mask);
    int y = harness_node(graph, OP_MUL, (int[]){0, factor}, 2, NULL, TYPE_F32, 0, 0);
    graph_set_outputs(graph, &y, 1);
    put_model("net.tflite", graph);
    char *text = run("", "fp32,int8,int8-io --labels y.npy", 0);
    int right = 0;
    for (const char *at = text; (at = strstr(at, "\"accuracy\": 1.0,")); at++)
        right++;
    if (right != 3 || !strstr(text, "\"metric\": \"anomaly\""))
        fail_msg("%s", text);
    free(text);
    graph_free(graph);
}

/* Files may have 64 KiB: enough for the model and the journal, not for the outputs of fp32. */
static void without_room_for_outputs_the_rest_is_measured(void **state)
{
    enum { SAMPLES = 400, WIDTH = 64 };
    static float samples[SAMPLES * WIDTH];
    (void)state;
    for (int i = 0; i < SAMPLES * WIDTH; i++)
        samples[i] = (float)(i * 7 % 400 + 1) / 400.0f;
    data_put_npy("x.npy", "<f4", "400, 64", samples, sizeof(samples));
    struct graph *graph = network_new(SHAPE(1, WIDTH));
    int y = harness_node(graph, OP_SOFTMAX, (int[]){0}, 1, NULL, TYPE_F32, 0, 0);
    graph_set_outputs(graph, &y, 1);
    put_model("net.tflite", graph);
    char *text = run("trap '' XFSZ; ulimit -f 64;", "fp32,int8", 0);
    if (!strstr(text, "\"sqnr_db_absent\": \"the outputs of fp32 are not there\""))
        fail_msg("%s", text);
    free(text);
    graph_free(graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(metrics_follow_the_output_and_the_labels),
        IN_FOLDER(a_threshold_that_is_given_counts),
        cmocka_unit_test(label_maps_are_compared_pixel_by_pixel),
        cmocka_unit_test(labels_beyond_the_classes_are_never_right),
        IN_FOLDER(calibration_names_node_and_sample),
        IN_FOLDER(a_destroyed_second_output_is_seen),
        IN_FOLDER(an_output_that_is_not_finite_is_named),
        IN_FOLDER(what_is_reconstructed_is_what_was_fed),
        IN_FOLDER(without_room_for_outputs_the_rest_is_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
