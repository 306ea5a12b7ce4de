#include "experiment/order.h"

#include <math.h>

#include "hardware/cpu.h"

/* Whether fp32 makes sense of the data is looked at for so long, and for so much of the time that a
 * worker may be silent: there may be several ways to look. */
#define CHECK_SECONDS 3.0
#define CHECK_SHARE   0.1

static double check_seconds(const struct experiment *experiment, const struct mode *mode)
{
    double most = CHECK_SHARE * experiment->measure.timeout_seconds;
    return mode->is_baseline ? fmin(CHECK_SECONDS, most) : 0.0;
}

void order_fill(const struct experiment *experiment, const struct trial *trial, struct work *work,
                struct text *mode)
{
    const struct mode_choice *choice = &experiment->modes[trial->mode];
    mode_format(choice->mode, &choice->options, mode);
    *work = (struct work){
        .candidate = trial->candidate,
        .model = experiment->models[trial->model].path,
        .signature = experiment->models[trial->model].signature,
        .shapes = experiment->shapes,
        .n_shapes = experiment->n_shapes,
        .mode = mode->bytes,
        .metric = experiment->metric,
        .check_seconds = check_seconds(experiment, choice->mode),
        .has_threshold = experiment->has_threshold,
        .threshold = experiment->threshold,
        .isa = experiment->measure.isa ? experiment->measure.isa : isa_table[isa_best()].name,
        .memory_bytes = experiment->bounds.memory_bytes,
        .inference_seconds = experiment->bounds.inference_seconds,
        .most_nodes = experiment->bounds.nodes,
        .is_unguarded = experiment->is_unguarded,
        .is_direct = experiment->measure.convolutions != NULL,
        .runtime = experiment->runtimes[trial->runtime],
        .library = experiment_library(experiment, trial->runtime),
        .block_ms = experiment->measure.block_ms,
        .warmup_ms = experiment->measure.warmup_ms,
        .layer_samples = experiment->layers.samples,
        .layer_seconds = experiment->layers.seconds,
        .seed = experiment->measure.seed,
        .has_data = experiment->has_data,
        .has_calibration = experiment->has_calibration,
        .data = experiment->data,
        .calibration = experiment->calibration,
    };
}
