#include "quantize/calibrate.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/finite.h"
#include "quantize/doing.h"
#include "quantize/histogram.h"
#include "quantize/means.h"
#include "quantize/moments.h"
#include "quantize/observer.h"
#include "quantize/outliers.h"
#include "quantize/pixels.h"
#include "quantize/range_search.h"
#include "quantize/stages.h"
#include "quantize/walk.h"

struct calibration {
    const struct graph *graph;
    const struct observer *observer;
    unsigned char *states; /* observer->state_bytes for each tensor */
    struct outliers *outliers;
    struct finite_watch finite;
    struct moments *moments; /* NULL: not asked for */
    struct means *means;     /* likewise, of the runs that are chosen for them (stages.h) */
    struct pixels **pixels;  /* per input of the graph; NULL: not asked for */
    struct range *seen;      /* per tensor: its extremes */
    size_t run, chosen, means_runs, runs;
    bool *is_out;      /* per run: it is not like the others */
    struct range *cut; /* per tensor: what counts of such a run */
};

static void *state_of(const struct calibration *calibration, int tensor)
{
    return calibration->states + (size_t)tensor * calibration->observer->state_bytes;
}

static bool is_chosen(const struct calibration *calibration)
{
    return calibration->chosen < calibration->means_runs &&
           calibration->run ==
               stages_chosen(calibration->chosen, calibration->means_runs, calibration->runs);
}

/* To be freed. */
static float *cut_to(struct range range, const float *values, size_t count)
{
    float *cut = xcalloc(count + 1, sizeof(*cut));
    for (size_t i = 0; i < count; i++)
        cut[i] = fminf(fmaxf(values[i], range.low), range.high);
    return cut;
}

static void see_products(struct calibration *calibration, int tensor, const void *elements)
{
    size_t count = shape_elements(&calibration->graph->tensors[tensor].shape);
    const float *values = elements;
    float *own = NULL;
    if (calibration->is_out[calibration->run])
        values = own = cut_to(calibration->cut[tensor], values, count);
    if (calibration->moments)
        moments_see(calibration->moments, tensor, values);
    if (calibration->means && is_chosen(calibration))
        means_see(calibration->means, tensor, values);
    free(own);
}

static void see_pixels(const struct calibration *calibration, int tensor, const float *values,
                       size_t count)
{
    const struct graph *graph = calibration->graph;
    for (int i = 0; i < graph->n_inputs && calibration->pixels; i++)
        if (graph->inputs[i] == tensor)
            pixels_see(calibration->pixels[i], values, count);
}

static void watch(void *context, int tensor, const void *elements)
{
    struct calibration *calibration = context;
    const struct tensor *info = &calibration->graph->tensors[tensor];
    finite_watch_see(&calibration->finite, tensor, elements);
    if (info->type != TYPE_F32)
        return;
    see_products(calibration, tensor, elements);
    size_t count = shape_elements(&info->shape);
    struct range range = range_of(elements, count);
    range_widen(&calibration->seen[tensor], range);
    outliers_see(calibration->outliers, tensor, calibration->run, range);
    see_pixels(calibration, tensor, elements, count);
    calibration->observer->update(state_of(calibration, tensor), elements, count, range);
}

/* Ranges of values that are not finite would be made up. */
static enum status end_run(void *context, const struct model_data *data, size_t run,
                           struct error *error)
{
    struct calibration *calibration = context;
    char node[FINITE_TEXT_SIZE], name[MODEL_DATA_RUN_SIZE];
    calibration->chosen += is_chosen(calibration);
    calibration->run = run + 1;
    doing_tell(DOING_CALIBRATION, run + 1, calibration->runs);
    if (calibration->finite.tensor < 0)
        return STATUS_OK;
    finite_describe(calibration->graph, calibration->finite.tensor, node);
    return error_set(error, STATUS_INVALID, calibration->graph->name,
                     "%s holds NaN or infinity for calibration %s, so it has no range", node,
                     model_data_run_name(data, run, name));
}

/* Views have no step of their own, so nobody saw their values: those of their input. */
static void copy_ranges_of_views(const struct graph *graph, struct range *items)
{
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        struct range *out = &items[node->outputs[0]];
        if (op_has(node->op, TRAIT_VIEW) && !out->seen)
            *out = items[node->inputs[0]];
    }
}

static void fit_inputs(const struct graph *graph, const struct ranges *ranges, struct range *items)
{
    for (int i = 0; i < ranges->n_inputs; i++)
        items[graph->inputs[i]] = pixels_fit(ranges->pixels[i], items[graph->inputs[i]]);
}

static struct range range_for(const struct calibration *calibration, int tensor,
                              const struct observed *observed)
{
    return calibration->observer->range(state_of(calibration, tensor), observed);
}

/* Where a candidate of a range ends, the widest first: at percentiles, of which what is cut off is
 * shared by both sides, or at the extremes of all runs but the one that reaches farthest. One side
 * may be all that matters: of what is put out, or of what is added up before a ReLU. */
static const struct cut {
    double lower, upper;
} cuts[] = {
    {100.0, 100.0}, {0.0, 0.0},    {99.999, 99.999}, {99.99, 99.99}, {99.97, 99.97},
    {99.9, 99.9},   {99.7, 99.7},  {99.0, 99.0},     {99.9, 100.0},  {99.0, 100.0},
    {97.0, 100.0},  {94.0, 100.0}, {100.0, 99.9},    {100.0, 99.0},
};
#define CUTS (sizeof(cuts) / sizeof(cuts[0]))

static struct range candidate(const struct calibration *calibration, int tensor, enum type type,
                              const struct cut *cut)
{
    struct range lower = range_for(calibration, tensor, &(struct observed){type, 100.0}), upper;
    if (!(cut->lower > 0.0) && lower.seen && calibration->runs > 1)
        return outliers_others(calibration->outliers, tensor);
    if (!(cut->lower > 0.0))
        return lower;
    lower = range_for(calibration, tensor, &(struct observed){type, cut->lower});
    upper = range_for(calibration, tensor, &(struct observed){type, cut->upper});
    return (struct range){lower.low, upper.high, lower.seen};
}

/* Ranges by what they do to the next layers. */
static enum status search(const struct calibration *calibration, struct model_data *data,
                          enum type type, struct ranges *ranges, struct error *error)
{
    size_t tensors = (size_t)ranges->count;
    struct range *items = xcalloc(tensors * CUTS, sizeof(*items));
    size_t *chosen = xcalloc(tensors, sizeof(*chosen));
    for (size_t i = 0; i < tensors * CUTS; i++)
        items[i] = candidate(calibration, (int)(i / CUTS), type, &cuts[i % CUTS]);
    const struct range_candidates candidates = {items, CUTS};
    enum status status = range_search(calibration->graph, data, &candidates, chosen, error);
    for (size_t t = 0; t < tensors; t++)
        ranges->items[t] = items[t * CUTS + chosen[t]];
    free(items);
    free(chosen);
    return status;
}

static enum status collect(const struct calibration *calibration, struct model_data *data,
                           const struct observed *observed, struct ranges *ranges,
                           struct error *error)
{
    enum status status = STATUS_OK;
    struct text text = {0};
    ranges->count = calibration->graph->n_tensors;
    ranges->items = xcalloc((size_t)ranges->count, sizeof(*ranges->items));
    if (calibration->observer->searches && calibration->graph->n_states == 0 &&
        observed->type == TYPE_I8)
        status = search(calibration, data, observed->type, ranges, error);
    else
        for (int i = 0; i < ranges->count; i++)
            ranges->items[i] = range_for(calibration, i, observed);
    fit_inputs(calibration->graph, ranges, ranges->items);
    copy_ranges_of_views(calibration->graph, ranges->items);
    copy_ranges_of_views(calibration->graph, ranges->seen);
    outliers_tell(calibration->outliers, data, &text);
    ranges->outlier = text.length > 0 ? xstrdup(text.bytes) : NULL;
    text_release(&text);
    return status;
}

/* One for each input; NULL: the effort has none for them, or integers need none. */
static struct pixels **new_pixels(const struct graph *graph, enum type type, int effort)
{
    if (type != TYPE_I8 || effort == 0)
        return NULL;
    struct pixels **pixels = xcalloc((size_t)graph->n_inputs + 1, sizeof(struct pixels *));
    for (int i = 0; i < graph->n_inputs; i++)
        pixels[i] = pixels_new();
    return pixels;
}

/* NULL: the options ask for none. */
static struct moments *new_moments(const struct graph *graph, const struct mode_options *options)
{
    struct moments_use use = moments_use_of(graph, options);
    return use.rounds || use.scales || use.rescales ? moments_new(graph, &use) : NULL;
}

static void watch_products(void *context, int tensor, const void *elements)
{
    struct calibration *calibration = context;
    if (calibration->graph->tensors[tensor].type == TYPE_F32)
        see_products(calibration, tensor, elements);
}

/* Once more where runs are not like the others, of which only counts what the ranges leave: biases
 * would make up for all that is cut off, and weights be rounded for it. */
static enum status see_again(struct calibration *calibration, struct model_data *data,
                             const struct mode_options *options, struct ranges *ranges,
                             struct error *error)
{
    const struct walk walk = {.graph = calibration->graph,
                              .observe = watch_products,
                              .after = end_run,
                              .context = calibration};
    bool asked = calibration->moments || calibration->means;
    if (!asked || !outliers_mark(calibration->outliers, calibration->is_out))
        return STATUS_OK;
    calibration->cut = ranges->items;
    calibration->run = calibration->chosen = 0;
    if (calibration->means)
        means_reset(calibration->means);
    if (calibration->moments) {
        moments_free(calibration->moments);
        calibration->moments = ranges->moments = new_moments(calibration->graph, options);
    }
    return walk_samples(&walk, data, error);
}

enum status calibrate(const struct graph *graph, struct model_data *data, const struct mode *mode,
                      const struct mode_options *options, struct ranges *ranges,
                      struct error *error)
{
    bool corrects = options->bias != BIAS_PLAIN;
    size_t runs = model_data_runs(data);
    bool has_ranges = mode->activations != TYPE_F32; /* others need moments and means alone */
    struct calibration calibration = {
        .graph = graph,
        .observer = observer_find(has_ranges ? options->observer : "minmax"),
        .outliers = outliers_new(graph),
        .finite = {.graph = graph, .tensor = -1, .masks_pass = true},
        .moments = new_moments(graph, options),
        .means = corrects ? means_new(graph) : NULL,
        .means_runs = corrects ? stages_fitting(graph, runs) : 0,
        .runs = runs,
        .pixels = new_pixels(graph, mode->activations, options->effort),
        .seen = xcalloc((size_t)graph->n_tensors, sizeof(struct range)),
        .is_out = xcalloc(runs + 1, sizeof(bool)), /* the last end leads behind them */
    };
    const struct walk walk = {
        .graph = graph, .observe = watch, .after = end_run, .context = &calibration};
    const struct observed observed = {
        .type = mode->activations,
        .percentile = calibration.observer->searches ? 100.0 : options->percentile};
    calibration.states = xcalloc((size_t)graph->n_tensors, calibration.observer->state_bytes);
    *ranges = (struct ranges){
        .samples = model_data_count(data),
        .seen = calibration.seen,
        .pixels = calibration.pixels,
        .n_inputs = calibration.pixels ? graph->n_inputs : 0,
        .moments = calibration.moments,
        .means = calibration.means,
        .means_runs = calibration.means_runs,
    };
    enum status status = walk_samples(&walk, data, error);
    if (status == STATUS_OK)
        status = collect(&calibration, data, &observed, ranges, error);
    if (status == STATUS_OK)
        status = see_again(&calibration, data, options, ranges, error);
    if (status != STATUS_OK)
        ranges_release(ranges);
    outliers_free(calibration.outliers);
    free(calibration.is_out);
    if (status == STATUS_OK && calibration.observer->searches)
        ranges->histograms = (struct histogram *)(void *)calibration.states;
    else
        free(calibration.states);
    return status;
}

struct range *calibrate_by(const struct graph *graph, const struct ranges *ranges,
                           const struct mode *mode, const char *observer)
{
    const struct observed observed = {.type = mode->activations};
    struct range *items = xcalloc((size_t)ranges->count, sizeof(*items));
    for (int i = 0; i < ranges->count; i++)
        items[i] = observer_range(observer_find(observer), &ranges->histograms[i], &observed);
    fit_inputs(graph, ranges, items);
    copy_ranges_of_views(graph, items);
    return items;
}

void ranges_release(struct ranges *ranges)
{
    FREE_AND_NULL(ranges->items);
    FREE_AND_NULL(ranges->seen);
    FREE_AND_NULL(ranges->histograms);
    FREE_AND_NULL(ranges->outlier);
    for (int i = 0; i < ranges->n_inputs; i++)
        pixels_free(ranges->pixels[i]);
    FREE_AND_NULL(ranges->pixels);
    ranges->n_inputs = 0;
    moments_free(ranges->moments);
    means_free(ranges->means);
    ranges->moments = NULL;
    ranges->means = NULL;
    ranges->count = 0;
}
