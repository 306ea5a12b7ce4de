/* Any bytes as an .onnx file: a graph that is ready to plan, and that can be written as what it
 * was, or an error that says what and where. Reading without an evaluator and writing are done with
 * a share of the inputs, so that there are more of them. */
#include "formats/onnx/onnx.h"
#include "model/load.h"
#include "tests/fuzz/fuzz.h"

#define NAME "model.onnx"

/* Whatever this format has no form for is refused; the rest can be read again. */
static void check_round_trip(const struct graph *graph)
{
    struct error error = {0};
    struct graph *again;
    unsigned char *bytes;
    size_t size;
    enum status status = model_write(model_format_for(NAME), graph, NULL, &bytes, &size, &error);
    fuzz_check_error(status, &error, NAME);
    if (status != STATUS_OK)
        return;
    status = graph_load_bytes(NAME, bytes, size, NULL, &again, &error);
    fuzz_check_error(status, &error, NAME);
    if (status == STATUS_OK)
        graph_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct graph *graph;
    struct error error = {0};
    unsigned char *copy = fuzz_copy(data, size);
    struct model_reading reading = {0};
    uint64_t choice = fuzz_choice(data, size);
    bool is_read_bare = fuzz_is_thorough || choice % 4 == 0;
    bool is_written = fuzz_is_thorough || choice / 4 % 4 == 0;
    if (is_read_bare && onnx_read(NAME, copy, size, &reading, &graph, &error) == STATUS_OK)
        graph_free(graph); /* without an evaluator, too */
    enum status status = graph_load_bytes(NAME, copy, size, NULL, &graph, &error);
    fuzz_check_error(status, &error, NAME);
    if (status != STATUS_OK)
        return 0;
    if (is_written)
        check_round_trip(graph);
    graph_free(graph);
    return 0;
}
