/* Bias correction: mean inputs, running in stages, and what channels average in the end. */
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
#include "quantize/correct.h"
#include "quantize/quantizer.h"
#include "quantize/stages.h"
#include "quantize/walk.h"

#define DATA    SOURCE_DIRECTORY "/data/"
#define SAMPLES 40
#define CLASSES 10

/* Mean inputs */

static const struct {
    enum op op;
    struct shape in, filter;
    struct conv_params conv;
} products[] = {
    {OP_CONV_2D,
     SHAPE(2, 7, 6, 4),
     SHAPE(5, 3, 2, 4),
     {.padding = PADDING_SAME, .stride_h = 2, .stride_w = 1, .dilation_h = 1, .dilation_w = 2}},
    {OP_CONV_2D,
     SHAPE(1, 6, 6, 4),
     SHAPE(6, 3, 3, 2),
     {.padding = PADDING_VALID, .stride_h = 1, .stride_w = 1, .dilation_h = 1, .dilation_w = 1}},
    {OP_DEPTHWISE_CONV_2D,
     SHAPE(1, 5, 7, 3),
     SHAPE(1, 3, 3, 6),
     {.padding = PADDING_SAME,
      .stride_h = 1,
      .stride_w = 2,
      .dilation_h = 1,
      .dilation_w = 1,
      .multiplier = 2}},
    {OP_FULLY_CONNECTED, SHAPE(3, 11), SHAPE(4, 11), {0}},
};

/* The mean over all patches of what a channel adds up, patch by patch. */
static double mean_by_patches(const struct graph *graph, const struct product *product, int channel,
                              const float *weights, const float *elements)
{
    float *vector = xcalloc((size_t)product->inputs, sizeof(*vector));
    int group = channel / (product_outputs(graph, product) / product->groups);
    struct strip strip = product_strip(graph, product, channel);
    double sum = 0.0;
    for (size_t patch = 0; patch < product_patches(product); patch++) {
        product_patch(graph, product, patch, group, elements, vector);
        for (int i = 0; i < product->inputs; i++)
            sum += (double)vector[i] * (double)weights[strip.first + (size_t)i * strip.step];
    }
    free(vector);
    return sum / (double)product_patches(product);
}

static void means_are_those_of_patches(void **state)
{
    struct random random = {4};
    (void)state;
    for (size_t i = 0; i < sizeof(products) / sizeof(products[0]); i++) {
        struct graph *graph = network_new(products[i].in);
        int weights = network_constant(graph, &random, products[i].filter, -1.0, 1.0);
        union op_params params = {.conv = products[i].conv};
        int out =
            harness_node(graph, products[i].op, (int[]){0, weights}, 2,
                         products[i].op == OP_FULLY_CONNECTED ? NULL : &params, TYPE_F32, 0, 0);
        int sample = network_constant(graph, &random, products[i].in, 1.0, 3.0);
        const float *elements = graph->tensors[sample].data, *w = graph->tensors[weights].data;
        graph_set_outputs(graph, &out, 1);
        struct means *means = means_new(graph);
        assert_true(fabs(means_output(means, 0, 0, w)) <= 0.0);
        for (int pass = 0; pass < 2; pass++) { /* forgotten in between */
            means_see(means, 0, elements);
            means_see(means, 0, elements);
            for (int c = 0; c < product_outputs(graph, means_product(means, 0)); c++)
                assert_true(fabs(means_output(means, 0, c, w) -
                                 mean_by_patches(graph, means_product(means, 0), c, w, elements)) <
                            1e-4);
            means_reset(means);
        }
        means_free(means);
        graph_free(graph);
    }
}

/* Stages */

static struct quantizer *quantizer_of(const char *mode, struct dataset_spec *spec)
{
    struct quantizer *quantizer;
    struct error error = {0};
    dataset_spec_init(spec);
    spec->samples = DATA "calibration-images.idx.gz";
    spec->count = SAMPLES;
    spec->scale = 1.0 / 255.0;
    need(quantizer_open(DATA "narrow.tflite", mode, NULL, &quantizer, &error), &error);
    need(quantizer_calibrate(quantizer, spec, &error), &error);
    return quantizer;
}

struct collected {
    const struct graph *graph;
    int tensor;
    double sums[CLASSES];
};

static void collect(void *context, int tensor, const void *elements)
{
    struct collected *collected = context;
    const struct tensor *info = &collected->graph->tensors[tensor];
    if (tensor != collected->tensor)
        return;
    for (int c = 0; c < CLASSES; c++)
        collected->sums[c] += info->type == TYPE_F32 ? (double)((const float *)elements)[c]
                              : info->type == TYPE_I16
                                  ? (double)info->quant.scale[0] * ((const int16_t *)elements)[c]
                                  : (double)info->quant.scale[0] *
                                        (((const int8_t *)elements)[c] - info->quant.zero_point[0]);
}

/* Mean of each class's score before the softmax. */
static struct collected mean_scores(const struct graph *graph, const struct dataset_spec *spec)
{
    const struct node *last = network_node(graph, OP_FULLY_CONNECTED);
    struct collected collected = {.graph = graph, .tensor = last->outputs[0]};
    const struct walk walk = {.graph = graph, .observe = collect, .context = &collected};
    struct model_ends ends = ends_of_graph(graph);
    struct model_data *data;
    struct error error = {0};
    need(model_data_open(spec, &ends, &data, &error), &error);
    need(walk_samples(&walk, data, &error), &error);
    for (int c = 0; c < CLASSES; c++)
        collected.sums[c] /= SAMPLES;
    model_data_free(data);
    ends_release(&ends);
    return collected;
}

static void stages_compute_what_the_whole_graph_does(void **state)
{
    struct dataset_spec spec;
    struct quantizer *quantizer = quantizer_of("int8-io", &spec);
    struct graph *graph;
    struct stages *stages;
    struct model_data *data;
    struct error error = {0};
    (void)state;
    need(quantizer_apply(quantizer, NULL, &graph, &error), &error);
    struct model_ends ends = ends_of_graph(graph);
    need(model_data_open(&spec, &ends, &data, &error), &error);
    need(stages_new(graph, data, SAMPLES, &stages, &error), &error);
    struct collected whole = mean_scores(graph, &spec), staged = {.graph = graph};
    staged.tensor = whole.tensor;
    for (int end = 1; end < graph->n_nodes; end += 3)
        need(stages_run(stages, end, &error), &error);
    need(stages_run(stages, graph->n_nodes - 1, &error), &error);
    for (size_t run = 0; run < SAMPLES; run++)
        collect(&staged, staged.tensor, stages_elements(stages, run, staged.tensor));
    for (int c = 0; c < CLASSES; c++)
        assert_true(fabs(staged.sums[c] / SAMPLES - whole.sums[c]) < 1e-9);
    stages_free(stages);
    model_data_free(data);
    ends_release(&ends);
    graph_free(graph);
    quantizer_free(quantizer);
}

static void runs_are_spread_over_all(void **state)
{
    (void)state;
    for (size_t count = 1; count <= 9; count++) {
        size_t before = 0;
        for (size_t i = 0; i < count; i++) {
            size_t chosen = stages_chosen(i, count, 9);
            assert_true(chosen < 9 && (i == 0 || chosen > before));
            before = chosen;
        }
    }
}

/* The correction */

/* The largest difference of a class's mean score. */
static double shift_of(const char *mode)
{
    struct dataset_spec spec;
    struct quantizer *quantizer = quantizer_of(mode, &spec);
    struct graph *graph;
    struct error error = {0};
    double largest = 0.0;
    need(quantizer_apply(quantizer, NULL, &graph, &error), &error);
    struct collected expected = mean_scores(quantizer_graph(quantizer), &spec);
    struct collected found = mean_scores(graph, &spec);
    for (int c = 0; c < CLASSES; c++)
        largest = fmax(largest, fabs(found.sums[c] - expected.sums[c]));
    graph_free(graph);
    quantizer_free(quantizer);
    return largest;
}

static void means_come_back(void **state)
{
    static const char *const modes[] = {"int8",
                                        "int8-io",
                                        "16x8",
                                        "int8:weights=per-tensor",
                                        "16x8:fit=moments",
                                        "int8:skip=#3+DEPTHWISE_CONV_2D",
                                        "w4:fit=moments",
                                        "w4:fit=descent",
                                        "w8:fit=moments,weights=per-tensor",
                                        "w4:fit=nearest,scales=output",
                                        "dynamic:fit=moments",
                                        "dynamic:scales=output,weights=per-tensor"};
    (void)state;
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        char *plain = xasprintf("%s%sbias=plain", modes[i], strchr(modes[i], ':') ? "," : ":");
        double before = shift_of(plain), after = shift_of(modes[i]);
        if (!(after < 0.05 && after < 0.2 * before))
            fail_msg("%s: means are off by %g, corrected by %g", modes[i], before, after);
        free(plain);
    }
}

/* All numbers of a graph's biases, added up with their places. */
static double bias_print(const struct graph *graph)
{
    double print = 0.0;
    for (int n = 0; n < graph->n_nodes; n++) {
        int input = op_table[graph->nodes[n].op].quant.bias_input;
        const struct tensor *bias =
            input == NO_INPUT ? NULL : node_input(graph, &graph->nodes[n], input);
        for (size_t i = 0; bias && bias->data && i < shape_elements(&bias->shape); i++)
            print += (double)((const float *)bias->data)[i] * (double)(i + 1);
    }
    return print;
}

/* Each time that the mode is applied; the float graph keeps its own. */
static void check_own_biases(const char *mode)
{
    struct dataset_spec spec;
    struct quantizer *quantizer = quantizer_of(mode, &spec);
    double own = bias_print(quantizer_graph(quantizer)), corrected[2];
    struct error error = {0};
    for (int i = 0; i < 2; i++) {
        struct graph *graph;
        need(quantizer_apply(quantizer, NULL, &graph, &error), &error);
        corrected[i] = bias_print(graph);
        graph_free(graph);
    }
    assert_true(fabs(corrected[0] - own) > 1e-6);
    assert_true(fabs(corrected[0] - corrected[1]) <= 0.0);
    assert_true(fabs(bias_print(quantizer_graph(quantizer)) - own) <= 0.0);
    quantizer_free(quantizer);
}

static void float_biases_are_corrected_in_a_copy(void **state)
{
    (void)state;
    check_own_biases("w4:fit=moments");
    check_own_biases("dynamic:bias=corrected");
}

static void products_get_biases(void **state)
{
    struct random random = {4};
    struct graph *graph = network_new(SHAPE(1, 6));
    int weights = network_constant(graph, &random, SHAPE(3, 6), -1.0, 1.0);
    int middle =
        harness_node(graph, OP_FULLY_CONNECTED, (int[]){0, weights}, 2, NULL, TYPE_F32, 0, 0);
    int again = network_constant(graph, &random, SHAPE(2, 3), -1.0, 1.0);
    int out = harness_node(graph, OP_FULLY_CONNECTED, (int[]){middle, again, NO_TENSOR}, 3, NULL,
                           TYPE_F32, 0, 0);
    struct error error = {0};
    (void)state;
    graph_set_outputs(graph, &out, 1);
    correct_add_biases(graph);
    need(graph_check(graph, &error), &error);
    assert_int_equal(shape_elements(&node_input(graph, &graph->nodes[0], 2)->shape), 3);
    assert_int_equal(shape_elements(&node_input(graph, &graph->nodes[1], 2)->shape), 2);
    graph_free(graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_are_those_of_patches),
        cmocka_unit_test(stages_compute_what_the_whole_graph_does),
        cmocka_unit_test(runs_are_spread_over_all),
        cmocka_unit_test(means_come_back),
        cmocka_unit_test(float_biases_are_corrected_in_a_copy),
        cmocka_unit_test(products_get_biases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
