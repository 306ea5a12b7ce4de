/* Provenance: whatever is done to a network, its nodes and the steps that run know which layers of
 * the float model's file they come from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "engine/plan.h"
#include "model/load.h"
#include "quantize/candidate.h"
#include "quantize/float_graph.h"
#include "rewrite/fuse.h"
#include "rewrite/recognize.h"
#include "rewrite_harness.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void expect_origin(const struct node *node, const int *layers, int count)
{
    assert_int_equal(node->origin.count, count);
    assert_memory_equal(node->origin.layers, layers, (size_t)count * sizeof(*layers));
}

static void origins_are_joined_in_order_without_doubles(void **state)
{
    struct graph *graph = graph_new("joined");
    const int left[] = {1, 4, 7}, right[] = {0, 4, 9};
    struct node node = {.origin = {3, left}};
    (void)state;
    node_add_origin(graph, &node, &(struct origin){3, right});
    expect_origin(&node, (const int[]){0, 1, 4, 7, 9}, 5);
    node_add_origin(graph, &node, &(struct origin){0, NULL});
    assert_int_equal(node.origin.count, 5);
    graph_free(graph);
}

/* x * 0.5 * (1 + erf(x / sqrt(2))), whose ADD something else reads, too, if asked for. */
static void recognized_operators_come_from_all_that_they_replace(void **state)
{
    (void)state;
    for (int is_shared = 0; is_shared < 2; is_shared++) {
        struct graph *graph = graph_new("gelu");
        int x = rewrite_real(graph, SHAPE(2, 8));
        int scaled = rewrite_apply(graph, OP_MUL, x, rewrite_number(graph, 0.70710678), NULL);
        int erf = rewrite_apply(graph, OP_ERF, scaled, NO_TENSOR, NULL);
        int gate = rewrite_apply(graph, OP_ADD, erf, rewrite_number(graph, 1.0), NULL);
        int half = rewrite_apply(graph, OP_MUL, x, rewrite_number(graph, 0.5), NULL);
        int out[] = {rewrite_apply(graph, OP_MUL, half, gate, NULL), gate};
        graph_set_inputs(graph, &x, 1);
        graph_set_outputs(graph, out, 1 + is_shared);
        graph_name_layers(graph);
        graph_recognize(graph);
        graph_drop_dead(graph);
        const struct node *gelu = &graph->nodes[graph->n_nodes - 1];
        assert_int_equal(gelu->op, OP_GELU);
        if (is_shared)
            expect_origin(gelu, (const int[]){3, 4}, 2);
        else
            expect_origin(gelu, (const int[]){0, 1, 2, 3, 4}, 5);
        graph_free(graph);
    }
}

static void fused_nodes_come_from_both(void **state)
{
    struct graph *graph = graph_new("fused");
    int x = rewrite_real(graph, SHAPE(2, 8));
    (void)state;
    int y = rewrite_apply(graph, OP_FULLY_CONNECTED, x, rewrite_random(graph, SHAPE(4, 8)), NULL);
    y = rewrite_apply(graph, OP_ADD, y, rewrite_random(graph, SHAPE(4)), NULL);
    y = rewrite_apply(graph, OP_RELU, y, NO_TENSOR, NULL);
    y = rewrite_apply(graph, OP_SOFTMAX, y, NO_TENSOR, NULL);
    graph_set_inputs(graph, &x, 1);
    graph_set_outputs(graph, &y, 1);
    graph_name_layers(graph);
    graph_fuse(graph);
    assert_int_equal(graph->n_nodes, 2);
    expect_origin(&graph->nodes[0], (const int[]){0, 1, 2}, 3);
    expect_origin(&graph->nodes[1], (const int[]){3}, 1);
    graph_free(graph);
}

/* --- whole models ----------------------------------------------------------------------------- */

/* Marks the layers of the float model that a step of its file's plan does the work of. */
static void mark(const struct candidate *candidate, const struct graph *loaded,
                 const struct plan *plan, int step, bool *is_met)
{
    int n_nodes, layers = 0;
    const int *nodes = plan_step_nodes(plan, step, &n_nodes);
    assert_true(n_nodes > 0);
    for (int n = 0; n < n_nodes; n++) {
        const struct origin *in_file = &loaded->nodes[nodes[n]].origin;
        for (int i = 0; i < in_file->count; i++) {
            assert_in_range(in_file->layers[i], 0, candidate->origins.count - 1);
            const struct origin *origin = &candidate->origins.of[in_file->layers[i]];
            for (int k = 0; k < origin->count; k++) {
                assert_in_range(origin->layers[k], 0, candidate->graph->n_layers - 1);
                is_met[origin->layers[k]] = true;
                layers++;
            }
        }
    }
    if (layers == 0)
        fail_msg("%s: step %d (%s) comes from no layer", loaded->name, step,
                 plan_step_kernel(plan, step));
}

/* Layers whose work no step does: views, and what was computed once. */
static int count_unmet(const struct candidate *candidate, const char *what, const bool *is_met)
{
    int unmet = 0;
    for (int i = 0; i < candidate->graph->n_layers; i++) {
        const char *op = candidate->graph->layers[i].op;
        assert_true(op[0] && candidate->graph->layers[i].name[0]);
        bool may_vanish = strcmp(op, "RESHAPE") == 0 || strcmp(op, "Reshape") == 0 ||
                          strcmp(op, "Transpose") == 0 || strcmp(op, "Shape") == 0;
        if (!is_met[i] && !may_vanish)
            print_message("%s: no step of layer %d (%s)\n", what, i, op);
        unmet += !is_met[i] && !may_vanish;
    }
    return unmet;
}

static void check_candidate(const struct candidate_order *order)
{
    struct candidate candidate;
    struct graph *loaded;
    struct plan *plan;
    struct error error;
    const struct plan_options options = {.threads = 1, .isa = isa_best(), .merges = true};
    if (candidate_make(order, &candidate, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    unsigned char *bytes = memory_try(candidate.size);
    memcpy(bytes, candidate.bytes, candidate.size);
    if (graph_load_bytes(order->mode, bytes, candidate.size, NULL, &loaded, &error) != STATUS_OK ||
        plan_new(loaded, &options, &plan, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_int_equal(loaded->n_layers, candidate.origins.count);
    bool *is_met = xcalloc((size_t)candidate.graph->n_layers, sizeof(*is_met));
    for (int s = 0; s < plan_steps(plan); s++)
        mark(&candidate, loaded, plan, s, is_met);
    assert_int_equal(count_unmet(&candidate, order->mode, is_met), 0);
    free(is_met);
    plan_free(plan);
    graph_free(loaded);
    candidate_release(&candidate);
}

static void steps_of_all_modes_come_from_layers(void **state)
{
    static const char *const models[] = {"synth:mobilenet-v2:width=0.35,size=32,classes=10",
                                         "synth:bert-tiny:size=8",
                                         "synth:efficientnet-b0:width=0.35,size=32,classes=10"};
    static const char *const modes[] = {
        "fp32", "dynamic", "int8:effort=0", "int8-io:effort=0", "16x8:effort=0", "fp16", "as-is"};
    static const char *const tflite[] = {".tflite", NULL}, *const onnx[] = {".onnx", NULL};
    (void)state;
    for (size_t m = 0; m < COUNT(models); m++)
        for (size_t i = 0; i < COUNT(modes); i++) {
            struct dataset_spec calibration = {
                .samples = "random:4", .type = TYPE_COUNT, .count = 4, .scale = 1.0};
            struct candidate_order order = {.model = models[m],
                                            .mode = modes[i],
                                            .calibration = &calibration,
                                            .formats = tflite};
            check_candidate(&order);
            order.formats = onnx;
            if (strncmp(modes[i], "16x8", 4) != 0)
                check_candidate(&order);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(origins_are_joined_in_order_without_doubles),
        cmocka_unit_test(recognized_operators_come_from_all_that_they_replace),
        cmocka_unit_test(fused_nodes_come_from_both),
        cmocka_unit_test(steps_of_all_modes_come_from_layers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
