#include "quantize/calibrate.h"

#include <stdlib.h>

#include "base/memory.h"
#include "engine/finite.h"
#include "engine/session.h"
#include "quantize/moments.h"
#include "quantize/observer.h"

struct calibration {
    const struct graph *graph;
    const struct observer *observer;
    unsigned char *states; /* observer->state_bytes for each tensor */
    struct finite_watch finite;
    struct moments *moments; /* NULL: not asked for */
};

static void *state_of(const struct calibration *calibration, int tensor)
{
    return calibration->states + (size_t)tensor * calibration->observer->state_bytes;
}

static void watch(void *context, int tensor, const void *elements)
{
    struct calibration *calibration = context;
    const struct tensor *info = &calibration->graph->tensors[tensor];
    finite_watch_see(&calibration->finite, tensor, elements);
    if (info->type == TYPE_F32 && calibration->moments)
        moments_see(calibration->moments, tensor, elements);
    if (info->type == TYPE_F32)
        calibration->observer->update(state_of(calibration, tensor), elements,
                                      shape_elements(&info->shape));
}

/* Ranges of such values would be made up. */
static enum status check_finite(const struct calibration *calibration,
                                const struct model_data *data, size_t run, struct error *error)
{
    char node[FINITE_TEXT_SIZE], name[MODEL_DATA_RUN_SIZE];
    if (calibration->finite.tensor < 0)
        return STATUS_OK;
    finite_describe(calibration->graph, calibration->finite.tensor, node);
    return error_set(error, STATUS_INVALID, calibration->graph->name,
                     "%s holds NaN or infinity for calibration %s, so it has no range", node,
                     model_data_run_name(data, run, name));
}

static enum status run_samples(const struct calibration *calibration, struct session *session,
                               struct model_data *data, struct error *error)
{
    int count = calibration->graph->n_inputs;
    void **inputs = xcalloc((size_t)count, sizeof(*inputs));
    char name[MODEL_DATA_RUN_SIZE];
    size_t sequence = 0;
    enum status status = STATUS_OK;
    if (calibration->graph->n_states > 0)
        status = model_data_sequence(data, &sequence, error);
    for (int i = 0; i < count; i++)
        inputs[i] = session_input(session, i);
    for (size_t i = 0; i < model_data_runs(data) && status == STATUS_OK; i++) {
        status = model_data_read(data, i, inputs, error);
        if (status != STATUS_OK)
            break;
        if (model_data_begins(data, i))
            session_reset(session);
        session_run(session);
        status = session_check(session, error);
        if (status != STATUS_OK)
            error_within(error, "calibration %s", model_data_run_name(data, i, name));
        else
            status = check_finite(calibration, data, i, error);
    }
    free(inputs);
    return status;
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

enum status calibrate(const struct graph *graph, struct model_data *data,
                      const struct mode_options *options, struct ranges *ranges,
                      struct error *error)
{
    struct calibration calibration = {
        .graph = graph,
        .observer = observer_find(options->observer),
        .finite = {.graph = graph, .tensor = -1, .masks_pass = true},
        .moments = options->fitting == FITTING_MOMENTS ? moments_new(graph) : NULL,
    };
    struct plan_options plan_options = {.threads = 1, .isa = isa_best()};
    struct plan *plan = NULL;
    struct pool *pool = NULL;
    struct session *session = NULL;
    calibration.states = xcalloc((size_t)graph->n_tensors, calibration.observer->state_bytes);
    enum status status = plan_new(graph, &plan_options, &plan, error);
    if (status == STATUS_OK)
        status = pool_new(NULL, &pool, error);
    if (status == STATUS_OK)
        status = session_new(plan, pool, &session, error);
    if (status == STATUS_OK) {
        session_observe(session, watch, &calibration);
        status = run_samples(&calibration, session, data, error);
    }
    if (status == STATUS_OK) {
        collect(&calibration, options, ranges);
        ranges->samples = model_data_count(data);
        ranges->moments = calibration.moments;
    } else {
        moments_free(calibration.moments);
    }
    session_free(session);
    pool_free(pool);
    plan_free(plan);
    free(calibration.states);
    return status;
}

void ranges_release(struct ranges *ranges)
{
    FREE_AND_NULL(ranges->items);
    moments_free(ranges->moments);
    ranges->moments = NULL;
    ranges->count = 0;
}
