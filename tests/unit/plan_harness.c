#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "need.h"
#include "node_harness.h"
#include "plan_harness.h"

struct random plan_random;

int plan_seed(void **state)
{
    (void)state;
    plan_random.state = 1;
    return 0;
}

int plan_between(int low, int high)
{
    return low + (int)random_below(&plan_random, (size_t)(high - low + 1));
}

void plan_ends(struct graph *graph, int input, int output)
{
    struct error error = {0};
    graph_set_inputs(graph, &input, 1);
    graph_set_outputs(graph, &output, 1);
    need(graph_check(graph, &error), &error);
}

/* Weights of a type: int8 ones have a scale per tensor. */
static int plan_weights(struct graph *graph, enum type type, struct shape shape)
{
    void *elements = calloc(shape_elements(&shape), type_size(type));
    harness_fill(&plan_random, type, elements, shape_elements(&shape), 0.5, false);
    int number = harness_constant(graph, type, shape, type == TYPE_I8 ? 0.01f : 0.0f, 0, elements);
    free(elements);
    return number;
}

struct graph *plan_network(enum type type)
{
    const union op_params conv = {.conv = {PADDING_SAME, 1, 1, 1, 1, 0, ACTIVATION_RELU, 0, {0}}};
    const union op_params wide = {.conv = {PADDING_SAME, 2, 2, 1, 1, 0, 0, 0, {0}}};
    const union op_params pool = {.pool = {PADDING_VALID, 2, 2, 2, 2, 0, {0}}};
    float scale = type == TYPE_I8 ? 0.05f : 0.0f;
    struct graph *graph = graph_new("g");
    int in = harness_tensor(graph, type, SHAPE(1, 17, 19, 5), scale, 3);
    int w = plan_weights(graph, type, SHAPE(21, 3, 3, 5));
    int x = harness_node(graph, OP_CONV_2D, (int[]){in, w}, 2, &conv, type, scale, -7);
    w = plan_weights(graph, type, SHAPE(1, 3, 3, 21));
    x = harness_node(graph, OP_DEPTHWISE_CONV_2D, (int[]){x, w}, 2, &wide, type, scale, 5);
    x = harness_node(graph, OP_ADD, (int[]){x, x}, 2, NULL, type, 2 * scale, 0);
    x = harness_node(graph, OP_MAX_POOL_2D, &x, 1, &pool, type, 2 * scale, 0);
    w = plan_weights(graph, type, SHAPE(11, 4 * 5 * 21));
    x = harness_node(graph, OP_FULLY_CONNECTED, (int[]){x, w}, 2, NULL, type, 2 * scale, 9);
    plan_ends(graph, in, x);
    return graph;
}

struct machine plan_machine(struct graph *graph, enum isa isa, int threads, bool keep_all)
{
    struct plan_options options = {.threads = threads, .isa = isa, .keep_all = keep_all};
    return machine_new(graph, &options);
}
