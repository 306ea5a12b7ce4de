/* Any bytes as a model: a sound graph that can be written and read again, or an error that says
 * what and where. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/model.h"
#include "graph/infer.h"
#include "model/fold.h"
#include "rewrite/lower.h"
#include "tests/fuzz/fuzz.h"

#define NAME "model.tflite"

static const struct model_reading reading = {0};

/* What was written is the graph as .tflite files can have it. */
static void check_same(const struct graph *graph, const struct graph *again)
{
    struct error error = {0};
    struct graph *lowered;
    if (graph_lower(graph, &lowered, &error) != STATUS_OK)
        abort();
    if (again->n_nodes != lowered->n_nodes || again->n_states != lowered->n_states ||
        (again->n_tensors != lowered->n_tensors && lowered->n_states == 0)) {
        fprintf(stderr, "%d nodes, %d tensors; read again: %d, %d\n", lowered->n_nodes,
                lowered->n_tensors, again->n_nodes, again->n_tensors);
        abort();
    }
    graph_free(lowered);
}

/* Shapes that do not fit are found when they are inferred, which writing does, too. */
static void need_misfit(struct graph *graph)
{
    struct error error = {0};
    for (int n = 0; n < graph->n_nodes; n++)
        if (infer_node(graph, &graph->nodes[n], &error) != STATUS_OK)
            return;
    abort();
}

/* What the writer refuses of what the reader takes: variables that operators change in another
 * order than it knows, and types that no runtime of .tflite files has, though this program does. */
static bool is_refused(const char *reason)
{
    static const char *const reasons[] = {
        "its state cannot be a variable tensor, as .tflite files have it",
        "sums of int32 products cannot be expressed in .tflite files",
        "no runtime of .tflite files ",
    };
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
        if (strncmp(reason, reasons[i], strlen(reasons[i])) == 0)
            return true;
    return false;
}

/* What was read can be written, unless that says why not, and reads back. Tensors that only name
 * variables are others then. */
static void check_round_trip(struct graph *graph)
{
    struct error error = {0};
    struct graph *again;
    unsigned char *bytes;
    size_t size;
    enum status status = model_write(model_format_for(NAME), graph, NULL, &bytes, &size, &error);
    if (status == STATUS_UNSUPPORTED && is_refused(error.text))
        return;
    if (status == STATUS_FORMAT) {
        need_misfit(graph);
        return;
    }
    if (status != STATUS_OK ||
        model_read_bytes(NAME, bytes, size, &reading, &again, &error) != STATUS_OK) {
        fprintf(stderr, "it cannot be written and read again: %s: %s\n", error.where, error.text);
        abort();
    }
    check_same(graph, again);
    graph_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct graph *graph;
    struct error error = {0};
    enum status status =
        model_read_bytes(NAME, fuzz_copy(data, size), size, &reading, &graph, &error);
    fuzz_check_error(status, &error, NAME);
    if (status != STATUS_OK)
        return 0;
    if (fuzz_is_thorough || fuzz_choice(data, size) % 4 == 0)
        check_round_trip(graph); /* of a share of the inputs: there are more of them then */
    fuzz_check_error(fold_constants(graph, &error), &error, NAME);
    graph_free(graph);
    return 0;
}
