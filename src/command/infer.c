/* quantop infer: outputs of a model for raw inputs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "command/groups.h"
#include "command/launch.h"
#include "command/list.h"
#include "engine/session.h"
#include "graph/lookup.h"
#include "model/load.h"
#include "quantize/candidate.h"

/* Inputs and outputs are held in memory. */
#define BYTES_MAX ((size_t)4 << 30)

static const struct option_row own[] = {
    {"input", 'i', .argument = "FILE",
     .help = "raw input tensors, samples back to back, little endian, NHWC"},
    {"output", 'o', .argument = "FILE",
     .help = "where to write the raw output tensors, in the same order"},
};
static OPTION_GROUP(group_own, own);
static const struct option_group *const groups[] = {&group_help,   &group_own,  &group_single,
                                                    &group_shapes, &group_data, &group_isa,
                                                    &group_set,    NULL};

/* A graph that runs, and what it runs on. */
struct setup {
    struct graph *graph;
    struct plan *plan;
    struct pool *pool;
    struct session *session;
    int32_t *rows;   /* per input: see lookup.h */
    size_t sequence; /* samples behind which variables begin anew; 0: never */
};

static void setup_release(struct setup *setup)
{
    free(setup->rows);
    session_free(setup->session);
    pool_free(setup->pool);
    plan_free(setup->plan);
    graph_free(setup->graph);
}

/* The model as it is, or as the mode's file would be read back. */
static enum status load_graph(const struct candidate_order *given, const struct mode_choice *mode,
                              struct graph **graph, struct error *error)
{
    struct candidate_order order = *given;
    struct candidate candidate;
    struct text text = {0};
    enum status status;
    if (!mode) {
        status = model_load(order.model, order.load, graph, error);
    } else {
        mode_format(mode->mode, &mode->options, &text);
        order.mode = text.bytes;
        status = candidate_make(&order, &candidate, error);
        if (status == STATUS_OK) {
            unsigned char *bytes = candidate.bytes;
            candidate.bytes = NULL;
            status = graph_load_bytes(order.model, bytes, candidate.size, NULL, graph, error);
            candidate_release(&candidate);
        }
        text_release(&text);
    }
    return status;
}

static enum status setup_run(struct setup *setup, const struct measure_limits *measure,
                             struct error *error)
{
    struct plan_options options = {.threads = 1,
                                   .isa = measure->isa ? isa_from_name(measure->isa) : isa_best(),
                                   .merges = true,
                                   .is_direct = measure->convolutions != NULL};
    const struct graph *graph = setup->graph;
    setup->rows = xcalloc((size_t)graph->n_inputs, sizeof(*setup->rows));
    for (int i = 0; i < graph->n_inputs; i++)
        setup->rows[i] = lookup_rows(graph, graph->inputs[i]);
    enum status status = plan_new(graph, &options, &setup->plan, error);
    if (status == STATUS_OK)
        status = pool_new(NULL, &setup->pool, error);
    if (status == STATUS_OK)
        status = session_new(setup->plan, setup->pool, &setup->session, error);
    return status;
}

static size_t bytes_of(const struct graph *graph, const int *tensors, int count)
{
    size_t total = 0;
    for (int i = 0; i < count; i++)
        total += tensor_bytes(&graph->tensors[tensors[i]]);
    return total;
}

static enum status run_sample(struct setup *setup, const unsigned char *in, struct text *out,
                              struct error *error)
{
    const struct graph *graph = setup->graph;
    for (int i = 0; i < graph->n_inputs; i++) {
        const struct tensor *tensor = &graph->tensors[graph->inputs[i]];
        size_t size = tensor_bytes(tensor);
        memcpy(session_input(setup->session, i), in, size);
        in += size;
        if (lookup_check(tensor, setup->rows[i], session_input(setup->session, i), error) !=
            STATUS_OK)
            return error->status;
    }
    session_run(setup->session);
    if (session_check(setup->session, error) != STATUS_OK)
        return error->status;
    for (int i = 0; i < graph->n_outputs; i++)
        text_add(out, session_output(setup->session, i),
                 tensor_bytes(&graph->tensors[graph->outputs[i]]));
    return STATUS_OK;
}

/* All samples in bytes of `one` each. */
static enum status run_samples(struct setup *setup, const unsigned char *bytes, size_t count,
                               size_t one, struct text *out, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (setup->sequence > 0 && i % setup->sequence == 0)
            session_reset(setup->session);
        if (run_sample(setup, bytes + i * one, out, error) != STATUS_OK)
            return error_within(error, "sample %zu", i);
    }
    return STATUS_OK;
}

static enum status run_file(struct setup *setup, const char *input, const char *output,
                            struct error *error)
{
    unsigned char *bytes;
    size_t size, one = bytes_of(setup->graph, setup->graph->inputs, setup->graph->n_inputs);
    struct text out = {0};
    enum status status = file_read(input, BYTES_MAX, &bytes, &size, error);
    if (status != STATUS_OK)
        return status;
    if (one == 0 || size % one != 0) {
        status = error_set(error, STATUS_FORMAT, input,
                           "%zu bytes, expected a multiple of the model's input of %zu", size, one);
    } else if (run_samples(setup, bytes, size / one, one, &out, error) != STATUS_OK) {
        status = error_within(error, "%s", input);
    } else {
        status = file_write(output, out.bytes ? out.bytes : "", out.length, error);
    }
    if (status == STATUS_OK)
        fprintf(stderr, "%zu samples, %zu bytes in and %zu out each\n", size / one, one,
                bytes_of(setup->graph, setup->graph->outputs, setup->graph->n_outputs));
    free(bytes);
    text_release(&out);
    return status;
}

static enum status infer_with(const struct arguments *arguments,
                              const struct experiment *experiment, struct error *error)
{
    struct setup setup = {.sequence = experiment->data.sequence};
    bool has_mode = arguments_has(arguments, "mode");
    struct load_options load = launch_shapes(experiment);
    const struct candidate_order order = {
        .model = arguments->words[0],
        .load = &load,
        .calibration = experiment->has_calibration ? &experiment->calibration : NULL,
    };
    enum status status =
        load_graph(&order, has_mode ? &experiment->modes[0] : NULL, &setup.graph, error);
    if (status == STATUS_OK)
        launch_note_entries(setup.graph);
    if (status == STATUS_OK)
        status = setup_run(&setup, &experiment->measure, error);
    if (status == STATUS_OK)
        status = run_file(&setup, arguments_value(arguments, "input"),
                          arguments_value(arguments, "output"), error);
    setup_release(&setup);
    return status;
}

static enum exit_status infer(const struct arguments *arguments)
{
    struct error error;
    enum status status = STATUS_OK;
    if (!arguments_has(arguments, "input") || !arguments_has(arguments, "output"))
        status = error_set(&error, STATUS_INVALID, NULL, "options --input and --output are needed");
    if (status == STATUS_OK) {
        struct experiment *experiment;
        status = launch_single(arguments, "as-is", &experiment, &error);
        if (status == STATUS_OK) {
            status = infer_with(arguments, experiment, &error);
            experiment_free(experiment);
        }
    }
    return status == STATUS_OK ? EXIT_DONE : command_fail(&error);
}

const struct command command_infer = {
    .name = "infer",
    .arguments = "MODEL",
    .text = "run a model on raw tensors and write its raw outputs",
    .groups = groups,
    .least_arguments = 1,
    .most_arguments = 1,
    .run = infer,
};
