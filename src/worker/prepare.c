/* Preparing a candidate: from the model's file to the file to ship. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "formats/dataset/model_data.h"
#include "formats/model.h"
#include "graph/comparable.h"
#include "graph/summary.h"
#include "measure/clock.h"
#include "quantize/calibrate.h"
#include "quantize/candidate.h"
#include "quantize/crew.h"
#include "quantize/doing.h"
#include "results/json_text.h"
#include "worker/artifact.h"
#include "worker/calibration_check.h"
#include "worker/messages.h"
#include "worker/metric.h"
#include "worker/network.h"
#include "worker/operators.h"
#include "worker/plausibility_check.h"
#include "worker/recordings.h"
#include "worker/sandbox.h"
#include "worker/worker.h"

/* Writes the inputs that timing takes turns with. */
static enum status write_inputs(const struct model_ends *ends, struct model_data *data,
                                struct error *error)
{
    void **elements = xcalloc((size_t)ends->n_inputs, sizeof(*elements));
    enum status status = STATUS_OK;
    for (int i = 0; i < ends->n_inputs && status == STATUS_OK; i++) {
        size_t size = tensor_bytes(&ends->inputs[i]);
        elements[i] = memory_try(size);
        if (!elements[i])
            status = error_set(error, STATUS_MEMORY, ends->name,
                               "not enough memory for an input of %zu bytes", size);
    }
    for (size_t n = 0; n < WORK_INPUT_COUNT && status == STATUS_OK; n++) {
        status = model_data_read(data, n % model_data_runs(data), elements, error);
        for (int i = 0; i < ends->n_inputs && status == STATUS_OK; i++)
            if (!write_all(WORK_INPUTS, elements[i], tensor_bytes(&ends->inputs[i])))
                status = error_set_errno(error, STATUS_IO, NULL, "cannot write inputs");
    }
    for (int i = 0; i < ends->n_inputs; i++)
        free(elements[i]);
    free(elements);
    return status;
}

/* What is known of the samples to be scored. */
struct provision {
    struct metric_choice choice; /* metric NULL: nothing is scored */
    size_t samples, left_out, batch;
    bool feeds_bytes; /* the only input's samples, as struct dataset has it */
    struct first_doubt doubt;
    json_t *remarks;   /* texts */
    size_t recordings; /* that samples are windows of; 0: they are none */
};

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
    json_array_append_new(list, json_said(remark));
}

/* Those of the samples, taken over, and behind them those of the calibration. */
static json_t *list_remarks(const struct candidate *candidate, json_t *list)
{
    for (size_t i = 0; i < candidate->n_remarks; i++)
        add_remark(list, candidate->remarks[i]);
    return list;
}

static json_t *pack_origin(const struct origin *origin)
{
    json_t *list = json_array();
    for (int i = 0; i < origin->count; i++)
        json_array_append_new(list, json_integer(origin->layers[i]));
    return list;
}

/* Which layers of the model the operators of the file do the work of. */
static void emit_origins(const struct work *work, const struct candidate *candidate)
{
    json_t *layers = json_array(), *nodes = json_array();
    for (int i = 0; i < candidate->graph->n_layers; i++) {
        const struct file_layer *layer = &candidate->graph->layers[i];
        json_t *pair = json_array();
        json_array_append_new(pair, json_said(layer->name));
        json_array_append_new(pair, json_said(layer->op));
        json_array_append_new(layers, pair);
    }
    for (int i = 0; i < candidate->origins.count; i++)
        json_array_append_new(nodes, pack_origin(&candidate->origins.of[i]));
    worker_emit(json_pack("{s:s, s:i, s:o, s:o}", "event", "origins", "candidate", work->candidate,
                          "layers", layers, "nodes", nodes));
}

static void emit_network(const struct work *work, const struct candidate *candidate)
{
    json_t *event = network_event(candidate);
    json_object_set_new(event, "candidate", json_integer(work->candidate));
    worker_emit(event);
}

static void emit_prepared(const struct work *work, const struct candidate *candidate,
                          const struct provision *provision, double seconds)
{
    struct graph_summary summary = graph_summarize(candidate->graph);
    json_t *event = json_pack("{s:s, s:i, s:I, s:i, s:i, s:o, s:I, s:f}", "event", "prepared",
                              "candidate", work->candidate, "bytes", (json_int_t)candidate->size,
                              "nodes", summary.nodes, "integer_nodes", summary.integer,
                              "float_nodes", float_nodes(candidate->graph, &summary), "calibration",
                              (json_int_t)candidate->calibration_samples, "seconds", seconds);
    json_object_set_new(event, "operators", operators_list(candidate->graph));
    if (candidate->base_size > 0)
        json_object_set_new(event, "base_bytes", json_integer((json_int_t)candidate->base_size));
    json_object_set_new(event, "remarks", list_remarks(candidate, provision->remarks));
    json_object_set_new(event, "batch", json_integer((json_int_t)provision->batch));
    if (provision->choice.metric) {
        const struct metric_choice *choice = &provision->choice;
        json_object_set_new(event, "metric", json_string(choice->metric->name));
        if (!isnan(choice->threshold))
            json_object_set_new(event, "threshold", json_real(choice->threshold));
        if (choice->absent[0])
            json_object_set_new(event, "metric_absent", json_said(choice->absent));
        json_object_set_new(event, "samples", json_integer((json_int_t)provision->samples));
        if (provision->recordings > 0)
            json_object_set_new(event, "recordings",
                                json_integer((json_int_t)provision->recordings));
        json_object_set_new(event, "left_out", json_integer((json_int_t)provision->left_out));
    }
    if (provision->doubt.text[0]) {
        json_object_set_new(event, "doubt", json_said(provision->doubt.text));
        json_object_set_new(event, "doubt_stays", json_boolean(provision->doubt.stays));
        if (provision->doubt.stays)
            json_object_set_new(event, "doubt_bar", message_number(provision->doubt.bar));
    }
    graph_summary_release(&summary);
    worker_emit(sandbox_tell(event));
}

static void emit_look(const struct metric_kind *metric, const struct first_doubt *look)
{
    worker_emit(json_pack("{s:s, s:s, s:I, s:I, s:f, s:o, s:o, s:o, s:o, s:s}", "event",
                          WORK_LOOKED, "metric", metric->name, "samples", (json_int_t)look->samples,
                          "total", (json_int_t)look->total, "seconds", look->seconds, "estimate",
                          message_number(look->value.estimate), "low",
                          message_number(look->value.low), "high", message_number(look->value.high),
                          "chance", message_number(look->chance), "word", look->word));
}

static struct provision describe(const struct work *work, const struct graph *graph,
                                 const struct model_data *data)
{
    size_t batch = model_data_batch(data);
    struct metric_choice none = {0};
    return (struct provision){
        .choice =
            work->has_data ? metric_choose(work, model_data_labelled(data), graph, batch) : none,
        .samples = model_data_count(data),
        .left_out = model_data_left_out(data),
        .recordings = recordings_count(model_data_labelled(data), model_data_count(data)),
        .batch = batch,
        .feeds_bytes = graph->n_inputs == 1 && dataset_feeds_bytes(model_data_labelled(data)),
        .remarks = json_array(),
    };
}

/* What the scores of a model with variables depend on. */
static void remark_states(const struct work *work, const struct graph *graph,
                          const struct model_data *data, json_t *remarks)
{
    struct text text = {0};
    struct dataset_window window;
    if (!work->has_data || graph->n_states == 0)
        return;
    text_printf(&text, "the model keeps %d variable%s from sample to sample: ", graph->n_states,
                graph->n_states == 1 ? "" : "s");
    if (work->data.sequence > 0)
        text_printf(&text, "a sequence has %zu of them, as data.sequence says",
                    work->data.sequence);
    else if (dataset_window(model_data_labelled(data), 0, &window))
        text_add_string(&text, "a sequence is a recording");
    else
        text_add_string(&text, "all samples count as one sequence, unless data.sequence says else");
    add_remark(remarks, text.bytes);
    text_release(&text);
}

static void remark_boxes(const struct work *work, const struct graph *graph, json_t *remarks)
{
    if (work->has_data && graph_hides_boxes(graph))
        add_remark(remarks, "what is compared are the box encodings and class scores that "
                            "DETECTION_POSTPROCESS chooses from, not its lists of boxes: whether a "
                            "mode finds other boxes, only a test with labels tells");
}

/* Inputs for the file as its runtime takes them; drawn ones where nobody has any. */
static enum status hand_over_inputs(const struct work *work, const struct candidate *candidate,
                                    const struct model_ends *ends, struct provision *provision,
                                    struct error *error)
{
    bool is_calibrated = candidate->calibration_samples > 0;
    struct dataset_spec drawn;
    struct model_data *data;
    dataset_spec_init(&drawn);
    drawn.samples = DATASET_RANDOM "1000000"; /* fills the runs of any batch, and costs nothing */
    enum status status = model_data_open(work->has_data ? &work->data : &drawn, ends, &data, error);
    if (status != STATUS_OK)
        return status;
    *provision = describe(work, candidate->graph, data);
    if (provision->choice.metric)
        recordings_remark(model_data_labelled(data), provision->samples, provision->choice.metric,
                          provision->remarks);
    for (size_t i = 0; work->has_data && i < model_data_remark_count(data); i++)
        add_remark(provision->remarks, model_data_remark(data, i));
    remark_states(work, candidate->graph, data, provision->remarks);
    remark_boxes(work, candidate->graph, provision->remarks);
    if (is_calibrated)
        calibration_check(work, ends, provision->remarks);
    status = write_inputs(ends, data, error);
    model_data_free(data);
    return status;
}

/* Some files take what the graph takes. Others may have other types for the same, which the runtime
 * knows; and what it cannot load is lost here and not when it is timed. */
static enum status prepare_inputs(const struct work *work, const struct candidate *candidate,
                                  struct provision *provision, struct error *error)
{
    if (candidate->format->keeps_types) {
        struct model_ends ends = ends_of_graph(candidate->graph);
        ends.is_own = artifact_is_own(work);
        enum status status = hand_over_inputs(work, candidate, &ends, provision, error);
        ends_release(&ends);
        return status;
    }
    struct runtime_options options = {
        .isa = isa_from_name(work->isa), .is_direct = work->is_direct, .needs_scales = true};
    struct runtime_model *model;
    enum status status = artifact_load(work, &options, &model, error);
    if (status != STATUS_OK)
        return status;
    struct model_ends ends = artifact_ends(work, model);
    status = hand_over_inputs(work, candidate, &ends, provision, error);
    runtime_release(model);
    return status;
}

static enum status hand_over(const struct work *work, const struct candidate *candidate,
                             struct provision *provision, struct error *error)
{
    if (!write_all(WORK_ARTIFACT, candidate->bytes, candidate->size))
        return error_set_errno(error, STATUS_IO, NULL, "cannot write the quantized model");
    return prepare_inputs(work, candidate, provision, error);
}

/* Some windows here and there tell nothing of whole recordings, nor samples of a sequence that the
 * model's variables have not gone through. */
static bool is_judged_by_sample(const struct provision *provision, const struct graph *graph)
{
    const struct metric_kind *metric = provision->choice.metric;
    return metric && graph->n_states == 0 && !(metric->of_groups && provision->recordings > 0);
}

/* Seconds from one word on what is done to the next. */
#define DOING_SECONDS 0.2

static void tell_doing(void *context, enum doing doing, size_t done, size_t all)
{
    double *told = context, now = clock_seconds();
    if (now - *told < DOING_SECONDS)
        return;
    *told = now;
    worker_emit(json_pack("{s:s, s:i, s:I, s:I}", "event", WORK_DOING, "doing", (int)doing, "done",
                          (json_int_t)done, "all", (json_int_t)all));
}

/* Nothing is timed meanwhile: all units of the order share the work. */
static enum status make_candidate(const struct work *work, const struct candidate_order *order,
                                  double *told, struct candidate *candidate, struct error *error)
{
    const struct placement units = {.n_threads = work->n_pus, .pus = work->pus};
    crew_hire(&units);
    doing_watch(tell_doing, told);
    enum status status = candidate_make(order, candidate, error);
    doing_watch(NULL, NULL);
    crew_dismiss();
    return status;
}

enum status worker_prepare(const struct work *work, struct error *error)
{
    double start = clock_seconds(), told = start;
    const char *const wanted[] = {work->format, NULL};
    const struct runtime *runtime;
    struct candidate candidate;
    struct provision provision;
    const struct load_options load = {.shapes = work->shapes,
                                      .n_shapes = work->n_shapes,
                                      .signature = work->signature,
                                      .most_nodes = work->most_nodes};
    struct candidate_order order = {
        .model = work->model,
        .mode = work->mode,
        .load = &load,
        .calibration = work->has_calibration ? &work->calibration : NULL,
    };
    enum status status = artifact_runtime(work, &runtime, error);
    if (status == STATUS_OK) {
        order.formats = work->format ? wanted : runtime->formats;
        status = make_candidate(work, &order, &told, &candidate, error);
    }
    if (status != STATUS_OK)
        return status;
    status = hand_over(work, &candidate, &provision, error);
    double seconds = clock_seconds() - start;
    if (status == STATUS_OK && work->check_seconds > 0.0 &&
        is_judged_by_sample(&provision, candidate.graph))
        provision.doubt = plausibility_check(work, &provision.choice, provision.feeds_bytes);
    if (status == STATUS_OK && work->tells_look && provision.doubt.samples > 0)
        emit_look(provision.choice.metric, &provision.doubt);
    if (status == STATUS_OK) {
        emit_origins(work, &candidate);
        emit_network(work, &candidate);
        emit_prepared(work, &candidate, &provision, seconds);
    }
    candidate_release(&candidate);
    return status;
}
