#include "quantize/walk.h"

#include <stdlib.h>

#include "base/memory.h"
#include "quantize/crew.h"

static enum status run_one(const struct walk *walk, struct session *session,
                           struct model_data *data, size_t run, struct error *error)
{
    char name[MODEL_DATA_RUN_SIZE];
    if (model_data_begins(data, run))
        session_reset(session);
    session_run(session);
    enum status status = session_check(session, error);
    if (status != STATUS_OK)
        error_within(error, "calibration %s", model_data_run_name(data, run, name));
    else if (walk->after)
        status = walk->after(walk->context, data, run, error);
    return status;
}

static enum status run_all(const struct walk *walk, struct session *session,
                           struct model_data *data, struct error *error)
{
    int count = walk->graph->n_inputs;
    void **inputs = xcalloc((size_t)count, sizeof(*inputs));
    size_t sequence = 0;
    enum status status = STATUS_OK;
    if (walk->graph->n_states > 0)
        status = model_data_sequence(data, &sequence, error);
    for (int i = 0; i < count; i++)
        inputs[i] = session_input(session, i);
    for (size_t i = 0; i < model_data_runs(data) && status == STATUS_OK; i++) {
        status = model_data_read(data, i, inputs, error);
        if (status == STATUS_OK)
            status = run_one(walk, session, data, i, error);
    }
    free(inputs);
    return status;
}

enum status walk_samples(const struct walk *walk, struct model_data *data, struct error *error)
{
    struct plan_options plan_options = {.threads = crew_threads(), .isa = isa_best()};
    struct plan *plan = NULL;
    struct pool *alone = NULL;
    struct session *session = NULL;
    enum status status = plan_new(walk->graph, &plan_options, &plan, error);
    if (status == STATUS_OK && !crew_pool())
        status = pool_new(NULL, &alone, error);
    if (status == STATUS_OK)
        status = session_new(plan, alone ? alone : crew_pool(), &session, error);
    if (status == STATUS_OK) {
        session_observe(session, walk->observe, walk->context);
        status = run_all(walk, session, data, error);
    }
    session_free(session);
    pool_free(alone);
    plan_free(plan);
    return status;
}
