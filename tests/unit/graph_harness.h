/* Whole graphs in tests: built node by node (tensors as node_harness.h makes them), run through a
 * plan and a session. */
#ifndef TESTS_GRAPH_HARNESS_H
#define TESTS_GRAPH_HARNESS_H

#include "engine/session.h"
#include "engine/threads.h"
#include "graph/graph.h"
#include "hardware/cpu.h"

#define HARNESS_THREADS_MAX 16

/* Appends a node with one output: a tensor of the type (scale 0: without quantization), whose shape
 * is inferred at once; the test ends when that fails. params NULL: the operator's fallbacks.
 * Returns the output's number. */
int harness_node(struct graph *graph, enum op op, const int *inputs, int n_inputs,
                 const union op_params *params, enum type type, float scale, int32_t zero_point);

/* A processing unit that this process may use for each of 1 to HARNESS_THREADS_MAX threads, in
 * turn. */
void harness_units(int threads, int *pus) __attribute__((nonnull(2)));

/* A pool of 1 to HARNESS_THREADS_MAX threads on the processing units that this process may use, in
 * turn; only the division of the work is of interest. The test ends when there is none. */
struct pool *harness_pool(int threads);

/* A plan of a graph, its threads, which share all stages, and a session, ended by machine_free; the
 * graph must outlive it. The test ends when the graph cannot be planned. */
struct machine {
    struct plan *plan;
    struct pool *pool;
    struct session *session;
};
struct machine machine_new(const struct graph *graph, const struct plan_options *options);
void machine_free(struct machine *machine);

/* Runs the graph once: inputs[i] are the elements of input i. outputs[i] receives the elements of
 * output i in memory of the graph's arena. Ends the test when the graph cannot be planned. */
void harness_graph_run(struct graph *graph, enum isa isa, int threads, const void *const *inputs,
                       void **outputs);

/* Serializes the graph in the format of the name (".onnx") and reads it back, ready to plan; the
 * test ends when that fails. The result is freed by the caller. */
struct graph *harness_through_file(const struct graph *graph, const char *name);

/* A file in the folder for temporary ones with the network of an architecture's text ("synth:mlp"),
 * whose weights take longer to draw than to read; the caller unlinks and free()s it. The test ends
 * when there is none. */
char *harness_drawn_file(const char *text);

/* Has a graph of integers round halves as the runtimes of a file do it that was read back, which
 * may store uint8. */
void harness_round_like(struct graph *graph, const struct graph *file);

#endif
