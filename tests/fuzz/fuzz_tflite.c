/* Any bytes as a model: a sound graph that can be written and read again, or an error that says
 * what and where. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "formats/model.h"
#include "model/fold.h"

#define NAME "model.tflite"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct model_reading reading = {0};

static void check_error(enum status status, const struct error *error)
{
    if (status != STATUS_OK &&
        (error->text[0] == '\0' || strncmp(error->where, NAME, strlen(NAME)) != 0))
        abort();
}

static enum status read_copy(const uint8_t *data, size_t size, struct graph **graph,
                             struct error *error)
{
    unsigned char *copy =
        aligned_alloc(MEMORY_ALIGNMENT, (size / MEMORY_ALIGNMENT + 1) * MEMORY_ALIGNMENT);
    if (!copy)
        abort();
    memcpy(copy, data, size);
    return model_read_bytes(NAME, copy, size, &reading, graph, error);
}

/* What was read can be written, and reads back: but for variables that operators change in another
 * order than the writer knows. Tensors that only name variables are others then. */
static void check_round_trip(const struct graph *graph)
{
    struct error error = {0};
    struct graph *again;
    unsigned char *bytes;
    size_t size;
    enum status status = model_write(model_format_for(NAME), graph, NULL, &bytes, &size, &error);
    if (status == STATUS_UNSUPPORTED && graph->n_states > 0 &&
        strcmp(error.text, "its state cannot be a variable tensor, as .tflite files have it") == 0)
        return;
    if (status != STATUS_OK ||
        model_read_bytes(NAME, bytes, size, &reading, &again, &error) != STATUS_OK)
        abort();
    if (again->n_nodes != graph->n_nodes || again->n_states != graph->n_states ||
        (again->n_tensors != graph->n_tensors && graph->n_states == 0))
        abort();
    graph_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct graph *graph;
    struct error error = {0};
    enum status status = read_copy(data, size, &graph, &error);
    check_error(status, &error);
    if (status != STATUS_OK)
        return 0;
    check_round_trip(graph);
    check_error(fold_constants(graph, &error), &error);
    graph_free(graph);
    return 0;
}
