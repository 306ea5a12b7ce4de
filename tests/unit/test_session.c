/* Sessions: every run gives the same, for any number of threads, and nothing is allocated
 * meanwhile. */
#include <limits.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "engine/call.h"
#include "engine/session.h"
#include "graph_harness.h"
#include "need.h"
#include "node_harness.h"
#include "plan_harness.h"
#include "rewrite_harness.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void *random_elements(struct graph *graph, int tensor)
{
    const struct tensor *t = &graph->tensors[tensor];
    void *elements = arena_alloc(graph->arena, tensor_bytes(t));
    harness_fill(&plan_random, t->type, elements, shape_elements(&t->shape), 1.0, false);
    return elements;
}

#define WIDE 67

/* A graph of sums and minima of whatever came before; values[t] are those of tensor t, computed
 * here. Tensors 0 and 1 are the inputs, the second of which waits for the last node. */
static struct graph *random_graph(int nodes, float values[][WIDE])
{
    struct graph *graph = graph_new("g");
    for (int i = 0; i < 2; i++)
        harness_fill(&plan_random, TYPE_F32, values[rewrite_real(graph, SHAPE(WIDE))], WIDE, 8.0,
                     false);
    for (int n = 0; n < nodes; n++) {
        int last = n + 1; /* the tensor before the node's */
        int a = n == 0 || plan_between(0, 4) == 0 ? 0 : plan_between(last > 8 ? last - 8 : 2, last);
        int b = n == nodes - 1 ? 1 : n == 0 ? 0 : plan_between(last > 4 ? last - 4 : 2, last);
        enum op op = plan_between(0, 1) ? OP_ADD : OP_MINIMUM;
        int out = rewrite_apply(graph, op, a, b, NULL);
        for (int i = 0; i < WIDE; i++)
            values[out][i] =
                op == OP_ADD ? values[a][i] + values[b][i] : fminf(values[a][i], values[b][i]);
    }
    graph_set_inputs(graph, (int[]){0, 1}, 2);
    graph_set_outputs(graph, (int[]){nodes + 1, plan_between(0, nodes + 1)}, 2);
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
    struct machine machine = plan_machine(graph, isa_best(), 2, false);
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
        int nodes = plan_between(1, 40), seen = 2 + nodes;
        struct graph *graph = random_graph(nodes, values);
        struct machine machine = plan_machine(graph, isa_best(), plan_between(1, 3), round % 2);
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
    struct machine machine = plan_machine(graph, ISA_REFERENCE, 1, true);
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
    struct graph *graph = plan_network(type);
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
    struct graph *graph = plan_network(TYPE_I8);
    const struct tensor *in = &graph->tensors[graph->inputs[0]];
    const struct tensor *out = &graph->tensors[graph->outputs[0]];
    struct machine machine = plan_machine(graph, isa_best(), 3, false);
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
    plan_ends(
        graph, in,
        harness_node(graph, op, inputs, 2, op == OP_GATHER ? &axis : NULL, TYPE_F32, 0.0f, 0));
    for (int threads = 1; threads < 4; threads += 2) {
        struct machine machine = plan_machine(graph, isa_best(), threads, false);
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
    int in = rewrite_real(graph, SHAPE(1));
    (void)state;
    plan_ends(graph, in, rewrite_apply(graph, OP_NEG, in, NO_TENSOR, NULL));
    struct machine machine = plan_machine(graph, ISA_REFERENCE, 1, false);
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

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
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

/* Pages that the kernel had to find for this process. Those in which the thread sanitizer notes
 * accesses are among them: with it, none are told. */
static long page_faults(void)
{
#ifdef __SANITIZE_THREAD__
    return 0;
#else
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
#endif
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
            struct graph *graph = plan_network(types[t]);
            struct machine machine = plan_machine(graph, isa_best(), threads, false);
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
        cmocka_unit_test_setup(rows_that_no_table_has_are_told, plan_seed),
        cmocka_unit_test_setup(observers_see_every_value_in_order, plan_seed),
        cmocka_unit_test_setup(watchers_are_told_every_step, plan_seed),
        cmocka_unit_test_setup(kept_activations_are_there_after_a_run, plan_seed),
        cmocka_unit_test_setup(results_do_not_depend_on_threads_or_instruction_sets, plan_seed),
        cmocka_unit_test_setup(runs_leave_nothing_behind, plan_seed),
        cmocka_unit_test_setup(sessions_of_one_plan_are_apart, plan_seed),
        cmocka_unit_test_setup(nothing_is_allocated_while_running, plan_seed),
        cmocka_unit_test_setup(what_has_no_elements_takes_no_time, plan_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
