#include "graph_harness.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "formats/model.h"
#include "graph/infer.h"
#include "model/load.h"
#include "need.h"
#include "node_harness.h"

int harness_node(struct graph *graph, enum op op, const int *inputs, int n_inputs,
                 const union op_params *params, enum type type, float scale, int32_t zero_point)
{
    struct error error = {0};
    int out = harness_tensor(graph, type, SHAPE(1), scale, zero_point);
    struct node *node = graph_add_node(graph, op, inputs, n_inputs, &out, 1, params);
    need(infer_node(graph, node, &error), &error);
    return out;
}

/* The processing units that the process was started on: binding narrows what the system says later.
 */
static int usable_units(const int **units)
{
    static int list[HARNESS_THREADS_MAX], count;
    cpu_set_t set;
    if (count == 0) {
        CPU_ZERO(&set);
        assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
        for (int i = 0; i < CPU_SETSIZE && count < HARNESS_THREADS_MAX; i++)
            if (CPU_ISSET(i, &set))
                list[count++] = i;
    }
    *units = list;
    return count;
}

void harness_units(int threads, int *pus)
{
    const int *units;
    int count = usable_units(&units);
    assert_in_range(threads, 1, HARNESS_THREADS_MAX);
    for (int i = 0; i < threads; i++)
        pus[i] = units[i % count];
}

struct pool *harness_pool(int threads)
{
    struct error error = {0};
    struct pool *pool;
    int pus[HARNESS_THREADS_MAX];
    struct placement placement = {.name = "test", .n_threads = threads, .pus = pus};
    harness_units(threads, pus);
    need(pool_new(threads > 1 ? &placement : NULL, &pool, &error), &error);
    return pool;
}

struct machine machine_new(const struct graph *graph, const struct plan_options *options)
{
    struct machine machine = {.pool = harness_pool(options->threads)};
    struct error error = {0};
    need(plan_new(graph, options, &machine.plan, &error), &error);
    need(session_new(machine.plan, machine.pool, &machine.session, &error), &error);
    session_share_all(machine.session);
    return machine;
}

void machine_free(struct machine *machine)
{
    session_free(machine->session);
    pool_free(machine->pool);
    plan_free(machine->plan);
}

void harness_graph_run(struct graph *graph, enum isa isa, int threads, const void *const *inputs,
                       void **outputs)
{
    struct plan_options options = {.threads = threads, .isa = isa, .merges = true};
    struct machine machine = machine_new(graph, &options);
    for (int i = 0; i < graph->n_inputs; i++)
        memcpy(session_input(machine.session, i), inputs[i],
               tensor_bytes(&graph->tensors[graph->inputs[i]]));
    session_run(machine.session);
    for (int i = 0; i < graph->n_outputs; i++)
        outputs[i] = arena_copy(graph->arena, session_output(machine.session, i),
                                tensor_bytes(&graph->tensors[graph->outputs[i]]));
    machine_free(&machine);
}

struct graph *harness_through_file(const struct graph *graph, const char *name)
{
    struct error error = {0};
    unsigned char *bytes;
    size_t size;
    struct graph *read;
    need(model_write(model_format_for(name), graph, NULL, &bytes, &size, &error), &error);
    need(graph_load_bytes(name, bytes, size, NULL, &read, &error), &error);
    return read;
}

char *harness_drawn_file(const char *text)
{
    struct error error = {0};
    struct graph *graph;
    unsigned char *bytes;
    size_t size;
    char *path = xstrdup("/tmp/quantop-drawn-XXXXXX.tflite");
    int descriptor = mkstemps(path, (int)strlen(".tflite"));
    need(model_load(text, NULL, &graph, &error), &error);
    need(model_write(model_format_for(path), graph, NULL, &bytes, &size, &error), &error);
    assert_true(descriptor >= 0 && write_all(descriptor, bytes, size));
    close(descriptor);
    free(bytes);
    graph_free(graph);
    return path;
}

void harness_round_like(struct graph *graph, const struct graph *file)
{
    int32_t shift = 0;
    for (int i = 0; i < file->n_tensors; i++)
        shift = file->tensors[i].shift > shift ? file->tensors[i].shift : shift;
    for (int i = 0; i < graph->n_tensors; i++)
        graph->tensors[i].shift = graph->tensors[i].type == TYPE_I8 ? shift : 0;
    graph->rounds_stored = file->rounds_stored;
}
