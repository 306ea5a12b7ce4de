/* Balance of activations: the network computes the same, and channels of very different ranges lose
 * no more than others. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "formats/dataset/model_data.h"
#include "graph_harness.h"
#include "network_harness.h"
#include "node_harness.h"
#include "quantize/correct.h"
#include "quantize/quantizer.h"
#include "quantize/streams.h"

#define DATA    SOURCE_DIRECTORY "/data/"
#define SAMPLES 40
#define CLASSES 10

static void need(enum status status, const struct error *error)
{
    if (status != STATUS_OK)
        fail_msg("%s: %s", error->where, error->text);
}

static struct dataset_spec samples_from(size_t first)
{
    struct dataset_spec spec;
    dataset_spec_init(&spec);
    spec.samples = DATA "calibration-images.idx.gz";
    spec.first = first;
    spec.count = SAMPLES;
    spec.scale = 1.0 / 255.0;
    return spec;
}

/* What the softmax makes of other samples. */
static void score(const struct graph *graph, float *scores)
{
    const struct plan_options options = {.threads = 1, .isa = isa_best()};
    const struct dataset_spec spec = samples_from(SAMPLES);
    struct model_ends ends = ends_of_graph(graph);
    struct machine machine = machine_new(graph, &options);
    struct model_data *data;
    struct error error = {0};
    need(model_data_open(&spec, &ends, &data, &error), &error);
    for (size_t run = 0; run < SAMPLES; run++) {
        void *input = session_input(machine.session, 0);
        need(model_data_read(data, run, &input, &error), &error);
        session_run(machine.session);
        const float *found = session_output(machine.session, 0);
        for (size_t i = 0; i < CLASSES; i++)
            scores[run * CLASSES + i] = found[i];
    }
    model_data_free(data);
    ends_release(&ends);
    machine_free(&machine);
}

static double decibels(const float *found, const float *expected)
{
    double signal = 0.0, noise = 1e-30;
    for (size_t i = 0; i < (size_t)SAMPLES * CLASSES; i++) {
        double difference = (double)found[i] - (double)expected[i];
        signal += (double)expected[i] * (double)expected[i];
        noise += difference * difference;
    }
    return 10.0 * log10(signal / noise);
}

static struct quantizer *open_of(const char *model, const char *mode)
{
    struct quantizer *quantizer;
    struct error error = {0};
    need(quantizer_open(model, mode, NULL, &quantizer, &error), &error);
    return quantizer;
}

static void calibrate_with(struct quantizer *quantizer)
{
    const struct dataset_spec spec = samples_from(0);
    struct error error = {0};
    need(quantizer_calibrate(quantizer, &spec, &error), &error);
}

static void networks_compute_the_same(void **state)
{
    static const char *const models[] = {DATA "mobilenet.tflite", DATA "narrow.tflite",
                                         DATA "resnet.tflite", DATA "mlp.tflite"};
    (void)state;
    for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
        float before[SAMPLES * CLASSES], after[SAMPLES * CLASSES];
        struct quantizer *quantizer = open_of(models[i], "int8:equalize=activations,effort=0");
        score(quantizer_graph(quantizer), before);
        calibrate_with(quantizer);
        score(quantizer_graph(quantizer), after);
        if (!(decibels(after, before) > 35.0)) /* a channel may come to the 6 of ReLU6 */
            fail_msg("%s: %.1f dB", models[i], decibels(after, before));
        quantizer_free(quantizer);
    }
}

static bool has_caps(const struct streams *streams, int stream)
{
    for (int t = 0; t < streams->n_tensors; t++)
        if (streams->tensors[t].stream == stream && streams->tensors[t].is_capped)
            return true;
    return false;
}

/* Channels by factors of which the largest is 64 times the smallest; of how many streams. Those
 * below a 6 of ReLU6 are left. */
static int draw_out_all(struct graph *graph)
{
    struct streams streams = streams_find(graph, true);
    int count = 0;
    for (int i = 0; i < streams.count; i++) {
        double *factors = xcalloc((size_t)streams.channels[i], sizeof(*factors));
        for (int c = 0; c < streams.channels[i]; c++)
            factors[c] = exp2((double)(c * 5 % 7) - 3.0);
        if (!has_caps(&streams, i)) {
            streams_draw_out(&streams, graph, i, factors);
            count++;
        }
        free(factors);
    }
    streams_release(&streams);
    return count;
}

static double quality(const char *mode, bool is_unbalanced)
{
    float expected[SAMPLES * CLASSES], planted[SAMPLES * CLASSES], found[SAMPLES * CLASSES];
    struct quantizer *quantizer = open_of(DATA "resnet.tflite", mode);
    struct graph *made;
    struct error error = {0};
    score(quantizer_graph(quantizer), expected);
    if (is_unbalanced)
        assert_true(draw_out_all((struct graph *)(uintptr_t)quantizer_graph(quantizer)) > 0);
    score(quantizer_graph(quantizer), planted);
    assert_true(decibels(planted, expected) > 80.0);
    calibrate_with(quantizer);
    need(quantizer_apply(quantizer, NULL, &made, &error), &error);
    score(made, found);
    graph_free(made);
    quantizer_free(quantizer);
    return decibels(found, expected);
}

/* resnet has residual additions, whose operands and sums are one stream. */
static void channels_of_unlike_ranges_lose_no_more(void **state)
{
    double plain = quality("int8:effort=0", false), harmed = quality("int8:effort=0", true),
           mended = quality("int8:effort=0,equalize=activations", true);
    (void)state;
    if (!(harmed < plain - 6.0 && mended > plain - 1.0))
        fail_msg("%.1f dB, with unlike channels %.1f dB, balanced %.1f dB", plain, harmed, mended);
}

/* A product, the operator, a product: factors go through it, or stay out of it. */
static int check_operator(const struct layer *layer)
{
    struct random random = {1};
    struct graph *graph = network_new(SHAPE(1, 8, 8, 4));
    float input[8 * 8 * 4];
    const void *inputs[] = {input};
    void *before[1], *after[1];
    int image = network_layer(graph, &random, OP_FULLY_CONNECTED, 0);
    image = layer->add(graph, &random, layer->op, image);
    image = network_layer(graph, &random, OP_FULLY_CONNECTED, image);
    graph_set_outputs(graph, &image, 1);
    correct_add_biases(graph);
    harness_fill(&random, TYPE_F32, input, sizeof(input) / sizeof(input[0]), 1.0, false);
    harness_graph_run(graph, isa_best(), 1, inputs, before);
    int count = draw_out_all(graph);
    harness_graph_run(graph, isa_best(), 1, inputs, after);
    size_t size = shape_elements(&graph->tensors[image].shape);
    const float *a = before[0], *b = after[0];
    for (size_t i = 0; i < size; i++)
        if (fabsf(a[i] - b[i]) > 1e-3f + 1e-3f * fabsf(a[i]))
            fail_msg("%s: %g became %g", op_name(layer->op), (double)a[i], (double)b[i]);
    graph_free(graph);
    return count;
}

static void factors_go_only_through_what_hands_them_on(void **state)
{
    int count = 0;
    (void)state;
    for (size_t i = 0; i < layer_count; i++)
        count += check_operator(&layers[i]) > 0;
    if (count < 8)
        fail_msg("factors of %d operators", count);
}

/* With one scale for all of its channels a factor would cost the others. */
static void dense_weights_may_be_left(void **state)
{
    struct quantizer *quantizer = open_of(DATA "mlp.tflite", "int8:effort=0");
    struct streams all = streams_find(quantizer_graph(quantizer), true),
                   held = streams_find(quantizer_graph(quantizer), false);
    (void)state;
    assert_true(all.count > 0);
    assert_int_equal(held.count, 0);
    streams_release(&all);
    streams_release(&held);
    quantizer_free(quantizer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(factors_go_only_through_what_hands_them_on),
        cmocka_unit_test(networks_compute_the_same),
        cmocka_unit_test(dense_weights_may_be_left),
        cmocka_unit_test(channels_of_unlike_ranges_lose_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
