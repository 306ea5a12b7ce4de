/* Winograd's method: how far outputs are from the exact ones, that threads change nothing, and
 * where it is chosen. That it computes convolutions of all shapes is what test_fast_products.c
 * tests. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/session.h"
#include "graph_harness.h"
#include "hardware/cpu.h"
#include "kernels/fast/winograd.h"
#include "network_harness.h"
#include "node_harness.h"

static struct random random_state;

/* A convolution of one square image with SAME padding. */
struct sample {
    int size, depth, channels;
    float *image, *weights;
};

enum kind { UNIFORM, SIGNS, DYNAMIC_RANGE, SPOTS, KINDS };

/* -1..1; -1 or 1; 1e-6..1 by magnitude; a pixel in a hundred is a million times as large. */
static float draw(enum kind kind)
{
    double real = 2.0 * random_unit(&random_state) - 1.0;
    if (kind == SIGNS)
        return real < 0 ? -1.0f : 1.0f;
    if (kind == DYNAMIC_RANGE)
        return (float)copysign(pow(10.0, -6.0 * fabs(real)), real);
    return (float)real * (kind == SPOTS && random_below(&random_state, 100) == 0 ? 1e6f : 1.0f);
}

static float *draw_all(enum kind kind, size_t count)
{
    float *made = malloc(count * sizeof(*made));
    for (size_t i = 0; i < count; i++)
        made[i] = draw(kind);
    return made;
}

static struct sample draw_sample(enum kind kind, int size, int depth, int channels)
{
    return (struct sample){
        .size = size,
        .depth = depth,
        .channels = channels,
        .image = draw_all(kind, (size_t)(size * size * depth)),
        .weights = draw_all(kind == SPOTS ? UNIFORM : kind, (size_t)(channels * 9 * depth)),
    };
}

static void release(struct sample *sample)
{
    free(sample->image);
    free(sample->weights);
}

static struct graph *graph_of(const struct sample *sample, enum type weights)
{
    struct graph *graph = graph_new("test");
    union op_params params = {.conv = {.padding = PADDING_SAME,
                                       .stride_h = 1,
                                       .stride_w = 1,
                                       .dilation_h = 1,
                                       .dilation_w = 1,
                                       .bias_type = TYPE_F32}};
    struct shape in = SHAPE(1, sample->size, sample->size, sample->depth);
    struct shape filter = SHAPE(sample->channels, 3, 3, sample->depth);
    int inputs[] = {harness_tensor(graph, TYPE_F32, in, 0.0f, 0),
                    harness_constant(graph, weights, filter, 0.0f, 0, sample->weights), NO_TENSOR};
    int out = harness_tensor(graph, TYPE_F32, SHAPE(1), 0.0f, 0);
    graph_add_node(graph, OP_CONV_2D, inputs, 3, &out, 1, &params);
    return graph;
}

static const float *pixel_of(const struct sample *sample, int y, int x)
{
    if (y < 0 || y >= sample->size || x < 0 || x >= sample->size)
        return NULL;
    return sample->image + (size_t)((y * sample->size + x) * sample->depth);
}

static double exact(const struct sample *sample, int y, int x, int channel)
{
    const float *weight = sample->weights + (size_t)(channel * 9 * sample->depth);
    double sum = 0.0;
    for (int tap = 0; tap < 9; tap++, weight += sample->depth) {
        const float *pixel = pixel_of(sample, y + tap / 3 - 1, x + tap % 3 - 1);
        for (int k = 0; pixel && k < sample->depth; k++)
            sum += (double)pixel[k] * (double)weight[k];
    }
    return sum;
}

/* What the bound is a multiple of, for the tile with that first output. */
static double scale_of(const struct sample *sample, int side, int top, int left, int channel)
{
    double scale = 0.0;
    for (int k = 0; k < sample->depth; k++) {
        double greatest = 0.0, sum = 0.0;
        for (int y = top - 1; y <= top + side; y++)
            for (int x = left - 1; x <= left + side; x++)
                if (pixel_of(sample, y, x))
                    greatest = fmax(greatest, fabs((double)pixel_of(sample, y, x)[k]));
        for (int tap = 0; tap < 9; tap++)
            sum += fabs((double)sample->weights[(channel * 9 + tap) * sample->depth + k]);
        scale += greatest * sum;
    }
    return scale;
}

/* CALL(kernel, side) for every kernel of the method that this CPU runs. */
static void for_each_kernel(void (*call)(const struct kernel *kernel, int side))
{
    for (size_t k = 0; k < kernel_count(); k++) {
        const struct kernel *kernel = kernel_at(k);
        if (isa_available(kernel->isa) && strncmp(kernel->name, "winograd_", 9) == 0)
            call(kernel, kernel->name[9] - '0');
    }
}

static void check_errors(const struct kernel *kernel, int side)
{
    double bound = side == 2 ? WINOGRAD_2X2_ERROR : WINOGRAD_4X4_ERROR;
    for (int i = 0; i < 3 * KINDS; i++) {
        static const int depths[] = {3, 64, 128};
        struct sample sample = draw_sample((enum kind)(i % KINDS), 14, depths[i / KINDS], 5);
        struct graph *graph = graph_of(&sample, TYPE_F32);
        void *inputs[] = {sample.image, NULL, NULL};
        const float *got = harness_run(graph, kernel, 1, inputs);
        for (int y = 0; y < sample.size; y++)
            for (int x = 0; x < sample.size; x++)
                for (int c = 0; c < sample.channels; c++, got++) {
                    double error = fabs((double)*got - exact(&sample, y, x, c));
                    double most =
                        bound * scale_of(&sample, side, y / side * side, x / side * side, c);
                    if (!(error <= most))
                        fail_msg("%s, data %d, %d inputs: error %g, bound %g", kernel->name,
                                 i % KINDS, sample.depth, error, most);
                }
        graph_free(graph);
        release(&sample);
    }
}

static void errors_keep_their_bound(void **state)
{
    (void)state;
    for_each_kernel(check_errors);
}

static void check_threads(const struct kernel *kernel, int side)
{
    (void)side;
    static const int sizes[] = {3, 9, 30};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct sample sample = draw_sample(UNIFORM, sizes[i], 20, 70);
        struct graph *graph = graph_of(&sample, TYPE_F32);
        void *inputs[] = {sample.image, NULL, NULL};
        const void *one = harness_run(graph, kernel, 1, inputs);
        size_t count = (size_t)(sizes[i] * sizes[i] * sample.channels);
        for (int threads = 2; threads <= 9; threads++)
            harness_equal(TYPE_F32, harness_run(graph, kernel, threads, inputs), one, count);
        graph_free(graph);
        release(&sample);
    }
}

static void threads_change_nothing(void **state)
{
    (void)state;
    for_each_kernel(check_threads);
}

/* An infinite input reaches the outputs of its filters and of the tiles of these, no other. */
static void check_infinity(const struct kernel *kernel, int side)
{
    struct sample sample = draw_sample(UNIFORM, 20, 8, 3);
    struct graph *graph = graph_of(&sample, TYPE_F32);
    void *inputs[] = {sample.image, NULL, NULL};
    const int at = 10;
    sample.image[(at * sample.size + at) * sample.depth] = INFINITY;
    const float *got = harness_run(graph, kernel, 1, inputs);
    int first = (at - 1) / side * side, last = (at + 1) / side * side + side - 1;
    for (int y = 0; y < sample.size; y++)
        for (int x = 0; x < sample.size; x++)
            for (int c = 0; c < sample.channels; c++, got++) {
                bool is_reached = abs(y - at) <= 1 && abs(x - at) <= 1;
                bool is_near = y >= first && y <= last && x >= first && x <= last;
                assert_false(is_reached && isfinite(*got));
                assert_false(!is_near && !isfinite(*got));
            }
    graph_free(graph);
    release(&sample);
}

static void infinity_stays_within_its_tiles(void **state)
{
    (void)state;
    for_each_kernel(check_infinity);
}

static void expect_way(int size, int depth, int channels, bool is_direct, const char *expected)
{
    struct sample sample = draw_sample(UNIFORM, size, depth, channels);
    struct graph *graph = graph_of(&sample, TYPE_F32);
    struct plan_options options = {.threads = 1, .isa = isa_best(), .is_direct = is_direct};
    struct plan *plan;
    struct error error;
    graph_set_inputs(graph, graph->nodes[0].inputs, 1);
    graph_set_outputs(graph, graph->nodes[0].outputs, 1);
    harness_kernel(graph, ISA_REFERENCE, false); /* infers the shapes */
    assert_int_equal(plan_new(graph, &options, &plan, &error), STATUS_OK);
    if (strncmp(plan_step_kernel(plan, 0), expected, strlen(expected)) != 0)
        fail_msg("%dx%d, %d to %d channels: %s, expected %s", size, size, depth, channels,
                 plan_step_kernel(plan, 0), expected);
    plan_free(plan);
    graph_free(graph);
    release(&sample);
}

/* The rule of winograd.c, at the layers that it was made from. Generic kernels have no F(4x4). */
static void shapes_decide_where_it_is_used(void **state)
{
    (void)state;
    if (isa_best() == ISA_GENERIC)
        skip();
    expect_way(56, 64, 64, false, "winograd_4x4_conv_2d_f32");
    expect_way(28, 128, 128, false, "winograd_4x4_conv_2d_f32");
    expect_way(14, 256, 256, false, "winograd_2x2_conv_2d_f32");
    expect_way(8, 64, 64, false, "winograd_2x2_conv_2d_f32");
    expect_way(7, 512, 512, false, "conv_2d_f32");
    expect_way(28, 8, 32, false, "conv_2d_f32");
    expect_way(5, 64, 64, false, "conv_2d_f32");
    expect_way(56, 64, 64, true, "conv_2d_f32");
    expect_way(14, 256, 256, true, "conv_2d_f32");
}

/* --- within a network --- */

static int conv(struct graph *graph, int image, int channels)
{
    union op_params params = {.conv = {PADDING_SAME, 1, 1, 1, 1, 0, ACTIVATION_NONE, 0, {0}}};
    int depth = graph->tensors[image].shape.dim[3];
    int inputs[] = {image,
                    network_constant(graph, &random_state, SHAPE(channels, 3, 3, depth), -1.0, 1.0),
                    network_constant(graph, &random_state, SHAPE(channels), -1.0, 1.0)};
    return harness_node(graph, OP_CONV_2D, inputs, 3, &params, TYPE_F32, 0, 0);
}

/* A convolution with a sum behind it, and two side by side in one tensor. */
static struct graph *network(void)
{
    struct graph *graph = network_new(SHAPE(2, 9, 10, 21));
    union op_params sum = {.arithmetic = {.activation = ACTIVATION_RELU6}};
    union op_params axis = {.axis = {.axis = 3}};
    int first = conv(graph, graph->inputs[0], 21), parts[2];
    parts[0] =
        harness_node(graph, OP_ADD, (int[]){first, graph->inputs[0]}, 2, &sum, TYPE_F32, 0, 0);
    parts[1] = conv(graph, parts[0], 70);
    int tensors[] = {parts[1], conv(graph, parts[0], 17)};
    int out = harness_node(graph, OP_CONCATENATION, tensors, 2, &axis, TYPE_F32, 0, 0);
    graph_set_outputs(graph, &out, 1);
    return graph;
}

static const float *run_network(struct graph *graph, const struct plan_options *options,
                                const float *input, int steps)
{
    struct machine machine = machine_new(graph, options);
    const struct tensor *out = &graph->tensors[graph->outputs[0]];
    memcpy(session_input(machine.session, 0), input,
           tensor_bytes(&graph->tensors[graph->inputs[0]]));
    session_run(machine.session);
    const float *result =
        arena_copy(graph->arena, session_output(machine.session, 0), tensor_bytes(out));
    assert_int_equal(plan_steps(machine.plan), steps);
    for (int i = 0; i < steps && options->isa > ISA_GENERIC; i++)
        assert_ptr_equal(strstr(plan_step_kernel(machine.plan, i), "winograd_4x4"),
                         plan_step_kernel(machine.plan, i));
    machine_free(&machine);
    return result;
}

static void sums_and_joins_become_part_of_it(void **state)
{
    (void)state;
    struct graph *graph = network();
    const struct tensor *out = &graph->tensors[graph->outputs[0]];
    float *input = draw_all(UNIFORM, shape_elements(&graph->tensors[graph->inputs[0]].shape));
    struct plan_options options = {.threads = 1, .isa = ISA_REFERENCE};
    const float *expected = run_network(graph, &options, input, 5);
    for (int isa = ISA_REFERENCE + 1; isa <= ISA_AVX512_VNNI; isa++) {
        options = (struct plan_options){.threads = 2, .isa = (enum isa)isa, .merges = true};
        if (isa_available((enum isa)isa))
            harness_near(run_network(graph, &options, input, 3), expected,
                         shape_elements(&out->shape), 2e-4, 2e-5);
    }
    graph_free(graph);
    free(input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_keep_their_bound),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(infinity_stays_within_its_tiles),
        cmocka_unit_test(shapes_decide_where_it_is_used),
        cmocka_unit_test(sums_and_joins_become_part_of_it),
    };
    random_state.state = 3;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
