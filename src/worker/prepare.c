/* Preparing a candidate: from the model's file to the file to ship. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/random.h"
#include "formats/model.h"
#include "graph/summary.h"
#include "measure/clock.h"
#include "quantize/calibrate.h"
#include "quantize/candidate.h"
#include "worker/artifact.h"
#include "worker/feed.h"
#include "worker/input.h"
#include "worker/messages.h"
#include "worker/metric.h"
#include "worker/worker.h"

/* Inputs that nobody provided: uniform over -1..1, or over the whole range of an integer type. */
static void random_input(struct random *random, const struct tensor *tensor, unsigned char *bytes)
{
    size_t count = shape_elements(&tensor->shape);
    if (tensor->type != TYPE_F32) {
        size_t used = type_is_quantized(tensor->type) ? count * type_size(tensor->type) : 0;
        for (size_t i = 0; i < used; i++)
            bytes[i] = (unsigned char)random_next(random);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        float value = (float)(2.0 * random_unit(random) - 1.0);
        memcpy(bytes + i * sizeof(value), &value, sizeof(value));
    }
}

/* One input of the graph for one timed inference. */
static enum status make_input(const struct tensor *tensor, struct dataset *dataset, size_t number,
                              struct random *random, unsigned char *bytes, struct error *error)
{
    if (!dataset) {
        random_input(random, tensor, bytes);
        return STATUS_OK;
    }
    float *values = xcalloc(dataset_elements(dataset), sizeof(*values));
    enum status status = dataset_read(dataset, number % dataset_count(dataset), values, error);
    if (status == STATUS_OK)
        status = feed_encode(tensor, values, bytes, error);
    free(values);
    return status;
}

/* What the file to ship takes. */
struct intake {
    const struct tensor *inputs;
    const struct input_facts *facts;
    int count;
};

/* Writes the inputs that timing takes turns with. */
static enum status write_inputs(const struct work *work, const struct intake *intake,
                                struct dataset *dataset, struct error *error)
{
    struct random random = {(uint64_t)work->seed};
    for (size_t n = 0; n < WORK_INPUT_COUNT; n++)
        for (int i = 0; i < intake->count; i++) {
            const struct tensor *tensor = &intake->inputs[i];
            size_t size = tensor_bytes(tensor);
            unsigned char *bytes = memory_try(size);
            if (!bytes)
                return error_set(error, STATUS_MEMORY, work->model,
                                 "not enough memory for an input of %zu bytes", size);
            enum status status = make_input(tensor, dataset, n, &random, bytes, error);
            if (status == STATUS_OK && !write_all(WORK_INPUTS, bytes, size))
                status = error_set_errno(error, STATUS_IO, NULL, "cannot write inputs");
            free(bytes);
            if (status != STATUS_OK)
                return status;
        }
    return STATUS_OK;
}

static json_t *float_nodes(const struct graph *graph, const struct graph_summary *summary)
{
    json_t *list = json_array();
    for (int i = 0; i < summary->n_floats; i++) {
        const struct node *node = &graph->nodes[summary->floats[i]];
        json_array_append_new(
            list, json_pack("{s:i, s:s}", "node", summary->floats[i], "op", op_name(node->op)));
    }
    return list;
}

/* A remark that is there already is not added again: data and calibration are often the same file.
 */
static void add_remark(json_t *list, const char *remark)
{
    size_t i;
    json_t *other;
    json_array_foreach(list, i, other)
    {
        if (strcmp(json_string_value(other), remark) == 0)
            return;
    }
    json_array_append_new(list, json_string(remark));
}

static json_t *list_remarks(const struct candidate *candidate, const struct dataset *dataset)
{
    json_t *list = json_array();
    for (size_t i = 0; dataset && i < dataset_remark_count(dataset); i++)
        add_remark(list, dataset_remark(dataset, i));
    for (size_t i = 0; i < candidate->n_remarks; i++)
        add_remark(list, candidate->remarks[i]);
    return list;
}

static void emit_prepared(const struct work *work, const struct candidate *candidate,
                          const struct dataset *dataset, double seconds)
{
    struct graph_summary summary = graph_summarize(candidate->graph);
    json_t *event = json_pack("{s:s, s:i, s:I, s:i, s:i, s:o, s:I, s:f}", "event", "prepared",
                              "candidate", work->candidate, "bytes", (json_int_t)candidate->size,
                              "nodes", summary.nodes, "integer_nodes", summary.integer,
                              "float_nodes", float_nodes(candidate->graph, &summary), "calibration",
                              (json_int_t)candidate->calibration_samples, "seconds", seconds);
    if (candidate->base_size > 0)
        json_object_set_new(event, "base_bytes", json_integer((json_int_t)candidate->base_size));
    json_object_set_new(event, "remarks", list_remarks(candidate, dataset));
    if (dataset) {
        struct metric_choice choice = metric_choose(work, dataset, candidate->graph);
        json_object_set_new(event, "metric", json_string(choice.metric->name));
        if (!isnan(choice.threshold))
            json_object_set_new(event, "threshold", json_real(choice.threshold));
        if (choice.absent[0])
            json_object_set_new(event, "metric_absent", json_string(choice.absent));
        json_object_set_new(event, "samples", json_integer((json_int_t)dataset_count(dataset)));
    }
    graph_summary_release(&summary);
    worker_emit(event);
}

static enum status open_dataset(const struct work *work, const struct intake *intake,
                                struct dataset **dataset, struct error *error)
{
    *dataset = NULL;
    if (!work->has_data)
        return STATUS_OK;
    if (intake->count != 1)
        return error_set(error, STATUS_UNSUPPORTED, work->model,
                         "the model has %d inputs, a data set feeds one", intake->count);
    const struct dataset_input input = worker_input(work, &intake->inputs[0], intake->facts);
    return dataset_open(&work->data, &input, dataset, error);
}

/* Inputs for the file as its runtime takes them. */
static enum status hand_over_inputs(const struct work *work, const struct intake *intake,
                                    struct dataset **dataset, struct error *error)
{
    enum status status = open_dataset(work, intake, dataset, error);
    return status == STATUS_OK ? write_inputs(work, intake, *dataset, error) : status;
}

static enum status prepare_same_inputs(const struct work *work, const struct graph *graph,
                                       struct dataset **dataset, struct error *error)
{
    size_t count = (size_t)graph->n_inputs;
    struct tensor *inputs = xcalloc(count + 1, sizeof(*inputs));
    struct input_facts *facts = xcalloc(count + 1, sizeof(*facts));
    const struct intake intake = {inputs, facts, graph->n_inputs};
    for (int i = 0; i < graph->n_inputs; i++) {
        inputs[i] = graph->tensors[graph->inputs[i]];
        facts[i] = graph_input_facts(graph, graph->inputs[i]);
    }
    enum status status = hand_over_inputs(work, &intake, dataset, error);
    free(inputs);
    free(facts);
    return status;
}

/* Some files take what the graph takes. Others may have other types for the same, which the runtime
 * knows; and what it cannot load is lost here and not when it is timed. */
static enum status prepare_inputs(const struct work *work, const struct candidate *candidate,
                                  struct dataset **dataset, struct error *error)
{
    if (candidate->format->keeps_types)
        return prepare_same_inputs(work, candidate->graph, dataset, error);
    struct runtime_options options = {.isa = isa_from_name(work->isa), .needs_scales = true};
    struct runtime_model *model;
    enum status status = artifact_load(work, &options, &model, error);
    if (status != STATUS_OK)
        return status;
    const struct intake intake = {model->inputs, model->facts, model->n_inputs};
    status = hand_over_inputs(work, &intake, dataset, error);
    runtime_release(model);
    return status;
}

static enum status hand_over(const struct work *work, const struct candidate *candidate,
                             struct dataset **dataset, struct error *error)
{
    if (!write_all(WORK_ARTIFACT, candidate->bytes, candidate->size))
        return error_set_errno(error, STATUS_IO, NULL, "cannot write the quantized model");
    return prepare_inputs(work, candidate, dataset, error);
}

enum status worker_prepare(const struct work *work, struct error *error)
{
    double start = clock_seconds();
    const struct runtime *runtime;
    struct candidate candidate;
    struct dataset *dataset = NULL;
    const struct load_options load = {.shapes = work->shapes, .n_shapes = work->n_shapes};
    struct candidate_order order = {
        .model = work->model,
        .mode = work->mode,
        .load = &load,
        .calibration = work->has_calibration ? &work->calibration : NULL,
    };
    enum status status = artifact_runtime(work, &runtime, error);
    if (status == STATUS_OK) {
        order.formats = runtime->formats;
        status = candidate_make(&order, &candidate, error);
    }
    if (status != STATUS_OK)
        return status;
    status = hand_over(work, &candidate, &dataset, error);
    if (status == STATUS_OK)
        emit_prepared(work, &candidate, dataset, clock_seconds() - start);
    dataset_free(dataset);
    candidate_release(&candidate);
    return status;
}
