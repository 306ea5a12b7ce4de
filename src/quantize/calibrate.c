#include "quantize/calibrate.h"

#include <stdlib.h>

#include "base/memory.h"
#include "engine/finite.h"
#include "quantize/means.h"
#include "quantize/moments.h"
#include "quantize/observer.h"
#include "quantize/stages.h"
#include "quantize/walk.h"

struct calibration {
    const struct graph *graph;
    const struct observer *observer;
    unsigned char *states; /* observer->state_bytes for each tensor */
    struct finite_watch finite;
    struct moments *moments; /* NULL: not asked for */
    struct means *means;     /* likewise, of the runs that are chosen for them (stages.h) */
    size_t run, chosen, means_runs, runs;
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

static void watch(void *context, int tensor, const void *elements)
{
    struct calibration *calibration = context;
    const struct tensor *info = &calibration->graph->tensors[tensor];
    finite_watch_see(&calibration->finite, tensor, elements);
    if (info->type != TYPE_F32)
        return;
    if (calibration->moments)
        moments_see(calibration->moments, tensor, elements);
    if (calibration->means && is_chosen(calibration))
        means_see(calibration->means, tensor, elements);
    calibration->observer->update(state_of(calibration, tensor), elements,
                                  shape_elements(&info->shape));
}

/* Ranges of values that are not finite would be made up. */
static enum status end_run(void *context, const struct model_data *data, size_t run,
                           struct error *error)
{
    struct calibration *calibration = context;
    char node[FINITE_TEXT_SIZE], name[MODEL_DATA_RUN_SIZE];
    calibration->chosen += is_chosen(calibration);
    calibration->run = run + 1;
    if (calibration->finite.tensor < 0)
        return STATUS_OK;
    finite_describe(calibration->graph, calibration->finite.tensor, node);
    return error_set(error, STATUS_INVALID, calibration->graph->name,
                     "%s holds NaN or infinity for calibration %s, so it has no range", node,
                     model_data_run_name(data, run, name));
}

/* Views have no step of their own, so nobody saw their values: those of their input. */
static void copy_ranges_of_views(const struct graph *graph, struct ranges *ranges)
{
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        struct range *out = &ranges->items[node->outputs[0]];
        if (op_has(node->op, TRAIT_VIEW) && !out->seen)
            *out = ranges->items[node->inputs[0]];
    }
}

static void collect(const struct calibration *calibration, const struct mode_options *options,
                    struct ranges *ranges)
{
    ranges->count = calibration->graph->n_tensors;
    ranges->items = xcalloc((size_t)ranges->count, sizeof(*ranges->items));
    for (int i = 0; i < ranges->count; i++)
        ranges->items[i] = calibration->observer->range(state_of(calibration, i), options);
    copy_ranges_of_views(calibration->graph, ranges);
}

/* NULL: the options ask for none. */
static struct moments *new_moments(const struct graph *graph, const struct mode_options *options)
{
    struct moments_use use = moments_use_of(graph, options);
    return use.rounds || use.scales || use.rescales ? moments_new(graph, &use) : NULL;
}

enum status calibrate(const struct graph *graph, struct model_data *data,
                      const struct mode_options *options, struct ranges *ranges,
                      struct error *error)
{
    bool corrects = options->bias != BIAS_PLAIN;
    struct calibration calibration = {
        .graph = graph,
        .observer = observer_find(options->observer),
        .finite = {.graph = graph, .tensor = -1, .masks_pass = true},
        .moments = new_moments(graph, options),
        .means = corrects ? means_new(graph) : NULL,
        .means_runs = corrects ? stages_fitting(graph, model_data_runs(data)) : 0,
        .runs = model_data_runs(data),
    };
    const struct walk walk = {
        .graph = graph, .observe = watch, .after = end_run, .context = &calibration};
    calibration.states = xcalloc((size_t)graph->n_tensors, calibration.observer->state_bytes);
    enum status status = walk_samples(&walk, data, error);
    if (status == STATUS_OK) {
        collect(&calibration, options, ranges);
        ranges->samples = model_data_count(data);
        ranges->moments = calibration.moments;
        ranges->means = calibration.means;
        ranges->means_runs = calibration.means_runs;
    } else {
        moments_free(calibration.moments);
        means_free(calibration.means);
    }
    free(calibration.states);
    return status;
}

void ranges_release(struct ranges *ranges)
{
    FREE_AND_NULL(ranges->items);
    moments_free(ranges->moments);
    means_free(ranges->means);
    ranges->moments = NULL;
    ranges->means = NULL;
    ranges->count = 0;
}
