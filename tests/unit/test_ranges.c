/* Ranges of activations beyond one tensor's values: what readers tell apart, what a range does to
 * the next layer, and which sample is not like the others. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dataset_harness.h"
#include "graph_harness.h"
#include "need.h"
#include "network_harness.h"
#include "node_harness.h"
#include "quantize/calibrate.h"
#include "quantize/doing.h"
#include "quantize/outliers.h"
#include "quantize/scale.h"
#include "quantize/useful.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What readers tell apart */

enum reading { DIRECT, RESHAPED, ADDED_TOO, PUT_OUT_TOO, LEFT_FLOAT, UNREAD };

/* The range that is left of -100..100 before an operator. */
static struct range useful_before(enum op op, enum reading reading, enum type type)
{
    struct graph *graph = network_new(SHAPE(1, 8));
    bool is_integer[] = {true, reading != LEFT_FLOAT, true, true};
    struct range items[8];
    const struct ranges ranges = {.items = items, .count = COUNT(items)};
    int first = harness_node(graph, OP_ABS, (int[]){0}, 1, NULL, TYPE_F32, 0, 0), x = first;
    if (reading == RESHAPED) {
        int shape = harness_ints(graph, (int32_t[]){2, 4}, 2);
        x = harness_node(graph, OP_RESHAPE, (int[]){first, shape}, 2, NULL, TYPE_F32, 0, 0);
    }
    int y = harness_node(graph, op, (int[]){x}, 1, NULL, TYPE_F32, 0, 0);
    if (reading == ADDED_TOO)
        y = harness_node(graph, OP_ADD, (int[]){first, y}, 2, NULL, TYPE_F32, 0, 0);
    graph_set_outputs(graph, (int[]){y, first}, reading == PUT_OUT_TOO ? 2 : 1);
    assert_in_range(graph->n_tensors, 3, COUNT(items));
    for (size_t i = 0; i < COUNT(items); i++)
        items[i] = (struct range){-100.0f, 100.0f, true};
    struct range *useful = useful_ranges(graph, &ranges, is_integer, type);
    struct range found = useful[reading == UNREAD ? y : first];
    free(useful);
    graph_free(graph);
    return found;
}

/* The stored integer, less its zero point, that the function is in steps of its fixed scale. */
static double steps_of(enum op op, enum type type, double x)
{
    const struct quant_rule *rule = &op_table[op].quant;
    const struct fixed_scale *fixed = type == TYPE_I16 ? &rule->fixed16 : &rule->fixed8;
    double y = op == OP_TANH ? tanh(x) : 1.0 / (1.0 + exp(-x));
    double most = (double)type_highest(type) - fixed->zero_point;
    double least = (double)type_lowest(type) - fixed->zero_point;
    return fmin(fmax(round(y / (double)fixed->scale), least), most);
}

/* All beyond the end is the same integer, and half of what is kept is not. */
static void check_end(enum op op, enum type type, double end)
{
    double last = steps_of(op, type, end * 100.0);
    assert_true(steps_of(op, type, end) >= last && steps_of(op, type, end) <= last);
    assert_true(fabs(steps_of(op, type, 0.8 * end) - last) > 0.5);
}

static void ranges_end_where_readers_do(void **state)
{
    static const enum op curves[] = {OP_LOGISTIC, OP_TANH};
    static const enum reading passing[] = {DIRECT, RESHAPED};
    (void)state;
    for (int i = 0; i < 8; i++) {
        enum type type = i & 1 ? TYPE_I16 : TYPE_I8;
        struct range range = useful_before(curves[i >> 2], passing[(i >> 1) & 1], type);
        check_end(curves[i >> 2], type, (double)range.low);
        check_end(curves[i >> 2], type, (double)range.high);
    }
    struct range range = useful_before(OP_RELU6, DIRECT, TYPE_I8);
    assert_true(!(range.low < 0.0f) && range.high >= 6.0f && range.high <= 6.0f);
    range = useful_before(OP_HARD_SWISH, RESHAPED, TYPE_I8);
    assert_true(range.low >= -3.0f && range.low <= -3.0f && range.high >= 100.0f);
}

static void ranges_stay_where_somebody_needs_them(void **state)
{
    static const enum reading needing[] = {ADDED_TOO, PUT_OUT_TOO, LEFT_FLOAT, UNREAD};
    (void)state;
    for (size_t i = 0; i < COUNT(needing); i++) {
        struct range range = useful_before(OP_LOGISTIC, needing[i], TYPE_I8);
        assert_true(range.low <= -100.0f && range.high >= 100.0f);
    }
}

/* Samples that are written, and what is made of them */

enum { SAMPLES = 20, WIDTH = 200 };

/* Even numbers of -1..1, the last one of each sample 100. */
static void write_samples(float *samples)
{
    struct random random = {7};
    for (int i = 0; i < SAMPLES * WIDTH; i++)
        samples[i] = i % WIDTH == WIDTH - 1 ? 100.0f : (float)(2.0 * random_unit(&random) - 1.0);
    data_put_npy("x.npy", "<f4", "20, 200", samples, SAMPLES * WIDTH * sizeof(*samples));
}

/* The range of a tensor, of a graph that is calibrated and quantized. */
static struct range calibrated(struct graph *graph, const char *text, int tensor, char **outlier)
{
    struct dataset_spec spec = data_spec(data_path("x.npy"), NULL);
    const struct mode *mode;
    struct mode_options options;
    struct model_data *data;
    struct ranges ranges;
    struct error error = {0};
    struct model_ends ends = ends_of_graph(graph);
    need(mode_parse(text, graph->arena, &mode, &options, &error), &error);
    need(model_data_open(&spec, &ends, &data, &error), &error);
    need(calibrate(graph, data, mode, &options, &ranges, &error), &error);
    struct range range = ranges.items[tensor];
    struct graph *made = graph_share(graph);
    need(mode->apply(made, &options, &ranges, &error), &error);
    graph_free(made);
    if (outlier) {
        *outlier = ranges.outlier;
        ranges.outlier = NULL;
    }
    ranges_release(&ranges);
    model_data_free(data);
    ends_release(&ends);
    return range;
}

static int constant(struct graph *graph, struct shape shape, const float *values)
{
    struct tensor tensor = {.name = "constant", .type = TYPE_F32, .shape = shape};
    tensor.data = arena_copy(graph->arena, values, tensor_bytes(&tensor));
    return graph_add_tensor(graph, &tensor);
}

/* One product of the samples with weights; the last one may be 0. */
static struct graph *product_of(const float *weights)
{
    struct graph *graph = network_new(SHAPE(1, WIDTH));
    int filter = constant(graph, SHAPE(1, WIDTH), weights);
    int y = harness_node(graph, OP_FULLY_CONNECTED, (int[]){0, filter}, 2, NULL, TYPE_F32, 0, 0);
    graph_set_outputs(graph, &y, 1);
    return graph;
}

/* Noise over signal of the product with integers of the range, added up over the samples. */
static double change_by(const float *samples, const float *weights, struct range range)
{
    struct scale scale = scale_for_range(TYPE_I8, range.low, range.high);
    double sum = 0.0;
    for (int s = 0; s < SAMPLES; s++) {
        double exact = 0.0, rounded = 0.0;
        for (int i = 0; i < WIDTH; i++) {
            double x = (double)samples[s * WIDTH + i], w = (double)weights[i];
            double q = fmin(fmax(round(x / (double)scale.scale) + scale.zero_point, -128.0), 127.0);
            exact += w * x;
            rounded += w * (q - scale.zero_point) * (double)scale.scale;
        }
        sum += (rounded - exact) * (rounded - exact) / (exact * exact);
    }
    return sum;
}

/* Of each thing that is done: how often, and how much in the end. */
struct told {
    size_t times[DOING_COUNT], done[DOING_COUNT], all[DOING_COUNT];
};

static void take_told(void *context, enum doing doing, size_t done, size_t all)
{
    struct told *told = context;
    assert_int_equal(done, ++told->times[doing]);
    told->done[doing] = done;
    told->all[doing] = all;
}

static void what_is_done_is_told(void **state)
{
    static float samples[SAMPLES * WIDTH], weights[WIDTH];
    struct told told = {0};
    struct graph *graph = product_of(weights);
    (void)state;
    write_samples(samples);
    doing_watch(take_told, &told);
    calibrated(graph, "int8:observer=search", 0, NULL);
    doing_watch(NULL, NULL);
    calibrated(graph, "int8:observer=search", 0, NULL);
    assert_int_equal(told.done[DOING_CALIBRATION], SAMPLES);
    assert_int_equal(told.all[DOING_CALIBRATION], SAMPLES);
    assert_int_equal(told.done[DOING_SEARCH], 1);
    assert_int_equal(told.all[DOING_SEARCH], graph->n_nodes);
    assert_int_equal(told.done[DOING_ROUNDING], 1);
    assert_int_equal(told.all[DOING_ROUNDING], 1);
    graph_free(graph);
}

static void search_cuts_what_the_next_layer_does_not_use(void **state)
{
    static float samples[SAMPLES * WIDTH], weights[WIDTH];
    (void)state;
    write_samples(samples);
    for (int used = 0; used < 2; used++) {
        for (int i = 0; i < WIDTH; i++)
            weights[i] = i < WIDTH - 1 ? 0.5f + (float)(i % 7) : (float)used;
        struct graph *graph = product_of(weights);
        struct range all = calibrated(graph, "int8:observer=minmax,effort=0", 0, NULL);
        struct range cut =
            calibrated(graph, "int8:observer=percentile,percentile=99,effort=0", 0, NULL);
        struct range got = calibrated(graph, "int8:observer=search,effort=0", 0, NULL);
        assert_true(cut.high < 1.1f && all.high >= 100.0f);
        assert_int_equal(change_by(samples, weights, cut) < change_by(samples, weights, all),
                         !used);
        assert_int_equal(got.high < 1.1f, !used);
        assert_true(calibrated(graph, "16x8:observer=search,effort=0", 0, NULL).high >= 100.0f);
        assert_true(change_by(samples, weights, got) <=
                    fmin(change_by(samples, weights, cut), change_by(samples, weights, all)));
        graph_free(graph);
    }
}

/* Outliers */

static void the_sample_that_is_far_out_is_named(void **state)
{
    static float samples[SAMPLES * WIDTH];
    (void)state;
    for (int far = 0; far < 2; far++) {
        struct graph *graph = network_new(SHAPE(1, WIDTH));
        char *outlier;
        int y = harness_node(graph, OP_ABS, (int[]){0}, 1, NULL, TYPE_F32, 0, 0);
        int z = harness_node(graph, OP_ABS, (int[]){y}, 1, NULL, TYPE_F32, 0, 0);
        graph_set_outputs(graph, &z, 1);
        for (int i = 0; i < SAMPLES * WIDTH; i++)
            samples[i] = (float)(i % WIDTH) / WIDTH;
        samples[13 * WIDTH + 5] = far ? -2.5f : -1.5f;
        data_put_npy("x.npy", "<f4", "20, 200", samples, sizeof(samples));
        calibrated(graph, "int8:effort=0", 0, &outlier);
        assert_int_equal(outlier != NULL, far);
        if (far) {
            assert_non_null(strstr(outlier, "calibration sample 13 alone sets the range of 2 "
                                            "tensors"));
            assert_non_null(strstr(outlier, "0 to 2.5, and 0 to 0.995 without it"));
        }
        free(outlier);
        graph_free(graph);
    }
}

/* A single sample, and nothing but zeros, have ranges by every observer. */
static void little_data_have_ranges(void **state)
{
    static const char *const observers[] = {"minmax",  "percentile", "guarded", "mse",
                                            "entropy", "search",     "average"};
    static float zeros[WIDTH], weights[WIDTH];
    (void)state;
    for (size_t i = 0; i < COUNT(observers); i++) {
        struct graph *graph = product_of(weights);
        char text[64];
        snprintf(text, sizeof(text), "int8:observer=%s", observers[i]);
        data_put_npy("x.npy", "<f4", "1, 200", zeros, sizeof(zeros));
        struct range range = calibrated(graph, text, 0, NULL);
        assert_true(range.seen && !(range.low < 0.0f) && !(range.high > 0.0f));
        graph_free(graph);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_end_where_readers_do),
        cmocka_unit_test(ranges_stay_where_somebody_needs_them),
        IN_FOLDER(what_is_done_is_told),
        IN_FOLDER(search_cuts_what_the_next_layer_does_not_use),
        IN_FOLDER(the_sample_that_is_far_out_is_named),
        IN_FOLDER(little_data_have_ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
