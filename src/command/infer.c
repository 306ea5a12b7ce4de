/* quantop infer: outputs of a model for raw inputs. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "command/confined.h"
#include "command/groups.h"
#include "command/launch.h"
#include "command/list.h"
#include "engine/session.h"
#include "experiment/order.h"
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
static const struct option_group *const groups[] = {&group_help,   &group_own,   &group_single,
                                                    &group_shapes, &group_data,  &group_isa,
                                                    &group_set,    &group_guard, NULL};

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
static enum status load_graph(const struct candidate_order *order, struct graph **graph,
                              struct error *error)
{
    struct candidate candidate;
    if (!order->mode)
        return model_load(order->model, order->load, graph, error);
    enum status status = candidate_make(order, &candidate, error);
    if (status == STATUS_OK) {
        unsigned char *bytes = candidate.bytes;
        candidate.bytes = NULL;
        status = graph_load_bytes(order->model, bytes, candidate.size, NULL, graph, error);
        candidate_release(&candidate);
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

/* Raw inputs, opened before the process is confined. */
struct raw {
    const char *path;
    int descriptor, reason; /* negative: it could not be opened, and why (errno) */
};

static struct raw raw_open(const char *path)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    return (struct raw){.path = path, .descriptor = descriptor, .reason = errno};
}

static enum status raw_read(const struct raw *raw, unsigned char **bytes, size_t *size,
                            struct error *error)
{
    errno = raw->reason;
    if (raw->descriptor < 0)
        return error_set_errno(error, STATUS_IO, raw->path, "cannot open");
    return file_read_descriptor(raw->descriptor, raw->path, BYTES_MAX, bytes, size, error);
}

static enum status run_file(struct setup *setup, const struct raw *raw,
                            const struct confined *confined, struct error *error)
{
    unsigned char *bytes;
    size_t size, one = bytes_of(setup->graph, setup->graph->inputs, setup->graph->n_inputs);
    struct text out = {0};
    enum status status = raw_read(raw, &bytes, &size, error);
    if (status != STATUS_OK)
        return status;
    if (one == 0 || size % one != 0) {
        status = error_set(error, STATUS_FORMAT, raw->path,
                           "%zu bytes, expected a multiple of the model's input of %zu", size, one);
    } else if (run_samples(setup, bytes, size / one, one, &out, error) != STATUS_OK) {
        status = error_within(error, "%s", raw->path);
    } else {
        status = confined_write(confined, out.bytes ? out.bytes : "", out.length, error);
    }
    if (status == STATUS_OK)
        fprintf(stderr, "%zu samples, %zu bytes in and %zu out each\n", size / one, one,
                bytes_of(setup->graph, setup->graph->outputs, setup->graph->n_outputs));
    free(bytes);
    text_release(&out);
    return status;
}

/* What is asked for. */
struct order {
    const struct experiment *experiment;
    struct raw raw;
    bool has_mode;
};

/* The part that is done with the model. */
static enum status run_model(const struct confined *confined, void *context, struct error *error)
{
    const struct order *asked = context;
    const struct experiment *experiment = asked->experiment;
    struct setup setup = {.sequence = experiment->data.sequence};
    struct load_options load = launch_shapes(experiment);
    const struct candidate_order order = {
        .model = confined->work.model,
        .mode = asked->has_mode ? confined->work.mode : NULL,
        .load = &load,
        .calibration = experiment->has_calibration ? &experiment->calibration : NULL,
    };
    enum status status = load_graph(&order, &setup.graph, error);
    if (status == STATUS_OK)
        launch_note_entries(setup.graph);
    if (status == STATUS_OK)
        status = setup_run(&setup, &experiment->measure, error);
    if (status == STATUS_OK)
        status = run_file(&setup, &asked->raw, confined, error);
    setup_release(&setup);
    return status;
}

static enum exit_status infer_with(const struct arguments *arguments,
                                   const struct experiment *experiment)
{
    const struct trial first = {0};
    struct text mode = {0};
    struct order order = {.experiment = experiment,
                          .raw = raw_open(arguments_value(arguments, "input")),
                          .has_mode = arguments_has(arguments, "mode")};
    struct confined confined = {
        .output = arguments_value(arguments, "output"), .run = run_model, .context = &order};
    order_fill(experiment, &first, &confined.work, &mode);
    enum exit_status status = confined_run(&confined);
    if (order.raw.descriptor >= 0)
        close(order.raw.descriptor);
    text_release(&mode);
    return status;
}

static enum exit_status infer(const struct arguments *arguments)
{
    struct error error;
    struct experiment *experiment;
    enum status status = STATUS_OK;
    if (!arguments_has(arguments, "input") || !arguments_has(arguments, "output"))
        status = error_set(&error, STATUS_INVALID, NULL, "options --input and --output are needed");
    if (status == STATUS_OK)
        status = launch_single(arguments, "as-is", &experiment, &error);
    if (status != STATUS_OK)
        return command_fail(&error);
    enum exit_status end = infer_with(arguments, experiment);
    experiment_free(experiment);
    return end;
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
