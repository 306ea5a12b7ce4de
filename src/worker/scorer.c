#include "worker/scorer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/threads.h"
#include "formats/dataset/model_data.h"
#include "measure/accuracy.h"
#include "worker/artifact.h"
#include "worker/constant.h"
#include "worker/feed.h"
#include "worker/metric.h"
#include "worker/outputs.h"

/* Samples that are run together, or some more to fill batches of the model's and all threads. */
#define STRETCH 64
/* A step through samples by this share of them comes to all parts of them early on: the golden
 * ratio's, as Weyl's sequences have it. */
#define GOLDEN_SHARE 0.6180339887498949

/* Each thread has a session of its own; the model is shared. */
struct scoring_thread {
    struct runtime_session *session;
    float *input;       /* as real numbers, where the metric needs it; or NULL */
    struct error error; /* of the run that failed */
    size_t failed;      /* which one of the stretch */
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
    struct outputs *outputs;
    const struct tensor *in, *out;
    double threshold; /* of an output of one element; NaN: none */
    struct label_map map;
    double spread; /* of the targets, as struct truth_value has it */
    enum scorer_order order;
    size_t batch; /* samples of one run */
    size_t total; /* runs */
    size_t first; /* of the stretch, in the order of the runs */
    size_t runs;  /* of a stretch, at most */
    size_t step;  /* from a run to the next one */
    size_t piece; /* runs that one session does in their order: the model keeps variables */
    size_t now;   /* runs of this stretch */
    double *values;
    int32_t *top1, *labels;
    int32_t *groups; /* NULL: samples are no windows of recordings */
    float *constant; /* the same answer to all samples; NULL: nobody asks for its scores */
    double *trivial; /* those */
};

void scorer_close(struct scorer *scorer)
{
    if (!scorer)
        return;
    for (int i = 0; scorer->threads && i < scorer->work->n_pus; i++) {
        runtime_close(scorer->threads[i].session);
        free(scorer->threads[i].input);
    }
    outputs_free(scorer->outputs);
    free(scorer->threads);
    free(scorer->values);
    free(scorer->top1);
    free(scorer->labels);
    free(scorer->groups);
    free(scorer->constant);
    free(scorer->trivial);
    pool_free(scorer->pool);
    model_data_free(scorer->data);
    runtime_release(scorer->model);
    free(scorer);
}

static bool compares_inputs(const struct scorer *scorer)
{
    return scorer->metric->of_inputs &&
           shape_elements(&scorer->in->shape) == shape_elements(&scorer->out->shape);
}

static enum status add_threads(struct scorer *scorer, struct error *error)
{
    int count = scorer->work->n_pus;
    enum status status = outputs_new(scorer->work, scorer->model, count, scorer->runs, scorer->data,
                                     &scorer->outputs, error);
    scorer->threads = xcalloc((size_t)count, sizeof(*scorer->threads));
    for (int i = 0; status == STATUS_OK && i < count; i++) {
        if (compares_inputs(scorer))
            scorer->threads[i].input = xcalloc(shape_elements(&scorer->in->shape), sizeof(float));
        status = scorer->model->runtime->open(scorer->model, &scorer->threads[i].session, error);
    }
    return status;
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

static size_t common_divisor(size_t a, size_t b)
{
    return b == 0 ? a : common_divisor(b, a % b);
}

/* Near the share, and such that all runs are come to. Products with it fit while runs fit 32 bits;
 * more are left in their order. */
static size_t step_through(size_t total)
{
    size_t step = total > UINT32_MAX ? 1 : (size_t)(GOLDEN_SHARE * (double)total) + 1;
    while (common_divisor(step, total) != 1)
        step++;
    return step;
}

/* The number among the data's of run i of the stretch. */
static size_t run_number(const struct scorer *scorer, size_t i)
{
    return (scorer->first + i) * scorer->step % scorer->total;
}

/* A stretch gives every thread a run at least. Where the model keeps variables, it has whole
 * sequences, each of which one thread runs; or, where those are long or of several lengths, a part
 * of them, and the first thread runs everything. */
static enum status plan_pieces(struct scorer *scorer, struct error *error)
{
    size_t threads = (size_t)scorer->work->n_pus, sequence;
    scorer->piece = 1;
    scorer->runs = scorer->runs < threads ? threads : scorer->runs;
    if (scorer->model->n_states == 0)
        return STATUS_OK;
    scorer->step = 1;
    enum status status = model_data_sequence(scorer->data, &sequence, error);
    if (status != STATUS_OK || sequence == 0 || sequence > STRETCH) {
        scorer->piece = scorer->runs;
        return status;
    }
    size_t pieces = (scorer->runs + sequence - 1) / sequence;
    scorer->piece = sequence;
    scorer->runs = sequence * (pieces < threads ? threads : pieces);
    return STATUS_OK;
}

static enum status plan_stretch(struct scorer *scorer, struct error *error)
{
    struct dataset_window window;
    size_t samples = scorer->order == SCORER_SPREAD ? 1 : STRETCH;
    scorer->batch = model_data_batch(scorer->data);
    scorer->total = model_data_runs(scorer->data);
    scorer->step = scorer->order == SCORER_SPREAD ? step_through(scorer->total) : 1;
    scorer->runs = (samples + scorer->batch - 1) / scorer->batch;
    enum status status = plan_pieces(scorer, error);
    scorer->values = xcalloc(scorer->runs * scorer->batch, sizeof(*scorer->values));
    scorer->top1 = xcalloc(scorer->runs * scorer->batch, sizeof(*scorer->top1));
    scorer->labels = xcalloc(scorer->runs * scorer->batch, sizeof(*scorer->labels));
    if (dataset_window(scorer->labelled, 0, &window))
        scorer->groups = xcalloc(scorer->runs * scorer->batch, sizeof(*scorer->groups));
    return status;
}

/* Of one sample. */
static size_t output_elements(const struct scorer *scorer)
{
    return shape_elements(&scorer->out->shape) / scorer->batch;
}

/* What is compared with fp32 is not judged by itself. */
static void add_constant(struct scorer *scorer)
{
    if (scorer->work->reference != REFERENCE_READ)
        scorer->constant = constant_answer(scorer->metric, scorer->labelled, &scorer->map,
                                           output_elements(scorer));
    if (scorer->constant)
        scorer->trivial = xcalloc(scorer->runs * scorer->batch, sizeof(*scorer->trivial));
}

static enum status open_samples(struct scorer *scorer, struct error *error)
{
    const struct runtime_model *model = scorer->model;
    if (model->n_outputs < 1)
        return error_set(error, STATUS_UNSUPPORTED, scorer->work->model,
                         "a model without outputs cannot be scored");
    scorer->in = &model->inputs[0];
    scorer->out = &model->outputs[0];
    scorer->ends = artifact_ends(scorer->work, model);
    enum status status = model_data_open(&scorer->work->data, &scorer->ends, &scorer->data, error);
    if (status != STATUS_OK)
        return status;
    scorer->labelled = model_data_labelled(scorer->data);
    status = plan_stretch(scorer, error);
    scorer->spread = spread_of(scorer->labelled);
    scorer->map = label_map_of(scorer->labelled, &scorer->out->shape, scorer->batch);
    if (status == STATUS_OK)
        add_constant(scorer);
    return status;
}

static enum status start_threads(struct scorer *scorer, struct error *error)
{
    const struct work *work = scorer->work;
    const struct placement placement = {.n_threads = work->n_pus, .pus = work->pus};
    return pool_new(&placement, &scorer->pool, error);
}

static enum status load_artifact(struct scorer *scorer, struct error *error)
{
    const struct runtime *runtime;
    const struct runtime_options options = scorer_options(scorer->work);
    enum status status = artifact_runtime(scorer->work, &runtime, error);
    return status == STATUS_OK ? artifact_load(scorer->work, &options, &scorer->model, error)
                               : status;
}

static int32_t label_of(const struct scorer *scorer, size_t sample)
{
    bool has_class = dataset_label_kind(scorer->labelled) == LABEL_CLASS;
    return has_class ? dataset_class(scorer->labelled, sample) : -1;
}

/* input: of the sample, as real numbers, or NULL. */
static double score_one(const struct scorer *scorer, size_t sample, const float *input,
                        const float *output)
{
    struct truth_value truth = {.label = label_of(scorer, sample),
                                .input = input,
                                .threshold = scorer->threshold,
                                .spread = scorer->spread,
                                .classes = scorer->map.classes,
                                .class_stride = scorer->map.stride};
    if (dataset_label_kind(scorer->labelled) != LABEL_NONE)
        truth.target = dataset_target(scorer->labelled, sample, &truth.target_elements);
    return scorer->metric->score(output, output_elements(scorer), &truth);
}

/* The recording that a sample is a window of, counted from that of sample 0. */
static int32_t group_of(const struct scorer *scorer, size_t sample)
{
    struct dataset_window start, window;
    bool is_one = dataset_window(scorer->labelled, 0, &start) &&
                  dataset_window(scorer->labelled, sample, &window);
    return is_one ? (int32_t)(window.recording - start.recording) : 0;
}

/* The samples of run i of the stretch, whose outputs lie one after the other. */
static void score_run(struct scorer *scorer, const struct scoring_thread *thread, size_t i,
                      const float *outputs)
{
    size_t elements = output_elements(scorer);
    for (size_t s = 0; s < scorer->batch; s++) {
        const float *output = outputs + s * elements;
        const float *input = thread->input ? thread->input + s * elements : NULL;
        size_t at = i * scorer->batch + s, sample = run_number(scorer, i) * scorer->batch + s;
        scorer->values[at] = score_one(scorer, sample, input, output);
        scorer->labels[at] = label_of(scorer, sample);
        if (scorer->trivial)
            scorer->trivial[at] = score_one(scorer, sample, input, scorer->constant);
        if (scorer->groups)
            scorer->groups[at] = group_of(scorer, sample);
        scorer->top1[at] = class_of(output, elements, scorer->threshold);
    }
}

static enum status feed_run(struct scorer *scorer, struct runtime_session *session, size_t i,
                            struct error *error)
{
    return model_data_read(scorer->data, run_number(scorer, i), session->inputs, error);
}

/* A run may lay outputs over its inputs: what is compared is taken before. */
static enum status keep_input(const struct scorer *scorer, struct scoring_thread *thread)
{
    return thread->input
               ? feed_decode(scorer->in, thread->session->inputs[0], thread->input, &thread->error)
               : STATUS_OK;
}

static enum status run_sample(const struct scorer *scorer, struct runtime_session *session,
                              size_t i, struct error *error)
{
    if (session->run(session, error) == STATUS_OK)
        return STATUS_OK;
    char name[MODEL_DATA_RUN_SIZE];
    return error_within(error, "%s",
                        model_data_run_name(scorer->data, run_number(scorer, i), name));
}

/* The first piece of a share: as many for each, as far as they go. */
static size_t first_piece(const struct scorer *scorer, size_t share)
{
    size_t shares = (size_t)scorer->work->n_pus;
    size_t pieces = (scorer->now + scorer->piece - 1) / scorer->piece, rest = pieces % shares;
    return pieces / shares * share + (share < rest ? share : rest);
}

/* A share of the stretch, in its order. */
static void run_share(struct scorer *scorer, int number)
{
    size_t first = first_piece(scorer, (size_t)number);
    size_t last = first_piece(scorer, (size_t)number + 1);
    struct scoring_thread *thread = &scorer->threads[number];
    struct runtime_session *session = thread->session;
    size_t end = last * scorer->piece < scorer->now ? last * scorer->piece : scorer->now;
    for (size_t i = first * scorer->piece; i < end && thread->error.status == STATUS_OK; i++) {
        const float *outputs;
        thread->failed = i;
        if (model_data_begins(scorer->data, run_number(scorer, i)))
            runtime_reset(session);
        enum status status = feed_run(scorer, session, i, &thread->error);
        if (status == STATUS_OK)
            status = keep_input(scorer, thread);
        if (status == STATUS_OK)
            status = run_sample(scorer, session, i, &thread->error);
        if (status == STATUS_OK)
            status = outputs_take(scorer->outputs, session, number, i, run_number(scorer, i),
                                  &outputs, &thread->error);
        if (status == STATUS_OK)
            score_run(scorer, thread, i, outputs);
    }
}

/* Shares first..last-1. What is kept of each does not depend on the thread that does it. */
static void run_shares(void *context, size_t first, size_t last, int thread)
{
    (void)thread;
    for (size_t i = first; i < last; i++)
        run_share(context, (int)i);
}

/* Runs the first samples, to see whether types convert and what the others are told from. */
static enum status try_first(struct scorer *scorer, struct error *error)
{
    struct runtime_session *session = scorer->threads[0].session;
    enum status status = feed_run(scorer, session, 0, error);
    if (status == STATUS_OK)
        status = run_sample(scorer, session, 0, error);
    return status == STATUS_OK ? outputs_begin(scorer->outputs, session, error) : status;
}

/* Says where a value came from that is not finite: from the sample itself, or from a node. */
static void blame(struct scorer *scorer, size_t i, struct error *error)
{
    const struct runtime *runtime = scorer->model->runtime;
    struct runtime_session *session = scorer->threads[0].session;
    struct error trouble;
    char node[160], text[sizeof(error->text)];
    if (!runtime->blame || feed_run(scorer, session, i, &trouble) != STATUS_OK ||
        !runtime->blame(scorer->model, session->inputs, node, sizeof(node)))
        return;
    memcpy(text, error->text, sizeof(text));
    snprintf(error->text, sizeof(error->text),
             "%.240s; the first value that is not finite is in %s", text, node);
}

/* Of several runs that failed, the first counts: threads do not decide what is said. */
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

/* So many runs, in one share per thread. */
static enum status run_stretch(struct scorer *scorer, size_t runs, struct error *error)
{
    scorer->now = runs;
    pool_run(scorer->pool, run_shares, scorer, (size_t)scorer->work->n_pus, true);
    enum status status = first_failure(scorer, error);
    if (status == STATUS_OK)
        outputs_add_slots(scorer->outputs, runs);
    return status;
}

enum status scorer_next(struct scorer *scorer, struct stretch *stretch, struct error *error)
{
    size_t left = scorer->total - scorer->first, runs = left < scorer->runs ? left : scorer->runs;
    enum status status = scorer->first == 0 ? try_first(scorer, error) : STATUS_OK;
    if (status == STATUS_OK)
        status = run_stretch(scorer, runs, error);
    if (status != STATUS_OK)
        return status;
    *stretch = (struct stretch){.first = scorer->first * scorer->batch,
                                .count = runs * scorer->batch,
                                .values = scorer->values,
                                .top1 = scorer->top1,
                                .labels = scorer->labels,
                                .groups = scorer->groups,
                                .trivial = scorer->trivial};
    scorer->first += runs;
    return STATUS_OK;
}

size_t scorer_samples(const struct scorer *scorer)
{
    return model_data_count(scorer->data);
}

int32_t *scorer_labels(const struct scorer *scorer)
{
    size_t count = scorer_samples(scorer);
    int32_t *labels = xcalloc(count, sizeof(*labels));
    for (size_t i = 0; i < count; i++)
        labels[i] = label_of(scorer, i);
    return labels;
}

json_t *scorer_outputs(const struct scorer *scorer)
{
    return outputs_event(scorer->outputs);
}

double scorer_noise(const struct scorer *scorer)
{
    return outputs_noise(scorer->outputs);
}

struct runtime_options scorer_options(const struct work *work)
{
    return (struct runtime_options){.isa = isa_from_name(work->isa),
                                    .is_direct = work->is_direct,
                                    .needs_scales = true,
                                    .compares = true};
}

enum status scorer_open_model(const struct work *work, enum scorer_order order,
                              struct runtime_model *model, struct scorer **scorer,
                              struct error *error)
{
    struct scorer *made = xcalloc(1, sizeof(*made));
    *made = (struct scorer){
        .work = work,
        .metric = work->metric ? metric_kind_find(work->metric) : NULL,
        .model = model,
        .order = order,
        .threshold = work->has_threshold ? work->threshold : NAN,
    };
    enum status status =
        made->metric ? start_threads(made, error)
                     : error_set(error, STATUS_INVALID, NULL, "an order to score without a metric");
    if (status == STATUS_OK && !model)
        status = load_artifact(made, error);
    if (status == STATUS_OK)
        status = open_samples(made, error);
    if (status == STATUS_OK)
        status = add_threads(made, error);
    if (status == STATUS_OK)
        *scorer = made;
    else
        scorer_close(made);
    return status;
}

enum status scorer_open(const struct work *work, enum scorer_order order, struct scorer **scorer,
                        struct error *error)
{
    return scorer_open_model(work, order, NULL, scorer, error);
}
