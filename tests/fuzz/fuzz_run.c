/* Any bytes as a model that is quantized and run: loaded, calibrated on random samples, brought
 * into a mode, written, read again, planned and run on zeros and on drawn bytes. The mode follows
 * from the bytes. What is refused says why; whatever was written can be read. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "engine/session.h"
#include "formats/dataset/model_data.h"
#include "model/load.h"
#include "quantize/calibrate.h"
#include "quantize/float_graph.h"
#include "quantize/mode.h"
#include "rewrite/compact.h"
#include "tests/fuzz/fuzz.h"

#define NAME "model"

/* Larger models are left alone: as many as possible shall be run, and size is for other tests. */
#define NODES_MAX    64
#define ELEMENTS_MAX 4096

static const char *const modes[] = {"as-is",
                                    "fp32",
                                    "fp16",
                                    "dynamic",
                                    "int8",
                                    "int8-io",
                                    "16x8",
                                    "dynamic:weights=per-tensor",
                                    "int8:weights=per-tensor,rounding=twice",
                                    "int8:observer=search"};
#define MODES (sizeof(modes) / sizeof(modes[0]))

static bool is_small(const struct graph *graph)
{
    bool is = graph->n_nodes <= NODES_MAX;
    for (int i = 0; is && i < graph->n_tensors; i++)
        is = shape_elements(&graph->tensors[i].shape) <= ELEMENTS_MAX;
    return is;
}

static enum status load(const uint8_t *data, size_t size, struct graph **graph, struct error *error)
{
    enum status status = graph_load_bytes(NAME, fuzz_copy(data, size), size, NULL, graph, error);
    fuzz_check_error(status, error, NAME);
    return status;
}

static enum status find_ranges(const struct graph *graph, const struct mode *mode,
                               const struct mode_options *options, struct ranges *ranges,
                               struct error *error)
{
    struct dataset_spec spec;
    struct model_ends ends = ends_of_graph(graph);
    struct model_data *data;
    dataset_spec_init(&spec);
    spec.samples = DATASET_RANDOM "2";
    enum status status = model_data_open(&spec, &ends, &data, error);
    if (status == STATUS_OK) {
        status = calibrate(graph, data, mode, options, ranges, error);
        model_data_free(data);
    }
    ends_release(&ends);
    return status;
}

/* The graph in the mode. */
static enum status quantize(struct graph *graph, const char *text, struct error *error)
{
    const struct mode *mode;
    struct mode_options options;
    struct ranges ranges = {0};
    enum status status = mode_parse(text, graph->arena, &mode, &options, error);
    if (status != STATUS_OK)
        abort();
    if (mode->takes_quantized)
        return STATUS_OK;
    status = float_graph_prepare(graph, error);
    if (status == STATUS_OK && mode->needs_calibration)
        status = find_ranges(graph, mode, &options, &ranges, error);
    if (status == STATUS_OK)
        status = mode->apply(graph, &options, mode->needs_calibration ? &ranges : NULL, error);
    ranges_release(&ranges);
    graph->rounding = options.rounding;
    if (status == STATUS_OK)
        graph_compact(graph);
    return status;
}

static void fill(struct session *session, const struct graph *graph, struct random *random)
{
    for (int i = 0; i < graph->n_inputs; i++) {
        const struct tensor *input = &graph->tensors[graph->inputs[i]];
        unsigned char *bytes = session_input(session, i);
        for (size_t b = 0; b < tensor_bytes(input); b++)
            bytes[b] = input->type == TYPE_BOOL ? random_next(random) & 1
                                                : (unsigned char)random_next(random);
    }
}

/* Twice: on zeros, which is what the inputs are at first, and on what was drawn. */
static void run(const struct graph *graph, uint64_t choice)
{
    const struct plan_options options = {.threads = 1, .isa = isa_best(), .merges = choice & 1};
    struct random random = {choice};
    struct error error = {0};
    struct plan *plan = NULL;
    struct pool *pool = NULL;
    struct session *session = NULL;
    if (plan_new(graph, &options, &plan, &error) == STATUS_OK &&
        pool_new(NULL, &pool, &error) == STATUS_OK &&
        session_new(plan, pool, &session, &error) == STATUS_OK) {
        session_run(session);
        (void)session_check(session, &error);
        fill(session, graph, &random);
        session_run(session);
        (void)session_check(session, &error);
    }
    session_free(session);
    pool_free(pool);
    plan_free(plan);
}

/* As a file of the first format that has a form for it, and read again. */
static struct graph *through_file(const struct graph *graph, struct error *error)
{
    static const char *const suffixes[] = {".tflite", ".onnx"};
    struct graph *again = NULL;
    unsigned char *bytes;
    size_t size;
    enum status status = STATUS_UNSUPPORTED;
    for (int i = 0; i < 2 && status == STATUS_UNSUPPORTED; i++)
        status = model_write(model_format_for(suffixes[i]), graph, NULL, &bytes, &size, error);
    if (status != STATUS_OK)
        return NULL;
    status = load(bytes, size, &again, error);
    free(bytes);
    if (status != STATUS_OK && status != STATUS_UNSUPPORTED) {
        fprintf(stderr, "what was written cannot be read: %s: %s\n", error->where, error->text);
        abort();
    }
    return again;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct graph *graph;
    struct error error = {0};
    uint64_t choice = fuzz_choice(data, size);
    if (load(data, size, &graph, &error) != STATUS_OK)
        return 0;
    enum status status =
        is_small(graph) ? quantize(graph, modes[choice % MODES], &error) : STATUS_UNSUPPORTED;
    struct graph *again = status == STATUS_OK ? through_file(graph, &error) : NULL;
    graph_free(graph);
    if (again && is_small(again))
        run(again, choice / MODES);
    graph_free(again);
    return 0;
}
