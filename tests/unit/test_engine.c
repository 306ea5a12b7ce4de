/* Plans: where activations lie, and which steps there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/memory_plan.h"
#include "engine/session.h"
#include "graph_harness.h"
#include "need.h"
#include "node_harness.h"
#include "plan_harness.h"
#include "rewrite_harness.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* --- layout ----------------------------------------------------------------------------------- */

static size_t aligned(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

static bool alive_together(const struct buffer *a, const struct buffer *b)
{
    return a->first <= b->last && b->first <= a->last;
}

static void check_apart(const struct buffer *a, const struct buffer *b)
{
    if (alive_together(a, b) && a->bytes > 0 && b->bytes > 0 && a->offset < b->offset + b->bytes &&
        b->offset < a->offset + a->bytes)
        fail_msg("%zu bytes at %zu overlap %zu bytes at %zu", a->bytes, a->offset, b->bytes,
                 b->offset);
}

/* No total can be below what is in use at one step, nor need it be above everything. */
static void check_total(const struct buffer *buffers, size_t count, size_t total)
{
    size_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        size_t in_use = 0;
        for (size_t k = 0; k < count; k++)
            if (buffers[k].first <= buffers[i].first && buffers[k].last >= buffers[i].first)
                in_use += aligned(buffers[k].bytes);
        assert_true(total >= in_use);
        sum += aligned(buffers[i].bytes);
    }
    assert_true(total <= sum);
}

static void buffers_that_live_together_lie_apart(void **state)
{
    struct buffer buffers[40];
    (void)state;
    for (int round = 0; round < 300; round++) {
        size_t count = (size_t)plan_between(0, LENGTH(buffers));
        for (size_t i = 0; i < count; i++) {
            int first = plan_between(0, 20);
            buffers[i] = (struct buffer){.bytes = (size_t)plan_between(0, plan_between(0, 5000)),
                                         .first = first,
                                         .last = first + plan_between(0, plan_between(0, 20)),
                                         .offset = 1};
        }
        size_t total = memory_plan(buffers, count);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(buffers[i].offset % 64, 0);
            assert_true(buffers[i].offset + buffers[i].bytes <= total);
            for (size_t k = 0; k < i; k++)
                check_apart(&buffers[i], &buffers[k]);
        }
        check_total(buffers, count, total);
    }
}

/* Cases whose least total is known: what is in use at their fullest step. */
static void known_memory_plans_are_the_best(void **state)
{
    struct buffer chain[] = {{100, 0, 1, 1}, {200, 1, 2, 1}, {100, 2, 3, 1}, {250, 3, 4, 1}};
    struct buffer gap[] = {{256, 0, 3, 1}, {128, 0, 0, 1}, {64, 0, 1, 1}, {60, 1, 1, 1}};
    struct buffer one[] = {{1, 5, 5, 1}}, apart[] = {{64, 0, 0, 1}, {640, 1, 1, 1}};
    (void)state;
    assert_int_equal(memory_plan(chain, LENGTH(chain)), 128 + 256);
    assert_int_equal(memory_plan(gap, LENGTH(gap)), 256 + 128 + 64);
    assert_int_equal(gap[3].offset, 256); /* where the second one was */
    assert_int_equal(memory_plan(one, 1), 64);
    assert_int_equal(memory_plan(apart, 2), 640);
    assert_int_equal(memory_plan(NULL, 0), 0);
}

static void what_no_address_can_reach_does_not_fit(void **state)
{
    (void)state;
    const size_t half = SIZE_MAX / 2;
    const size_t sizes[][3] = {{SIZE_MAX, 0, 0},
                               {half, half, half},
                               {half - 64, SIZE_MAX - 10, 0},
                               {half - 64, half - 64, half - 64}};
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        struct buffer buffers[3];
        for (int k = 0; k < 3; k++)
            buffers[k] = (struct buffer){sizes[i][k], 0, 0, 0};
        assert_true(memory_plan(buffers, 3) == SIZE_MAX);
    }
    struct buffer large[] = {{half / 4 + 1, 0, 0, 0}, {half / 4 + 1, 0, 0, 0}};
    assert_true(memory_plan(large, 2) == 2 * (half / 4 + 1)); /* a multiple of 64 as it is */
}

/* --- networks --------------------------------------------------------------------------------- */

static struct plan *make_plan(struct graph *graph, enum isa isa, int threads, bool keep_all)
{
    struct plan_options options = {.threads = threads, .isa = isa, .keep_all = keep_all};
    struct error error = {0};
    struct plan *plan;
    need(plan_new(graph, &options, &plan, &error), &error);
    return plan;
}

/* --- plans ------------------------------------------------------------------------------------ */

static void a_chain_needs_two_buffers(void **state)
{
    struct graph *graph = graph_new("g");
    int in = rewrite_real(graph, SHAPE(1024)), x = in;
    (void)state;
    for (int i = 0; i < 6; i++)
        x = rewrite_apply(graph, OP_TANH, x, NO_TENSOR, NULL);
    plan_ends(graph, in, x);
    struct plan *plan = make_plan(graph, ISA_REFERENCE, 1, false);
    struct plan *all = make_plan(graph, ISA_REFERENCE, 1, true);
    assert_int_equal(plan_sizes(plan).arena_bytes, 2 * 4096);
    assert_int_equal(plan_sizes(all).arena_bytes, 7 * 4096);
    assert_int_equal(plan_steps(plan), 6);
    plan_free(plan);
    plan_free(all);
    graph_free(graph);
}

static void views_have_no_step(void **state)
{
    const union op_params flat = {.vector = {1, 1, {6}}}, none = {{0}};
    struct graph *graph = graph_new("g");
    int in = rewrite_real(graph, SHAPE(1, 2, 3));
    int x = rewrite_apply(graph, OP_RELU, in, NO_TENSOR, NULL);
    int view = rewrite_apply(graph, OP_RESHAPE, x, NO_TENSOR, &flat);
    view = rewrite_apply(graph, OP_EXPAND_DIMS, view, harness_ints(graph, (int32_t[]){0}, 0), NULL);
    view = rewrite_apply(graph, OP_SQUEEZE, view, NO_TENSOR, &none);
    int out = rewrite_apply(graph, OP_ABS, view, NO_TENSOR, NULL);
    (void)state;
    plan_ends(graph, in, out);
    struct machine machine = plan_machine(graph, ISA_REFERENCE, 1, false);
    const float elements[] = {-1, 2, -3, 4, 5, -6}, expected[] = {0, 2, 0, 4, 5, 0};
    assert_int_equal(plan_steps(machine.plan), 2);
    assert_int_equal(plan_step_node(machine.plan, 0), 0);
    assert_int_equal(plan_step_node(machine.plan, 1), 4);
    assert_int_equal(plan_sizes(machine.plan).arena_bytes, 2 * 64);
    memcpy(session_input(machine.session, 0), elements, sizeof(elements));
    session_run(machine.session);
    assert_memory_equal(session_output(machine.session, 0), expected, sizeof(expected));
    machine_free(&machine);
    graph_set_outputs(graph, &graph->nodes[2].outputs[0], 1); /* a view can be an output */
    machine = plan_machine(graph, ISA_REFERENCE, 1, false);
    memcpy(session_input(machine.session, 0), elements, sizeof(elements));
    session_run(machine.session);
    assert_memory_equal(session_output(machine.session, 0), expected, sizeof(expected));
    machine_free(&machine);
    graph_free(graph);
}

/* A graph without any step: its output is its input. */
static void a_view_of_the_input_is_the_input(void **state)
{
    const union op_params flat = {.vector = {1, 1, {6}}};
    struct graph *graph = graph_new("g");
    int in = rewrite_real(graph, SHAPE(2, 3));
    (void)state;
    plan_ends(graph, in, rewrite_apply(graph, OP_RESHAPE, in, NO_TENSOR, &flat));
    struct machine machine = plan_machine(graph, ISA_REFERENCE, 2, false);
    assert_int_equal(plan_steps(machine.plan), 0);
    session_run(machine.session);
    assert_ptr_equal(session_output(machine.session, 0), session_input(machine.session, 0));
    machine_free(&machine);
    graph_free(graph);
}

static void stored_constants_are_derived_once(void **state)
{
    const int8_t stored[] = {10, -20, 30};
    struct graph *graph = graph_new("g");
    int in = rewrite_real(graph, SHAPE(3));
    int constant = harness_constant(graph, TYPE_I8, SHAPE(3), 0.5f, 0, stored);
    int real_constant = rewrite_apply(graph, OP_DEQUANTIZE, constant, NO_TENSOR, NULL);
    int out = rewrite_apply(graph, OP_ADD, in, real_constant, NULL);
    (void)state;
    plan_ends(graph, in, out);
    for (int is_output = 0; is_output < 2; is_output++) {
        const float elements[] = {1, 2, 3}, expected[] = {6, -8, 18}, widened[] = {5, -10, 15};
        graph_set_outputs(graph, (int[]){out, real_constant}, 1 + is_output);
        struct machine machine = plan_machine(graph, ISA_REFERENCE, 1, false);
        assert_int_equal(plan_steps(machine.plan), 1 + is_output);
        for (int run = 0; run < 2; run++) {
            memcpy(session_input(machine.session, 0), elements, sizeof(elements));
            session_run(machine.session);
            assert_memory_equal(session_output(machine.session, 0), expected, sizeof(expected));
        }
        if (is_output)
            assert_memory_equal(session_output(machine.session, 1), widened, sizeof(widened));
        machine_free(&machine);
    }
    graph_free(graph);
}

static void no_step_goes_beyond_the_instruction_set(void **state)
{
    (void)state;
    for (int i = 0; i < ISA_COUNT; i++) {
        struct graph *graph = plan_network(TYPE_F32);
        struct plan *plan = make_plan(graph, (enum isa)i, 2, false);
        int fast = 0;
        /* The half-precision set is for half-precision weights alone. */
        enum isa wanted = i == ISA_AVX512_FP16 ? ISA_AVX512_VNNI : (enum isa)i;
        assert_int_equal(plan_steps(plan), graph->n_nodes);
        for (int s = 0; s < plan_steps(plan); s++) {
            assert_true(plan_step_isa(plan, s) <= (enum isa)i);
            assert_true(isa_available(plan_step_isa(plan, s)));
            assert_string_not_equal(plan_step_kernel(plan, s), "");
            fast += plan_step_isa(plan, s) == wanted;
        }
        assert_true(fast > 0 || !isa_available(wanted)); /* what can be used, is */
        plan_free(plan);
        graph_free(graph);
    }
}

static void plans_name_the_node_that_no_kernel_takes(void **state)
{
    struct graph *graph = graph_new("g");
    struct plan_options options = {.threads = 1, .isa = ISA_REFERENCE};
    struct error error = {0};
    struct plan *plan;
    int in = harness_tensor(graph, TYPE_I64, SHAPE(3), 0.0f, 0);
    int x = harness_node(graph, OP_TANH, &in, 1, NULL, TYPE_I64, 0.0f, 0);
    (void)state;
    plan_ends(graph, in, x);
    assert_int_equal(plan_new(graph, &options, &plan, &error), STATUS_UNSUPPORTED);
    assert_string_equal(error.where, "g: node 0 (TANH)");
    assert_non_null(strstr(error.text, "int64"));
    graph_free(graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(buffers_that_live_together_lie_apart, plan_seed),
        cmocka_unit_test_setup(known_memory_plans_are_the_best, plan_seed),
        cmocka_unit_test_setup(what_no_address_can_reach_does_not_fit, plan_seed),
        cmocka_unit_test_setup(a_chain_needs_two_buffers, plan_seed),
        cmocka_unit_test_setup(views_have_no_step, plan_seed),
        cmocka_unit_test_setup(a_view_of_the_input_is_the_input, plan_seed),
        cmocka_unit_test_setup(stored_constants_are_derived_once, plan_seed),
        cmocka_unit_test_setup(no_step_goes_beyond_the_instruction_set, plan_seed),
        cmocka_unit_test_setup(plans_name_the_node_that_no_kernel_takes, plan_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
