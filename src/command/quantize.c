/* quantop quantize: the file to ship. */
#include "quantize/candidate.h"

#include <stdio.h>
#include <stdlib.h>

#include "command/confined.h"
#include "command/groups.h"
#include "command/launch.h"
#include "command/list.h"
#include "command/quantizing.h"
#include "experiment/order.h"
#include "experiment/outputs.h"
#include "graph/summary.h"

static const struct option_row own[] = {
    {"output", 'o', .argument = "FILE", .help = "the .tflite or .onnx file to write"},
};
static OPTION_GROUP(group_own, own);
static const struct option_group *const groups[] = {&group_help,   &group_own,  &group_single,
                                                    &group_shapes, &group_data, &group_set,
                                                    &group_guard,  NULL};

static void describe(const struct candidate *candidate, const char *path)
{
    struct graph_summary summary = graph_summarize(candidate->graph);
    printf("%s: %zu bytes", path, candidate->size);
    if (candidate->base_size > 0)
        printf(", %.2fx smaller than the %zu bytes of float32",
               (double)candidate->base_size / (double)candidate->size, candidate->base_size);
    printf("; %d of %d operators on integers", summary.integer, summary.nodes);
    if (candidate->calibration_samples > 0)
        printf("; calibrated on %zu samples", candidate->calibration_samples);
    printf("\n");
    for (int i = 0; summary.integer > 0 && i < summary.n_floats; i++)
        printf("stays float: node %d (%s)\n", summary.floats[i],
               op_name(candidate->graph->nodes[summary.floats[i]].op));
    graph_summary_release(&summary);
    for (size_t i = 0; i < candidate->n_remarks; i++)
        command_note("%s", candidate->remarks[i]);
}

struct asked {
    const struct experiment *experiment;
    struct quantizing quantizing;
};

/* The part that is done with the model. */
static enum status make(const struct confined *confined, void *context, struct error *error)
{
    const struct asked *asked = context;
    const struct experiment *experiment = asked->experiment;
    const char *const formats[] = {model_format_for(confined->output)->suffix, NULL};
    const struct load_options load = launch_shapes(experiment);
    const struct candidate_order order = {
        .model = confined->work.model,
        .mode = confined->work.mode,
        .load = &load,
        .calibration = experiment->has_calibration ? &experiment->calibration : NULL,
        .formats = formats,
    };
    struct candidate candidate = {0};
    enum status status = quantizing_make(&asked->quantizing, &order, &candidate, error);
    if (status == STATUS_OK)
        status = confined_write(confined, candidate.bytes, candidate.size, error);
    if (status == STATUS_OK) {
        describe(&candidate, confined->output);
        launch_note_names(candidate.graph, candidate.format);
    }
    candidate_release(&candidate);
    return status;
}

static enum exit_status quantize_to(const char *output, struct experiment *experiment)
{
    const struct trial first = {0};
    struct text mode = {0};
    struct error error;
    struct asked asked = {.experiment = experiment};
    struct confined confined = {.output = output, .run = make, .context = &asked};
    order_fill(experiment, &first, &confined.work, &mode);
    enum status ready = output_check(output, experiment, &error);
    if (ready == STATUS_OK)
        ready = quantizing_open(&asked.quantizing, &error);
    enum exit_status status = ready == STATUS_OK ? confined_run(&confined) : command_fail(&error);
    quantizing_close(&asked.quantizing);
    text_release(&mode);
    return status;
}

static enum exit_status quantize(const struct arguments *arguments)
{
    struct error error;
    struct experiment *experiment;
    const char *output = arguments_value(arguments, "output");
    enum status status = STATUS_OK;
    if (!arguments_has(arguments, "mode") || !output)
        status = error_set(&error, STATUS_INVALID, NULL, "options --mode and --output are needed");
    else if (!model_format_for(output))
        status = launch_refuse_output(output, &error);
    if (status == STATUS_OK)
        status = launch_single(arguments, "", &experiment, &error);
    if (status != STATUS_OK)
        return command_fail(&error);
    enum exit_status end = quantize_to(output, experiment);
    experiment_free(experiment);
    return end;
}

const struct command command_quantize = {
    .name = "quantize",
    .arguments = "MODEL",
    .text = "write a model in one mode: the very file whose size and speed a run shows",
    .groups = groups,
    .least_arguments = 1,
    .most_arguments = 1,
    .run = quantize,
};
