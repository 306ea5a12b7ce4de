#include "worker/plan_bench.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "measure/accuracy.h"
#include "measure/clock.h"
#include "quantize/candidate.h"
#include "quantize/crew.h"
#include "quantize/skip.h"
#include "worker/artifact.h"
#include "worker/feed.h"
#include "worker/metric.h"
#include "worker/plan_layers.h"
#include "worker/scorer.h"

/* Samples of the calibration that noise is found by and that timed inferences take turns with. */
#define SAMPLES_MOST 64
/* Pairs of blocks, one of the plan and one of that of no float32, and the least of a block. */
#define ROUNDS      9
#define BLOCK_LEAST 2

/* A plan that is loaded. */
struct loaded {
    struct runtime_model *model;
    struct runtime_session *session;
};

/* Per sample: of every other one, and of the others. */
struct sheet {
    double *values;
    int32_t *top1, *labels;
    size_t count;
};

struct plan_bench {
    const struct work *work;
    struct work scoring; /* the same with a metric */
    const struct metric_kind *metric;
    struct quantizer *quantizer;
    const struct graph *graph;
    struct plan_layers layers;
    struct model_ends ends;
    unsigned char *inputs; /* raw, back to back */
    size_t one, n_inputs;
    float *expected; /* outputs of float32 for these */
    size_t outputs;  /* elements of one */
    double variance; /* of the expected outputs */
    struct loaded base;
    double base_seconds;
    bool has_groups;
    struct sheet reference[2]; /* scores of float32 */
    struct plan_figures all, none;
};

/* --- files --- */

static enum status write_artifact(const unsigned char *bytes, size_t size, struct error *error)
{
    size_t done = 0;
    if (ftruncate(WORK_ARTIFACT, 0) != 0 || lseek(WORK_ARTIFACT, 0, SEEK_SET) != 0)
        return error_set_errno(error, STATUS_IO, NULL, "cannot empty the file of a plan");
    while (done < size) {
        ssize_t written = write(WORK_ARTIFACT, bytes + done, size - done);
        if (written < 0)
            return error_set_errno(error, STATUS_IO, NULL, "cannot write the file of a plan");
        done += (size_t)written;
    }
    return STATUS_OK;
}

/* Makes the plan's file; *bytes: of it. */
static enum status make(struct plan_bench *bench, const bool *is_kept, double *bytes,
                        struct error *error)
{
    const struct runtime *runtime = runtime_find(bench->work->runtime);
    unsigned char *file = NULL;
    size_t size = 0;
    plan_layers_expand(&bench->layers, is_kept);
    const struct layer_plan plan = {bench->layers.keep_float, bench->layers.wide};
    enum status status =
        candidate_write(bench->quantizer, &plan, runtime->formats, &file, &size, error);
    if (status == STATUS_OK)
        status = write_artifact(file, size, error);
    *bytes = (double)size;
    free(file);
    return status;
}

static void unload(struct loaded *loaded)
{
    runtime_close(loaded->session);
    runtime_release(loaded->model);
    *loaded = (struct loaded){0};
}

static enum status check_ends(const struct plan_bench *bench, const struct loaded *loaded,
                              struct error *error)
{
    size_t bytes = 0, elements = 0;
    bool is_float = true;
    for (int i = 0; i < loaded->model->n_inputs; i++)
        bytes += tensor_bytes(&loaded->model->inputs[i]);
    for (int i = 0; i < loaded->model->n_outputs; i++) {
        is_float = is_float && loaded->model->outputs[i].type == TYPE_F32;
        elements += shape_elements(&loaded->model->outputs[i].shape);
    }
    return is_float && bytes == bench->one && (bench->outputs == 0 || elements == bench->outputs)
               ? STATUS_OK
               : error_set(error, STATUS_UNSUPPORTED, NULL,
                           "a search compares float32 outputs of float32 inputs, which mode '%s' "
                           "does not have",
                           bench->work->mode);
}

static enum status load(const struct plan_bench *bench, struct loaded *loaded, struct error *error)
{
    const struct work *work = bench->work;
    const struct placement placement = {.n_threads = work->n_pus, .pus = work->pus};
    const struct runtime_options options = {
        .placement = &placement, .isa = isa_from_name(work->isa), .is_direct = work->is_direct};
    *loaded = (struct loaded){0};
    enum status status = artifact_load(work, &options, &loaded->model, error);
    if (status == STATUS_OK)
        status = loaded->model->runtime->open(loaded->model, &loaded->session, error);
    if (status == STATUS_OK)
        status = check_ends(bench, loaded, error);
    if (status != STATUS_OK)
        unload(loaded);
    return status;
}

/* --- running --- */

static enum status run(const struct plan_bench *bench, const struct loaded *loaded, size_t sample,
                       uint64_t *ns, struct error *error)
{
    const unsigned char *bytes = bench->inputs + sample % bench->n_inputs * bench->one;
    for (int i = 0; i < loaded->model->n_inputs; i++) {
        size_t size = tensor_bytes(&loaded->model->inputs[i]);
        memcpy(loaded->session->inputs[i], bytes, size);
        bytes += size;
    }
    uint64_t start = clock_ns();
    enum status status = loaded->session->run(loaded->session, error);
    *ns = clock_ns() - start;
    return status;
}

/* Median of a block's inferences, in seconds. */
static enum status time_block(const struct plan_bench *bench, const struct loaded *loaded,
                              double *seconds, struct error *error)
{
    double ns[256], until = clock_seconds() + bench->work->block_ms * 1e-3;
    enum status status = STATUS_OK;
    size_t count = 0;
    uint64_t one;
    status = run(bench, loaded, 0, &one, error); /* caches are those of another plan */
    while (status == STATUS_OK && count < sizeof(ns) / sizeof(ns[0]) &&
           (count < BLOCK_LEAST || clock_seconds() < until)) {
        status = run(bench, loaded, count, &one, error);
        ns[count++] = (double)one;
    }
    *seconds = count > 0 ? stats_median(ns, count) * 1e-9 : 0.0;
    return status;
}

/* Beside the plan of no float32, in turns: what disturbs one disturbs the other. */
static enum status time_plan(struct plan_bench *bench, const struct loaded *loaded, double *seconds,
                             struct error *error)
{
    double ratios[ROUNDS], bases[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        double own, base;
        enum status status = time_block(bench, &bench->base, &base, error);
        if (status == STATUS_OK)
            status = time_block(bench, loaded, &own, error);
        if (status != STATUS_OK)
            return status;
        ratios[round] = own / base;
        bases[round] = base;
    }
    if (!(bench->base_seconds > 0.0))
        bench->base_seconds = stats_median(bases, ROUNDS);
    *seconds = bench->base_seconds * stats_median(ratios, ROUNDS);
    return STATUS_OK;
}

/* Sum of squared differences from the expected outputs; where those are not known, they become
 * these. */
static enum status compare(struct plan_bench *bench, const struct loaded *loaded, bool is_expected,
                           double *squares, struct error *error)
{
    float *values = xcalloc(bench->outputs, sizeof(*values));
    enum status status = STATUS_OK;
    uint64_t ignored;
    *squares = 0.0;
    for (size_t s = 0; s < bench->n_inputs && status == STATUS_OK; s++) {
        float *expected = bench->expected + s * bench->outputs;
        size_t at = 0;
        status = run(bench, loaded, s, &ignored, error);
        for (int i = 0; i < loaded->model->n_outputs && status == STATUS_OK; i++) {
            const struct tensor *tensor = &loaded->model->outputs[i];
            memcpy(values + at, loaded->session->outputs[i], tensor_bytes(tensor));
            at += shape_elements(&tensor->shape);
        }
        for (size_t k = 0; k < at; k++) {
            double difference = (double)values[k] - (double)expected[k];
            *squares += is_expected ? 0.0 : difference * difference;
        }
        if (is_expected)
            memcpy(expected, values, bench->outputs * sizeof(*values));
    }
    free(values);
    return status;
}

/* --- scores --- */

static void sheets_release(struct sheet *sheets)
{
    for (int i = 0; i < 2; i++) {
        free(sheets[i].values);
        free(sheets[i].top1);
        free(sheets[i].labels);
        sheets[i] = (struct sheet){0};
    }
}

static void sheets_init(struct sheet *sheets, size_t samples)
{
    for (int i = 0; i < 2; i++)
        sheets[i] = (struct sheet){
            .values = xcalloc(samples, sizeof(double)),
            .top1 = xcalloc(samples, sizeof(int32_t)),
            .labels = xcalloc(samples, sizeof(int32_t)),
        };
}

static void note_score(struct sheet *sheet, const struct stretch *stretch, size_t i)
{
    sheet->values[sheet->count] = stretch->values[i];
    sheet->top1[sheet->count] = stretch->top1[i];
    sheet->labels[sheet->count++] = stretch->labels[i];
}

/* The artifact over all samples. */
static enum status score(struct plan_bench *bench, struct sheet *sheets, struct error *error)
{
    struct scorer *scorer;
    struct stretch stretch;
    enum status status = scorer_open(&bench->scoring, SCORER_IN_ORDER, &scorer, error);
    if (status != STATUS_OK)
        return status;
    sheets_init(sheets, scorer_samples(scorer));
    status = scorer_next(scorer, &stretch, error);
    while (status == STATUS_OK && stretch.count > 0) {
        bench->has_groups = bench->has_groups || stretch.groups;
        for (size_t i = 0; i < stretch.count; i++)
            note_score(&sheets[(stretch.first + i) % 2], &stretch, i);
        status = scorer_next(scorer, &stretch, error);
    }
    scorer_close(scorer);
    return status;
}

static struct scores scores_of(const struct sheet *sheet)
{
    return (struct scores){.values = sheet->values,
                           .top1 = sheet->top1,
                           .labels = sheet->labels,
                           .count = sheet->count};
}

static struct interval drop_of(const struct plan_bench *bench, const struct sheet *sheet,
                               const struct sheet *reference)
{
    struct scores own = scores_of(sheet), theirs = scores_of(reference);
    struct interval drop = {NAN, NAN, NAN, false};
    if (own.count > 0 && own.count == theirs.count)
        drop = bench->metric->drop(&own, &theirs);
    drop.estimate *= bench->metric->scale;
    drop.low *= bench->metric->scale;
    drop.high *= bench->metric->scale;
    return drop;
}

static enum status choose_metric(struct plan_bench *bench, struct error *error)
{
    struct model_data *data;
    enum status status = bench->work->has_data
                             ? model_data_open(&bench->work->data, &bench->ends, &data, error)
                             : error_set(error, STATUS_INVALID, NULL,
                                         "a search needs samples to score (key 'data')");
    if (status != STATUS_OK)
        return status;
    struct metric_choice choice =
        metric_choose(bench->work, model_data_labelled(data), bench->graph, model_data_batch(data));
    model_data_free(data);
    bench->metric = choice.metric;
    if (!choice.metric || choice.absent[0])
        return error_set(error, STATUS_UNSUPPORTED, NULL, "accuracy cannot be searched for: %s",
                         choice.absent[0] ? choice.absent : "no metric");
    if (choice.metric->of_fidelity || choice.metric->of_groups || !choice.metric->drop)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "a search needs a metric that judges samples one by one, '%s' does not",
                         choice.metric->name);
    bench->scoring = *bench->work;
    bench->scoring.reference = REFERENCE_NONE;
    bench->scoring.metric = choice.metric->name;
    bench->scoring.has_threshold = !isnan(choice.threshold);
    bench->scoring.threshold = choice.threshold;
    return STATUS_OK;
}

/* --- opening --- */

/* Inputs of the calibration, spread evenly. */
static enum status read_inputs(struct plan_bench *bench, struct error *error)
{
    struct model_data *data;
    enum status status = model_data_open(&bench->work->calibration, &bench->ends, &data, error);
    if (status != STATUS_OK)
        return status;
    size_t runs = model_data_runs(data);
    void **elements = xcalloc((size_t)bench->ends.n_inputs + 1, sizeof(*elements));
    bench->n_inputs = runs < SAMPLES_MOST ? runs : SAMPLES_MOST;
    for (int i = 0; i < bench->ends.n_inputs; i++)
        bench->one += tensor_bytes(&bench->ends.inputs[i]);
    bench->inputs = xcalloc(bench->n_inputs, bench->one);
    for (size_t s = 0; s < bench->n_inputs && status == STATUS_OK; s++) {
        unsigned char *at = bench->inputs + s * bench->one;
        for (int i = 0; i < bench->ends.n_inputs; i++) {
            elements[i] = at;
            at += tensor_bytes(&bench->ends.inputs[i]);
        }
        status = model_data_read(data, s * runs / bench->n_inputs, elements, error);
    }
    free(elements);
    model_data_free(data);
    return status;
}

static void measure_variance(struct plan_bench *bench)
{
    size_t count = bench->n_inputs * bench->outputs;
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < count; i++) {
        sum += (double)bench->expected[i];
        squares += (double)bench->expected[i] * (double)bench->expected[i];
    }
    bench->variance =
        count > 0 ? squares / (double)count - sum / (double)count * (sum / (double)count) : 0.0;
}

/* All layers in float32: the reference of scores and outputs. */
static enum status measure_all(struct plan_bench *bench, const bool *all, struct error *error)
{
    struct loaded loaded;
    double ignored;
    enum status status = make(bench, all, &bench->all.bytes, error);
    if (status == STATUS_OK)
        status = load(bench, &loaded, error);
    if (status != STATUS_OK)
        return status;
    for (int i = 0; i < loaded.model->n_outputs; i++)
        bench->outputs += shape_elements(&loaded.model->outputs[i].shape);
    bench->expected = xcalloc(bench->n_inputs * bench->outputs + 1, sizeof(*bench->expected));
    status = compare(bench, &loaded, true, &ignored, error);
    measure_variance(bench);
    if (status == STATUS_OK)
        status = score(bench, bench->reference, error);
    unload(&loaded);
    return status;
}

static enum status measure_ends(struct plan_bench *bench, struct error *error)
{
    bool *layers = xcalloc(bench->layers.count + 1, sizeof(*layers));
    memset(layers, 1, bench->layers.count);
    enum status status = measure_all(bench, layers, error);
    memset(layers, 0, bench->layers.count);
    if (status == STATUS_OK)
        status = make(bench, layers, &bench->none.bytes, error);
    if (status == STATUS_OK)
        status = load(bench, &bench->base, error);
    if (status == STATUS_OK)
        status = plan_bench_measure(bench, layers, true, &bench->none, error);
    memset(layers, 1, bench->layers.count);
    if (status == STATUS_OK)
        status = plan_bench_measure(bench, layers, false, &bench->all, error);
    free(layers);
    return status;
}

static enum status open_model(struct plan_bench *bench, struct error *error)
{
    const struct work *work = bench->work;
    const struct load_options load_options = {
        .shapes = work->shapes, .n_shapes = work->n_shapes, .signature = work->signature};
    const struct runtime *runtime;
    enum status status = artifact_runtime(work, &runtime, error);
    if (status == STATUS_OK)
        status = quantizer_open(work->model, work->mode, &load_options, &bench->quantizer, error);
    if (status != STATUS_OK)
        return status;
    bench->graph = quantizer_graph(bench->quantizer);
    bench->ends = ends_of_graph(bench->graph);
    if (bench->graph->n_states > 0)
        return error_set(error, STATUS_UNSUPPORTED, work->model,
                         "models that keep variables are not searched");
    if (!work->has_calibration)
        return error_set(error, STATUS_INVALID, NULL,
                         "a search needs a calibration data set (key 'calibration')");
    bench->layers = plan_layers_of(bench->graph);
    const struct placement units = {.n_threads = work->n_pus, .pus = work->pus};
    crew_hire(&units); /* nothing is timed meanwhile */
    status = quantizer_calibrate(bench->quantizer, &work->calibration, error);
    crew_dismiss();
    bench->graph = quantizer_graph(bench->quantizer);
    return status;
}

enum status plan_bench_open(const struct work *work, struct plan_bench **bench, struct error *error)
{
    struct plan_bench *made = xcalloc(1, sizeof(*made));
    made->work = work;
    enum status status = open_model(made, error);
    if (status == STATUS_OK)
        status = choose_metric(made, error);
    if (status == STATUS_OK)
        status = read_inputs(made, error);
    if (status == STATUS_OK)
        status = measure_ends(made, error);
    if (status != STATUS_OK) {
        plan_bench_close(made);
        made = NULL;
    }
    *bench = made;
    return status;
}

void plan_bench_close(struct plan_bench *bench)
{
    if (!bench)
        return;
    unload(&bench->base);
    sheets_release(bench->reference);
    ends_release(&bench->ends);
    quantizer_free(bench->quantizer);
    plan_layers_release(&bench->layers);
    free(bench->inputs);
    free(bench->expected);
    free(bench);
}

/* --- asking --- */

size_t plan_bench_layers(const struct plan_bench *bench)
{
    return bench->layers.count;
}

int plan_bench_node(const struct plan_bench *bench, size_t layer)
{
    return bench->layers.nodes[layer];
}

const char *plan_bench_operator(const struct plan_bench *bench, size_t layer)
{
    return op_name(bench->graph->nodes[bench->layers.nodes[layer]].op);
}

const char *plan_bench_name(const struct plan_bench *bench, size_t layer)
{
    return node_output(bench->graph, &bench->graph->nodes[bench->layers.nodes[layer]], 0)->name;
}

bool plan_bench_may_be_wide(const struct plan_bench *bench)
{
    return (quantizer_mode(bench->quantizer)->options & HAS_WIDE) != 0;
}

void plan_bench_choose_wide(struct plan_bench *bench, size_t layer, bool is_wide)
{
    bench->layers.takes_wide[layer] = is_wide;
}

bool plan_bench_is_wide(const struct plan_bench *bench, size_t layer)
{
    return bench->layers.takes_wide[layer];
}

/* float32 has four bytes where int8 has one; biases are little beside weights. */
double plan_bench_bytes(const struct plan_bench *bench, size_t layer)
{
    if (bench->layers.takes_wide[layer])
        return 0.0;
    const struct node *node = &bench->graph->nodes[bench->layers.nodes[layer]];
    const struct tensor *weights =
        node_input(bench->graph, node, op_table[node->op].quant.weight_input);
    return 3.0 * (double)shape_elements(&weights->shape);
}

enum status plan_bench_noise(struct plan_bench *bench, size_t layer, bool is_wide, double *noise,
                             struct error *error)
{
    size_t count = bench->layers.count;
    bool *layers = xcalloc(count, sizeof(*layers));
    bool *chosen = xcalloc(count, sizeof(*chosen));
    struct loaded loaded = {0};
    double bytes, squares = 0.0;
    memset(layers, 1, count);
    layers[layer] = is_wide;
    memcpy(chosen, bench->layers.takes_wide, count * sizeof(*chosen));
    for (size_t i = 0; i < count; i++)
        bench->layers.takes_wide[i] = is_wide && i == layer;
    enum status status = make(bench, layers, &bytes, error);
    memcpy(bench->layers.takes_wide, chosen, count * sizeof(*chosen));
    if (status == STATUS_OK)
        status = load(bench, &loaded, error);
    if (status == STATUS_OK)
        status = compare(bench, &loaded, false, &squares, error);
    unload(&loaded);
    free(layers);
    free(chosen);
    double values = (double)(bench->n_inputs * bench->outputs);
    *noise = bench->variance > 0.0 ? squares / values / bench->variance : squares;
    return status;
}

enum status plan_bench_measure(struct plan_bench *bench, const bool *is_kept, bool scores,
                               struct plan_figures *figures, struct error *error)
{
    struct sheet sheets[2] = {{0}};
    struct loaded loaded = {0};
    enum status status = make(bench, is_kept, &figures->bytes, error);
    if (status == STATUS_OK)
        status = load(bench, &loaded, error);
    if (status == STATUS_OK)
        status = time_plan(bench, &loaded, &figures->seconds, error);
    unload(&loaded);
    if (status == STATUS_OK && scores)
        status = score(bench, sheets, error);
    if (status == STATUS_OK && scores) {
        figures->drop = drop_of(bench, &sheets[0], &bench->reference[0]);
        figures->kept_apart = drop_of(bench, &sheets[1], &bench->reference[1]);
    }
    sheets_release(sheets);
    return status;
}

const struct plan_figures *plan_bench_end(const struct plan_bench *bench, bool is_float)
{
    return is_float ? &bench->all : &bench->none;
}

/* The list of an option, with those nodes that are marked; NULL: it is empty. */
static const char *extend(const struct plan_bench *bench, const char *list, const bool *marks,
                          struct text *out)
{
    if (list)
        text_add_string(out, list);
    skip_describe(bench->graph, marks, out);
    return out->length > 0 ? out->bytes : NULL;
}

void plan_bench_mode(const struct plan_bench *bench, const bool *is_kept, struct text *mode)
{
    struct mode_options options = *quantizer_options(bench->quantizer);
    struct text skip = {0}, wide = {0};
    plan_layers_expand(&bench->layers, is_kept);
    options.skip = extend(bench, options.skip, bench->layers.keep_float, &skip);
    options.wide = extend(bench, options.wide, bench->layers.wide, &wide);
    mode_format(quantizer_mode(bench->quantizer), &options, mode);
    text_release(&skip);
    text_release(&wide);
}

const char *plan_bench_metric(const struct plan_bench *bench)
{
    return bench->metric->title;
}

const char *plan_bench_unit(const struct plan_bench *bench)
{
    return bench->metric->drop_unit;
}

size_t plan_bench_samples(const struct plan_bench *bench)
{
    return bench->reference[0].count;
}
