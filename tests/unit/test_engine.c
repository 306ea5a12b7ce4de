/* The engine: where activations lie, which steps a plan has, that every run gives the same and that
 * nothing is allocated meanwhile. */
#include <limits.h>
#include <malloc.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "engine/call.h"
#include "engine/memory_plan.h"
#include "engine/session.h"
#include "graph_harness.h"
#include "node_harness.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static struct random random_state;

static int between(int low, int high)
{
    return low + (int)random_below(&random_state, (size_t)(high - low + 1));
}

static void need(enum status status, const struct error *error)
{
    if (status != STATUS_OK)
        fail_msg("%s: %s", error->where, error->text);
}

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
        size_t count = (size_t)between(0, LENGTH(buffers));
        for (size_t i = 0; i < count; i++) {
            int first = between(0, 20);
            buffers[i] = (struct buffer){.bytes = (size_t)between(0, between(0, 5000)),
                                         .first = first,
                                         .last = first + between(0, between(0, 20)),
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

static int real(struct graph *graph, struct shape shape)
{
    return harness_tensor(graph, TYPE_F32, shape, 0.0f, 0);
}

static int apply(struct graph *graph, enum op op, int a, int b, const union op_params *params)
{
    int inputs[] = {a, b};
    return harness_node(graph, op, inputs, b == NO_TENSOR ? 1 : 2, params, TYPE_F32, 0.0f, 0);
}

static void set_ends(struct graph *graph, int input, int output)
{
    struct error error = {0};
    graph_set_inputs(graph, &input, 1);
    graph_set_outputs(graph, &output, 1);
    need(graph_check(graph, &error), &error);
}

/* Weights of a type: int8 ones have a scale per tensor. */
static int add_weights(struct graph *graph, enum type type, struct shape shape)
{
    void *elements = calloc(shape_elements(&shape), type_size(type));
    harness_fill(&random_state, type, elements, shape_elements(&shape), 0.5, false);
    int number = harness_constant(graph, type, shape, type == TYPE_I8 ? 0.01f : 0.0f, 0, elements);
    free(elements);
    return number;
}

/* A small network of what fast kernels are for; activations are float32 or int8. */
static struct graph *network(enum type type)
{
    const union op_params conv = {.conv = {PADDING_SAME, 1, 1, 1, 1, 0, ACTIVATION_RELU, 0, {0}}};
    const union op_params wide = {.conv = {PADDING_SAME, 2, 2, 1, 1, 0, 0, 0, {0}}};
    const union op_params pool = {.pool = {PADDING_VALID, 2, 2, 2, 2, 0, {0}}};
    float scale = type == TYPE_I8 ? 0.05f : 0.0f;
    struct graph *graph = graph_new("g");
    int in = harness_tensor(graph, type, SHAPE(1, 17, 19, 5), scale, 3);
    int w = add_weights(graph, type, SHAPE(21, 3, 3, 5));
    int x = harness_node(graph, OP_CONV_2D, (int[]){in, w}, 2, &conv, type, scale, -7);
    w = add_weights(graph, type, SHAPE(1, 3, 3, 21));
    x = harness_node(graph, OP_DEPTHWISE_CONV_2D, (int[]){x, w}, 2, &wide, type, scale, 5);
    x = harness_node(graph, OP_ADD, (int[]){x, x}, 2, NULL, type, 2 * scale, 0);
    x = harness_node(graph, OP_MAX_POOL_2D, &x, 1, &pool, type, 2 * scale, 0);
    w = add_weights(graph, type, SHAPE(11, 4 * 5 * 21));
    x = harness_node(graph, OP_FULLY_CONNECTED, (int[]){x, w}, 2, NULL, type, 2 * scale, 9);
    set_ends(graph, in, x);
    return graph;
}

static void *random_elements(struct graph *graph, int tensor)
{
    const struct tensor *t = &graph->tensors[tensor];
    void *elements = arena_alloc(graph->arena, tensor_bytes(t));
    harness_fill(&random_state, t->type, elements, shape_elements(&t->shape), 1.0, false);
    return elements;
}

static struct plan *make_plan(struct graph *graph, enum isa isa, int threads, bool keep_all)
{
    struct plan_options options = {.threads = threads, .isa = isa, .keep_all = keep_all};
    struct error error = {0};
    struct plan *plan;
    need(plan_new(graph, &options, &plan, &error), &error);
    return plan;
}

static struct machine make_machine(struct graph *graph, enum isa isa, int threads, bool keep_all)
{
    struct plan_options options = {.threads = threads, .isa = isa, .keep_all = keep_all};
    return machine_new(graph, &options);
}

/* --- plans ------------------------------------------------------------------------------------ */

static void a_chain_needs_two_buffers(void **state)
{
    struct graph *graph = graph_new("g");
    int in = real(graph, SHAPE(1024)), x = in;
    (void)state;
    for (int i = 0; i < 6; i++)
        x = apply(graph, OP_TANH, x, NO_TENSOR, NULL);
    set_ends(graph, in, x);
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
    int in = real(graph, SHAPE(1, 2, 3));
    int x = apply(graph, OP_RELU, in, NO_TENSOR, NULL);
    int view = apply(graph, OP_RESHAPE, x, NO_TENSOR, &flat);
    view = apply(graph, OP_EXPAND_DIMS, view, harness_ints(graph, (int32_t[]){0}, 0), NULL);
    view = apply(graph, OP_SQUEEZE, view, NO_TENSOR, &none);
    int out = apply(graph, OP_ABS, view, NO_TENSOR, NULL);
    (void)state;
    set_ends(graph, in, out);
    struct machine machine = make_machine(graph, ISA_REFERENCE, 1, false);
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
    machine = make_machine(graph, ISA_REFERENCE, 1, false);
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
    int in = real(graph, SHAPE(2, 3));
    (void)state;
    set_ends(graph, in, apply(graph, OP_RESHAPE, in, NO_TENSOR, &flat));
    struct machine machine = make_machine(graph, ISA_REFERENCE, 2, false);
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
    int in = real(graph, SHAPE(3));
    int constant = harness_constant(graph, TYPE_I8, SHAPE(3), 0.5f, 0, stored);
    int real_constant = apply(graph, OP_DEQUANTIZE, constant, NO_TENSOR, NULL);
    int out = apply(graph, OP_ADD, in, real_constant, NULL);
    (void)state;
    set_ends(graph, in, out);
    for (int is_output = 0; is_output < 2; is_output++) {
        const float elements[] = {1, 2, 3}, expected[] = {6, -8, 18}, widened[] = {5, -10, 15};
        graph_set_outputs(graph, (int[]){out, real_constant}, 1 + is_output);
        struct machine machine = make_machine(graph, ISA_REFERENCE, 1, false);
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
        struct graph *graph = network(TYPE_F32);
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
    set_ends(graph, in, x);
    assert_int_equal(plan_new(graph, &options, &plan, &error), STATUS_UNSUPPORTED);
    assert_string_equal(error.where, "g: node 0 (TANH)");
    assert_non_null(strstr(error.text, "int64"));
    graph_free(graph);
}

/* --- sessions --------------------------------------------------------------------------------- */

#define WIDE 67

/* A graph of sums and minima of whatever came before; values[t] are those of tensor t, computed
 * here. Tensors 0 and 1 are the inputs, the second of which waits for the last node. */
static struct graph *random_graph(int nodes, float values[][WIDE])
{
    struct graph *graph = graph_new("g");
    for (int i = 0; i < 2; i++)
        harness_fill(&random_state, TYPE_F32, values[real(graph, SHAPE(WIDE))], WIDE, 8.0, false);
    for (int n = 0; n < nodes; n++) {
        int last = n + 1; /* the tensor before the node's */
        int a = n == 0 || between(0, 4) == 0 ? 0 : between(last > 8 ? last - 8 : 2, last);
        int b = n == nodes - 1 ? 1 : n == 0 ? 0 : between(last > 4 ? last - 4 : 2, last);
        enum op op = between(0, 1) ? OP_ADD : OP_MINIMUM;
        int out = apply(graph, op, a, b, NULL);
        for (int i = 0; i < WIDE; i++)
            values[out][i] =
                op == OP_ADD ? values[a][i] + values[b][i] : fminf(values[a][i], values[b][i]);
    }
    graph_set_inputs(graph, (int[]){0, 1}, 2);
    graph_set_outputs(graph, (int[]){nodes + 1, between(0, nodes + 1)}, 2);
    return graph;
}

static void set_inputs(const struct machine *machine, float values[][WIDE])
{
    for (int i = 0; i < 2; i++)
        memcpy(session_input(machine->session, i), values[i], sizeof(values[i]));
}

/* What an observer has seen, and what it should see. */
struct witness {
    float (*values)[WIDE];
    int seen[64], count;
};

static void note(void *context, int tensor, const void *elements)
{
    struct witness *witness = context;
    assert_in_range(witness->count, 0, 63);
    witness->seen[witness->count++] = tensor;
    assert_memory_equal(elements, witness->values[tensor], sizeof(witness->values[tensor]));
}

/* Counts the steps of a run, which come in order behind -1. */
static void count_step(void *context, int step)
{
    int *next = context;
    assert_int_equal(step, *next);
    ++*next;
}

static void watchers_are_told_every_step(void **state)
{
    static float values[64][WIDE];
    struct graph *graph = random_graph(20, values);
    struct machine machine = make_machine(graph, isa_best(), 2, false);
    (void)state;
    for (int run = 0; run < 3; run++) {
        int next = -1;
        session_watch(machine.session, run < 2 ? count_step : NULL, &next);
        set_inputs(&machine, values);
        session_run(machine.session);
        assert_int_equal(next, run < 2 ? plan_steps(machine.plan) : -1);
    }
    machine_free(&machine);
    graph_free(graph);
}

/* Lifetimes that are too short, or memory that is shared too early, spoil a value. */
static void observers_see_every_value_in_order(void **state)
{
    static float values[64][WIDE];
    (void)state;
    for (int round = 0; round < 30; round++) {
        int nodes = between(1, 40), seen = 2 + nodes;
        struct graph *graph = random_graph(nodes, values);
        struct machine machine = make_machine(graph, isa_best(), between(1, 3), round % 2);
        struct witness witness = {.values = values};
        for (int run = 0; run < 2; run++) {
            session_observe(machine.session, run == 0 ? note : NULL, &witness);
            set_inputs(&machine, values);
            session_run(machine.session);
            assert_int_equal(witness.count, seen);
            for (int i = 0; i < 2; i++)
                assert_memory_equal(session_output(machine.session, i), values[graph->outputs[i]],
                                    sizeof(values[0]));
        }
        for (int i = 0; i < seen; i++)
            assert_int_equal(witness.seen[i], i); /* the inputs, then each node's output */
        machine_free(&machine);
        graph_free(graph);
    }
}

/* With memory of its own for each, every activation can be read after a run. */
static void kept_activations_are_there_after_a_run(void **state)
{
    static float values[64][WIDE];
    struct graph *graph = random_graph(30, values);
    int all[32];
    (void)state;
    for (int i = 0; i < 32; i++)
        all[i] = i;
    struct machine machine = make_machine(graph, ISA_REFERENCE, 1, true);
    graph_set_outputs(graph, all, 32); /* to look at them: the plan was made without */
    set_inputs(&machine, values);
    session_run(machine.session);
    for (int i = 0; i < 32; i++)
        assert_memory_equal(session_output(machine.session, i), values[i], sizeof(values[i]));
    machine_free(&machine);
    graph_free(graph);
}

/* Integers agree in every bit; floats exactly for any number of threads, and within the bound of
 * the kernels' tests among instruction sets. */
static void check_same(enum type type)
{
    struct graph *graph = network(type);
    const void *input = random_elements(graph, graph->inputs[0]);
    const struct tensor *out = &graph->tensors[graph->outputs[0]];
    size_t count = shape_elements(&out->shape);
    const int threads[] = {2, 3, 4, 7};
    void *reference, *first, *again;
    harness_graph_run(graph, ISA_REFERENCE, 1, &input, &reference);
    for (int isa = 0; isa < ISA_COUNT; isa++) {
        if (!isa_available((enum isa)isa))
            continue;
        harness_graph_run(graph, (enum isa)isa, 1, &input, &first);
        if (type == TYPE_F32)
            harness_near(first, reference, count, 1e-3, 2e-5);
        else
            harness_equal(type, first, reference, count);
        for (size_t t = 0; t < LENGTH(threads); t++) {
            harness_graph_run(graph, (enum isa)isa, threads[t], &input, &again);
            harness_equal(type, again, first, count);
        }
    }
    graph_free(graph);
}

static void results_do_not_depend_on_threads_or_instruction_sets(void **state)
{
    (void)state;
    check_same(TYPE_F32);
    check_same(TYPE_I8);
}

static void runs_leave_nothing_behind(void **state)
{
    struct graph *graph = network(TYPE_I8);
    const struct tensor *in = &graph->tensors[graph->inputs[0]];
    const struct tensor *out = &graph->tensors[graph->outputs[0]];
    struct machine machine = make_machine(graph, isa_best(), 3, false);
    void *inputs[2], *expected[2];
    (void)state;
    for (int i = 0; i < 2; i++) {
        inputs[i] = random_elements(graph, graph->inputs[0]);
        harness_graph_run(graph, ISA_REFERENCE, 1, (const void *const *)&inputs[i], &expected[i]);
    }
    assert_memory_not_equal(expected[0], expected[1], tensor_bytes(out));
    for (int run = 0; run < 6; run++) {
        memcpy(session_input(machine.session, 0), inputs[run % 2], tensor_bytes(in));
        session_run(machine.session);
        assert_memory_equal(session_output(machine.session, 0), expected[run % 2],
                            tensor_bytes(out));
    }
    machine_free(&machine);
    graph_free(graph);
}

/* Row numbers that the graph computes may be none of the table: the run says so, and the next one
 * is as good as new. GATHER counts negative ones from the end. */
static void check_rows(enum op op, const int32_t ids[3], const char *text)
{
    static const float table[] = {1, 2, 3, 4, 5};
    static const int32_t ten[] = {10};
    const union op_params axis = {.gather = {0, 0}};
    struct graph *graph = graph_new("g");
    char where[64];
    int in = harness_tensor(graph, TYPE_I32, SHAPE(3), 0.0f, 0);
    int more = harness_constant(graph, TYPE_I32, SHAPE(1), 0.0f, 0, ten);
    int sums = harness_node(graph, OP_ADD, (int[]){in, more}, 2, NULL, TYPE_I32, 0.0f, 0);
    int rows = harness_constant(graph, TYPE_F32, SHAPE(5), 0.0f, 0, table);
    const int inputs[] = {op == OP_GATHER ? rows : sums, op == OP_GATHER ? sums : rows};
    snprintf(where, sizeof(where), "g: node 1 (%s)", op_table[op].name);
    set_ends(graph, in,
             harness_node(graph, op, inputs, 2, op == OP_GATHER ? &axis : NULL, TYPE_F32, 0.0f, 0));
    for (int threads = 1; threads < 4; threads += 2) {
        struct machine machine = make_machine(graph, isa_best(), threads, false);
        struct error error = {0};
        memcpy(session_input(machine.session, 0), (int32_t[]){-9, -8, -7}, sizeof(int32_t[3]));
        session_run(machine.session);
        need(session_check(machine.session, &error), &error);
        memcpy(session_input(machine.session, 0), ids, sizeof(int32_t[3]));
        session_run(machine.session);
        assert_int_equal(session_check(machine.session, &error), text ? STATUS_FORMAT : STATUS_OK);
        if (text) {
            assert_string_equal(error.where, where);
            assert_non_null(strstr(error.text, text));
        }
        machine_free(&machine);
    }
    graph_free(graph);
}

static void rows_that_no_table_has_are_told(void **state)
{
    static const struct {
        int32_t ids[3];
        const char *gather, *lookup;
    } cases[] = {
        {{-10, -6, -10}, NULL, NULL},
        {{-10, -6, -14}, NULL, "element 2 of the indices is -4"},
        {{-10, -5, 90},
         "element 1 of the indices is 5, but the table that it looks up has the rows 0 to 4",
         "element 1 of the indices is 5"},
        {{-16, -10, -10}, "element 0 of the indices is -6", "element 0 of the indices is -6"},
        {{-15, -11, -10}, NULL, "element 0 of the indices is -5"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        check_rows(OP_GATHER, cases[i].ids, cases[i].gather);
        check_rows(OP_EMBEDDING_LOOKUP, cases[i].ids, cases[i].lookup);
    }
}

static void sessions_of_one_plan_are_apart(void **state)
{
    struct graph *graph = graph_new("g");
    int in = real(graph, SHAPE(1));
    (void)state;
    set_ends(graph, in, apply(graph, OP_NEG, in, NO_TENSOR, NULL));
    struct machine machine = make_machine(graph, ISA_REFERENCE, 1, false);
    struct session *other;
    struct error error = {0};
    need(session_new(machine.plan, machine.pool, &other, &error), &error);
    *(float *)session_input(machine.session, 0) = 1.0f;
    *(float *)session_input(other, 0) = 2.0f;
    session_run(machine.session);
    session_run(other);
    assert_true(*(const float *)session_output(machine.session, 0) == -1.0f);
    assert_true(*(const float *)session_output(other, 0) == -2.0f);
    session_free(other);
    machine_free(&machine);
    graph_free(graph);
}

#ifdef __SANITIZE_ADDRESS__
/* Of the sanitizer's library; its header is not everywhere. */
int __sanitizer_install_malloc_and_free_hooks(void (*allocated)(const volatile void *, size_t),
                                              void (*released)(const volatile void *));

static atomic_int allocations;

static void count_allocation(const volatile void *memory, size_t size)
{
    (void)memory, (void)size;
    atomic_fetch_add(&allocations, 1);
}

static void ignore_release(const volatile void *memory)
{
    (void)memory;
}

/* The allocations so far. */
static size_t memory_in_use(void)
{
    static bool is_hooked;
    if (!is_hooked)
        __sanitizer_install_malloc_and_free_hooks(count_allocation, ignore_release);
    is_hooked = true;
    return (size_t)atomic_load(&allocations);
}
#else
/* What was not given back, which is all that can be asked for without the sanitizer. */
static size_t memory_in_use(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}
#endif

/* Pages that the kernel had to find for this process. */
static long page_faults(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
}

static void nothing_is_allocated_while_running(void **state)
{
    const enum type types[] = {TYPE_F32, TYPE_I8};
    (void)state;
    size_t before = memory_in_use();
    void *memory = xcalloc(1, 1000);
    assert_true(memory_in_use() > before); /* or nothing is counted */
    free(memory);
    for (size_t t = 0; t < LENGTH(types); t++)
        for (int threads = 1; threads <= 3; threads++) {
            struct graph *graph = network(types[t]);
            struct machine machine = make_machine(graph, isa_best(), threads, false);
            before = memory_in_use();
            /* A thread touches a page for the first time when it does another's work, too. */
            long least = LONG_MAX;
            for (int run = 0; run < 10; run++) {
                long faults = page_faults();
                session_run(machine.session);
                faults = page_faults() - faults;
                least = faults < least ? faults : least;
            }
            assert_int_equal(memory_in_use(), before);
            assert_int_equal(least, 0);
            machine_free(&machine);
            graph_free(graph);
        }
}

static int seed(void **state)
{
    (void)state;
    random_state.state = 1;
    return 0;
}

/* --- nothing ---------------------------------------------------------------------------------- */

/* Where a dimension is 0, those around it cost no time. */
static void what_has_no_elements_takes_no_time(void **state)
{
    struct graph *graph = graph_new("nothing");
    struct error error = {0};
    static const int32_t depth = INT32_MAX;
    static const float values[] = {1.0f, -1.0f};
    const int inputs[] = {harness_constant(graph, TYPE_I32, SHAPE(1 << 9, 0), 0.0f, 0, values),
                          harness_ints(graph, &depth, 0),
                          harness_constant(graph, TYPE_F32, SHAPE(1), 0.0f, 0, &values[0]),
                          harness_constant(graph, TYPE_F32, SHAPE(1), 0.0f, 0, &values[1])};
    const union op_params params = {.axis = {.axis = 1}};
    void *made;
    (void)state;
    harness_node(graph, OP_ONE_HOT, inputs, 4, &params, TYPE_F32, 0.0f, 0);
    alarm(20);
    need(call_evaluate(graph, &graph->nodes[0], graph->arena, &made, &error), &error);
    alarm(0);
    graph_free(graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(buffers_that_live_together_lie_apart, seed),
        cmocka_unit_test_setup(known_memory_plans_are_the_best, seed),
        cmocka_unit_test_setup(what_no_address_can_reach_does_not_fit, seed),
        cmocka_unit_test_setup(a_chain_needs_two_buffers, seed),
        cmocka_unit_test_setup(views_have_no_step, seed),
        cmocka_unit_test_setup(a_view_of_the_input_is_the_input, seed),
        cmocka_unit_test_setup(rows_that_no_table_has_are_told, seed),
        cmocka_unit_test_setup(stored_constants_are_derived_once, seed),
        cmocka_unit_test_setup(no_step_goes_beyond_the_instruction_set, seed),
        cmocka_unit_test_setup(plans_name_the_node_that_no_kernel_takes, seed),
        cmocka_unit_test_setup(observers_see_every_value_in_order, seed),
        cmocka_unit_test_setup(watchers_are_told_every_step, seed),
        cmocka_unit_test_setup(kept_activations_are_there_after_a_run, seed),
        cmocka_unit_test_setup(results_do_not_depend_on_threads_or_instruction_sets, seed),
        cmocka_unit_test_setup(runs_leave_nothing_behind, seed),
        cmocka_unit_test_setup(sessions_of_one_plan_are_apart, seed),
        cmocka_unit_test_setup(nothing_is_allocated_while_running, seed),
        cmocka_unit_test_setup(what_has_no_elements_takes_no_time, seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
