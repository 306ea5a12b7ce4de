/* Scoring: the artifact over the whole data set, samples shared among the threads. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/threads.h"
#include "measure/accuracy.h"
#include "measure/clock.h"
#include "worker/artifact.h"
#include "worker/feed.h"
#include "worker/input.h"
#include "worker/messages.h"
#include "worker/metric.h"
#include "worker/outputs.h"
#include "worker/worker.h"

/* Samples that are read, run and reported together, and how long to collect before reporting. */
#define BATCH          64
#define REPORT_SECONDS 0.2

/* Each thread has a session of its own; the model is shared. */
struct scoring_thread {
    struct runtime_session *session;
    float *input;       /* as real numbers, where the metric needs it; or NULL */
    struct error error; /* of the sample that failed */
    size_t failed;      /* which one of the batch */
};

struct scorer {
    const struct work *work;
    const struct metric_kind *metric;
    struct dataset *dataset;
    struct runtime_model *model;
    struct pool *pool;
    struct scoring_thread *threads;
    struct outputs *outputs;
    const struct tensor *in, *out;
    double threshold; /* of an output of one element; NaN: none */
    struct label_map map;
    double spread; /* of the targets, as struct truth_value has it */
    size_t first;  /* sample number of the batch */
    float *samples;
    double values[BATCH];
    int32_t top1[BATCH];
};

static void scorer_release(struct scorer *scorer)
{
    for (int i = 0; scorer->threads && i < scorer->work->n_pus; i++) {
        runtime_close(scorer->threads[i].session);
        free(scorer->threads[i].input);
    }
    outputs_free(scorer->outputs);
    free(scorer->threads);
    free(scorer->samples);
    pool_free(scorer->pool);
    runtime_release(scorer->model);
    dataset_free(scorer->dataset);
}

static bool compares_inputs(const struct scorer *scorer)
{
    return scorer->metric->of_inputs &&
           shape_elements(&scorer->in->shape) == shape_elements(&scorer->out->shape);
}

static enum status add_threads(struct scorer *scorer, struct error *error)
{
    int count = scorer->work->n_pus;
    enum status status =
        outputs_new(scorer->work, scorer->model, count, BATCH, 1, &scorer->outputs, error);
    scorer->threads = xcalloc((size_t)count, sizeof(*scorer->threads));
    for (int i = 0; status == STATUS_OK && i < count; i++) {
        if (compares_inputs(scorer))
            scorer->threads[i].input = xcalloc(shape_elements(&scorer->in->shape), sizeof(float));
        status = scorer->model->runtime->open(scorer->model, &scorer->threads[i].session, error);
    }
    return status;
}

static enum status check_ends(struct scorer *scorer, struct error *error)
{
    const struct runtime_model *model = scorer->model;
    if (model->n_inputs != 1 || model->n_outputs < 1)
        return error_set(error, STATUS_UNSUPPORTED, scorer->work->model,
                         "%d inputs and %d outputs cannot be scored", model->n_inputs,
                         model->n_outputs);
    scorer->in = &model->inputs[0];
    scorer->out = &model->outputs[0];
    return STATUS_OK;
}

/* Mean squared distance of the targets from their mean, by element; 0 without targets of the same
 * length. Sums around the first target keep their digits. */
static double spread_of(const struct dataset *dataset)
{
    size_t count = dataset_count(dataset), elements, own;
    double spread = 0.0;
    if (dataset_label_kind(dataset) == LABEL_NONE || count == 0)
        return 0.0;
    const float *origin = dataset_target(dataset, 0, &elements);
    for (size_t k = 0; k < elements; k++) {
        double sum = 0.0, squares = 0.0;
        for (size_t i = 0; i < count; i++) {
            const float *target = dataset_target(dataset, i, &own);
            double distance = own == elements ? (double)target[k] - (double)origin[k] : 0.0;
            sum += distance;
            squares += distance * distance;
        }
        spread += (squares - sum * sum / (double)count) / (double)count;
    }
    return elements > 0 ? spread / (double)elements : 0.0;
}

static enum status open_samples(struct scorer *scorer, struct error *error)
{
    const struct dataset_spec *spec = &scorer->work->data;
    const struct dataset_input input = worker_input(scorer->work, scorer->in, scorer->model->facts);
    enum status status = dataset_open(spec, &input, &scorer->dataset, error);
    if (status != STATUS_OK)
        return status;
    scorer->spread = spread_of(scorer->dataset);
    scorer->map = label_map_of(scorer->dataset, &scorer->out->shape);
    return STATUS_OK;
}

static enum status scorer_load(struct scorer *scorer, struct error *error)
{
    const struct work *work = scorer->work;
    struct placement placement = {.n_threads = work->n_pus, .pus = work->pus};
    struct runtime_options options = {.isa = isa_from_name(work->isa), .needs_scales = true};
    const struct runtime *runtime;
    enum status status = artifact_runtime(work, &runtime, error);
    if (status == STATUS_OK)
        status = pool_new(&placement, &scorer->pool, error);
    if (status == STATUS_OK)
        status = artifact_load(work, &options, &scorer->model, error);
    if (status == STATUS_OK)
        status = check_ends(scorer, error);
    if (status == STATUS_OK)
        status = open_samples(scorer, error);
    if (status != STATUS_OK)
        return status;
    scorer->samples = xcalloc(BATCH * dataset_elements(scorer->dataset), sizeof(float));
    return add_threads(scorer, error);
}

static double score_one(const struct scorer *scorer, const struct scoring_thread *thread,
                        size_t sample, const float *output)
{
    struct truth_value truth = {.label = -1,
                                .threshold = scorer->threshold,
                                .spread = scorer->spread,
                                .classes = scorer->map.classes,
                                .class_stride = scorer->map.stride};
    struct error error;
    if (thread->input &&
        feed_decode(scorer->in, thread->session->inputs[0], thread->input, &error) == STATUS_OK)
        truth.input = thread->input;
    if (dataset_label_kind(scorer->dataset) == LABEL_CLASS)
        truth.label = dataset_class(scorer->dataset, sample);
    if (dataset_label_kind(scorer->dataset) != LABEL_NONE)
        truth.target = dataset_target(scorer->dataset, sample, &truth.target_elements);
    return scorer->metric->score(output, shape_elements(&scorer->out->shape), &truth);
}

/* Runs samples first..last-1 of the batch on one thread. Types were tried before, so that
 * conversions cannot fail here. */
static void run_samples(void *context, size_t first, size_t last, int number)
{
    struct scorer *scorer = context;
    struct scoring_thread *thread = &scorer->threads[number];
    struct runtime_session *session = thread->session;
    size_t elements = dataset_elements(scorer->dataset);
    for (size_t i = first; i < last && thread->error.status == STATUS_OK; i++) {
        feed_encode(scorer->in, scorer->samples + i * elements, session->inputs[0], &thread->error);
        thread->failed = i;
        if (session->run(session, &thread->error) != STATUS_OK)
            return;
        const float *output;
        if (outputs_take(scorer->outputs, session, number, i, scorer->first + i, &output,
                         &thread->error) != STATUS_OK)
            return;
        scorer->values[i] = score_one(scorer, thread, scorer->first + i, output);
        scorer->top1[i] = class_of(output, shape_elements(&scorer->out->shape), scorer->threshold);
    }
}

/* Runs the first sample, to see whether types convert and what the others are told from. */
static enum status try_first(struct scorer *scorer, struct error *error)
{
    struct runtime_session *session = scorer->threads[0].session;
    enum status status = feed_encode(scorer->in, scorer->samples, session->inputs[0], error);
    if (status == STATUS_OK)
        status = session->run(session, error);
    return status == STATUS_OK ? outputs_begin(scorer->outputs, session, error) : status;
}

static json_t *new_report(const struct scorer *scorer)
{
    return json_pack("{s:s, s:i, s:I, s:[], s:[], s:[]}", "event", "scores", "candidate",
                     scorer->work->candidate, "first", (json_int_t)scorer->first, "values", "top1",
                     "labels");
}

/* Null where JSON has no number for it: the output was NaN or infinite. */
static json_t *number(double value)
{
    json_t *real = json_real(value);
    return real ? real : json_null();
}

static void add_batch(const struct scorer *scorer, size_t count, json_t *report)
{
    bool has_class = dataset_label_kind(scorer->dataset) == LABEL_CLASS;
    for (size_t i = 0; i < count; i++) {
        json_t *label = has_class ? json_integer(dataset_class(scorer->dataset, scorer->first + i))
                                  : json_null();
        json_array_append_new(json_object_get(report, "values"), number(scorer->values[i]));
        json_array_append_new(json_object_get(report, "top1"), json_integer(scorer->top1[i]));
        json_array_append_new(json_object_get(report, "labels"), label);
    }
}

static enum status read_batch(struct scorer *scorer, size_t count, struct error *error)
{
    size_t elements = dataset_elements(scorer->dataset);
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status =
            dataset_read(scorer->dataset, scorer->first + i, scorer->samples + i * elements, error);
    return status;
}

/* Says where a value came from that is not finite: from the sample itself, or from a node. */
static void blame(struct scorer *scorer, size_t sample, struct error *error)
{
    const struct runtime *runtime = scorer->model->runtime;
    struct runtime_session *session = scorer->threads[0].session;
    struct error trouble;
    char node[160], text[sizeof(error->text)];
    size_t elements = dataset_elements(scorer->dataset);
    if (!runtime->blame ||
        feed_encode(scorer->in, scorer->samples + sample * elements, session->inputs[0],
                    &trouble) != STATUS_OK ||
        !runtime->blame(scorer->model, session->inputs, node, sizeof(node)))
        return;
    memcpy(text, error->text, sizeof(text));
    snprintf(error->text, sizeof(error->text),
             "%.240s; the first value that is not finite is in %s", text, node);
}

/* Of several samples that failed, the first counts: threads do not decide what is said. */
static enum status first_failure(struct scorer *scorer, struct error *error)
{
    const struct scoring_thread *first = NULL;
    for (int i = 0; i < scorer->work->n_pus; i++) {
        const struct scoring_thread *thread = &scorer->threads[i];
        if (thread->error.status != STATUS_OK && (!first || thread->failed < first->failed))
            first = thread;
    }
    if (!first)
        return STATUS_OK;
    *error = first->error;
    if (error->status == STATUS_INVALID)
        blame(scorer, first->failed, error);
    return error->status;
}

/* The samples that were read, by all threads. */
static enum status run_batch(struct scorer *scorer, size_t count, struct error *error)
{
    pool_run(scorer->pool, run_samples, scorer, count);
    enum status status = first_failure(scorer, error);
    if (status == STATUS_OK)
        outputs_add_slots(scorer->outputs, count);
    return status;
}

static enum status score_all(struct scorer *scorer, struct error *error)
{
    size_t total = dataset_count(scorer->dataset);
    json_t *report = new_report(scorer);
    double reported = clock_seconds();
    enum status status = read_batch(scorer, total < BATCH ? total : BATCH, error);
    if (status == STATUS_OK)
        status = try_first(scorer, error);
    while (status == STATUS_OK && scorer->first < total) {
        size_t count = total - scorer->first < BATCH ? total - scorer->first : BATCH;
        status = read_batch(scorer, count, error);
        if (status == STATUS_OK)
            status = run_batch(scorer, count, error);
        if (status != STATUS_OK)
            break;
        add_batch(scorer, count, report);
        scorer->first += count;
        if (clock_seconds() - reported > REPORT_SECONDS || scorer->first == total) {
            worker_emit(report);
            report = new_report(scorer);
            reported = clock_seconds();
        }
    }
    json_decref(report);
    return status;
}

enum status worker_score(const struct work *work, struct error *error)
{
    struct scorer scorer = {
        .work = work,
        .metric = work->metric ? metric_kind_find(work->metric) : NULL,
        .threshold = work->has_threshold ? work->threshold : NAN,
    };
    if (!scorer.metric)
        return error_set(error, STATUS_INVALID, NULL, "an order to score without a metric");
    enum status status = scorer_load(&scorer, error);
    if (status == STATUS_OK)
        status = score_all(&scorer, error);
    if (status == STATUS_OK)
        worker_emit(outputs_event(scorer.outputs));
    scorer_release(&scorer);
    if (status == STATUS_OK)
        worker_emit(json_pack("{s:s}", "event", WORK_SCORED));
    return status;
}
