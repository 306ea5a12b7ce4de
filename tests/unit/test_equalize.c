/* Equalization: the network computes the same, and one scale fits its weights. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "graph_harness.h"
#include "need.h"
#include "network_harness.h"
#include "node_harness.h"
#include "quantize/product.h"
#include "quantize/quantizer.h"
#include "quantize/walk.h"

#define DATA    SOURCE_DIRECTORY "/data/"
#define SAMPLES 40
#define CLASSES 10

static struct quantizer *quantizer_of(const char *model, const char *mode,
                                      struct dataset_spec *spec)
{
    struct quantizer *quantizer;
    struct error error = {0};
    dataset_spec_init(spec);
    spec->samples = DATA "calibration-images.idx.gz";
    spec->count = SAMPLES;
    spec->scale = 1.0 / 255.0;
    need(quantizer_open(model, mode, NULL, &quantizer, &error), &error);
    need(quantizer_calibrate(quantizer, spec, &error), &error);
    return quantizer;
}

struct collected {
    int tensor;
    size_t count;
    float scores[SAMPLES * CLASSES];
};

static void collect(void *context, int tensor, const void *elements)
{
    struct collected *collected = context;
    if (tensor == collected->tensor)
        memcpy(&collected->scores[CLASSES * collected->count++], elements, CLASSES * sizeof(float));
}

/* Scores before the softmax of samples from the first-th on. */
static void score(const struct graph *graph, const struct dataset_spec *spec, size_t first,
                  struct collected *collected)
{
    struct dataset_spec own = *spec;
    const struct walk walk = {.graph = graph, .observe = collect, .context = collected};
    struct model_ends ends = ends_of_graph(graph);
    struct model_data *data;
    struct error error = {0};
    own.first = first;
    *collected = (struct collected){.tensor = network_node(graph, OP_SOFTMAX)->inputs[0]};
    need(model_data_open(&own, &ends, &data, &error), &error);
    need(walk_samples(&walk, data, &error), &error);
    model_data_free(data);
    ends_release(&ends);
}

static float range_of_channel(const struct graph *graph, const struct product *product, int channel)
{
    const float *weights = graph->tensors[product->weights].data;
    struct strip strip = product_strip(graph, product, channel);
    float most = 0.0f;
    for (size_t i = 0; i < (size_t)product->inputs; i++)
        most = fmaxf(most, fabsf(weights[strip.first + i * strip.step]));
    return most;
}

/* Steps of a tensor's one scale that the ranges of depthwise channels have, in the mean of the
 * logarithms, of the layer that has least: 127 where all are as wide. */
static double steps_of_channels(const struct graph *graph)
{
    double least = 127.0;
    for (int n = 0; n < graph->n_nodes; n++) {
        struct product product;
        float most = 0.0f;
        double sum = 0.0;
        if (!product_describe(graph, &graph->nodes[n], &product) ||
            product.node.op != OP_DEPTHWISE_CONV_2D)
            continue;
        for (int c = 0; c < product.channels; c++)
            most = fmaxf(most, range_of_channel(graph, &product, c));
        for (int c = 0; c < product.channels; c++)
            sum += log(127.0 * (double)fmaxf(range_of_channel(graph, &product, c), 1e-9f) /
                       (double)most);
        least = fmin(least, exp(sum / product.channels));
    }
    return least;
}

static void networks_compute_the_same(void **state)
{
    static const char *const models[] = {DATA "mobilenet.tflite", DATA "narrow.tflite",
                                         DATA "resnet.tflite", DATA "mlp.tflite"};
    (void)state;
    for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
        struct dataset_spec spec;
        struct quantizer *plain = quantizer_of(models[i], "int8:effort=0", &spec),
                         *equal = quantizer_of(models[i], "int8:equalize=yes,effort=0", &spec);
        struct collected a, b;
        for (size_t first = 0; first <= SAMPLES; first += SAMPLES) { /* also of others */
            double signal = 0.0, noise = 0.0;
            score(quantizer_graph(plain), &spec, first, &a);
            score(quantizer_graph(equal), &spec, first, &b);
            assert_int_equal(a.count, SAMPLES);
            for (size_t k = 0; k < SAMPLES * CLASSES; k++) {
                signal += (double)a.scores[k] * (double)a.scores[k];
                noise += ((double)a.scores[k] - (double)b.scores[k]) *
                         ((double)a.scores[k] - (double)b.scores[k]);
            }
            double decibels = 10.0 * log10(signal / fmax(noise, 1e-30));
            if (!(decibels > (first == 0 ? 80.0 : 35.0)))
                fail_msg("%s: scores %s calibration differ by %.1f dB", models[i],
                         first == 0 ? "of" : "beside", decibels);
        }
        quantizer_free(plain);
        quantizer_free(equal);
    }
}

static void one_scale_fits_more_channels(void **state)
{
    struct dataset_spec spec;
    struct quantizer *plain = quantizer_of(DATA "mobilenet.tflite", "int8:effort=0", &spec),
                     *equal =
                         quantizer_of(DATA "mobilenet.tflite", "int8:equalize=yes,effort=0", &spec);
    double before = steps_of_channels(quantizer_graph(plain)),
           after = steps_of_channels(quantizer_graph(equal));
    (void)state;
    if (!(after > 3.0 * before))
        fail_msg("channels have %.1f steps, and had %.1f", after, before);
    assert_non_null(strstr(quantizer_graph(equal)->remarks[quantizer_graph(equal)->n_remarks - 1],
                           "equalized 13 pairs of layers with 1728 channels"));
    quantizer_free(plain);
    quantizer_free(equal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_compute_the_same),
        cmocka_unit_test(one_scale_fits_more_channels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
