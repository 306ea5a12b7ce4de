#include "experiment/search.h"

#include <string.h>

#include "experiment/child.h"
#include "experiment/handover.h"
#include "experiment/order.h"
#include "experiment/work.h"

/* A drop that most would take. */
#define DROP_USUAL 1.0

double search_drop(const struct experiment *experiment)
{
    if (experiment->search.has_drop)
        return experiment->search.drop;
    return experiment->constraints.has_drop ? experiment->constraints.max_drop : DROP_USUAL;
}

static bool is_event(const json_t *message, const char *name)
{
    const char *event = json_string_value(json_object_get(message, "event"));
    return event && strcmp(event, name) == 0;
}

static json_t *listen(const struct experiment *experiment, struct child *child,
                      search_listener *listener, void *context, struct error *error)
{
    char reason[sizeof(error->text)];
    json_t *message;
    while (child_await(child, experiment->measure.timeout_seconds, &message)) {
        if (is_event(message, WORK_SEARCH_ENDS))
            return message;
        if (is_event(message, "failed")) {
            const char *why = json_string_value(json_object_get(message, "reason"));
            error_set(error, STATUS_UNSUPPORTED, NULL, "%s", why ? why : "the worker failed");
            json_decref(message);
            return NULL;
        }
        listener(context, message);
        json_decref(message);
    }
    child_kill(child);
    child_end(child, reason, sizeof(reason));
    error_set(error, STATUS_SYSTEM, NULL, "%s", reason);
    return NULL;
}

json_t *search_in_worker(const struct experiment *experiment, const struct trial *trial,
                         const struct placement *placement, int decoded, json_t *known,
                         search_listener *listener, void *context, struct error *error)
{
    struct child child;
    struct handover handover;
    struct text mode = {0};
    struct work work;
    json_t *result = NULL;
    child_init(&child);
    handover_init(&handover);
    handover.decoded = decoded;
    order_fill(experiment, trial, &work, &mode);
    work.kind = WORK_SEARCH;
    work.n_pus = placement->n_threads;
    work.pus = placement->pus;
    work.search = (struct work_search){.drop = search_drop(experiment),
                                       .bytes = experiment->search.bytes,
                                       .seconds = experiment->search.seconds,
                                       .method = experiment->search.method};
    if (handover_open(&handover, error) == STATUS_OK &&
        child_start(&child, &handover, error) == STATUS_OK) {
        child_send(&child, work_encode(&work));
        child_send(&child, json_pack("{s:O}", "known", known));
        result = listen(experiment, &child, listener, context, error);
        child_end(&child, NULL, 0);
    }
    handover_close(&handover);
    text_release(&mode);
    return result;
}
