/* Bands: steps that take turns give what whole steps give, to the bit, in less memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "engine/band.h"
#include "engine/session.h"
#include "graph_harness.h"
#include "node_harness.h"
#include "patience.h"

static struct random random_state;

static int between(int low, int high)
{
    return low + (int)random_below(&random_state, (size_t)(high - low + 1));
}

static int32_t dimension(const struct graph *graph, int tensor, int i)
{
    return graph->tensors[tensor].shape.dim[i];
}

static int random_constant(struct graph *graph, struct shape shape)
{
    size_t count = shape_elements(&shape);
    float *values = xcalloc(count, sizeof(*values));
    harness_fill(&random_state, TYPE_F32, values, count, 0.5, false);
    int made = harness_constant(graph, TYPE_F32, shape, 0.0f, 0, values);
    free(values);
    return made;
}

static int apply(struct graph *graph, enum op op, const int *inputs, int count,
                 const union op_params *params)
{
    return harness_node(graph, op, inputs, count, params, TYPE_F32, 0.0f, 0);
}

/* A convolution with a square filter; channels 0: one for each input channel. */
static int convolve(struct graph *graph, int in, int channels, int side, int stride)
{
    int32_t depth = dimension(graph, in, 3);
    union op_params params = {.conv = {.padding = between(PADDING_SAME, PADDING_VALID),
                                       .stride_h = stride,
                                       .stride_w = stride,
                                       .dilation_h = 1,
                                       .dilation_w = 1,
                                       .multiplier = 1,
                                       .bias_type = TYPE_F32}};
    bool is_depthwise = channels == 0;
    struct shape filter =
        is_depthwise ? SHAPE(1, side, side, depth) : SHAPE(channels, side, side, depth);
    int inputs[] = {in, random_constant(graph, filter),
                    random_constant(graph, SHAPE(is_depthwise ? depth : channels))};
    return apply(graph, is_depthwise ? OP_DEPTHWISE_CONV_2D : OP_CONV_2D, inputs, 3, &params);
}

/* Times a gate for each channel. */
static int gate(struct graph *graph, int in)
{
    int inputs[] = {in, random_constant(graph, SHAPE(1, 1, 1, dimension(graph, in, 3)))};
    return apply(graph, OP_MUL, inputs, 2, NULL);
}

static int random_step(struct graph *graph, int in)
{
    switch (between(0, 5)) {
    case 0:
        return convolve(graph, in, between(40, 90), 1, 1);
    case 1:
        return convolve(graph, in, 0, 3, between(1, 2));
    case 2:
        return convolve(graph, in, 0, 5, 1);
    case 3:
        return convolve(graph, in, between(40, 90), 5, 1);
    case 4:
        return gate(graph, in);
    default:
        return apply(graph, OP_HARD_SWISH, &in, 1, NULL);
    }
}

static struct graph *network(int steps, int images)
{
    struct graph *graph = graph_new("g");
    int in = harness_tensor(graph, TYPE_F32, SHAPE(images, 80 / images, 71, 40), 0.0f, 0);
    int last = convolve(graph, in, 48, 1, 1), early = last;
    for (int i = 0; i < steps; i++)
        last = random_step(graph, last);
    /* Something early that is read late, too: no ring has it. */
    if (between(0, 1) && shape_equal(&graph->tensors[last].shape, &graph->tensors[early].shape))
        last = apply(graph, OP_ADD, (int[]){last, early}, 2, NULL);
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, &last, 1);
    return graph;
}

static int count_bands(const struct plan *plan)
{
    int count = 0;
    for (int s = 0; s < plan->n_steps; s++)
        count += plan->steps[s].band != NULL;
    return count;
}

/* Runs a plan and leaves its outputs in `made`. */
static void run(const struct machine *machine, const struct graph *graph, const float *input,
                float *made)
{
    const struct tensor *out = &graph->tensors[graph->outputs[0]];
    memcpy(session_input(machine->session, 0), input,
           tensor_bytes(&graph->tensors[graph->inputs[0]]));
    session_run(machine->session);
    memcpy(made, session_output(machine->session, 0), tensor_bytes(out));
}

/* Returns how many bands there were. */
static int check_network(const struct graph *graph, enum isa isa)
{
    const struct plan_options banded = {.threads = 1, .isa = isa, .merges = true};
    const struct plan_options whole = {.threads = 1, .isa = isa};
    struct machine machines[] = {machine_new(graph, &banded), machine_new(graph, &whole)};
    size_t elements = shape_elements(&graph->tensors[graph->inputs[0]].shape);
    size_t count = shape_elements(&graph->tensors[graph->outputs[0]].shape);
    float *input = xcalloc(elements, sizeof(float)), *made[2];
    int bands = count_bands(machines[0].plan);
    for (int i = 0; i < 2; i++)
        made[i] = xcalloc(count, sizeof(float));
    for (int round = 0; round < 2; round++) {
        harness_fill(&random_state, TYPE_F32, input, elements, 2.0, false);
        for (int i = 0; i < 2; i++)
            run(&machines[i], graph, input, made[i]);
        harness_equal(TYPE_F32, made[0], made[1], count);
    }
    assert_int_equal(count_bands(machines[1].plan), 0);
    for (int i = 0; i < 2; i++) {
        machine_free(&machines[i]);
        free(made[i]);
    }
    free(input);
    return bands;
}

static void turns_give_what_whole_steps_give(void **state)
{
    int bands = 0;
    (void)state;
    for (int i = 0; i < 4 * PATIENCE; i++) {
        struct graph *graph = network(between(1, 6), between(1, 2));
        bands += check_network(graph, isa_best());
        if (i % 4 == 0)
            bands += check_network(graph, isa_best_up_to(ISA_GENERIC));
        graph_free(graph);
    }
    assert_true(bands >= 2 * PATIENCE);
}

/* Expand, depthwise, project: the tensors in between need a few rows of memory. */
static void rings_take_less_memory_than_tensors(void **state)
{
    struct graph *graph = graph_new("g");
    int in = harness_tensor(graph, TYPE_F32, SHAPE(1, 96, 96, 16), 0.0f, 0);
    int last = convolve(graph, in, 96, 1, 1);
    (void)state;
    last = convolve(graph, last, 0, 3, 1);
    last = convolve(graph, last, 16, 1, 1);
    graph_set_inputs(graph, &in, 1);
    graph_set_outputs(graph, &last, 1);
    const struct plan_options options = {.threads = 1, .isa = isa_best(), .merges = true};
    struct machine machine = machine_new(graph, &options);
    assert_int_equal(count_bands(machine.plan), 1);
    size_t ends = tensor_bytes(&graph->tensors[in]) + tensor_bytes(&graph->tensors[last]);
    assert_true(plan_sizes(machine.plan).arena_bytes < ends + ((size_t)1 << 20));
    machine_free(&machine);
    graph_free(graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turns_give_what_whole_steps_give),
        cmocka_unit_test(rings_take_less_memory_than_tensors),
    };
    random_state.state = 14;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
