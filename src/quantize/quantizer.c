#include "quantize/quantizer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "graph/summary.h"
#include "quantize/balance.h"
#include "quantize/calibrate.h"
#include "quantize/centre.h"
#include "quantize/correct.h"
#include "quantize/equalize.h"
#include "quantize/float_graph.h"
#include "quantize/judge.h"
#include "quantize/skip.h"
#include "quantize/trials.h"
#include "rewrite/compact.h"

struct quantizer {
    struct arena *arena; /* of the options */
    const struct mode *mode;
    struct mode_options options;
    struct graph *graph;
    struct graph *made;   /* by no plan, to be handed out once; NULL: to be made */
    struct graph *loaded; /* what the graph shares constants with; NULL: it is the one */
    struct ranges ranges;
    const struct dataset_spec *calibration; /* NULL: there is none, or it is of no use */
    bool *skipped, *widened;                /* per node of the graph, as the options say */
};

static enum status mark_layers(struct quantizer *quantizer, struct error *error)
{
    struct graph *graph = quantizer->graph;
    const struct mode_options *options = &quantizer->options;
    enum status status = STATUS_OK;
    quantizer->skipped = xcalloc((size_t)graph->n_nodes, sizeof(*quantizer->skipped));
    quantizer->widened = xcalloc((size_t)graph->n_nodes, sizeof(*quantizer->widened));
    if (options->skip)
        status = skip_mark(graph, "skip", options->skip, quantizer->skipped, error);
    if (options->wide && status == STATUS_OK)
        status = skip_mark(graph, "wide", options->wide, quantizer->widened, error);
    return status;
}

static enum status load(struct quantizer *quantizer, const char *model, const char *mode,
                        const struct load_options *options, struct error *error)
{
    enum status status =
        mode_parse(mode, quantizer->arena, &quantizer->mode, &quantizer->options, error);
    if (status == STATUS_OK && (quantizer->mode->options & HAS_BIAS) == 0)
        quantizer->options.bias = BIAS_PLAIN;
    if (status == STATUS_OK)
        status = model_load(model, options, &quantizer->graph, error);
    if (status != STATUS_OK)
        return status;
    struct graph *graph = quantizer->graph;
    struct text text = {0};
    entries_describe(graph->entries, &text);
    if (text.length > 0)
        graph_remark(graph, "%s", text.bytes);
    text_release(&text);
    status = float_graph_prepare(graph, error);
    if (status != STATUS_OK)
        return status;
    graph_compact(graph);
    return mark_layers(quantizer, error);
}

enum status quantizer_open(const char *model, const char *mode, const struct load_options *options,
                           struct quantizer **quantizer, struct error *error)
{
    struct quantizer *made = xcalloc(1, sizeof(*made));
    made->arena = arena_new();
    enum status status = load(made, model, mode, options, error);
    if (status != STATUS_OK) {
        quantizer_free(made);
        made = NULL;
    }
    *quantizer = made;
    return status;
}

void quantizer_free(struct quantizer *quantizer)
{
    if (!quantizer)
        return;
    ranges_release(&quantizer->ranges);
    graph_free(quantizer->made);
    graph_free(quantizer->graph);
    graph_free(quantizer->loaded);
    arena_free(quantizer->arena);
    free(quantizer->skipped);
    free(quantizer->widened);
    free(quantizer);
}

const struct mode *quantizer_mode(const struct quantizer *quantizer)
{
    return quantizer->mode;
}

const struct mode_options *quantizer_options(const struct quantizer *quantizer)
{
    return &quantizer->options;
}

const struct graph *quantizer_graph(const struct quantizer *quantizer)
{
    return quantizer->graph;
}

size_t quantizer_samples(const struct quantizer *quantizer)
{
    return quantizer->ranges.samples;
}

const struct range *quantizer_seen(const struct quantizer *quantizer)
{
    return quantizer->ranges.seen;
}

static enum status make_alike(const struct quantizer *quantizer, struct model_data *data,
                              struct error *error)
{
    enum status status;
    switch (quantizer->options.equalizing) {
    case EQUALIZE_WEIGHTS:
        return equalize(quantizer->graph, data, error);
    case EQUALIZE_ACTIVATIONS:
        status = centre(quantizer->graph, data, error);
        if (status == STATUS_OK)
            status = balance(quantizer->graph, data, quantizer->mode->activations,
                             quantizer->options.dense_weights == GRANULARITY_CHANNEL, error);
        return status;
    default:
        return STATUS_OK;
    }
}

static enum status calibrate_on(struct quantizer *quantizer, struct model_data *data,
                                struct error *error)
{
    struct graph *graph = quantizer->graph;
    enum status status = make_alike(quantizer, data, error);
    if (status == STATUS_OK)
        status =
            calibrate(graph, data, quantizer->mode, &quantizer->options, &quantizer->ranges, error);
    if (status == STATUS_OK && quantizer->ranges.outlier)
        graph_remark(graph, "%s", quantizer->ranges.outlier);
    return status;
}

/* Runs that a form is tried with, which are spread over the data: as many as this many
 * multiplications allow, but not fewer than these. */
#define TRIAL_COST  1e11
#define TRIAL_LEAST 8

/* Each is made of the samples as it would be kept, and judged by the same ones: of half of them it
 * has other ranges and roundings, and those that are judged would not be those that are kept. */
struct trial {
    struct quantizer *quantizer; /* with the float graph as it was */
    struct model_data *data;
    struct data_part part; /* that is judged by */
    /* Calibrated: with channels made alike as they usually are, and as they else may be. */
    struct quantizer forms[2];
    struct graph *best; /* of those that were made; NULL: none was made as it would be kept */
    double least;       /* its change */
    int outputs;        /* that could be compared */
};

static enum status form_for(struct trial *trial, const struct mode_options *options,
                            struct quantizer **form, struct error *error)
{
    const struct quantizer *quantizer = trial->quantizer;
    bool is_usual = options->equalizing == quantizer->options.equalizing;
    *form = &trial->forms[is_usual ? 0 : 1];
    if ((*form)->graph)
        return STATUS_OK;
    **form = *quantizer;
    (*form)->options = *options;
    (*form)->graph = graph_share(quantizer->graph);
    return calibrate_on(*form, trial->data, error);
}

/* Those of the form by the observer, if it has others: to be freed. */
static struct range *other_ranges(const struct quantizer *form, const char *observer)
{
    return strcmp(form->options.observer, observer) == 0
               ? NULL
               : calibrate_by(form->graph, &form->ranges, form->mode, observer);
}

/* The first of several that change as little, as trials_choose has it. */
static void keep_best(struct trial *trial, struct graph *made, double change)
{
    if (trial->best && change >= trial->least) {
        graph_free(made);
        return;
    }
    graph_free(trial->best);
    trial->best = made;
    trial->least = change;
}

/* final: made as it would be kept. */
static enum status judge_made(struct trial *trial, struct quantizer *form, bool final,
                              double *change, struct error *error)
{
    struct graph *made;
    enum status status = quantizer_apply(form, NULL, &made, error);
    if (status == STATUS_OK)
        status = judge_outputs(trial->quantizer->graph, made, form->calibration, &trial->part,
                               change, &trial->outputs, error);
    if (status == STATUS_OK && final)
        keep_best(trial, made, *change);
    else
        graph_free(made);
    return status;
}

static enum status try_form(void *context, const struct mode_options *options, double *change,
                            struct error *error)
{
    struct trial *trial = context;
    struct quantizer *form;
    enum status status = form_for(trial, options, &form, error);
    if (status != STATUS_OK)
        return status;
    struct quantizer tried = *form;
    struct range *other = other_ranges(form, options->observer);
    if (other)
        tried.ranges.items = other;
    if (tried.options.fitting != FITTING_NEAREST)
        tried.options.fitting = FITTING_AUTO; /* the rest takes long, and is the same for all */
    bool final = tried.options.fitting == options->fitting;
    status = judge_made(trial, &tried, final, change, error);
    free(other);
    return status;
}

/* Has the quantizer go on with the form that the options are of. */
static void take_form(struct trial *trial, const struct mode_options *options)
{
    struct quantizer *quantizer = trial->quantizer;
    bool is_usual = options->equalizing == quantizer->options.equalizing;
    struct quantizer *form = &trial->forms[is_usual ? 0 : 1];
    struct range *other = other_ranges(form, options->observer);
    if (other) {
        free(form->ranges.items);
        form->ranges.items = other;
    }
    quantizer->loaded = quantizer->graph;
    quantizer->graph = form->graph;
    quantizer->ranges = form->ranges;
    quantizer->options = *options;
    quantizer->made = trial->best;
    trial->best = NULL;
    form->graph = NULL;
    form->ranges = (struct ranges){0};
}

/* A form as a mode of which nothing is open. */
static void add_form(const struct mode *mode, const struct mode_options *options, struct text *out)
{
    struct mode_options settled = *options;
    settled.given |= HAS_OBSERVER | HAS_EQUALIZE;
    mode_format(mode, &settled, out);
}

static void say_chosen(const struct quantizer *quantizer, const struct mode_options *usual,
                       const struct trials_found *found)
{
    struct text said = {0};
    text_printf(&said, "of %d forms tried, '", found->tried);
    add_form(quantizer->mode, &quantizer->options, &said);
    text_printf(&said,
                "' changes the outputs of calibration's samples least, by %.3g %% of their squares",
                100.0 * found->best);
    if (found->best < found->usual) {
        text_add_string(&said, "; '");
        add_form(quantizer->mode, usual, &said);
        text_printf(&said, "' by %.3g %%", 100.0 * found->usual);
    }
    graph_remark(quantizer->graph, "%s", said.bytes);
    if (quantizer->made)
        graph_remark(quantizer->made, "%s", said.bytes);
    text_release(&said);
}

static bool is_tried(const struct quantizer *quantizer, const struct model_data *data)
{
    return trials_count(quantizer->mode, &quantizer->options) > 0 &&
           quantizer->graph->n_states == 0 && model_data_runs(data) >= TRIAL_LEAST;
}

/* Settles what the effort leaves open, and calibrates. */
static enum status choose_form(struct quantizer *quantizer, struct model_data *data,
                               struct error *error)
{
    const struct mode_options usual = quantizer->options;
    struct mode_options chosen = usual;
    size_t runs = model_data_runs(data);
    double cost = graph_macs(quantizer->graph) + 1.0;
    size_t most = (size_t)fmax(TRIAL_COST / cost, TRIAL_LEAST);
    struct trial trial = {
        .quantizer = quantizer, .data = data, .part = {.step = (runs + most - 1) / most}};
    struct trials_found found;
    enum status status = trials_choose(quantizer->mode, &chosen, try_form, &trial, &found, error);
    if (status == STATUS_OK)
        take_form(&trial, &chosen);
    if (status == STATUS_OK && trial.outputs > 0)
        say_chosen(quantizer, &usual, &found);
    graph_free(trial.best);
    for (size_t i = 0; i < sizeof(trial.forms) / sizeof(trial.forms[0]); i++) {
        ranges_release(&trial.forms[i].ranges);
        graph_free(trial.forms[i].graph);
    }
    return status;
}

enum status quantizer_calibrate(struct quantizer *quantizer, const struct dataset_spec *calibration,
                                struct error *error)
{
    struct graph *graph = quantizer->graph;
    struct model_data *data;
    quantizer->calibration = calibration;
    if (!mode_calibrates(quantizer->mode, &quantizer->options))
        return STATUS_OK;
    if (!calibration)
        return error_set(error, STATUS_INVALID, NULL,
                         "the mode needs a calibration data set (key 'calibration' or 'data')");
    if (quantizer->options.bias != BIAS_PLAIN || quantizer->options.equalizing != EQUALIZE_NOTHING)
        correct_add_biases(graph);
    struct model_ends ends = ends_of_graph(graph);
    enum status status = model_data_open(quantizer->calibration, &ends, &data, error);
    if (status == STATUS_OK) {
        for (size_t i = 0; i < model_data_remark_count(data); i++)
            graph_remark(graph, "%s", model_data_remark(data, i));
        status = is_tried(quantizer, data) ? choose_form(quantizer, data, error)
                                           : calibrate_on(quantizer, data, error);
        model_data_free(data);
    }
    ends_release(&ends);
    return status;
}

/* The samples once more, as the quantized graph takes them. */
static enum status correct(const struct quantizer *quantizer, struct graph *made,
                           struct error *error)
{
    const struct ranges *ranges = &quantizer->ranges;
    if (made->n_states > 0) {
        correct_weights(made, quantizer->graph, ranges->means);
        return STATUS_OK;
    }
    struct model_ends ends = ends_of_graph(made);
    struct model_data *data;
    enum status status = model_data_open(quantizer->calibration, &ends, &data, error);
    if (status == STATUS_OK) {
        status =
            correct_biases(made, quantizer->graph, ranges->means, data, ranges->means_runs, error);
        model_data_free(data);
    }
    ends_release(&ends);
    return status;
}

enum status quantizer_apply(struct quantizer *quantizer, const struct layer_plan *plan,
                            struct graph **graph, struct error *error)
{
    const struct mode *mode = quantizer->mode;
    if (!plan && quantizer->made) {
        *graph = quantizer->made;
        quantizer->made = NULL;
        return STATUS_OK;
    }
    struct graph *made = graph_share(quantizer->graph);
    for (int n = 0; n < made->n_nodes; n++) {
        made->nodes[n].stays_float = quantizer->skipped[n] || (plan && plan->keep_float[n]);
        made->nodes[n].is_wide = quantizer->widened[n] || (plan && plan->wide[n]);
    }
    skip_report(made);
    bool calibrates = mode_calibrates(mode, &quantizer->options);
    enum status status =
        mode->apply(made, &quantizer->options, calibrates ? &quantizer->ranges : NULL, error);
    made->rounding = quantizer->options.rounding;
    if (status == STATUS_OK && quantizer->ranges.means)
        status = correct(quantizer, made, error);
    if (status != STATUS_OK) {
        graph_free(made);
        made = NULL;
    }
    *graph = made;
    return status;
}

static bool is_biased(const struct node *node)
{
    return node->op == OP_CONV_2D || node->op == OP_DEPTHWISE_CONV_2D ||
           node->op == OP_FULLY_CONNECTED;
}

static int count_biased(const struct graph *graph)
{
    int count = 0;
    for (int n = 0; n < graph->n_nodes; n++)
        count += is_biased(&graph->nodes[n]);
    return count;
}

/* Constants that are to be changed, in memory of the graph. */
static void own_biases(struct graph *graph)
{
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        const struct tensor *bias = node_input(graph, node, op_table[node->op].quant.bias_input);
        if (is_biased(node) && bias && bias->data)
            graph->tensors[bias - graph->tensors].data =
                arena_copy(graph->arena, bias->data, tensor_bytes(bias));
    }
}

void quantizer_correct_alone(const struct quantizer *quantizer, struct graph *graph)
{
    const struct means *means = quantizer->ranges.means;
    if (!means || count_biased(graph) != count_biased(quantizer->graph))
        return;
    own_biases(graph);
    correct_weights(graph, quantizer->graph, means);
}
