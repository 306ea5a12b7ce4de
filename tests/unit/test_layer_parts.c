/* Layers taken out of the file that a mode made: found again, alone, within the float network, and
 * their errors. */
#include <math.h>
#include <sched.h>
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
#include "graph_harness.h"
#include "network_harness.h"
#include "quantize/candidate.h"
#include "quantize/layer_set.h"
#include "quantize/weight_grid.h"
#include "worker/layer_errors.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct random random_state = {1};

/* A model's file that a mode was made of, and its layers. */
struct made {
    char path[64];
    struct layer_set set;
};

static struct dataset_spec drawn_samples(void)
{
    struct dataset_spec spec;
    dataset_spec_init(&spec);
    spec.samples = DATASET_RANDOM "16";
    return spec;
}

static unsigned char *copy_of(const unsigned char *bytes, size_t size)
{
    unsigned char *copy = memory_try(size);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    return copy;
}

/* Writes the graph, which is freed, makes it what the mode wants, and finds its layers. */
static void make(struct graph *graph, const char *mode, struct made *made)
{
    unsigned char *bytes;
    size_t size;
    struct error error = {0};
    struct candidate candidate;
    const struct dataset_spec samples = drawn_samples();
    const char *const formats[] = {".tflite", NULL};
    snprintf(made->path, sizeof(made->path), "/tmp/quantop-layers-%d.tflite", (int)getpid());
    const struct candidate_order order = {
        .model = made->path, .mode = mode, .calibration = &samples, .formats = formats};
    const struct layer_source source = {.model = made->path, .mode = mode, .calibration = &samples};
    if (model_write(model_format_for(".tflite"), graph, NULL, &bytes, &size, &error) != STATUS_OK ||
        file_write(made->path, bytes, size, &error) != STATUS_OK ||
        candidate_make(&order, &candidate, &error) != STATUS_OK ||
        layer_set_open(&source, copy_of(candidate.bytes, candidate.size), candidate.size,
                       &made->set, &error) != STATUS_OK)
        fail_msg("%s: %s: %s", mode, error.where, error.text);
    free(bytes);
    graph_free(graph);
    candidate_release(&candidate);
    unlink(made->path);
}

static struct layer_errors measure(const struct made *made, const char *mode)
{
    struct layer_errors errors;
    struct error error = {0};
    int unit = sched_getcpu();
    const struct work work = {.kind = WORK_LAYERS,
                              .model = made->path,
                              .mode = mode,
                              .isa = isa_table[isa_best()].name,
                              .runtime = "builtin",
                              .has_data = true,
                              .data = drawn_samples(),
                              .n_pus = 1,
                              .pus = &unit};
    if (layer_errors_measure(&work, &made->set, 8, 60.0, &errors, &error) != STATUS_OK)
        fail_msg("%s: %s: %s", mode, error.where, error.text);
    return errors;
}

/* Names for all that is computed, as files have them. */
static void name_all(struct graph *graph)
{
    for (int n = 0; n < graph->n_nodes; n++)
        for (int i = 0; i < graph->nodes[n].n_outputs; i++)
            graph->tensors[graph->nodes[n].outputs[i]].name =
                arena_printf(graph->arena, "layer%d:%d", n, i);
}

static struct graph *image_layers(void)
{
    static const enum op ops[] = {OP_CONV_2D,  OP_DEPTHWISE_CONV_2D, OP_MAX_POOL_2D,
                                  OP_LOGISTIC, OP_CONV_2D,           OP_ADD,
                                  OP_SOFTMAX};
    struct graph *graph = network_new(SHAPE(1, 8, 8, 4));
    int image = 0;
    for (size_t i = 0; i < COUNT(ops); i++)
        image = network_layer(graph, &random_state, ops[i], image);
    graph_set_outputs(graph, &image, 1);
    name_all(graph);
    return graph;
}

static double noise(const struct tensor_error *sum)
{
    return sqrt(sum->noise / sum->signal);
}

struct expected_errors {
    const char *mode;
    double least, most; /* of a changed layer */
    double apart;       /* share by which the first one's errors, alone and in all, may differ */
    bool all;           /* changes every layer */
};

static void check_errors(const struct made *made, const struct layer_errors *errors,
                         const struct expected_errors *expected)
{
    bool is_first = true;
    for (int i = 0; i < made->set.count; i++) {
        const struct layer_error *error = &errors->list[i];
        enum layer_fate fate = made->set.fates[i];
        double alone = noise(&error->isolated), in_all = noise(&error->accumulated);
        if (!error->is_isolated || !error->is_accumulated)
            fail_msg("%s: layer %d has no errors", expected->mode, i);
        if (fate == LAYER_FLOAT && !(alone <= 0.0))
            fail_msg("%s: layer %d stays float, with an error of %g", expected->mode, i, alone);
        if (fate == LAYER_MISSING || (expected->all && fate != LAYER_CHANGED))
            fail_msg("%s: layer %d is not quantized", expected->mode, i);
        if (fate != LAYER_CHANGED)
            continue;
        bool is_moved = made->set.real->nodes[i].op == OP_MAX_POOL_2D;
        if ((!is_moved && !(alone >= expected->least)) || !(alone <= expected->most))
            fail_msg("%s: layer %d has an error of %g", expected->mode, i, alone);
        if (is_first && !(fabs(alone - in_all) <= 1e-9 + expected->apart * in_all))
            fail_msg("%s: layer %d: %g alone, %g in all", expected->mode, i, alone, in_all);
        is_first = false;
    }
}

/* What each mode has of a layer that it quantizes is near to it, alone and in all; the first
 * quantized layer is the same in both: nothing before it differs. A corrected bias is that of
 * the network's calibration there, and of rounded weights alone here. */
static void every_mode_has_errors_of_its_own(void **state)
{
    static const struct expected_errors rows[] = {
        {"int8:bias=plain", 1e-4, 0.2, 0.0, true},
        {"int8-io:bias=plain", 1e-4, 0.2, 0.0, true},
        {"16x8:bias=plain", 1e-6, 0.2, 0.0, true},
        {"int8", 1e-4, 0.2, 0.05, true},
        {"dynamic", 1e-5, 0.2, 0.0, false},
        {"fp16", 1e-6, 1e-2, 0.0, false},
        {"fp32", 0.0, 0.0, 0.0, false},
    };
    (void)state;
    for (size_t r = 0; r < COUNT(rows); r++) {
        struct made made;
        make(image_layers(), rows[r].mode, &made);
        struct layer_errors errors = measure(&made, rows[r].mode);
        check_errors(&made, &errors, &rows[r]);
        assert_int_equal(errors.samples, 8);
        layer_errors_release(&errors);
        layer_set_release(&made.set);
    }
}

#define CELLS 64

/* The elements of the output, in memory of the graph. */
static const float *run(struct graph *graph, const void *input)
{
    const void *const inputs[] = {input};
    void *outputs[1];
    harness_graph_run(graph, isa_best(), 1, inputs, outputs);
    return outputs[0];
}

/* The last layer within the network is what it is alone on the values before it. */
static void within_the_network_a_layer_is_what_it_is_alone(void **state)
{
    struct made made;
    struct graph *alone, *within;
    const int *inputs;
    struct error error = {0};
    float input[CELLS];
    (void)state;
    struct graph *graph = network_new(SHAPE(1, 4, 4, 4));
    int image = network_layer(graph, &random_state, OP_CONV_2D, 0);
    image = network_layer(graph, &random_state, OP_LOGISTIC, image);
    graph_set_outputs(graph, &image, 1);
    name_all(graph);
    for (int i = 0; i < CELLS; i++)
        input[i] = (float)(random_unit(&random_state) * 2.0 - 1.0);
    make(graph, "int8", &made);
    int last = made.set.count - 1;
    assert_int_equal(layer_alone(&made.set.parts, last, &alone, &inputs, &error), STATUS_OK);
    assert_int_equal(layer_within(&made.set.parts, last, &within, &error), STATUS_OK);
    struct graph *before = graph_share(made.set.real), *whole = graph_share(made.set.real);
    graph_set_outputs(before, inputs, 1);
    const float *own = run(alone, run(before, input)), *in_network = run(within, input);
    size_t bytes = tensor_bytes(&whole->tensors[whole->outputs[0]]);
    assert_memory_equal(own, in_network, bytes);
    assert_true(memcmp(own, run(whole, input), bytes) != 0); /* it is quantized */
    graph_free(alone);
    graph_free(within);
    graph_free(before);
    graph_free(whole);
    layer_set_release(&made.set);
}

#define WIDTH  32
#define DENSE  5
#define RANGED 2 /* of the layers below, has one channel of a huge range */

/* Dense layers with outputs from 0 to 6; one channel of one layer has weights 300 times as large as
 * the others, for which a scale of their own would do, and one of the whole tensor does not. */
static struct graph *planted(void)
{
    struct graph *graph = network_new(SHAPE(1, WIDTH));
    union op_params params;
    params_init(&params, op_table[OP_FULLY_CONNECTED].params);
    params.dense.activation = ACTIVATION_RELU6;
    int at = 0;
    for (int i = 0; i < DENSE; i++) {
        int weights = network_constant(graph, &random_state, SHAPE(WIDTH, WIDTH), -0.5, 0.7);
        int bias = network_constant(graph, &random_state, SHAPE(WIDTH), 0.0, 1.0);
        float *values = (float *)(uintptr_t)graph->tensors[weights].data;
        for (int k = 0; i == RANGED && k < WIDTH; k++)
            values[k] *= 300.0f;
        at = harness_node(graph, OP_FULLY_CONNECTED, (int[]){at, weights, bias}, 3, &params,
                          TYPE_F32, 0, 0);
    }
    graph_set_outputs(graph, &at, 1);
    name_all(graph);
    return graph;
}

static int worst_alone(const struct made *made, const struct layer_errors *errors)
{
    int worst = 0;
    for (int i = 1; i < made->set.count; i++)
        if (noise(&errors->list[i].isolated) > noise(&errors->list[worst].isolated))
            worst = i;
    return worst;
}

/* In the whole mode, the layers behind suffer, too, and those before do not; alone, none but that
 * one does, whatever biases make up for. */
static void a_layer_with_a_huge_range_comes_first(void **state)
{
    static const struct {
        const char *mode;
        double least, ratio; /* of its error; to that of the others */
    } rows[] = {
        {"int8:weights=per-tensor,dense=per-tensor,effort=0", 0.3, 10.0},
        {"int8:weights=per-tensor,dense=per-tensor", 0.1, 4.0},
    };
    (void)state;
    for (size_t r = 0; r < COUNT(rows); r++) {
        struct made made;
        make(planted(), rows[r].mode, &made);
        struct layer_errors errors = measure(&made, rows[r].mode);
        assert_int_equal(made.set.count, DENSE);
        assert_int_equal(worst_alone(&made, &errors), RANGED);
        double worst = noise(&errors.list[RANGED].isolated);
        if (!(worst > rows[r].least))
            fail_msg("%s: the planted layer has %g", rows[r].mode, worst);
        for (int i = 0; i < DENSE; i++)
            if (i != RANGED && !(noise(&errors.list[i].isolated) < worst / rows[r].ratio))
                fail_msg("%s: layer %d has %g, the planted one %g", rows[r].mode, i,
                         noise(&errors.list[i].isolated), worst);
        assert_true(noise(&errors.list[RANGED - 1].accumulated) < worst / rows[r].ratio);
        assert_true(noise(&errors.list[DENSE - 1].accumulated) >
                    2.0 * noise(&errors.list[DENSE - 1].isolated));
        layer_errors_release(&errors);
        layer_set_release(&made.set);
    }
}

static void what_the_output_holds_is_told(void **state)
{
    struct made made;
    (void)state;
    make(planted(), "int8", &made);
    struct layer_errors errors = measure(&made, "int8");
    const struct layer_error *layer = &errors.list[RANGED];
    assert_true(layer->is_held);
    assert_true(fabsf(layer->held_low) <= 1e-6f && fabsf(layer->held_high - 6.0f) <= 1e-3f);
    assert_true(fabsf(layer->scale - 6.0f / 255.0f) <= 1e-5f);
    assert_true(layer->seen.low >= 0.0f && layer->seen.high <= 6.0f && layer->seen.count == 8 * 32);
    assert_int_equal(layer->seen.clipped, 0);
    assert_int_equal(layer->type, TYPE_I8);
    assert_int_equal(layer->zero_point, -128);
    size_t seen = layer->spread.below + layer->spread.above;
    for (size_t i = 0; i < SPREAD_BINS; i++)
        seen += layer->spread.bins[i];
    assert_int_equal(seen, layer->seen.count);
    layer_errors_release(&errors);
    layer_set_release(&made.set);
}

/* Those of the products, whatever else is constant there: not their biases, and of no other layer.
 */
static void weights_are_found_again(void **state)
{
    static const struct {
        const char *mode;
        enum type type;
        size_t levels;
    } rows[] = {
        {"int8", TYPE_I8, 255},
        {"int8:weights=per-tensor", TYPE_I8, 255},
        {"16x8", TYPE_I8, 255},
        {"fp16", TYPE_F16, 0},
    };
    (void)state;
    for (size_t r = 0; r < COUNT(rows); r++) {
        struct made made;
        struct weight_grid grid;
        make(image_layers(), rows[r].mode, &made);
        for (int i = 0; i < made.set.count; i++) {
            const struct node *node = &made.set.real->nodes[i];
            bool is_product = op_table[node->op].family == FAMILY_PRODUCT;
            if (weight_grid_find(&made.set.parts, i, &grid) != is_product)
                fail_msg("%s: weights of layer %d, %s", rows[r].mode, i, op_name(node->op));
            if (!is_product)
                continue;
            size_t weights = shape_elements(&node_input(made.set.real, node, 1)->shape);
            assert_int_equal(grid.type, rows[r].type);
            assert_int_equal(grid.levels, rows[r].levels);
            assert_int_equal(grid.error.count, weights);
            if (!(tensor_error_sqnr(&grid.error) > 25.0))
                fail_msg("%s: layer %d has other weights", rows[r].mode, i);
        }
        layer_set_release(&made.set);
    }
}

/* Nothing is told of weights that stay as they are. */
static void float_weights_have_no_grid(void **state)
{
    struct made made;
    struct weight_grid grid;
    (void)state;
    make(planted(), "int8:skip=layer2:0", &made);
    for (int i = 0; i < DENSE; i++)
        assert_int_equal(weight_grid_find(&made.set.parts, i, &grid), i != RANGED);
    layer_set_release(&made.set);
}

/* Nothing is told of a layer that could be another one. */
static void layers_of_one_name_are_not_told_apart(void **state)
{
    struct made made;
    struct graph *alone, *graph = planted();
    const int *inputs;
    struct error error = {0};
    (void)state;
    graph->tensors[graph->nodes[1].outputs[0]].name = "same";
    graph->tensors[graph->nodes[2].outputs[0]].name = "same";
    make(graph, "int8", &made);
    assert_int_equal(made.set.fates[0], LAYER_CHANGED);
    assert_int_equal(made.set.fates[1], LAYER_MISSING);
    assert_int_equal(made.set.fates[2], LAYER_MISSING);
    assert_int_equal(made.set.fates[3], LAYER_MISSING); /* it reads one of them */
    assert_int_equal(made.set.fates[4], LAYER_CHANGED);
    assert_int_equal(layer_alone(&made.set.parts, 2, &alone, &inputs, &error), STATUS_UNSUPPORTED);
    assert_null(alone);
    struct layer_errors errors = measure(&made, "int8");
    assert_false(errors.list[2].is_isolated);
    assert_false(errors.list[2].is_accumulated);
    assert_true(errors.list[4].is_isolated);
    layer_errors_release(&errors);
    layer_set_release(&made.set);
}

static void skipped_layers_stay_float(void **state)
{
    struct made made;
    (void)state;
    make(planted(), "int8:skip=layer2:0", &made);
    for (int i = 0; i < DENSE; i++)
        assert_int_equal(made.set.fates[i], i == RANGED ? LAYER_FLOAT : LAYER_CHANGED);
    struct layer_errors errors = measure(&made, "int8:skip=layer2:0");
    assert_true(noise(&errors.list[RANGED].isolated) <= 0.0);
    assert_true(noise(&errors.list[RANGED].accumulated) > 0.0); /* of the layers before it */
    layer_errors_release(&errors);
    layer_set_release(&made.set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mode_has_errors_of_its_own),
        cmocka_unit_test(within_the_network_a_layer_is_what_it_is_alone),
        cmocka_unit_test(a_layer_with_a_huge_range_comes_first),
        cmocka_unit_test(what_the_output_holds_is_told),
        cmocka_unit_test(weights_are_found_again),
        cmocka_unit_test(float_weights_have_no_grid),
        cmocka_unit_test(layers_of_one_name_are_not_told_apart),
        cmocka_unit_test(skipped_layers_stay_float),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
