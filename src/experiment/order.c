#include "experiment/order.h"

#include "hardware/cpu.h"

void order_fill(const struct experiment *experiment, const struct trial *trial, struct work *work,
                struct text *mode)
{
    const struct mode_choice *choice = &experiment->modes[trial->mode];
    mode_format(choice->mode, &choice->options, mode);
    *work = (struct work){
        .candidate = trial->candidate,
        .model = experiment->models[trial->model].path,
        .shapes = experiment->shapes,
        .n_shapes = experiment->n_shapes,
        .mode = mode->bytes,
        .metric = experiment->metric,
        .isa = experiment->measure.isa ? experiment->measure.isa : isa_table[isa_best()].name,
        .runtime = experiment->runtimes[trial->runtime],
        .library = experiment_library(experiment, trial->runtime),
        .block_ms = experiment->measure.block_ms,
        .warmup_ms = experiment->measure.warmup_ms,
        .seed = experiment->measure.seed,
        .has_data = experiment->has_data,
        .has_calibration = experiment->has_calibration,
        .data = experiment->data,
        .calibration = experiment->calibration,
    };
}
