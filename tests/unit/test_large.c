/* Graphs of many nodes: reading, rewriting and writing one takes as long as its size, not as the
 * square of that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/memory.h"
#include "formats/model.h"
#include "graph/links.h"
#include "graph_harness.h"
#include "model/load.h"
#include "network_harness.h"
#include "node_harness.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Nodes, and how many times as many: what is quadratic takes TIMES * TIMES as long. */
enum { NODES = 4000, TIMES = 4, TRIES = 3 };

/* Append a part to the image and return its output. */

/* A product and a batch norm that stands apart: one node is left. */
static int product(struct graph *graph, int image, int number)
{
    struct random random = {(uint64_t)number};
    const union op_params params = {
        .conv = {.stride_h = 1, .stride_w = 1, .dilation_h = 1, .dilation_w = 1}};
    const int operands[] = {image, network_constant(graph, &random, SHAPE(2, 1, 1, 2), 0.5, 1.0),
                            network_constant(graph, &random, SHAPE(2), 0.5, 1.0)};
    image = harness_node(graph, OP_CONV_2D, operands, 3, &params, TYPE_F32, 0.0f, 0);
    const int inputs[] = {image, network_constant(graph, &random, SHAPE(2), 0.5, 1.0)};
    return harness_node(graph, OP_MUL, inputs, 2, NULL, TYPE_F32, 0.0f, 0);
}

/* An offset of its own for each node. */
static int offset(struct graph *graph, int image, int number)
{
    struct random random = {(uint64_t)number};
    const int inputs[] = {image, network_constant(graph, &random, SHAPE(2), 0.5, 1.0)};
    image = harness_node(graph, OP_ADD, inputs, 2, NULL, TYPE_F32, 0.0f, 0);
    return harness_node(graph, OP_SIN, &image, 1, NULL, TYPE_F32, 0.0f, 0);
}

/* There and back. */
static int transposition(struct graph *graph, int image, int number)
{
    const int32_t order[] = {0, 2, 1, 3};
    (void)number;
    const int inputs[] = {image, harness_ints(graph, order, 4)};
    image = harness_node(graph, OP_TRANSPOSE, inputs, 2, NULL, TYPE_F32, 0.0f, 0);
    return harness_node(graph, OP_SIN, &image, 1, NULL, TYPE_F32, 0.0f, 0);
}

typedef int part(struct graph *graph, int image, int number);

static struct graph *make(part *add, int nodes, bool is_fan)
{
    struct graph *graph = network_new(SHAPE(1, 4, 4, 2));
    int *outputs = xcalloc((size_t)nodes, sizeof(*outputs)), image = 0, count = 0;
    while (graph->n_nodes < nodes) {
        image = add(graph, is_fan ? 0 : image, count);
        outputs[is_fan ? count++ : 0] = image;
    }
    graph_set_outputs(graph, outputs, is_fan ? count : 1);
    free(outputs);
    return graph;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* CPU seconds to write the graph, read it again and write it once more. */
static double time_once(const struct graph *graph, const char *suffix)
{
    struct error error = {0};
    struct graph *again = NULL;
    unsigned char *bytes, *copy = NULL;
    size_t size;
    double begin = seconds();
    if (model_write(model_format_for(suffix), graph, NULL, &bytes, &size, &error) != STATUS_OK ||
        graph_load_bytes(suffix, bytes, size, NULL, &again, &error) != STATUS_OK ||
        model_write(model_format_for(".tflite"), again, NULL, &copy, &size, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    double end = seconds();
    free(copy);
    graph_free(again);
    return end - begin;
}

static double time_of(part *add, int nodes, bool is_fan, const char *suffix)
{
    struct graph *graph = make(add, nodes, is_fan);
    double least = time_once(graph, suffix);
    for (int i = 1; i < TRIES; i++) {
        double again = time_once(graph, suffix);
        least = again < least ? again : least;
    }
    graph_free(graph);
    return least;
}

static void time_grows_with_the_size(void **state)
{
    static const struct {
        const char *name;
        part *add;
        bool is_fan;
    } rows[] = {{"products", product, false},
                {"offsets", offset, false},
                {"transpositions", transposition, false},
                {"outputs", offset, true}};
    static const char *const suffixes[] = {".onnx", ".tflite"};
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        for (size_t s = 0; s < LENGTH(suffixes); s++) {
            double small = time_of(rows[i].add, NODES, rows[i].is_fan, suffixes[s]);
            double large = time_of(rows[i].add, NODES * TIMES, rows[i].is_fan, suffixes[s]);
            if (large > small * TIMES * TIMES / 2)
                fail_msg("%s in %s: %d nodes take %g s, %d times as many %g s", rows[i].name,
                         suffixes[s], NODES, small, TIMES, large);
        }
}

/* What links know is what a search finds, whatever was changed. */
static void links_know_what_a_search_finds(void **state)
{
    struct graph *graph = network_new(SHAPE(1, 4, 4, 2));
    (void)state;
    int a = offset(graph, 0, 1), b = offset(graph, a, 2);
    graph_set_outputs(graph, &b, 1);
    int last = graph->n_nodes - 1, made = graph->nodes[last].inputs[0];
    links_keep(graph);
    assert_int_equal(graph_uses(graph, b), 1);
    assert_int_equal(graph_uses(graph, made), 1);
    assert_ptr_equal(graph_producer(graph, made), &graph->nodes[last - 1]);
    assert_null(graph_producer(graph, 0));
    links_remove_node(graph, &graph->nodes[last]);
    assert_null(graph_producer(graph, b));
    assert_int_equal(graph_uses(graph, made), 0);
    links_set_output(graph, &graph->nodes[last - 1], 0, b);
    links_set_input(graph, &graph->nodes[last - 1], 0, 0);
    assert_int_equal(graph_uses(graph, a), 0);
    assert_int_equal(graph_uses(graph, 0), 2);
    int added = offset(graph, b, 3);
    assert_int_equal(graph_uses(graph, b), 2);
    assert_non_null(graph_producer(graph, added));
    links_drop(graph); /* compares all of them */
    assert_int_equal(graph->n_nodes, last + 2);
    assert_int_equal(graph_uses(graph, b), 2);
    assert_ptr_equal(graph_producer(graph, b), &graph->nodes[last - 1]);
    graph_free(graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_grows_with_the_size),
        cmocka_unit_test(links_know_what_a_search_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
