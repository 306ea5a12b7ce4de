/* What 16-bit activations cost by themselves: nothing that shows. On the keyword spotting model,
 * mode 16x8 decides nearly every sample as float arithmetic with the same 8-bit weights does, so
 * whatever its accuracy differs from float32 by is what rounding the weights does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "engine/session.h"
#include "formats/dataset/dataset.h"
#include "formats/model.h"
#include "graph_harness.h"
#include "measure/accuracy.h"
#include "model/load.h"
#include "need.h"
#include "quantize/calibrate.h"
#include "quantize/float_graph.h"
#include "quantize/scale.h"

#define CLASSES 12

static const char *in_shared(const char *name)
{
    static char path[1024];
    const char *shared = getenv("QUANTOP_SHARED");
    snprintf(path, sizeof(path), "%s/%s",
             shared && shared[0] ? shared : SOURCE_DIRECTORY "/../shared", name);
    return path;
}

/* Rounds the weights of a float graph to what int8 per channel stores, and leaves them float. */
static void round_weights(struct graph *graph)
{
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct quant_rule *rule = &op_table[graph->nodes[n].op].quant;
        if (rule->weight_input == NO_INPUT)
            continue;
        int number = graph->nodes[n].inputs[rule->weight_input];
        int stored =
            quantize_weights_only(graph, &(struct weight_order){.weights = number,
                                                                .axis = rule->weight_axis,
                                                                .granularity = GRANULARITY_CHANNEL,
                                                                .most = WEIGHT_MOST});
        const struct tensor *q = &graph->tensors[stored];
        struct tensor *weights = &graph->tensors[number];
        size_t count = shape_elements(&weights->shape);
        size_t inner = shape_span(&weights->shape, rule->weight_axis + 1, weights->shape.rank);
        float *rounded = arena_alloc(graph->arena, count * sizeof(*rounded));
        for (size_t i = 0; i < count; i++)
            rounded[i] = ((const int8_t *)q->data)[i] *
                         q->quant.scale[i / inner % (size_t)weights->shape.dim[rule->weight_axis]];
        weights->data = rounded;
    }
}

static struct graph *read_model(void)
{
    struct graph *graph;
    struct error error = {0};
    need(graph_load(in_shared("models/kws_float.tflite"), NULL, &graph, &error), &error);
    need(float_graph_prepare(graph, &error), &error);
    return graph;
}

static struct dataset_spec samples_spec(size_t count)
{
    struct dataset_spec spec;
    dataset_spec_init(&spec);
    spec.samples = in_shared("datasets/kws01");
    spec.type = TYPE_I8;
    spec.scale = 0.584702909;
    spec.zero_point = 83.0;
    spec.count = count;
    return spec;
}

static struct dataset *open_samples(size_t count)
{
    struct dataset_spec spec = samples_spec(count);
    struct dataset *dataset;
    struct error error = {0};
    need(dataset_open(&spec, NULL, &dataset, &error), &error);
    return dataset;
}

static void quantize(struct graph *graph)
{
    struct ranges ranges;
    struct mode_options options;
    struct error error = {0};
    struct dataset_spec spec = samples_spec(100);
    struct model_ends ends = ends_of_graph(graph);
    struct model_data *data;
    mode_options_init(&options);
    need(model_data_open(&spec, &ends, &data, &error), &error);
    need(calibrate(graph, data, mode_find("16x8"), &options, &ranges, &error), &error);
    need(mode_find("16x8")->apply(graph, &options, &ranges, &error), &error);
    ranges_release(&ranges);
    model_data_free(data);
    ends_release(&ends);
}

/* The class of every sample; how many are right. */
static int classify(const struct graph *graph, struct dataset *dataset, int32_t *classes)
{
    struct plan_options options = {.threads = 1, .isa = isa_best()};
    struct error error = {0};
    int right = 0;
    struct machine machine = machine_new(graph, &options);
    for (size_t i = 0; i < dataset_count(dataset); i++) {
        need(dataset_read(dataset, i, session_input(machine.session, 0), &error), &error);
        session_run(machine.session);
        classes[i] = top1_of(session_output(machine.session, 0), CLASSES);
        right += classes[i] == dataset_class(dataset, i);
    }
    machine_free(&machine);
    return right;
}

static void only_the_weights_count(void **state)
{
    int32_t by_float[1000], by_16x8[1000];
    int differ = 0;
    (void)state;
    FILE *probe = fopen(in_shared("models/kws_float.tflite"), "re");
    if (!probe)
        skip(); /* the model is not there */
    fclose(probe);
    struct dataset *dataset = open_samples(0);
    assert_int_equal(dataset_count(dataset), 1000);
    struct graph *rounded = read_model(), *quantized = read_model();
    round_weights(rounded);
    quantize(quantized);
    int right_float = classify(rounded, dataset, by_float);
    int right_16x8 = classify(quantized, dataset, by_16x8);
    for (int i = 0; i < 1000; i++)
        differ += by_float[i] != by_16x8[i];
    print_message("# right of 1000: %d with rounded weights, %d in 16x8; %d classes differ\n",
                  right_float, right_16x8, differ);
    assert_in_range(differ, 0, 3);
    graph_free(rounded);
    graph_free(quantized);
    dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_weights_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
