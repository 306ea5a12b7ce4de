/* Channels that are centred on 0: the network computes the same, and what cannot make up for it is
 * left. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "formats/dataset/model_data.h"
#include "graph/activation.h"
#include "graph_harness.h"
#include "network_harness.h"
#include "node_harness.h"
#include "quantize/centre.h"
#include "quantize/correct.h"
#include "quantize/product.h"
#include "quantize/rescale.h"

#define COUNT (8 * 8 * 4)

struct centred {
    struct graph *graph;
    float input[COUNT];
    int middle, image;
    const struct node *behind;
};

/* A product whose channels lie at 5, 10, 15 and so on, and what reads them. */
static struct centred begin(enum op op, uint64_t seed)
{
    struct random random = {seed};
    struct centred centred = {.graph = network_new(SHAPE(1, 8, 8, 4))};
    struct graph *graph = centred.graph;
    centred.middle = network_layer(graph, &random, OP_FULLY_CONNECTED, 0);
    graph->nodes[0].params.dense.activation = ACTIVATION_NONE;
    centred.image = network_layer(graph, &random, op, centred.middle);
    correct_add_biases(graph);
    centred.behind = &graph->nodes[graph->n_nodes - 1];
    int bias = graph->nodes[0].inputs[PRODUCT_BIAS];
    rescale_own(graph, bias);
    for (int c = 0; c < graph->tensors[bias].shape.dim[0]; c++)
        rescale_numbers(graph, bias)[c] += 5.0f * (float)(c + 1);
    harness_fill(&random, TYPE_F32, centred.input, COUNT, 1.0, false);
    return centred;
}

static void run_outputs(struct centred *centred, void **outputs)
{
    const void *inputs[] = {centred->input};
    harness_graph_run(centred->graph, isa_best(), 1, inputs, outputs);
}

static void centre_by_samples(struct graph *graph)
{
    struct dataset_spec spec;
    struct model_data *data;
    struct error error = {0};
    struct model_ends ends = ends_of_graph(graph);
    dataset_spec_init(&spec);
    spec.samples = DATASET_RANDOM "20";
    if (model_data_open(&spec, &ends, &data, &error) != STATUS_OK ||
        centre(graph, data, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    model_data_free(data);
    ends_release(&ends);
}

/* The largest difference, and how many times as large as what may be left of sums. */
static double difference(const float *a, const float *b, size_t count, double *excess)
{
    double most = 0.0;
    *excess = 0.0;
    for (size_t i = 0; i < count; i++) {
        double gap = fabs((double)a[i] - (double)b[i]);
        most = fmax(most, gap);
        *excess = fmax(*excess, gap / (1e-3 + 1e-4 * fabs((double)a[i])));
    }
    return most;
}

/* How far the middle's channels move; what is behind it shall not. */
static double moved(struct centred *centred, bool is_put_out)
{
    struct graph *graph = centred->graph;
    const int both[] = {centred->image, centred->middle};
    void *before[2], *after[2];
    double excess, unused;
    graph_set_outputs(graph, both, 2);
    run_outputs(centred, before);
    graph_set_outputs(graph, both, is_put_out ? 2 : 1);
    centre_by_samples(graph);
    graph_set_outputs(graph, both, 2);
    run_outputs(centred, after);
    difference(before[0], after[0], shape_elements(&graph->tensors[both[0]].shape), &excess);
    if (!(excess < 1.0))
        fail_msg("%s: off by %g times what rounding leaves", op_name(centred->behind->op), excess);
    double most =
        difference(before[1], after[1], shape_elements(&graph->tensors[both[1]].shape), &unused);
    return most;
}

static void channels_come_to_0(void **state)
{
    struct centred inside = begin(OP_FULLY_CONNECTED, 1), put_out = begin(OP_FULLY_CONNECTED, 1);
    (void)state;
    assert_true(moved(&inside, false) > 10.0);
    assert_true(moved(&put_out, true) <= 0.0);
    graph_free(inside.graph);
    graph_free(put_out.graph);
}

/* Beyond the border is 0, which no bias behind makes up for. */
static void borders_hold_them(void **state)
{
    int free_ones = 0, held = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        enum op op = seed % 2 == 0 ? OP_CONV_2D : OP_DEPTHWISE_CONV_2D;
        struct centred centred = begin(op, seed);
        const struct conv_params params = centred.behind->params.conv;
        int side = centred.graph->tensors[centred.behind->inputs[1]].shape.dim[1];
        double by = moved(&centred, false);
        bool has_none = side == 1 || params.padding == PADDING_VALID;
        bool has = params.padding == PADDING_SAME && side == 3 && params.stride_h == 1;
        if ((has_none && !(by > 10.0)) || (has && by > 0.0))
            fail_msg("seed %d: moved by %g", (int)seed, by);
        free_ones += has_none;
        held += has;
        graph_free(centred.graph);
    }
    assert_true(free_ones > 4 && held > 4);
}

static void others_hold_them(void **state)
{
    static const enum op ops[] = {OP_ADD, OP_RELU, OP_SOFTMAX, OP_MAX_POOL_2D};
    (void)state;
    for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
        struct centred centred = begin(ops[i], i + 1);
        if (moved(&centred, false) > 0.0)
            fail_msg("%s", op_name(ops[i]));
        graph_free(centred.graph);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(channels_come_to_0),
        cmocka_unit_test(borders_hold_them),
        cmocka_unit_test(others_hold_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
