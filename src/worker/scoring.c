/* Scoring: the artifact over the whole data set, samples shared among the threads. */
#include <stdlib.h>

#include "base/memory.h"
#include "engine/threads.h"
#include "measure/accuracy.h"
#include "measure/clock.h"
#include "worker/artifact.h"
#include "worker/feed.h"
#include "worker/messages.h"
#include "worker/metric.h"
#include "worker/worker.h"

/* Samples that are run together, or some more to fill batches of the model's and all threads, and
 * how long to collect before reporting. */
#define STRETCH        64
#define REPORT_SECONDS 0.2

/* Each thread has a session of its own; the model is shared. */
struct scoring_thread {
    struct runtime_session *session;
    float *output;
    struct error error; /* of the first run that failed */
};

struct scorer {
    const struct work *work;
    const struct metric_kind *metric;
    struct runtime_model *model;
    struct model_ends ends;
    struct model_data *data;
    const struct dataset *labelled;
    struct pool *pool;
    struct scoring_thread *threads;
    const struct tensor *out;
    size_t batch; /* samples of one run */
    size_t first; /* run number of the stretch */
    size_t runs;  /* of a stretch, at most */
    double *values;
    int32_t *top1;
};

static void scorer_release(struct scorer *scorer)
{
    for (int i = 0; scorer->threads && i < scorer->work->n_pus; i++) {
        runtime_close(scorer->threads[i].session);
        free(scorer->threads[i].output);
    }
    free(scorer->threads);
    free(scorer->values);
    free(scorer->top1);
    pool_free(scorer->pool);
    model_data_free(scorer->data);
    runtime_release(scorer->model);
}

static enum status add_threads(struct scorer *scorer, struct error *error)
{
    enum status status = STATUS_OK;
    scorer->threads = xcalloc((size_t)scorer->work->n_pus, sizeof(*scorer->threads));
    for (int i = 0; status == STATUS_OK && i < scorer->work->n_pus; i++) {
        struct scoring_thread *thread = &scorer->threads[i];
        thread->output = xcalloc(shape_elements(&scorer->out->shape), sizeof(float));
        status = scorer->model->runtime->open(scorer->model, &thread->session, error);
    }
    return status;
}

static enum status check_truth(const struct scorer *scorer, struct error *error)
{
    enum label_kind labels = dataset_label_kind(scorer->labelled);
    enum truth truth = scorer->metric->truth;
    bool fits = truth == TRUTH_NONE || (truth == TRUTH_VECTOR && labels == LABEL_VECTOR) ||
                ((truth == TRUTH_CLASS || truth == TRUTH_BINARY) && labels == LABEL_CLASS);
    if (!fits)
        return error_set(error, STATUS_INVALID, scorer->work->data.samples,
                         "metric '%s' needs %s as labels", scorer->metric->name,
                         truth == TRUTH_VECTOR ? "vectors of numbers" : "class numbers");
    return STATUS_OK;
}

static enum status open_samples(struct scorer *scorer, struct error *error)
{
    const struct runtime_model *model = scorer->model;
    if (model->n_outputs < 1)
        return error_set(error, STATUS_UNSUPPORTED, scorer->work->model,
                         "a model without outputs cannot be scored");
    scorer->out = &model->outputs[0];
    scorer->ends = artifact_ends(scorer->work->model, model);
    enum status status = model_data_open(&scorer->work->data, &scorer->ends, &scorer->data, error);
    if (status != STATUS_OK)
        return status;
    scorer->labelled = model_data_labelled(scorer->data);
    scorer->batch = model_data_batch(scorer->data);
    size_t threads = (size_t)scorer->work->n_pus;
    scorer->runs = (STRETCH + scorer->batch - 1) / scorer->batch;
    scorer->runs = scorer->runs < threads ? threads : scorer->runs;
    scorer->values = xcalloc(scorer->runs * scorer->batch, sizeof(*scorer->values));
    scorer->top1 = xcalloc(scorer->runs * scorer->batch, sizeof(*scorer->top1));
    scorer->metric = worker_metric(scorer->work, scorer->labelled);
    return check_truth(scorer, error);
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
        status = open_samples(scorer, error);
    return status == STATUS_OK ? add_threads(scorer, error) : status;
}

/* Of one sample. */
static size_t output_elements(const struct scorer *scorer)
{
    return shape_elements(&scorer->out->shape) / scorer->batch;
}

static double score_one(const struct scorer *scorer, size_t sample, const float *output)
{
    struct truth_value truth = {.label = -1};
    if (dataset_label_kind(scorer->labelled) == LABEL_CLASS)
        truth.label = dataset_class(scorer->labelled, sample);
    if (dataset_label_kind(scorer->labelled) == LABEL_VECTOR)
        truth.target = dataset_target(scorer->labelled, sample, &truth.target_elements);
    return scorer->metric->score(output, output_elements(scorer), &truth);
}

/* Run i of the stretch: its samples in, their outputs scored one by one. */
static enum status run_one(struct scorer *scorer, struct scoring_thread *thread, size_t i)
{
    struct runtime_session *session = thread->session;
    struct error *error = &thread->error;
    size_t elements = output_elements(scorer);
    enum status status = model_data_read(scorer->data, scorer->first + i, session->inputs, error);
    if (status == STATUS_OK)
        status = session->run(session, error);
    if (status == STATUS_OK)
        status = feed_decode(scorer->out, session->outputs[0], thread->output, error);
    for (size_t s = 0; s < scorer->batch && status == STATUS_OK; s++) {
        const float *output = thread->output + s * elements;
        size_t at = i * scorer->batch + s;
        scorer->values[at] = score_one(scorer, scorer->first * scorer->batch + at, output);
        scorer->top1[at] = top1_of(output, elements);
    }
    return status;
}

/* Runs first..last-1 of the stretch on one thread. */
static void run_some(void *context, size_t first, size_t last, int number)
{
    struct scorer *scorer = context;
    struct scoring_thread *thread = &scorer->threads[number];
    for (size_t i = first; i < last && thread->error.status == STATUS_OK; i++)
        run_one(scorer, thread, i);
}

static json_t *new_report(const struct scorer *scorer)
{
    return json_pack("{s:s, s:i, s:I, s:[], s:[], s:[]}", "event", "scores", "candidate",
                     scorer->work->candidate, "first", (json_int_t)(scorer->first * scorer->batch),
                     "values", "top1", "labels");
}

/* Null where JSON has no number for it: the output was NaN or infinite. */
static json_t *number(double value)
{
    json_t *real = json_real(value);
    return real ? real : json_null();
}

static void add_stretch(const struct scorer *scorer, size_t runs, json_t *report)
{
    bool has_class = dataset_label_kind(scorer->labelled) == LABEL_CLASS;
    size_t first = scorer->first * scorer->batch;
    for (size_t i = 0; i < runs * scorer->batch; i++) {
        json_t *label =
            has_class ? json_integer(dataset_class(scorer->labelled, first + i)) : json_null();
        json_array_append_new(json_object_get(report, "values"), number(scorer->values[i]));
        json_array_append_new(json_object_get(report, "top1"), json_integer(scorer->top1[i]));
        json_array_append_new(json_object_get(report, "labels"), label);
    }
}

/* So many runs, by all threads. */
static enum status run_stretch(struct scorer *scorer, size_t runs, struct error *error)
{
    pool_run(scorer->pool, run_some, scorer, runs);
    for (int i = 0; i < scorer->work->n_pus; i++)
        if (scorer->threads[i].error.status != STATUS_OK) {
            *error = scorer->threads[i].error;
            return error->status;
        }
    return STATUS_OK;
}

static enum status score_all(struct scorer *scorer, struct error *error)
{
    size_t total = model_data_runs(scorer->data);
    json_t *report = new_report(scorer);
    double reported = clock_seconds();
    enum status status = STATUS_OK;
    while (status == STATUS_OK && scorer->first < total) {
        size_t left = total - scorer->first, runs = left < scorer->runs ? left : scorer->runs;
        status = run_stretch(scorer, runs, error);
        if (status != STATUS_OK)
            break;
        add_stretch(scorer, runs, report);
        scorer->first += runs;
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
    struct scorer scorer = {.work = work};
    enum status status = scorer_load(&scorer, error);
    if (status == STATUS_OK)
        status = score_all(&scorer, error);
    scorer_release(&scorer);
    if (status == STATUS_OK)
        worker_emit(json_pack("{s:s}", "event", WORK_SCORED));
    return status;
}
