#include "quantize/candidate.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "engine/load.h"
#include "graph/compact.h"
#include "quantize/calibrate.h"
#include "quantize/float_graph.h"

/* Files are written as .tflite whatever they were read from, without what the mode replaced. */
static enum status serialize(struct graph *graph, unsigned char **bytes, size_t *size,
                             struct error *error)
{
    graph_compact(graph);
    return model_write(model_format_for(".tflite"), graph, NULL, bytes, size, error);
}

static enum status measure_base(struct candidate *candidate, struct error *error)
{
    unsigned char *bytes;
    enum status status = serialize(candidate->graph, &bytes, &candidate->base_size, error);
    if (status == STATUS_OK)
        free(bytes);
    return status;
}

static enum status apply_mode(struct candidate *candidate, const struct mode *mode,
                              const struct mode_options *options,
                              const struct dataset_spec *calibration, struct error *error)
{
    struct ranges ranges = {0};
    struct dataset *dataset = NULL;
    if (!mode->needs_calibration)
        return mode->apply(candidate->graph, options, NULL, error);
    if (!calibration)
        return error_set(error, STATUS_INVALID, NULL,
                         "mode '%s' needs a calibration data set (key 'calibration' or 'data')",
                         mode->name);
    enum status status = dataset_open(calibration, &dataset, error);
    if (status == STATUS_OK)
        status = calibrate(candidate->graph, dataset, options, &ranges, error);
    if (status == STATUS_OK)
        status = mode->apply(candidate->graph, options, &ranges, error);
    candidate->calibration_samples = ranges.samples;
    ranges_release(&ranges);
    dataset_free(dataset);
    return status;
}

/* The file as it is: what the size of mode as-is means. */
static enum status keep_file(struct candidate *candidate, const char *model, struct error *error)
{
    enum status status = STATUS_OK;
    if (!float_graph_quantized_tensor(candidate->graph))
        status = measure_base(candidate, error);
    if (status == STATUS_OK)
        status = file_read(model, MODEL_BYTES_MAX, &candidate->bytes, &candidate->size, error);
    return status;
}

static enum status make(const char *model, const char *mode_text,
                        const struct dataset_spec *calibration, struct candidate *candidate,
                        struct error *error)
{
    const struct mode *mode;
    struct mode_options options;
    enum status status = mode_parse(mode_text, &mode, &options, error);
    if (status == STATUS_OK)
        status = graph_load(model, NULL, &candidate->graph, error);
    if (status != STATUS_OK)
        return status;
    if (mode->takes_quantized)
        return keep_file(candidate, model, error);
    status = float_graph_prepare(candidate->graph, error);
    if (status == STATUS_OK)
        status = measure_base(candidate, error);
    if (status == STATUS_OK)
        status = apply_mode(candidate, mode, &options, calibration, error);
    if (status == STATUS_OK)
        status = serialize(candidate->graph, &candidate->bytes, &candidate->size, error);
    return status;
}

enum status candidate_make(const char *model, const char *mode,
                           const struct dataset_spec *calibration, struct candidate *candidate,
                           struct error *error)
{
    *candidate = (struct candidate){0};
    enum status status = make(model, mode, calibration, candidate, error);
    if (status != STATUS_OK)
        candidate_release(candidate);
    return status;
}

void candidate_release(struct candidate *candidate)
{
    graph_free(candidate->graph);
    free(candidate->bytes);
    *candidate = (struct candidate){0};
}
