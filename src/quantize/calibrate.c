#include "quantize/calibrate.h"

#include <stdlib.h>

#include "base/memory.h"
#include "engine/finite.h"
#include "engine/session.h"
#include "quantize/observer.h"

struct calibration {
    const struct graph *graph;
    const struct observer *observer;
    unsigned char *states; /* observer->state_bytes for each tensor */
    struct finite_watch finite;
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
    if (info->type == TYPE_F32)
        calibration->observer->update(state_of(calibration, tensor), elements,
                                      shape_elements(&info->shape));
}

static enum status check_input(const struct graph *graph, struct error *error)
{
    if (graph->n_inputs != 1)
        return error_set(error, STATUS_UNSUPPORTED, graph->name,
                         "the model has %d inputs, but a data set feeds one", graph->n_inputs);
    const struct tensor *input = &graph->tensors[graph->inputs[0]];
    if (input->type != TYPE_F32)
        return error_set(error, STATUS_UNSUPPORTED, graph->name,
                         "calibration needs a float32 input, not %s", type_name(input->type));
    return STATUS_OK;
}

/* Ranges of such values would be made up. */
static enum status check_finite(const struct calibration *calibration, size_t sample,
                                struct error *error)
{
    char node[FINITE_TEXT_SIZE];
    if (calibration->finite.tensor < 0)
        return STATUS_OK;
    finite_describe(calibration->graph, calibration->finite.tensor, node);
    return error_set(error, STATUS_INVALID, calibration->graph->name,
                     "%s holds NaN or infinity for calibration sample %zu, so it has no range",
                     node, sample);
}

static enum status run_samples(const struct calibration *calibration, struct session *session,
                               struct dataset *dataset, struct error *error)
{
    size_t total = dataset_count(dataset);
    for (size_t i = 0; i < total; i++) {
        enum status status = dataset_read(dataset, i, session_input(session, 0), error);
        if (status != STATUS_OK)
            return status;
        session_run(session);
        status = check_finite(calibration, i, error);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
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

enum status calibrate(const struct graph *graph, struct dataset *dataset,
                      const struct mode_options *options, struct ranges *ranges,
                      struct error *error)
{
    struct calibration calibration = {
        .graph = graph,
        .observer = observer_find(options->observer),
        .finite = {.graph = graph, .tensor = -1, .masks_pass = true},
    };
    struct plan_options plan_options = {.threads = 1, .isa = isa_best()};
    struct plan *plan = NULL;
    struct pool *pool = NULL;
    struct session *session = NULL;
    calibration.states = xcalloc((size_t)graph->n_tensors, calibration.observer->state_bytes);
    enum status status = check_input(graph, error);
    if (status == STATUS_OK)
        status = plan_new(graph, &plan_options, &plan, error);
    if (status == STATUS_OK)
        status = pool_new(NULL, &pool, error);
    if (status == STATUS_OK)
        status = session_new(plan, pool, &session, error);
    if (status == STATUS_OK) {
        session_observe(session, watch, &calibration);
        status = run_samples(&calibration, session, dataset, error);
    }
    if (status == STATUS_OK) {
        collect(&calibration, options, ranges);
        ranges->samples = dataset_count(dataset);
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
    ranges->count = 0;
}
